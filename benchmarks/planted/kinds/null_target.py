"""Gaps that depend on the outcome: a leak that no value shows."""

from __future__ import annotations

import numpy as np

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`effect` is the null rate where the rarer outcome happened; elsewhere it stays as it was."""
    column = pick(rng, world.filled(), "column without gaps")
    among = world.positive().to_numpy() & known(world, column)
    mask = some_rows(rng, among, strength.effect * among.sum())
    return Planted(put(world, column, mask, None), Truth((column,), int(mask.sum()), strength.effect))


KINDS = (
    Kind(
        "null-target",
        "missingness depends on the target",
        plant,
        Strength(1.0, 0.5),
        "the gap alone is right about every second case of the rarer outcome",
        rows=(1.0,),
        effects=(0.1, 0.25, 0.5, 0.9),
        unit="null rate in the rarer outcome",
    ),
)
