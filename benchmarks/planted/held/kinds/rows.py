"""Rows: a part loaded again, people told twice under another key, parts of a split that share them, holes."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from planted.dates import moment, span_days
from planted.held.kinds.writing import beside, dropped, swapped
from planted.plant import Planted, Planter, Strength, Truth
from planted.world import NotHere, World


def exact(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """One stretch of the file a second time, at its end; a table in order of time is put in order again."""
    count = max(1, round(strength.rows * world.rows))
    start = int(rng.integers(world.rows - count))
    both = pl.concat([world.frame, world.frame.slice(start, count)])
    told = both.sort(world.time, maintain_order=True) if world.time and rng.random() < 0.5 else both
    return Planted(world.having(told), Truth((), count, strength.effect))


def near(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A new key of the same form, and `effect` cells retyped, shortened or given another row's value."""
    keys = [n for n in world.inputs() if _is_key(world, n)]
    cells = [n for n in [*world.numbers(), *world.texts(), *world.categories()] if n not in keys]
    if len(world.inputs()) < 8 or len(world.numbers()) < 3:
        raise NotHere("too few columns to tell a copy from a coincidence")
    frame = world.frame.with_columns(pl.col(pl.Int32, pl.UInt32).cast(pl.Int64))
    places = rng.choice(world.rows, max(1, round(strength.rows * world.rows)), replace=False)
    columns = {name: list(frame[places][name]) for name in frame.columns}
    for name in keys:
        columns[name] = [_other_key(rng, value) for value in columns[name]]
    for row in range(len(places)):
        for name in rng.choice(cells, int(strength.effect), replace=False):
            other = frame[str(name)][int(rng.integers(world.rows))]
            columns[str(name)][row] = _retyped(rng, columns[str(name)][row], other)
    copies = pl.DataFrame(columns, schema=frame.schema, strict=False)
    both = pl.concat([frame, copies])
    mixed = both.sort(world.time, maintain_order=True) if world.time else both[rng.permutation(both.height)]
    return Planted(world.having(mixed), Truth((), len(places), strength.effect))


def _is_key(world: World, name: str) -> bool:
    column = world.frame[name]
    return not column.dtype.is_float() and column.n_unique() == world.rows and name not in world.texts()


def _other_key(rng: np.random.Generator, value: object) -> object:
    if isinstance(value, str):
        return "".join(
            str(rng.integers(10)) if c.isdigit() else "abcdef"[rng.integers(6)] if c in "abcdef" else c
            for c in value
        )
    return value + int(rng.integers(1, 10**6)) if isinstance(value, int) else value


def _retyped(rng: np.random.Generator, value: object, other: object) -> object:
    """A text is shortened or mistyped, a number is a tenth larger, or another row's value stands there."""
    if isinstance(value, str) and len(value) > 5:
        way = int(rng.integers(4))
        if way == 0:
            return value[: max(3, len(value) - int(rng.integers(2, 6)))].rstrip() + "."
        return (beside, dropped, swapped)[way - 1](rng, value)
    if isinstance(value, int | float) and not isinstance(value, bool) and rng.random() < 0.5:
        return value + (1 if isinstance(value, int) else round(abs(value) * 0.1 + 1, 2))
    return other


def split_entity(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Three parts, and the entity as a number; `rows` of those tested on also stand in training."""
    if world.entity is None or world.frame[world.entity].n_unique() > 0.8 * world.rows:
        raise NotHere("no entity that returns")
    name = world.entity
    entities = world.frame[name].unique().sort()
    draw = rng.random(len(entities))
    tested, checked = entities.filter(pl.Series(draw < 0.2)), entities.filter(pl.Series(draw > 0.9))
    part = (
        pl.when(pl.col(name).is_in(tested.implode()))
        .then(pl.lit("test"))
        .when(pl.col(name).is_in(checked.implode()))
        .then(pl.lit("validation"))
        .otherwise(pl.lit("train"))
    )
    before = world.having(world.frame.with_columns(part.alias("subset")), entity=name, split="subset")
    counts = before.frame.filter(pl.col("subset") == "test")[name].value_counts().filter(pl.col("count") > 1)
    several = counts[name].sort()
    if len(several) < 20:
        raise NotHere("too few entities with two rows")
    moved = several.filter(pl.Series(rng.permutation(len(several)) < max(1, strength.rows * len(tested))))
    last = pl.col(name).is_in(moved.implode()) & pl.col(name).is_last_distinct()
    frame = before.frame.with_columns(pl.when(last).then(pl.lit("train")).otherwise("subset").alias("subset"))
    return Planted(before.having(frame), Truth((name, "subset"), len(moved)), before)


def gap(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """No rows for a share `effect` of the span, early or late in it."""
    begin = moment(world, rng, 0.05, 0.9)
    days = strength.effect * span_days(world)
    at = world.frame[world.time or ""]
    inside = (at >= begin) & (at < begin + timedelta(days=days))
    if at.max() <= begin + timedelta(days=1.5 * days):  # type: ignore[operator]
        raise NotHere("too near the end to be a gap")
    truth = Truth((), int(inside.sum()), days, begin, span_days(world))
    return Planted(world.having(world.frame.filter(~inside)), truth)


def season(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`effect` neighbouring months are missing in every year."""
    if world.time is None or span_days(world) < 360:
        raise NotHere("less than a year")
    first = int(rng.integers(12))
    months = [(first + i) % 12 + 1 for i in range(int(strength.effect))]
    inside = world.frame[world.time].dt.month().is_in(months)
    return Planted(world.having(world.frame.filter(~inside)), Truth((), int(inside.sum()), strength.effect))


PLANTERS: dict[str, Planter] = {
    "duplicates.exact": exact,
    "duplicates.near": near,
    "split-entity": split_entity,
    "time-gap": gap,
    "unseen-season": season,
}
