"""Gaps that depend on the value of another column."""

from __future__ import annotations

import numpy as np

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`rows` is the share of rows at one end of the driving number, `effect` the null rate there."""
    driver = pick(rng, world.numbers(), "number")
    column = pick(rng, [name for name in world.filled() if name != driver], "column without gaps")
    values = world.frame[driver].to_numpy().astype(float)
    high = rng.random() < 0.5
    cut = np.nanquantile(values, 1 - strength.rows if high else strength.rows)
    among = (values >= cut if high else values <= cut) & known(world, column)
    mask = some_rows(rng, among, strength.effect * among.sum())
    return Planted(put(world, column, mask, None), Truth((column,), int(mask.sum()), strength.effect))


KINDS = (
    Kind(
        "null-depends",
        "missingness depends on another column",
        plant,
        Strength(0.3, 0.5),
        "half of the values missing for three rows in ten: filling from the rest answers for other people",
        rows=(0.1, 0.3, 0.5),
        effects=(0.1, 0.25, 0.5),
        unit="null rate at that end",
    ),
)
