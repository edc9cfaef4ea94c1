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
DAY = 24 * HOUR
FEWEST = 20
"""Fewer rows since the hour make no break."""
STEP = 1.5
"""Reaches that the median may move from one window to the next (see `reach`)."""


@dataclass(frozen=True)
class Onset:
    """Since when most values are changed: epoch seconds of the hour, and the shares before and since."""

    since: float
    before: float | None
    after: float
    rows: int

    @property
    def abrupt(self) -> bool:
        return self.after > MOST and self.rows >= FEWEST and (self.before is None or self.before <= RARE)

    def as_json(self) -> dict[str, Any]:
        return {"first_hour": label(self.since), "since": self.since, "break": self.abrupt}


NO_ONSET: dict[str, Any] = {"first_hour": None, "since": None, "break": False}


def onset(
    changed: Flags, time: Floats, start: float, earlier: Flags | None = None, usual: float | None = None
) -> Onset | None:
    """The first hour of the window from which most rows are changed; None if there is none.

    Parameters
    ----------
    changed, time : (n,) which rows are changed, and their epoch seconds in ascending order.
    start : epoch seconds of the window.
    earlier : (m,) the same flags of the window before.
    usual : share of changed rows in training, where no row came before.

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
        start + HOUR * hour,
        float(past.mean()) if len(past) else usual,
        float(changed[inside].mean()),
        int(inside.sum()),
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

    The largest move between training's own windows, at least a quarter of its quartile range; half of
    it where training has no time. A column that is mostly one number has no such range: a fifth of its whole
    range stands in. None where training was empty or constant.
    """
    if profile.low is None or profile.high is None or len(profile.quartiles) != 3:
        return None
    wide = profile.quartiles[2] - profile.quartiles[0] or (profile.high - profile.low) / 5
    if profile.usual_step is None:
        return wide / 2 or None
    return max(wide / 4, profile.usual_step) or None


def unit_since(
    profile: ColumnProfile, traffic: Traffic, previous: Traffic | None, since: float
) -> Conversion | None:
    """The change of unit that the values since `since` look like, by the day before it."""
    time, values = known(traffic, profile.name)
    old_time, old = known(previous, profile.name)
    all_time, all_ = np.concatenate([old_time, time]), np.concatenate([old, values])
    before = (all_time >= since - DAY) & (all_time < since)
    after = (all_time >= since) & (all_time < since + DAY)
    # The same hours of the day on both sides, where both have them: noon is warmer than midnight.
    hour = _hour(all_time)
    shared = np.isin(hour, np.intersect1d(hour[before], hour[after]))
    if (before & shared).sum() >= FEWEST and (after & shared).sum() >= FEWEST:
        before, after = before & shared, after & shared
    return likely_unit(profile, all_[after], all_[before] if before.any() else None)


def leaps(profile: ColumnProfile, values: Floats, previous: Traffic | None) -> bool:
    """Whether the median of `values` moved further than training's own windows ever did; no season does."""
    far, before = reach(profile), known(previous, profile.name)[1]
    if far is None:
        return True
    old = _level(profile, before)
    wide = 1.0 if len(before) else 2.0  # without a window before, a gap in time may hide a slow move
    return bool(abs(float(np.median(values)) - old) > wide * STEP * far)


def _level(profile: ColumnProfile, before: Floats) -> float:
    """The level before the window: the window before, else the last of training, else all of training."""
    if len(before):
        return float(np.median(before))
    return profile.quartiles[1] if profile.last is None else profile.last


def leap_onset(profile: ColumnProfile, traffic: Traffic, previous: Traffic | None) -> Onset | None:
    """The hour of a leap that leaves many values in range: since when they are nearer the new level."""
    time, values = known(traffic, profile.name)
    before = known(previous, profile.name)[1]
    late = values[-max(1, len(values) // 4) :]
    if not len(values) or len(profile.quartiles) != 3 or not leaps(profile, late, previous):
        return None
    old = _level(profile, before)
    new = float(np.median(late))
    earlier = np.abs(before - new) < np.abs(before - old) if len(before) else None
    found = onset(np.abs(values - new) < np.abs(values - old), time, traffic.start, earlier)
    if found is None or earlier is None:
        return found
    # A clock leaps every day: the same hours of the window before must not have looked like this.
    hours = np.unique(_hour(time[time >= found.since]))
    alike = earlier[np.isin(_hour(known(previous, profile.name)[0]), hours)]
    return None if len(alike) and alike.mean() > RARE else found


def _hour(time: Floats) -> Floats:
    """Hour of the day, UTC."""
    return np.asarray(np.floor(time % DAY / HOUR))


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


def stepped(profile: ColumnProfile, traffic: Traffic, previous: Traffic | None) -> Floats:
    """The values whose median is held against the window before: those since a leap inside it, or all.

    A window half old and half new has a median of neither.
    """
    time, values = known(traffic, profile.name)
    found = leap_onset(profile, traffic, previous)
    return values[time >= found.since] if found is not None and found.abrupt else values


def same_hours(profile: ColumnProfile, traffic: Traffic, previous: Traffic | None) -> Floats:
    """Values of the window before, at the hours of the day that this window has: it may have only begun."""
    time, values = known(previous, profile.name)
    if previous is None:
        return values
    hours = np.unique(_hour(known(traffic, profile.name)[0]))
    return np.asarray(values[np.isin(_hour(time), hours)])


def step_details(profile: ColumnProfile, traffic: Traffic, previous: Traffic) -> dict[str, Any]:
    """Medians before and now, the hour of the leap (in this window or the one before), the likely unit."""
    old_time, old = known(previous, profile.name)
    time, values = known(traffic, profile.name)
    before, now = (
        float(np.median(same_hours(profile, traffic, previous))),
        float(np.median(stepped(profile, traffic, previous))),
    )
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
