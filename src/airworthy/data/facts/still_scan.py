"""The longest stretch at either end of the rows in which a number does not move."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import TIME, ColumnCounts, Sample, Table
from airworthy.data.facts.scan import column_of, epoch_seconds, one_row
from airworthy.data.facts.still import Still, Stretch
from airworthy.kernel.fact import Facts

FEWEST = 100
CHANCE = 1e-9
"""A stretch that the value's share elsewhere would give by coincidence more often than this is none."""

LEAST_DIFFERENT = 50
"""Different values outside the stretch: fewer are codes and calendars, which stand still by nature."""


_AT_ONCE = 500

LOOK = 2_000
"""Rows at either end in which a number that moves is seen to move."""


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    facts.prepare([ColumnCounts(fact.column) for fact in wanted])
    table = facts[Table()].lazy()
    timed = TIME in table.collect_schema()
    clock = epoch_seconds(TIME) if timed else pl.int_range(pl.len(), dtype=pl.Int64)
    counts = [facts[ColumnCounts(fact.column)] for fact in wanted]
    computed: dict[Any, object] = {
        fact: Stretch(count.rows - count.nulls) for fact, count in zip(wanted, counts, strict=True)
    }
    asked = _standing(wanted, facts, table.select(clock.alias("clock")).collect().to_series())
    if not asked:
        return computed
    table = table.with_columns(clock.alias("__clock__"))
    ends = list(one_row(table, facts, [[_ends(fact, i)] for i, fact in enumerate(asked)]).values())
    found = one_row(table, facts, [_runs(fact.column, ends[i], i) for i, fact in enumerate(asked)])
    sample: pl.DataFrame = facts[Sample()]
    longest = [_longest(sample[fact.column], found, ends[i], i, timed) for i, fact in enumerate(asked)]
    return computed | dict(zip(asked, longest, strict=True))


def _standing(wanted: Sequence[Still], facts: Facts, clock: pl.Series) -> list[Still]:
    """The numbers that do not move within the first, or the last, `FEWEST` of their values.

    Nearly every number moves at once: its rows between need no look.
    """
    known = clock.is_not_null().arg_true().to_numpy()
    times = clock.gather(known).to_numpy()
    looked = []
    for sign in (1, -1):
        near = np.arange(len(times))
        if len(times) > LOOK:
            near = np.argpartition(sign * times, LOOK)[:LOOK]
        near = near[np.argsort(sign * times[near], kind="stable")]
        looked.append((pl.Series(known[near]), sign * times[near]))
    table = facts[Table()]
    if not isinstance(table, pl.DataFrame):
        return [fact for fact in wanted if _stands(column_of(facts, fact.column).to_frame(), looked)[0]]
    asked: list[Still] = []
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        stands = _stands(table.select([fact.column for fact in some]), looked)
        asked += [fact for fact, still in zip(some, stands, strict=True) if still]
    return asked


def _stands(columns: pl.DataFrame, looked: Sequence[tuple[pl.Series, Any]]) -> NDArray[np.bool_]:
    """For each column whether either end holds one value for `FEWEST` rows, or as far as was looked."""
    stands = np.zeros(columns.width, bool)
    for rows, times in looked:
        if not len(rows):
            continue
        cells = columns[rows].select(pl.all().cast(pl.Float64).fill_null(math.nan)).to_numpy()
        known = ~np.isnan(cells)
        first = cells[known.argmax(axis=0), np.arange(columns.width)]
        other = known & (cells != first)
        edge = times[other.argmax(axis=0)]
        before = (known & (times[:, None] < edge)).sum(axis=0)
        stands |= ~other.any(axis=0) | (before >= FEWEST)
    return stands


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
