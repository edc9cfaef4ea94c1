"""Broken contracts: a label mistyped, a number below its range, a type that changed another way, a new name."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.held.kinds.writing import swapped
from planted.kinds.contract import promised
from planted.plant import Planted, Planter, Strength, Truth, known, pick, put, some_rows
from planted.world import NotHere, World


def label(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """One label with two letters changed about."""
    before = world.having(world.frame, contract=promised(world))
    column = pick(rng, world.categories(), "category")
    values = [v for v in world.frame[column].drop_nulls().unique().sort() if len(v) > 4 and v[1:4].isalpha()]
    wrong = swapped(rng, pick(rng, values, "word"))
    if wrong in set(world.frame[column]):
        raise NotHere("the same word")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    return Planted(put(before, column, mask, pl.lit(wrong)), Truth((column,), int(mask.sum())), before)


def span(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Below the range by a tenth of it or more."""
    before = world.having(world.frame, contract=promised(world))
    column = pick(rng, world.numbers(), "number")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    low, high = (float(v) for v in (world.frame[column].min(), world.frame[column].max()))  # type: ignore[arg-type]
    drawn = low - (high - low) * rng.uniform(0.1, 0.3, world.rows)
    beyond = pl.Series(np.floor(drawn) if world.frame[column].dtype.is_integer() else np.round(drawn, 2))
    return Planted(put(before, column, mask, beyond), Truth((column,), int(mask.sum())), before)


def kind(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Days as text, words as numbers, or numbers as text with a unit."""
    before = world.having(world.frame, contract=promised(world))
    way = int(rng.integers(3))
    frame = before.frame
    if way == 0:
        column = pick(rng, world.dates(), "date")
        changed = "week of " + pl.col(column).cast(pl.String)
    elif way == 1:
        column = pick(rng, world.categories(), "category")
        changed = pl.col(column).rank("dense").cast(pl.Int64)
    else:
        column = pick(rng, world.numbers(), "number")
        changed = pl.col(column).cast(pl.String) + " units"
    return Planted(
        before.having(frame.with_columns(changed.alias(column))), Truth((column,), world.rows), before
    )


def lost(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A column that comes under another name."""
    before = world.having(world.frame, contract=promised(world))
    column = pick(rng, world.inputs(), "input")
    renamed = before.frame.rename({column: f"{column}_v2"})
    return Planted(before.having(renamed), Truth((column,), world.rows), before)


PLANTERS: dict[str, Planter] = {
    "contract.label": label,
    "contract.range": span,
    "contract.type": kind,
    "contract.column": lost,
}
