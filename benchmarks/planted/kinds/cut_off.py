"""Numbers cut off at a limit: whatever was larger was written as the limit itself."""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, known, pick
from planted.world import NotHere, World

BY_NATURE = (0.0, 1.0, 100.0)
"""Ends of shares and percentages: there a pile says nothing of a cut."""
PILE = 3
"""How many times the rows of any other value stand at the limit. Where people round to tens or a zero is
frequent, a smaller pile is one among several, and nobody could call it a cut."""


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`rows` is the share of the rows that the limit touches; it is a number of two figures, as people set one."""
    column = pick(rng, world.numbers(), "number")
    values = world.frame[column]
    limit = two_figures(float(values.quantile(1 - strength.rows, "lower") or 0))
    mask = (values > limit).fill_null(False).to_numpy() & known(world, column)
    if limit in BY_NATURE or not strength.rows / 2 <= mask.mean() <= 2 * strength.rows:
        raise NotHere("no limit of two figures near these rows")
    cut = world.having(world.frame.with_columns(pl.col(column).clip(upper_bound=_as(values.dtype, limit))))
    counts = cut.frame[column].drop_nulls().value_counts(sort=True)
    if counts[column][0] != limit or counts["count"][0] < PILE * counts["count"][1]:
        raise NotHere("a pile among others")
    return Planted(cut, Truth((column,), int(mask.sum())))


def two_figures(number: float) -> float:
    """The number rounded to two figures: 3,482 to 3,500."""
    return round(number, 1 - math.floor(math.log10(abs(number)))) if number else 0.0


def _as(kind: pl.DataType, limit: float) -> float | int:
    return int(limit) if kind.is_integer() else limit


KINDS = (
    Kind(
        "cut-off",
        "numbers cut off at a limit",
        plant,
        Strength(0.05),
        "every twentieth row stands at the limit and none beyond, as the house prices of California's census",
        rows=(0.005, 0.02, 0.05, 0.1),
    ),
)
