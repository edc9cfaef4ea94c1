"""A column whose null rate steps at a date: the migration that lost a field."""

from __future__ import annotations

import numpy as np

from planted.dates import moment, since, span_days
from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`rows` is the share of rows after the date, `effect` the null rate there."""
    column = pick(rng, world.filled(), "column without gaps")
    date = moment(world, rng, max(0.1, 0.9 - strength.rows), 1.0 - strength.rows)
    after = since(world, date) & known(world, column)
    mask = some_rows(rng, after, strength.effect * after.sum())
    truth = Truth((column,), int(mask.sum()), strength.effect, date, span_days(world))
    return Planted(put(world, column, mask, None), truth)


KINDS = (
    Kind(
        "null-step",
        "null rate steps at a date",
        plant,
        Strength(0.4, 0.3),
        "a form that lost a field loses it for one customer in three, and it shows for a third of the history",
        rows=(0.1, 0.25, 0.4),
        effects=(0.1, 0.2, 0.3, 0.6),
        unit="null rate after the date",
    ),
)
