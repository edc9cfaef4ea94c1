"""A column that lost all its values but one."""

from __future__ import annotations

import numpy as np

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    column = pick(rng, world.filled(), "column without gaps")
    mask = some_rows(rng, known(world, column), strength.rows * known(world, column).sum())
    value = world.frame[column].drop_nulls()[int(rng.integers(0, world.frame[column].drop_nulls().len()))]
    return Planted(put(world, column, mask, value), Truth((column,), int(mask.sum())))


KINDS = (
    Kind(
        "constant",
        "one value in every row",
        plant,
        Strength(1.0),
        "a filter or an export that keeps one value keeps it everywhere; below that a rare value may be the best input",
        rows=(0.99, 0.999, 1.0),
    ),
)
