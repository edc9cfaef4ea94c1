"""Stand-ins for a missing value: codes among numbers, empty dates, words among categories."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from planted.attach import attached, births, written_dates
from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import NotHere, World

CODES = (-1, -999, 999, 9999)
DATES = (date(1900, 1, 1), date(1970, 1, 1), date(9999, 12, 31))
WORDS = ("unknown", "n/a", "N/A", "?", "-", "not available", "missing", "Unknown")


def number(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A code that lies outside the column's range: nobody can find one inside it."""
    column = pick(rng, world.numbers(), "number")
    values = world.frame[column].drop_nulls().to_numpy().astype(float)
    low, high = values.min(), values.max()
    fitting = [code for code in CODES if (code < 0 <= low) or (code < 3 * low < 0) or code > 1.5 * high]
    if not fitting:
        raise NotHere("no code outside the range")
    return _planted(world, rng, strength, column, fitting[int(rng.integers(len(fitting)))])


def day(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A table's own date, or one that is added: a recent one, or a day of birth, where 1970 is an ordinary year."""
    if world.dates() and rng.random() < 0.5:
        before, column = world, pick(rng, world.dates(), "date")
    else:
        column, make = (("signed_on", written_dates), ("born_on", births))[int(rng.integers(2))]
        text = attached(world, column, make)
        before = text.having(text.frame.with_columns(pl.col(column).str.to_date()))
    value = DATES[int(rng.integers(len(DATES)))]
    planted = _planted(before, rng, strength, column, value)
    return Planted(planted.world, planted.truth, before)


def word(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    return _planted(world, rng, strength, pick(rng, world.categories(), "category"), pick(rng, WORDS, "word"))


def _planted(
    world: World, rng: np.random.Generator, strength: Strength, column: str, value: object
) -> Planted:
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    return Planted(
        put(world, column, mask, value if not isinstance(value, str) else pl.lit(value)),
        Truth((column,), int(mask.sum())),
    )


REASON = "three rows in a hundred: 999 among ages then moves the average by 27 years"
ROWS = (0.002, 0.01, 0.03)
KINDS = (
    Kind("sentinel.number", "-1, 999, 9999 for missing", number, Strength(0.03), REASON, ROWS),
    Kind("sentinel.date", "1900-01-01 for missing", day, Strength(0.03), REASON, ROWS),
    Kind("sentinel.word", '"unknown" for missing', word, Strength(0.03), REASON, ROWS),
)
