"""After how many steps the pattern of a series returns: asked of the past, by forecasting it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from airworthy.charter.stepping import Step
from airworthy.data.series.smoothing import smoothed

Floats = npt.NDArray[np.float64]

FEWEST_SEASONS = 2
MOST_SERIES, MOST_MOMENTS = 10, 600
"""A sample is enough to tell a season: the series with most outcomes, their latest moments."""
BETTER = 0.98
"""A season has to forecast at least this much better than none; less is noise."""
PEAK = 0.3
"""Autocorrelation of differences that makes a lag a season to try."""


def season_of(values: Floats, step: Step, horizon: int) -> int:
    """The season whose smoothing erred least over the later half; 1 when none beats smoothing without.

    Parameters
    ----------
    values : (t, s) known outcomes, NaN for none.

    >>> wave = np.tile([1.0, 5.0, 9.0, 5.0], 20)[:, None] + np.arange(80)[:, None] % 3 * 0.1
    >>> season_of(wave, Step(months=3), horizon=2)
    4
    """
    known = np.isfinite(values).sum(axis=0)
    sample = values[-MOST_MOMENTS:, np.sort(np.argsort(-known, kind="stable")[:MOST_SERIES])]
    plain = best = _error(sample, 1, horizon)
    found = 1
    for season in _candidates(sample, step):
        error = _error(sample, season, horizon)
        if error < min(best, BETTER * plain):
            best, found = error, season
    return found


def _candidates(sample: Floats, step: Step) -> list[int]:
    """Seasons of the calendar for this step, and the strongest lag of its own."""
    longest = int(np.isfinite(sample).sum(axis=0).max()) // FEWEST_SEASONS
    calendar = {12 // step.months} if step.months and 12 % step.months == 0 else set()
    if step.seconds:
        lengths = (86_400, 604_800, 31_449_600 if step.seconds == 604_800 else 604_800)
        calendar |= {length // step.seconds for length in lengths if length % step.seconds == 0}
    own = _peak(sample, longest)
    return sorted(season for season in {*calendar, own} if 1 < season <= longest)


def _peak(sample: Floats, longest: int) -> int:
    """The lag above 2 at which differences resemble themselves most, on average over series; 1 for none."""
    moves = np.diff(sample, axis=0)
    moves = moves - np.nan_to_num(np.nanmean(np.where(np.isfinite(moves).any(axis=0), moves, 0.0), axis=0))
    filled = np.nan_to_num(moves)
    power = (filled**2).sum(axis=0)
    lags = range(2, min(longest, 400) + 1)
    alike = np.array(
        [((filled[lag:] * filled[:-lag]).sum(axis=0) / np.maximum(power, 1e-300)).mean() for lag in lags]
    )
    if len(alike) < 3 or alike.max() < PEAK:
        return 1
    return int(alike.argmax()) + 2


def _error(sample: Floats, season: int, horizon: int) -> float:
    """Mean absolute error over the later half, as a share of each series' mean absolute move."""
    made = smoothed(sample, season, horizon)
    start = max(len(sample) // 2, horizon)
    steps = sorted({1, (horizon + 1) // 2, horizon})
    moves = np.abs(np.diff(sample, axis=0))
    scale = np.array([own[np.isfinite(own)].mean() if np.isfinite(own).any() else 1.0 for own in moves.T])
    scale = np.where(scale > 0, scale, 1.0)
    off = [
        np.abs(sample[start:] - made[start - step : len(sample) - step, :, step - 1]) / scale
        for step in steps
    ]
    wrong = np.concatenate([part[np.isfinite(part)] for part in off])
    return float(wrong.mean()) if len(wrong) else np.inf
