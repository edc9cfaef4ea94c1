"""One customer on both sides of a split that was meant to keep customers apart."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth
from planted.world import NotHere, World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`rows` is the share of the test part's customers that also have a row in training."""
    if world.entity is None or world.frame[world.entity].n_unique() > 0.8 * world.rows:
        raise NotHere("no entity that returns")
    entities = world.frame[world.entity].unique().sort()
    tested = entities.filter(pl.Series(rng.random(len(entities)) < 0.25))
    part = (
        pl.when(pl.col(world.entity).is_in(tested.implode())).then(pl.lit("test")).otherwise(pl.lit("train"))
    )
    before = world.having(world.frame.with_columns(part.alias("part")), entity=world.entity, split="part")
    counts = (
        before.frame.filter(pl.col("part") == "test")[world.entity].value_counts().filter(pl.col("count") > 1)
    )
    several = counts[world.entity].sort()
    if len(several) < 20:
        raise NotHere("too few entities with two rows")
    moved = several.filter(pl.Series(rng.permutation(len(several)) < max(1, strength.rows * len(tested))))
    first = pl.col(world.entity).is_in(moved.implode()) & pl.col(world.entity).is_first_distinct()
    frame = before.frame.with_columns(pl.when(first).then(pl.lit("train")).otherwise("part").alias("part"))
    return Planted(before.having(frame), Truth((world.entity, "part"), len(moved)), before)


KINDS = (
    Kind(
        "split-entity",
        "the same entity on both sides of a split",
        plant,
        Strength(0.10),
        "a tenth of the customers tested on were learned from: the measured quality is theirs",
        rows=(0.02, 0.05, 0.10, 0.30),
    ),
)
