"""The kinds of messy input that are tried, and which columns each can touch. No numeric library."""

from __future__ import annotations

from enum import StrEnum

from airworthy.data.series.names import PREFIX
from airworthy.scoring.contract import Column, LogicalType

NOISE_SHARE = 0.05
"""Share of cells (of words, for typos) that is spoiled: a bad day of a feed, not a broken one."""

NOISE_ROWS = 5_000
"""Rows sampled for it; both scorings are of the same rows, so the paired loss is narrow already here."""


class Noise(StrEnum):
    """What is done to the cells."""

    MISSING = "missing"
    UNSEEN = "unseen"
    RANGE = "out-of-range"
    TYPOS = "typos"


def affected(noise: Noise, inputs: tuple[Column, ...]) -> tuple[Column, ...]:
    """The input columns that this noise can touch: those that come from outside.

    What a forecast adds is computed from the past of its series, and has no bad day of a feed.
    """
    inputs = tuple(column for column in inputs if not column.name.startswith(PREFIX))
    if noise is Noise.MISSING:
        return inputs
    if noise is Noise.UNSEEN:
        return tuple(c for c in inputs if c.type is LogicalType.CATEGORY)
    if noise is Noise.RANGE:
        return tuple(c for c in inputs if c.type.numeric and c.low is not None and c.high is not None)
    return tuple(c for c in inputs if c.type is LogicalType.TEXT)
