"""Columns that give the outcome away: a copy, a figure computed from it, a late key, a late field, the order."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth
from planted.world import NotHere, World

NAMES = ("code_7", "field_12", "x_9", "ref_a", "attr_3", "col_21")


def copy(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """The outcome under other labels; `effect` is the share of rows in which it is right."""
    wrong = rng.random(world.rows) > strength.effect
    said = world.positive().to_numpy() ^ wrong
    return _added(world, rng, np.where(said, "B2", "A1"), world.rows, strength)


def figure(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A number drawn around the outcome; `effect` is the distance of the outcomes in standard deviations."""
    if world.target is not None and world.frame[world.target].dtype == pl.Float64:
        values = world.frame[world.target].fill_null(strategy="mean").to_numpy()
        centre = (values - values.mean()) / values.std() * 3 * strength.effect
    else:
        centre = world.positive().to_numpy() * strength.effect
    made = np.round(100 * np.exp(0.3 * (centre + rng.normal(0, 1, world.rows))), 2)
    if world.target is not None and world.frame[world.target].dtype == pl.Float64:
        made = np.round(50 + 7 * (centre + rng.normal(0, 1, world.rows)), 2)
    return _added(world, rng, made, world.rows, strength)


def key(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A running number handed out after sorting by outcome; `effect` is the share of rows sorted."""
    sorting = world.positive().to_numpy() + np.where(
        rng.random(world.rows) < strength.effect, 0, rng.normal(0, 3, world.rows)
    )
    rank = np.argsort(np.argsort(sorting + rng.uniform(0, 1e-3, world.rows)))
    return _added(world, rng, rank + 100_001, world.rows, strength, "record_id")


def late(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A field filled in for a share `rows` of the rarer outcome, and for `effect` of all other rows."""
    outcome = world.positive().to_numpy()
    filled = np.where(
        outcome, rng.random(world.rows) < strength.rows, rng.random(world.rows) < strength.effect
    )
    amount = pl.Series(np.round(rng.lognormal(3, 0.5, world.rows), 2))
    values = pl.select(pl.when(pl.lit(pl.Series(filled))).then(pl.lit(amount)).otherwise(None)).to_series()
    return _added(world, rng, values, int(filled.sum()), strength)


def order(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """The file is sorted by outcome but for a share of rows that stands anywhere; `rows` are in order."""
    outcome = world.positive().to_numpy().astype(float)
    loose = rng.random(world.rows) > strength.rows
    places = np.argsort(
        np.where(loose, rng.uniform(-0.5, 1.5, world.rows), outcome + rng.uniform(-0.5, 0.5, world.rows))
    )
    return Planted(world.having(world.frame[places]), Truth((), int(strength.rows * world.rows)))


def _added(
    world: World, rng: np.random.Generator, values: object, rows: int, strength: Strength, name: str = ""
) -> Planted:
    if world.target is None:
        raise NotHere("no target")
    name = name or NAMES[int(rng.integers(len(NAMES)))]
    column = values.alias(name) if isinstance(values, pl.Series) else pl.Series(name, values)
    return Planted(world.having(world.frame.with_columns(column)), Truth((name,), rows, strength.effect))


KINDS = (
    Kind(
        "leak.copy",
        "a noisy copy of the outcome",
        copy,
        Strength(1.0, 0.98),
        "right in 98 of 100 rows, as a status written later is",
        (1.0,),
        (0.85, 0.9, 0.95, 0.98, 1.0),
        "share of rows right",
    ),
    Kind(
        "leak.figure",
        "a figure computed from the outcome",
        figure,
        Strength(1.0, 4.0),
        "four standard deviations between outcomes: AUC 0.998, which no honest input in the shared tables has",
        (1.0,),
        (1.5, 2.0, 3.0, 4.0, 6.0),
        "standard deviations between outcomes",
    ),
    Kind(
        "leak.id",
        "a key handed out after the outcome",
        key,
        Strength(1.0, 0.98),
        "98 of 100 rows were numbered outcome by outcome",
        (1.0,),
        (0.5, 0.8, 0.9, 0.98),
        "share of rows in order",
    ),
    Kind(
        "leak.late",
        "a field filled in after the outcome",
        late,
        Strength(0.3, 0.002),
        "three in ten of the rarer outcome and two in a thousand others: its AUC is modest, its harm is not",
        (0.05, 0.1, 0.3, 0.9),
        (0.0, 0.002, 0.02),
        "share of the other rows",
    ),
    Kind(
        "leak.order",
        "rows sorted by the outcome",
        order,
        Strength(0.9),
        "nine rows in ten in order: a split by position then separates the outcomes",
        (0.3, 0.6, 0.9, 1.0),
    ),
)
