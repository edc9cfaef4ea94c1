"""A few numbers far outside the column's own tail."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`effect`: how many times further from the median than the 99.9th percentile."""
    column = pick(rng, world.numbers(), "number")
    values = world.frame[column].drop_nulls().to_numpy().astype(float)
    middle = np.median(values)
    reach = strength.effect * (np.quantile(values, 0.999) - middle)
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    far = pl.Series(np.round(middle + reach * rng.uniform(0.8, 1.5, world.rows), 2))
    floating = world.having(world.frame.with_columns(pl.col(column).cast(pl.Float64)))
    return Planted(put(floating, column, mask, far), Truth((column,), int(mask.sum()), strength.effect))


KINDS = (
    Kind(
        "outliers",
        "numbers far outside the tail",
        plant,
        Strength(0.005, 10.0),
        "one row in 200 with a lost decimal point: ten times the reach of the column's own tail",
        rows=(0.001, 0.005, 0.02),
        effects=(2.0, 5.0, 10.0, 100.0),
        unit="times the reach of the 99.9th percentile",
    ),
)
