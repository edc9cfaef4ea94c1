"""Gaps that come from one source, or one category, alone."""

from __future__ import annotations

import numpy as np

from planted.groups import one_group
from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`rows` is the least share of rows of the source, `effect` the null rate in it."""
    by, inside = one_group(world, rng, strength.rows)
    column = pick(rng, [name for name in world.filled() if name != by], "column without gaps")
    among = inside & known(world, column)
    mask = some_rows(rng, among, strength.effect * among.sum())
    return Planted(put(world, column, mask, None), Truth((column,), int(mask.sum()), strength.effect))


KINDS = (
    Kind(
        "null-source",
        "nulls from one source or category",
        plant,
        Strength(0.1, 0.5),
        "half of the values of a source that writes every tenth row: the overall rate of 5 % hides it",
        rows=(0.05, 0.1, 0.2),
        effects=(0.1, 0.25, 0.5, 1.0),
        unit="null rate in the source",
    ),
)
