"""The inputs of a row to be forecast: what its series was known to be at the origin, and a calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.series.grid import Grid
from airworthy.data.series.names import FORECAST, HISTORY, PREFIX, SIZE, SPREAD, STEPS
from airworthy.data.series.past import Past

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]

STRIDE = 7
"""Neighbouring rows take steps this far apart, so that all steps meet all seasons."""


@dataclass(frozen=True, eq=False)
class Asked:
    """n rows to be forecast: their place in time, their series, and how many steps earlier that is done."""

    place: Places
    code: Places
    steps: Places

    @property
    def origin(self) -> Places:
        """The moment whose past is known, (n,)."""
        return self.place - self.steps

    def take(self, places: Places) -> Asked:
        """The rows at `places`."""
        return Asked(self.place[places], self.code[places], self.steps[places])


def steps_for(place: Places, code: Places, horizon: int, turn: int = 0) -> Places:
    """Which of the steps 1 to `horizon` each row is forecast at, in turn, so that all are as frequent.

    >>> np.unique(steps_for(np.arange(24), np.zeros(24, int), 12)).tolist() == list(range(1, 13))
    True
    """
    stride = STRIDE if horizon % STRIDE else 1
    # The turn moves on with every round, or each month of a year would always have the same distance.
    return 1 + (place * stride + place // horizon + code * 5 + turn) % horizon


def inputs_of(past: Past, grid: Grid, asked: Asked) -> pl.DataFrame:
    """The inputs of each row; a row whose origin lies before the first moment has nulls.

    Every number but the first four is a share of the series' size at the origin, less the forecast made then:
    so a small series teaches about a large one, and a rising one about its own later level.
    """
    read = _Reader(past, asked)
    forecast, size = read(past.forecast), read(past.size)
    columns: dict[str, Floats] = {
        FORECAST: forecast,
        SIZE: size,
        SPREAD: read(past.spread),
        STEPS: asked.steps.astype(np.float64),
    }
    for name, values in _levels(past, asked, read).items():
        columns[PREFIX + name] = (values - forecast) / size
    for name, values in _changes(past, asked, read).items():
        columns[PREFIX + name] = values / size
    columns[PREFIX + "others_miss"] = read(_others(past))
    columns[HISTORY] = np.minimum(read(past.known), 4.0 * past.season + 50)
    columns |= _calendar(grid, asked)
    return pl.DataFrame({name: pl.Series(values).fill_nan(None) for name, values in columns.items()})


class _Reader:
    """Reads a table (t, s) or (t, s, horizon) at the origin of each row, or `back` moments before it."""

    def __init__(self, past: Past, asked: Asked) -> None:
        self._asked, self._last = asked, len(past.values) - 1

    def __call__(self, table: Floats, back: Places | int = 0) -> Floats:
        asked = self._asked
        at = asked.origin - back
        inside = (at >= 0) & (at <= self._last)
        place = np.clip(at, 0, self._last)
        values = table[place, asked.code] if table.ndim == 2 else table[place, asked.code, asked.steps - 1]
        return np.where(inside, values, np.nan)


def _levels(past: Past, asked: Asked, read: _Reader) -> dict[str, Floats]:
    """Earlier outcomes, in the unit of the outcome."""
    season = past.season
    found = {
        "latest": read(past.latest),
        "before_latest": read(past.latest, 1),
        "recent_mean": read(past.mean(3)),
    }
    if season > 1:
        # Steps from the origin back to the latest known outcome of the same season.
        back = -asked.steps % season
        found |= {
            "same_season": read(past.values, back),
            "same_season_before": read(past.values, back + season),
            "season_mean": read(past.mean(season)),
        }
    return found


def _changes(past: Past, asked: Asked, read: _Reader) -> dict[str, Floats]:
    """Differences, in the unit of the outcome."""
    season = past.season
    found = {
        "latest_miss": read(past.miss[:, :, 0]),
        "recent_miss": read(_recent(past.miss)),
    }
    if season > 1:
        mean = past.mean(season)
        back = -asked.steps % season
        found |= {
            "season_trend": read(mean) - read(mean, season),
            "same_season_miss": read(past.miss, back),
            "same_season_miss_before": read(past.miss, back + season),
        }
    return found


def _recent(miss: Floats) -> Floats:
    """(t, s, horizon) mean of the last three misses of each step."""
    flat = miss.reshape(len(miss), -1)
    known = np.isfinite(flat)
    total, count = np.where(known, flat, 0.0), known.astype(np.float64)
    for back in (1, 2):
        total[back:] += np.where(known, flat, 0.0)[:-back]
        count[back:] += known[:-back]
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan).reshape(miss.shape)


def _others(past: Past) -> Floats:
    """(t, s) the latest miss of all series, each as a share of its size: what struck all of them."""
    share = past.miss[:, :, 0] / past.size
    known = np.isfinite(share)
    mean = np.where(known, share, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return np.broadcast_to(np.where(known.any(axis=1), mean, np.nan)[:, None], share.shape)


def _calendar(grid: Grid, asked: Asked) -> dict[str, Floats]:
    """Parts of the time that is forecast, as fine as the step."""
    times = grid.times(asked.place)
    parts: dict[str, pl.Series] = {}
    if grid.step.months:
        if grid.step.months < 12:
            parts["month"] = times.dt.month()
        if grid.step.months == 1:
            parts["weekend_days"] = _weekend_days(times)
            parts["days"] = times.dt.month_end().dt.day()
    else:
        parts["yearday"] = times.dt.ordinal_day()
        if grid.step.seconds < 604_800:
            parts["weekday"] = times.dt.weekday()
            parts["day"] = times.dt.day()
        if grid.step.seconds < 86_400:
            parts["hour"] = times.dt.hour() + times.dt.minute() / 60
    return {PREFIX + name: values.cast(pl.Float64).to_numpy() for name, values in parts.items()}


def _weekend_days(times: pl.Series) -> pl.Series:
    """Saturdays and Sundays in the month of each time: beyond 28 days, those among its first weekdays."""
    first = times.dt.month_start().dt.weekday().cast(pl.Int64)
    extra = times.dt.month_end().dt.day().cast(pl.Int64) - 28
    more = pl.Series([8.0]).new_from_index(0, len(times))
    for at in range(3):
        more = more + ((((first - 1 + at) % 7) >= 5) & (extra > at)).cast(pl.Float64)
    return more
