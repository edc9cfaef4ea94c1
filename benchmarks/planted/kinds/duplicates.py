"""Rows told twice: exactly, or with one cell written differently under a new key."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.kinds.spelling import typo
from planted.plant import Kind, Planted, Strength, Truth
from planted.world import NotHere, World


def exact(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    copies = world.frame[_drawn(world, rng, strength)]
    return _with(world, rng, copies, strength)


def near(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`effect` cells differ in each copy, beside keys that are different in every row."""
    keys = [name for name in world.inputs() if _is_key(world, name)]
    cells = [name for name in [*world.numbers(), *world.texts(), *world.categories()] if name not in keys]
    if len(world.inputs()) < 8 or len(world.numbers()) < 3:
        raise NotHere("too few columns to tell a copy from a coincidence")
    copies = world.frame[_drawn(world, rng, strength)]
    columns = {name: list(copies[name]) for name in copies.columns}
    for name in keys:
        columns[name] = [f"{value}-{rng.integers(10, 99)}" for value in columns[name]]
    for row in range(copies.height):
        for name in rng.choice(cells, int(strength.effect), replace=False):
            columns[str(name)][row] = _altered(rng, columns[str(name)][row])
    changed = pl.DataFrame(
        columns, schema_overrides={n: _floating(copies[n].dtype) for n in columns}, strict=False
    )
    return _with(_floats(world), rng, changed, strength)


def _drawn(world: World, rng: np.random.Generator, strength: Strength) -> np.ndarray:
    return rng.choice(world.rows, max(1, round(strength.rows * world.rows)), replace=False)


def _with(world: World, rng: np.random.Generator, copies: pl.DataFrame, strength: Strength) -> Planted:
    """The copies stand somewhere among the rows; a table in order of time stays in that order."""
    both = pl.concat([world.frame, copies])
    mixed = both.sort(world.time, maintain_order=True) if world.time else both[rng.permutation(both.height)]
    return Planted(world.having(mixed), Truth((), copies.height, strength.effect))


def _is_key(world: World, name: str) -> bool:
    column = world.frame[name]
    return column.dtype == pl.String and column.n_unique() == world.rows and name not in world.texts()


def _floating(kind: pl.DataType) -> pl.DataType:
    return pl.Float64() if kind.is_numeric() else kind


def _floats(world: World) -> World:
    return world.having(world.frame.with_columns(pl.col(pl.Int64, pl.Int32, pl.UInt32).cast(pl.Float64)))


def _altered(rng: np.random.Generator, value: object) -> object:
    if isinstance(value, str):
        return typo(rng, value) if len(value) > 3 else value + value[-1:]
    return round(float(value) * 1.01 + 1, 2) if isinstance(value, int | float) else value


KINDS = (
    Kind(
        "duplicates.exact",
        "rows loaded twice",
        exact,
        Strength(0.03),
        "three rows in a hundred: at a split of 80 to 20, one test row in forty has its answer in training",
        rows=(0.002, 0.01, 0.03, 0.10),
    ),
    Kind(
        "duplicates.near",
        "rows told twice with a cell changed",
        near,
        Strength(0.03, 1.0),
        "as for exact copies, with one cell retyped and a new key",
        rows=(0.01, 0.03, 0.10),
        effects=(1.0, 2.0, 3.0),
        unit="cells changed",
    ),
)
