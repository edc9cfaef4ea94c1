"""Numbers that end too early: feeds filled up to their first day, outages of one site, values below a limit."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl

from planted.dates import span_days
from planted.plant import Planted, Planter, Strength, Truth, pick, put, some_rows
from planted.world import NotHere, World


def lively(world: World) -> list[str]:
    """Numbers that hardly ever stand twice in a row, so that thirty alike say that nothing was measured."""
    chosen = []
    for name in world.numbers(distinct=100):
        ordered = world.frame.sort(world.time, maintain_order=True)[name] if world.time else world.frame[name]
        if (ordered == ordered.shift(1)).sum() <= 0.05 * world.rows:
            chosen.append(name)
    return chosen


def began_late(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Rows before the first measured one were filled: with that value, the usual one, or a zero inside the range.

    The date is that of the first row that was measured.
    """
    column = pick(rng, lively(world), "number that changes from row to row")
    order = _order(world)
    stretch, rest = np.split(order, [round(strength.rows * world.rows)])
    values = world.frame[column]
    fills = [values[int(rest[0])], values.median()]
    if float(values.min() or 0) < 0 < float(values.max() or 0):  # type: ignore[arg-type]
        fills.append(0)
    fill = fills[int(rng.integers(len(fills)))]
    if fill is None:
        raise NotHere("begins with a gap")
    return _held(world, rng, column, stretch, _as(values.dtype, float(fill)), strength, int(rest[0]))


def outage(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Somewhere in between, the rounded mean of the last ten values: what a gateway hands on when cut off."""
    column = pick(rng, lively(world), "number that changes from row to row")
    order = _order(world)
    start = int(rng.integers(round(0.1 * world.rows), round((0.9 - strength.rows) * world.rows)))
    stretch = order[start : start + round(strength.rows * world.rows)]
    values = world.frame[column]
    mean = float(values[order[start - 10 : start].tolist()].mean() or 0)  # type: ignore[arg-type]
    fill = float(f"{mean:.3g}")
    return _held(world, rng, column, stretch, _as(values.dtype, fill), strength, int(stretch[0]))


def _held(
    world: World, rng: np.random.Generator, column: str, stretch: np.ndarray, fill: float | int,
    strength: Strength, turn: int,
) -> Planted:  # fmt: skip
    """`column` at `fill` in the stretch, gaps too: who fills leaves none. `turn` is the row that dates it."""
    inside = np.zeros(world.rows, dtype=bool)
    inside[stretch] = True
    mask = some_rows(rng, inside, strength.effect * inside.sum())
    date = _date(world, turn)
    span = span_days(world) if date else 0.0
    return Planted(
        put(world, column, mask, fill), Truth((column,), int(mask.sum()), strength.effect, date, span)
    )


def _order(world: World) -> np.ndarray:
    """Rows by their time, or as they stand in the file."""
    if world.time is None:
        return np.arange(world.rows)
    return world.frame[world.time].arg_sort(nulls_last=True).to_numpy()


def _date(world: World, row: int) -> datetime | None:
    return None if world.time is None else world.frame[world.time][row]


def _as(kind: pl.DataType, value: float) -> float | int:
    return round(value) if kind.is_integer() else value


HEAP = 0.02
"""No value of a column has more rows than this before it is cut: a zero in every third row, or ages told to the
nearest five, are piles of their own, and who saw one more could not call it a cut."""


def cut_off(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Values below what an instrument can tell, both tails pulled in by an analyst, or a capped outcome."""
    way = int(rng.integers(3))
    outcome = world.target
    if way == 2 and outcome and world.frame[outcome].dtype.is_float():
        return _between(world, outcome, 0.0, 1 - strength.rows)
    column = pick(rng, [name for name in world.numbers(60) if _smooth(world, name)], "number without heaps")
    if way == 0 and float(world.frame[column].min() or 0) >= 0:  # type: ignore[arg-type]
        return _between(world, column, strength.rows, 1.0)
    return _between(world, column, strength.rows / 2, 1 - strength.rows / 2)


def _smooth(world: World, name: str) -> bool:
    counts = world.frame[name].drop_nulls().value_counts()["count"]
    return bool(counts.max() <= HEAP * world.rows)  # type: ignore[operator]


def _between(world: World, column: str, low: float, high: float) -> Planted:
    """`column` pulled in to two of its quantiles."""
    values = world.frame[column]
    ends = (values.quantile(low, "higher"), values.quantile(high, "lower"))
    bottom, top = (_as(values.dtype, float(end or 0)) for end in ends)
    cut = world.having(world.frame.with_columns(pl.col(column).clip(bottom, top)))
    touched = (values != cut.frame[column]).sum()
    if not touched:
        raise NotHere("nothing beyond")
    return Planted(cut, Truth((column,), int(touched)))


PLANTERS: dict[str, Planter] = {
    "stuck.since": began_late,
    "stuck.while": outage,
    "cut-off": cut_off,
}
