"""Categories that are renamed at a date: the new system's own codes."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.dates import moment, since, span_days
from planted.plant import Kind, Planted, Strength, Truth, known, pick, put
from planted.world import World

SHAPES = ("{letter}{place:02d}", "{value} (new)", "cat-{place}", "{place}{letter}")


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`rows` is the share of rows after the date, `effect` the share of the values that is renamed."""
    column = pick(rng, world.categories(), "category")
    date = moment(world, rng, max(0.1, 0.9 - strength.rows), 1 - strength.rows)
    values = sorted(world.frame[column].drop_nulls().unique())
    count = max(1, round(strength.effect * len(values)))
    shape = pick(rng, SHAPES, "shape")
    letter = "ABCDEFGH"[int(rng.integers(8))]
    chosen = [values[int(place)] for place in rng.choice(len(values), count, replace=False)]
    renamed = {value: shape.format(letter=letter, place=i + 1, value=value) for i, value in enumerate(chosen)}
    changes = world.frame[column].is_in(chosen).fill_null(False).to_numpy()
    mask = since(world, date) & known(world, column) & changes
    new = world.frame[column].replace_strict(renamed, default=None, return_dtype=pl.String)
    return Planted(
        put(world, column, mask, new),
        Truth((column,), int(mask.sum()), strength.effect, date, span_days(world)),
    )


KINDS = (
    Kind(
        "vocabulary",
        "categories renamed at a date",
        plant,
        Strength(0.4, 0.5),
        "half of the labels change for the last third of the history or more, as after a change of system",
        rows=(0.1, 0.25, 0.4),
        effects=(0.2, 0.5, 1.0),
        unit="share of the labels",
    ),
)
