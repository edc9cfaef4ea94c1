"""Values that a declared contract rules out: a new label, a number out of range, a number written as text."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def promised(world: World) -> dict[str, dict[str, object]]:
    """The contract of a healthy table: each column's type, and its range or its labels."""
    rules: dict[str, dict[str, object]] = {}
    for name in world.frame.columns:
        column = world.frame[name]
        rules[name] = {"type": str(column.dtype)}
        if column.dtype.is_numeric():
            rules[name] |= {"low": column.min(), "high": column.max()}
        elif name in world.categories(2):
            rules[name] |= {"values": sorted(column.drop_nulls().unique())}
    return rules


def label(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    before = world.having(world.frame, contract=promised(world))
    column = pick(rng, world.categories(), "category")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    return Planted(put(before, column, mask, pl.lit("zeta")), Truth((column,), int(mask.sum())), before)


def span(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    before = world.having(world.frame, contract=promised(world))
    column = pick(rng, world.numbers(), "number")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    low, high = (float(v) for v in (world.frame[column].min(), world.frame[column].max()))  # type: ignore[arg-type]
    beyond = pl.Series(np.round(high + (high - low) * rng.uniform(0.1, 0.3, world.rows), 2))
    return Planted(put(before, column, mask, beyond), Truth((column,), int(mask.sum())), before)


def kind(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    before = world.having(world.frame, contract=promised(world))
    column = pick(rng, world.numbers(), "number")
    text = before.frame.with_columns(("no. " + pl.col(column).cast(pl.String)).alias(column))
    return Planted(before.having(text), Truth((column,), world.rows), before)


def lost(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    before = world.having(world.frame, contract=promised(world))
    column = pick(rng, world.inputs(), "input")
    return Planted(before.having(before.frame.drop(column)), Truth((column,), world.rows), before)


REASON = "two rows in a hundred; a contract rules out the first"
ROWS = (0.001, 0.005, 0.02)
KINDS = (
    Kind("contract.label", "a label the contract does not know", label, Strength(0.02), REASON, ROWS),
    Kind("contract.range", "a number out of the agreed range", span, Strength(0.02), REASON, ROWS),
    Kind(
        "contract.type",
        "a column of another type",
        kind,
        Strength(1.0),
        "a type changes for the whole file",
        (1.0,),
    ),
    Kind(
        "contract.column",
        "a column that is no longer sent",
        lost,
        Strength(1.0),
        "a column goes for the whole file",
        (1.0,),
    ),
)
