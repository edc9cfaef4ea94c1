"""The kinds of messy input that are tried, and which columns each can touch. No numeric library."""

from __future__ import annotations

from collections.abc import Mapping
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
    CASING = "casing"
    ABBREVIATIONS = "abbreviations"
    EMOJI = "emoji"
    UNITS = "unit slips"
    LATE = "late values"


SPOILT: Mapping[Noise, str] = {
    Noise.MISSING: "5 % of cells empty",
    Noise.UNSEEN: "5 % of categories new",
    Noise.RANGE: "5 % of numbers far outside the training range",
    Noise.TYPOS: "a slip in 5 % of words",
    Noise.CASING: "5 % of texts and categories in capitals",
    Noise.ABBREVIATIONS: "5 % of words without their vowels",
    Noise.EMOJI: "an emoji in 5 % of texts",
    Noise.UNITS: "5 % of numbers in another unit",
    Noise.LATE: "5 % of numbers still those of the row before",
}
"""What each noise does, in words that fit `NOISE_SHARE`."""

WORDED = (LogicalType.TEXT, LogicalType.CATEGORY)


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
    if noise in (Noise.UNITS, Noise.LATE):
        return tuple(c for c in inputs if c.type.numeric)
    if noise is Noise.CASING:
        return tuple(c for c in inputs if c.type in WORDED)
    return tuple(c for c in inputs if c.type is LogicalType.TEXT)
