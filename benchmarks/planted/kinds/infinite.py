"""Infinite numbers: somebody divided by zero."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    column = pick(rng, world.numbers(), "number")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    floating = world.having(world.frame.with_columns(pl.col(column).cast(pl.Float64)))
    value = float("inf") if rng.random() < 0.7 else float("-inf")
    return Planted(put(floating, column, mask, value), Truth((column,), int(mask.sum())))


KINDS = (
    Kind(
        "infinite",
        "infinite numbers",
        plant,
        Strength(0.002),
        "two rows in a thousand: one would do, an average is infinite then",
        (0.0005, 0.002, 0.01),
    ),
)
