"""Outcomes written down wrongly, at random."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, put, some_rows
from planted.world import NotHere, World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """First two numbers are made to tell the outcome almost entirely: else noise and chance look the same."""
    before = told_by_numbers(world, rng)
    target = before.target or ""
    other = pl.when(pl.col(target) == "yes").then(pl.lit("no")).otherwise(pl.lit("yes"))
    mask = some_rows(rng, np.ones(world.rows, dtype=bool), strength.rows * world.rows)
    return Planted(put(before, target, mask, other), Truth((), int(mask.sum())), before)


def told_by_numbers(world: World, rng: np.random.Generator) -> World:
    """`world` with "yes" where the ranks of two numbers add up to much; wrong near the border only."""
    numbers = world.numbers()
    if world.target is None or len(numbers) < 2:
        raise NotHere("no target, or fewer than two numbers")
    first, second = (numbers[int(place)] for place in rng.choice(len(numbers), 2, replace=False))
    ranks = [
        world.frame[name].fill_null(strategy="mean").rank().to_numpy() / world.rows
        for name in (first, second)
    ]
    score = ranks[0] + rng.uniform(0.5, 1.0) * ranks[1] + rng.normal(0, 0.03, world.rows)
    labels = np.where(score > np.quantile(score, rng.uniform(0.5, 0.7)), "yes", "no")
    return world.having(world.frame.with_columns(pl.Series(world.target, labels)))


KINDS = (
    Kind(
        "label-noise",
        "outcomes written down wrongly",
        plant,
        Strength(0.2),
        "every fifth label, where two inputs tell the outcome almost entirely: no chance explains it",
        rows=(0.02, 0.05, 0.1, 0.2),
    ),
)
