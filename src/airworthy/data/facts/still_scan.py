"""The longest stretch at either end of the rows in which a number does not move."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from airworthy.data.facts import TIME, Sample, Table
from airworthy.data.facts.scan import epoch_seconds, one_row
from airworthy.data.facts.still import Still, Stretch
from airworthy.kernel.fact import Facts

FEWEST = 100
CHANCE = 1e-9
"""A stretch that the value's share elsewhere would give by coincidence more often than this is none."""

LEAST_DIFFERENT = 50
"""Different values outside the stretch: fewer are codes and calendars, which stand still by nature."""


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    table = facts[Table()].lazy()
    timed = TIME in table.collect_schema()
    clock = epoch_seconds(TIME) if timed else pl.int_range(pl.len(), dtype=pl.Int64)
    table = table.with_columns(clock.alias("__clock__"))
    ends = list(one_row(table, facts, [[_ends(fact, i)] for i, fact in enumerate(wanted)]).values())
    found = one_row(table, facts, [_runs(fact.column, ends[i], i) for i, fact in enumerate(wanted)])
    sample: pl.DataFrame = facts[Sample()]
    return {fact: _longest(sample[fact.column], found, ends[i], i, timed) for i, fact in enumerate(wanted)}


def _ends(fact: Still, place: int) -> pl.Expr:
    """The first and the last value in time."""
    cell, clock = pl.col(fact.column), pl.col("__clock__")
    known = cell.is_not_null() & clock.is_not_null()
    cells, clocks = cell.filter(known), clock.filter(known)
    first, last = (cells.filter(clocks == end).first() for end in (clocks.min(), clocks.max()))
    return pl.concat_list(first.cast(pl.Float64), last.cast(pl.Float64)).alias(f"e{place}")


def _runs(column: str, ends: Any, place: int) -> list[pl.Expr]:
    cell, clock = pl.col(column).cast(pl.Float64), pl.col("__clock__")
    asks = [cell.count().alias(f"n{place}")]
    if ends is None or None in ends:
        return asks
    for side, value in enumerate(ends):
        other = clock.filter(cell != value)
        edge = other.min() if side == 0 else other.max()
        beyond = clock < edge if side == 0 else clock > edge
        asks += [
            edge.alias(f"a{place}_{side}"),
            (beyond & cell.is_not_null()).sum().alias(f"r{place}_{side}"),
            (cell == value).sum().alias(f"v{place}_{side}"),
        ]
    return asks


def _longest(sample: pl.Series, found: Mapping[str, Any], ends: Any, place: int, timed: bool) -> Stretch:
    rows = found[f"n{place}"]
    best = Stretch(rows)
    for side in (0, 1):
        run = found.get(f"r{place}_{side}") or 0
        if run < FEWEST or run <= best.still or run >= rows:
            continue
        elsewhere = (found[f"v{place}_{side}"] - run) / (rows - run)
        by_chance = run * math.log(max(elsewhere, 1 / rows)) > math.log(CHANCE)
        rest = sample.filter(sample != ends[side])
        different = rest.n_unique()
        # A file sorted by the column itself begins or ends with its most frequent value.
        if (
            by_chance
            or different < LEAST_DIFFERENT
            or sample.is_sorted()
            or sample.is_sorted(descending=True)
        ):
            continue
        at = float(found[f"a{place}_{side}"])
        best = Stretch(rows, run, f"{ends[side]:.6g}", side == 0, at, timed, elsewhere, different)
    return best
