"""Data breaks: most rows change from one hour on, and further than training's own windows ever did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.measures import OrderStatistic
from airworthy.monitoring.profile import ColumnProfile
from airworthy.monitoring.units import Conversion, likely_unit
from airworthy.monitoring.window import HOUR, Traffic, label

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
MOST = 0.5
"""A break changes more than half of the values since its hour."""
RARE = 0.1
"""Before a break at most this share looked the same; a slow season shows more, earlier."""
STEP = 1.5
"""Reaches that the median may move from one window to the next (see `reach`)."""


@dataclass(frozen=True)
class Onset:
    """Since when most values are changed: epoch seconds of the hour, and the shares before and since."""

    since: float
    before: float | None
    after: float

    @property
    def abrupt(self) -> bool:
        return self.after > MOST and (self.before is None or self.before <= RARE)

    def as_json(self) -> dict[str, Any]:
        return {"first_hour": label(self.since), "since": self.since, "break": self.abrupt}


NO_ONSET: dict[str, Any] = {"first_hour": None, "since": None, "break": False}


def onset(changed: Flags, time: Floats, start: float, earlier: Flags | None = None) -> Onset | None:
    """The first hour of the window from which most rows are changed; None if there is none.

    Parameters
    ----------
    changed, time : (n,) which rows are changed, and their epoch seconds in ascending order.
    start : epoch seconds of the window.
    earlier : (m,) the same flags of the window before.

    >>> found = onset(np.array([False, False, True, True]), np.array([0.0, 10.0, 3700.0, 3800.0]), 0.0)
    >>> found.since, found.before, found.after
    (3600.0, 0.0, 1.0)
    """
    if not changed.any():
        return None
    hours = np.floor((time - start) / HOUR).astype(np.int64)
    size = int(hours.max()) + 1
    bad, all_ = np.bincount(hours[changed], minlength=size), np.bincount(hours, minlength=size)
    broken = np.flatnonzero((all_ > 0) & (bad > MOST * all_))
    rest = bad[::-1].cumsum()[::-1] > MOST * all_[::-1].cumsum()[::-1]
    lasting = [hour for hour in broken.tolist() if rest[hour]]
    if not lasting:
        return None
    hour = lasting[0]
    inside = hours >= hour
    past = changed[~inside]
    if earlier is not None:
        past = np.concatenate([earlier, past])
    return Onset(
        start + HOUR * hour, float(past.mean()) if len(past) else None, float(changed[inside].mean())
    )


def known(traffic: Traffic | None, column: str) -> tuple[Floats, Floats]:
    """Times and values of a numeric column, without nulls."""
    if traffic is None:
        return np.empty(0), np.empty(0)
    values = np.asarray(traffic.columns[column], dtype=np.float64)
    there = ~np.isnan(values)
    return traffic.time[there], values[there]


def reach(profile: ColumnProfile) -> float | None:
    """How far the median of a column may well move from one window to the next, in its own unit.

    The largest move between training's own windows, at least half its quartile range; a column that is mostly
    one number has none, and a tenth of its range stands in. None where training was empty or constant.
    """
    if profile.low is None or profile.high is None or len(profile.quartiles) != 3:
        return None
    wide = (profile.quartiles[2] - profile.quartiles[0]) / 2 or (profile.high - profile.low) / 10
    return max(wide, profile.usual_step or 0.0) or None


def unit_since(
    profile: ColumnProfile, traffic: Traffic, previous: Traffic | None, since: float
) -> Conversion | None:
    """The change of unit that the values since `since` look like, by the day before it."""
    time, values = known(traffic, profile.name)
    old_time, old = known(previous, profile.name)
    before = np.concatenate([old[old_time >= since - 24 * HOUR], values[time < since]])
    return likely_unit(profile, values[time >= since], before if len(before) else None)


def leaps(profile: ColumnProfile, values: Floats, previous: Traffic | None) -> bool:
    """Whether the median of `values` moved further than training's own windows ever did; no season does."""
    far, before = reach(profile), known(previous, profile.name)[1]
    if far is None:
        return True
    old = float(np.median(before)) if len(before) else profile.quartiles[1]
    wide = 1.0 if len(before) else 2.0  # without a window before, a gap in time may hide a slow move
    return bool(abs(float(np.median(values)) - old) > wide * STEP * far)


def leap_onset(profile: ColumnProfile, traffic: Traffic, previous: Traffic | None) -> Onset | None:
    """The hour of a leap that leaves many values in range: since when they are nearer the new level."""
    time, values = known(traffic, profile.name)
    before = known(previous, profile.name)[1]
    late = values[-max(1, len(values) // 4) :]
    if not len(values) or len(profile.quartiles) != 3 or not leaps(profile, late, previous):
        return None
    old = float(np.median(before)) if len(before) else profile.quartiles[1]
    new = float(np.median(late))
    earlier = np.abs(before - new) < np.abs(before - old) if len(before) else None
    return onset(np.abs(values - new) < np.abs(values - old), time, traffic.start, earlier)


@dataclass(frozen=True, eq=False)
class MedianStep:
    """How far the median of `now` lies from that of `before`, in units of `reach`."""

    before: Floats
    now: Floats
    reach: float
    unit: str = "reaches"

    @property
    def value(self) -> float:
        return float(np.median(self.now) - np.median(self.before)) / self.reach

    @property
    def n(self) -> int:
        return len(self.now)

    def interval(self, level: float) -> tuple[float | None, float | None]:
        """Conservative: both medians at the far ends of intervals whose two errors share alpha."""
        each = 1 - (1 - level) / 2
        old_low, old_high = OrderStatistic(self.before, 0.5).interval(each)
        low, high = OrderStatistic(self.now, 0.5).interval(each)
        return (
            None if low is None or old_high is None else (low - old_high) / self.reach,
            None if high is None or old_low is None else (high - old_low) / self.reach,
        )


def step_details(profile: ColumnProfile, traffic: Traffic, previous: Traffic) -> dict[str, Any]:
    """Medians before and now, the hour of the leap (in this window or the one before), the likely unit."""
    old_time, old = known(previous, profile.name)
    time, values = known(traffic, profile.name)
    before, now = float(np.median(old)), float(np.median(values))
    both_time, both = np.concatenate([old_time, time]), np.concatenate([old, values])
    found = onset(np.abs(both - now) < np.abs(both - before), both_time, previous.start)
    unit = unit_since(profile, traffic, previous, found.since) if found else None
    return {
        "median_before": before,
        "median": now,
        "direction": "up" if now > before else "down",
        **(found.as_json() if found else NO_ONSET),
        "break": unit is not None,
        "likely_unit": unit.name if unit else None,
        "formula": unit.formula if unit else None,
    }


def most_repeated(profile: ColumnProfile, values: Floats) -> tuple[float, int]:
    """The number that repeats most, and how often; numbers that training knew as frequent do not count."""
    kept = values[~np.isin(values, profile.common)]
    if not len(kept):
        return 0.0, 0
    distinct, times = np.unique(kept, return_counts=True)
    most = int(np.argmax(times))
    return float(distinct[most]), int(times[most])
