"""A unit that changes: in one source, at a date, or in one source from a date on."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.dates import moment, since, span_days
from planted.groups import one_group
from planted.plant import Kind, Planted, Strength, Truth, known, pick, put
from planted.world import World


def source(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    _, inside = one_group(world, rng, strength.rows)
    return _scaled(world, rng, strength, inside, Truth())


def date(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    when = moment(world, rng, max(0.1, 0.9 - strength.rows), 1 - strength.rows)
    return _scaled(world, rng, strength, since(world, when), Truth(date=when, span=span_days(world)))


def source_and_date(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    _, inside = one_group(world, rng, strength.rows)
    when = moment(world, rng, 0.3, 0.7)
    return _scaled(world, rng, strength, inside & since(world, when), Truth(date=when, span=span_days(world)))


def _scaled(
    world: World, rng: np.random.Generator, strength: Strength, mask: np.ndarray, truth: Truth
) -> Planted:
    positive = [name for name in world.numbers() if (world.frame[name].quantile(0.02) or 0) > 0]
    column = pick(rng, positive, "positive number")
    factor = strength.effect if rng.random() < 0.5 else 1 / strength.effect
    touched = mask & known(world, column)
    scaled = world.frame[column].cast(pl.Float64) * factor
    floating = world.having(world.frame.with_columns(pl.col(column).cast(pl.Float64)))
    done = Truth((column,), int(touched.sum()), factor, truth.date, truth.span)
    return Planted(put(floating, column, touched, scaled), done)


FACTORS = (1.8, 3.28, 10.0, 100.0, 1000.0)
KINDS = (
    Kind(
        "unit.source",
        "another unit in one source",
        source,
        Strength(0.1, 100.0),
        "cents for euros in a source that writes every tenth row",
        rows=(0.05, 0.1, 0.2),
        effects=FACTORS,
        unit="factor",
    ),
    Kind(
        "unit.date",
        "another unit from a date on",
        date,
        Strength(0.4, 3.28),
        "feet for metres, one of the smaller confusions of common units, in the last third of the history or more",
        rows=(0.1, 0.25, 0.4),
        effects=FACTORS,
        unit="factor",
    ),
    Kind(
        "unit.source-date",
        "another unit in one source from a date on",
        source_and_date,
        Strength(0.2, 10.0),
        "millimetres for centimetres in a source that writes every fifth row",
        rows=(0.1, 0.2, 0.4),
        effects=FACTORS,
        unit="factor",
    ),
)
