"""The known past of every series at every moment: forecasts made then, how far off they were, usual sizes.

Everything at index i is known at moment i. Built once, then read by the rows to be forecast.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from airworthy.data.series.smoothing import smoothed

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


PRIOR = 3.0
"""A series' spread starts as if this many errors of the usual share had been seen."""
LEAST_SIZE_STEPS = 8
CHUNK = 200
"""Series that are smoothed together: the state of more would not fit the processor's cache."""


@dataclass(frozen=True, eq=False)
class Past:
    """What is known of s series at t moments.

    Attributes
    ----------
    values
        (t, s), NaN for no outcome.
    forecast
        (t, s, horizon): made at a moment for each step after it. A series shorter than two seasons has the
        others' season, one without a past the mean of the others' forecasts.
    size
        (t, s): mean absolute outcome of the last two seasons.
    """

    values: Floats
    season: int
    horizon: int
    forecast: Floats
    size: Floats

    @cached_property
    def known(self) -> Floats:
        """(t, s) outcomes known so far."""
        return np.cumsum(np.isfinite(self.values), axis=0).astype(np.float64)

    @cached_property
    def latest(self) -> Floats:
        """(t, s) the newest known outcome."""
        at = np.where(np.isfinite(self.values), np.arange(len(self.values))[:, None], -1)
        newest = np.maximum.accumulate(at, axis=0)
        found = np.take_along_axis(self.values, np.maximum(newest, 0), axis=0)
        return np.where(newest >= 0, found, np.nan)

    @cached_property
    def miss(self) -> Floats:
        """(t, s, horizon) outcome less the forecast made that many steps earlier, from three seasons or more.

        What is missed while a season is hardly known says nothing of what is missed afterwards.
        """
        own = np.where(self.known[:, :, None] >= 3 * self.season, self.forecast, np.nan)
        found = np.full(own.shape, np.nan)
        for step in range(1, self.horizon + 1):
            found[step:, :, step - 1] = self.values[step:] - own[:-step, :, step - 1]
        return found

    @cached_property
    def spread(self) -> Floats:
        """(t, s, horizon) mean absolute miss so far, newer ones counting more, as a width for intervals.

        Where a series has few errors the usual share of all series' sizes stands in for the missing ones.
        """
        keep = 1 - 1 / max(4 * self.season, 50)
        share = np.abs(self.miss) / self.size[:, :, None]
        total, count = np.zeros(share.shape[1:]), np.zeros(share.shape[1:])
        found = np.empty(share.shape)
        for moment, own in enumerate(share):
            seen = np.isfinite(own)
            total = total * keep + np.where(seen, own, 0.0)
            count = count * keep + seen
            usual = total.sum(axis=0) / np.maximum(count.sum(axis=0), 1e-300)
            found[moment] = (total + PRIOR * usual) / (count + PRIOR)
        return np.where(found > 0, found * self.size[:, :, None], np.nan)

    def mean(self, steps: int) -> Floats:
        """(t, s) mean of the known outcomes of the last `steps` moments."""
        return trailing_mean(self.values, steps)


def past_of(values: Floats, season: int, horizon: int) -> Past:
    """Smooth all series and measure their sizes.

    Parameters
    ----------
    values : (t, s) outcomes, NaN for none.
    season : steps of a season, 1 for none.
    """
    parts = [
        smoothed(values[:, first : first + CHUNK], season, horizon)
        for first in range(0, values.shape[1], CHUNK)
    ]
    forecast = np.concatenate(parts, axis=1)
    if season > 1:
        forecast = _with_shape_of_others(values, forecast, season)
    size = trailing_mean(np.abs(values), max(2 * season, LEAST_SIZE_STEPS))
    older = trailing_mean(np.abs(values), len(values))
    size = np.where(np.isfinite(size) & (size > 0), size, older)
    return Past(values, season, horizon, _of_others(forecast), _of_others(np.where(size > 0, size, np.nan)))


def _with_shape_of_others(values: Floats, forecast: Floats, season: int) -> Floats:
    """Where a series is shorter than two seasons: its own level times the season that the others show.

    The level is the mean of the latest season's outcomes, each divided by what the others were then, as a
    share of their season's mean.
    """
    ripe = np.cumsum(np.isfinite(values), axis=0) >= 2 * season
    usual = np.where(ripe, trailing_mean(values, season), np.nan)
    usual = np.where(usual > 0, usual, np.nan)
    now = _row_mean(values / usual)
    level = trailing_mean(values / np.where(now > 0, now, np.nan)[:, None], season)
    later = np.stack([_row_mean(forecast[:, :, h] / usual) for h in range(forecast.shape[2])], axis=1)
    borrowed = level[:, :, None] * later[:, None, :]
    return np.where(~ripe[:, :, None] & np.isfinite(borrowed), borrowed, forecast)


def _row_mean(table: Floats) -> Floats:
    """(t,) mean of the known values of each moment, NaN without any."""
    known = np.isfinite(table)
    total = np.where(known, table, 0.0).sum(axis=1)
    return np.where(known.any(axis=1), total / np.maximum(known.sum(axis=1), 1), np.nan)


def _of_others(table: Floats) -> Floats:
    """Where a series has no past, the mean of those that have one."""
    flat = table.reshape(len(table), table.shape[1], -1)
    usual = np.stack([_row_mean(flat[:, :, k]) for k in range(flat.shape[2])], axis=1)
    return np.where(np.isfinite(flat), flat, usual[:, None, :]).reshape(table.shape)


def trailing_mean(values: Floats, steps: int) -> Floats:
    """(t, s) mean of the known values among the last `steps`, NaN without any.

    >>> trailing_mean(np.array([[1.0], [np.nan], [3.0]]), 2).ravel().tolist()
    [1.0, 1.0, 3.0]
    """
    known = np.isfinite(values)
    total = np.cumsum(np.where(known, values, 0.0), axis=0)
    count = np.cumsum(known, axis=0).astype(np.float64)
    total[steps:], count[steps:] = total[steps:] - total[:-steps], count[steps:] - count[:-steps]
    return np.where(count > 0, total / np.maximum(count, 1.0), np.nan)
