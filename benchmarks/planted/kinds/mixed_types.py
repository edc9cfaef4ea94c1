"""Numbers written as words, with units, or with another decimal sign, in a few rows."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World

WAYS = ("{} EUR", "approx. {}", "{} kg", "ask Peter", "see note", "{}*", "<{}")


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    column = pick(rng, world.numbers(), "number")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    text = world.having(world.frame.with_columns(pl.col(column).cast(pl.String)))
    way = pick(rng, WAYS, "way")
    other = pl.Series([None if value is None else way.format(value) for value in text.frame[column]])
    return Planted(put(text, column, mask, other), Truth((column,), int(mask.sum())))


KINDS = (
    Kind(
        "mixed-types",
        "words and units among numbers",
        plant,
        Strength(0.02),
        "one such value turns the column into text; one row in fifty is no accident",
        rows=(0.001, 0.005, 0.02, 0.10),
    ),
)
