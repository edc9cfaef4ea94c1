"""Outcomes written down wrongly, at random."""

from __future__ import annotations

import numpy as np

from planted.plant import Kind, Planted, Strength, Truth, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    positive = world.positive()
    target = world.target or ""
    values = (world.frame[target].filter(positive)[0], world.frame[target].filter(~positive)[0])
    mask = some_rows(rng, world.frame[target].is_not_null().to_numpy(), strength.rows * world.rows)
    wrong = positive.replace_strict(
        {True: values[1], False: values[0]}, return_dtype=world.frame[target].dtype
    )
    return Planted(put(world, target, mask, wrong), Truth((), int(mask.sum())))


KINDS = (
    Kind(
        "label-noise",
        "outcomes written down wrongly",
        plant,
        Strength(0.2),
        "every fifth label: more than the error of a careful person at most tasks",
        rows=(0.02, 0.05, 0.1, 0.2),
    ),
)
