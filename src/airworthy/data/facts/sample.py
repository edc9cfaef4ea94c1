"""Samples that are the same for the same table: rows are drawn by the hash of their position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from airworthy.data.facts import OutcomeCounts, OutcomeSample, RowCount, RowGroups, Sample, Table
from airworthy.data.facts.scan import column_of
from airworthy.kernel.fact import Facts

ROWS = 100_000
ROWS_PER_OUTCOME = 30_000
OUTCOMES = 20
"""Most outcomes that are told apart; rarer ones are left out of the sample."""

FEWEST = 10
"""Rows that an outcome needs to be told apart at all."""

_GRID = 1 << 30
_SEED = 20_211


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    facts.prepare([RowCount(), OutcomeCounts()])
    computed: dict[Any, object] = {}
    for fact in wanted:
        if isinstance(fact, Sample):
            computed[fact] = take(facts, choose(facts[RowCount()]))
        elif isinstance(fact, OutcomeSample):
            computed[fact] = _by_outcome(facts)
    return computed


def draw(frame: pl.LazyFrame, rows: int, most: int = ROWS) -> pl.DataFrame:
    """About `most` rows in their order; all of them when there are no more."""
    table, chosen = frame.collect(), choose(rows, most)
    return table if chosen is None else table[chosen]


def choose(rows: int, most: int = ROWS) -> pl.Series | None:
    """Which rows (their places, ascending) make a sample of about `most`; None for all of them."""
    if rows <= most:
        return None
    return (_places(rows, _SEED) < int(_GRID * most / rows)).arg_true()


def take(facts: Facts, rows: pl.Series | None) -> pl.DataFrame:
    """These rows of the table, in their order; of a file, one column at a time."""
    table = facts[Table()]
    if isinstance(table, pl.DataFrame):
        return table if rows is None else table[rows]
    names = table.collect_schema().names()
    columns = (column_of(facts, name) for name in names)
    return pl.DataFrame([column if rows is None else column.gather(rows) for column in columns])


def _places(rows: int, seed: int) -> pl.Series:
    return pl.int_range(rows, dtype=pl.UInt64, eager=True).hash(seed) % _GRID


def _by_outcome(facts: Facts) -> tuple[pl.DataFrame, list[int], list[str]] | None:
    groups, counts = facts[RowGroups()], facts[OutcomeCounts()]
    if groups.outcome is None or counts is None:
        return None
    kept = [(place, n) for place, n in enumerate(counts.rows) if n >= FEWEST][:OUTCOMES]
    if len(kept) < 2:
        return None
    # One place up: the rows without an outcome come first, and none of them is taken.
    share, code = np.zeros((2, len(counts.rows) + 1), np.int64)
    for index, (place, n) in enumerate(kept):
        share[place + 1], code[place + 1] = min(_GRID, int(_GRID * ROWS_PER_OUTCOME / n)), index
    places = _places(len(groups.outcome), _SEED + 1).to_numpy()
    rows = np.flatnonzero(places < share[groups.outcome + 1])
    codes = code[groups.outcome[rows] + 1].tolist()
    return take(facts, pl.Series(rows)), codes, [counts.outcomes[place] for place, _ in kept]
