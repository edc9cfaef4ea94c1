"""A column that is often empty, at random."""

from __future__ import annotations

import numpy as np

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    column = pick(rng, world.filled(), "column without gaps")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    return Planted(put(world, column, mask, None), Truth((column,), int(mask.sum())))


KINDS = (
    Kind(
        "null-rate",
        "values missing at random",
        plant,
        Strength(0.20),
        "twice the 10 % from which estimates are likely to be biased (Bennett 2001)",
        rows=(0.02, 0.05, 0.10, 0.20, 0.40),
    ),
)
