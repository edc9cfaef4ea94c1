"""The sharpest lasting change of a number's level in time, in units of its spread within a short time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np
import polars as pl
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from airworthy.data.facts import TIME, JumpSize, Sample
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]

BLOCKS = 40
FEWEST_BLOCKS = 12
ROWS_IN_BLOCK = 10
LASTING = 4
"""Blocks after the change that must keep at least half of it, so that a spike is not a step."""

AT_ONCE, EXACT, FEWEST_NEAR = 1 / 3, 0.15, 3
"""Part of a change that the rows next to it must show, and how exactly: as few rows as tell the level to the
second part of the change, at least the third. What moves within hours or weeks is weather, not a unit."""

_MEDIAN_ERROR = 1.2533  # standard error of a median in standard errors of a mean, normal values
_QUARTILES_TO_SD = 1.349
_SKEWED = 2.0


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    sample: pl.DataFrame = facts[Sample()]
    if TIME not in sample.columns:
        return dict.fromkeys(wanted)
    order = sample.select(pl.col(TIME).dt.epoch("us") / 1e6).to_series().to_numpy()
    rows = np.argsort(order, kind="stable")
    rows = rows[~np.isnan(order[rows])]
    times = order[rows]
    computed: dict[Any, object] = {}
    for fact in wanted:
        values = sample[fact.column].cast(pl.Float64).fill_null(math.nan).to_numpy()[rows]
        present = np.isfinite(values)
        computed[fact] = measure_jump(times[present], values[present])
    return computed


def measure_jump(times: Floats, values: Floats) -> JumpSize:
    """Compare each block of rows with the one after next; the block between may hold the change.

    Parameters
    ----------
    times : (n,) seconds, ascending.
    values : (n,) finite numbers.

    Notes
    -----
    Skewed positive values are compared by their logarithm, where a change of unit is a shift.
    """
    blocks = min(BLOCKS, len(values) // ROWS_IN_BLOCK)
    if blocks < FEWEST_BLOCKS:
        return JumpSize(len(values), 0)
    size = len(values) // blocks
    # Blocks of one size; the rows left over are the oldest.
    times, values = times[-blocks * size :], values[-blocks * size :]
    scaled = _scaled(values)
    medians = np.median(scaled.reshape(blocks, size), axis=1)
    spread = _spread(scaled.reshape(blocks, size))
    usual = np.median(values.reshape(blocks, size), axis=1)
    levels = tuple(zip(times[::size].tolist(), usual.tolist(), strict=True))
    if spread == 0:
        return JumpSize(len(values), blocks, levels=levels)
    steps = (medians[2:] - medians[:-2]) / spread
    sizes = np.where(_lasting(medians.tolist()), np.abs(steps), 0.0)
    place = int(sizes.argmax())
    if sizes[place] == 0:
        return JumpSize(len(values), blocks, levels=levels)
    excess = max(0.0, sizes[place] - _largest_elsewhere(steps, sizes, place))
    split = _split(scaled, place * size, (place + 3) * size)
    if not _at_once(scaled / spread, place * size, float(steps[place]), size):
        return JumpSize(len(values), blocks, levels=levels)
    side = size * LASTING
    return JumpSize(
        len(values),
        blocks,
        float(steps[place]),
        float(math.copysign(excess, steps[place])),
        _MEDIAN_ERROR * math.sqrt(2 / size),
        float(times[split]),
        float(np.median(values[max(0, split - side) : split])),
        float(np.median(values[split : split + side])),
        len(values) - split,
        _stretch(values[max(0, split - side) : split], values[split : split + side], size),
        levels,
    )


def _at_once(scaled: Floats, start: int, step: float, size: int) -> bool:
    """Whether somewhere in three blocks the level moves between neighbouring rows by its part of the step."""
    rows = math.ceil(2 * (_MEDIAN_ERROR / (EXACT * step)) ** 2)
    near = max(FEWEST_NEAR, min(rows, size))
    around = scaled[max(0, start - near) : start + 3 * size + near]
    levels = np.median(sliding_window_view(around, near)[:: max(1, near // 4)], axis=1)
    apart = -(-near // max(1, near // 4))
    return bool(((levels[apart:] - levels[:-apart]) / step).max() >= AT_ONCE)


def _stretch(before: Floats, after: Floats, size: int) -> float:
    """How many times wider the values scatter within a block (quartiles) after than before; 1 if unknown."""
    widths = []
    for part in (before, after):
        blocks = max(1, len(part) // size)
        low, high = np.quantile(
            part[: blocks * (len(part) // blocks)].reshape(blocks, -1), [0.25, 0.75], axis=1
        )
        widths.append(float(np.median(high - low)))
    return widths[1] / widths[0] if min(widths) > 0 else 1.0


def _largest_elsewhere(steps: Floats, lasting: Floats, place: int) -> float:
    """The largest lasting change away from `place`, or what one change in ten exceeds, whatever lasts."""
    elsewhere = np.abs(np.arange(len(steps)) - place) > 2
    return max(float(lasting[elsewhere].max()), float(np.quantile(np.abs(steps[elsewhere]), 0.9)))


def _scaled(values: Floats) -> Floats:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    if values.min() > 0 and high - middle > _SKEWED * (middle - low):
        return np.log(values)
    return values


def _spread(blocks: Floats) -> float:
    """The usual standard deviation within a block, from its quartiles (all rows' where blocks are flat)."""
    low, high = np.quantile(blocks, [0.25, 0.75], axis=1)
    within = float(np.median(high - low)) / _QUARTILES_TO_SD
    low, high = np.quantile(blocks, [0.25, 0.75])
    return within or float(high - low) / _QUARTILES_TO_SD


def _lasting(levels: Sequence[float]) -> list[bool]:
    """For each inner block, whether the levels around it stay at least half as far apart for some blocks."""
    answers = []
    for middle in range(1, len(levels) - 1):
        before, after = levels[max(0, middle - LASTING) : middle], levels[middle + 1 : middle + 1 + LASTING]
        step = levels[middle + 1] - levels[middle - 1]
        if len(before) < 2 or len(after) < 2 or step == 0:
            answers.append(False)
            continue
        sign = 1 if step > 0 else -1
        rise = min((level - median(before)) * sign for level in after)
        fall = min((median(after) - level) * sign for level in before)
        answers.append(min(rise, fall) >= abs(step) / 2)
    return answers


def _split(values: Floats, start: int, end: int) -> int:
    """The row between `start` and `end` where two levels fit best (least absolute rank deviation)."""
    ranks = np.argsort(np.argsort(values[start:end])).astype(float)
    n = len(ranks)
    below = np.cumsum(ranks)[:-1]
    left = np.arange(1, n)
    between = left * (n - left) * (below / left - (ranks.sum() - below) / (n - left)) ** 2
    return start + int(between.argmax()) + 1
