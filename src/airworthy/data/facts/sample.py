"""Samples that are the same for the same table: rows are drawn by the hash of their position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from airworthy.data.facts import OutcomeCounts, OutcomeSample, RowCount, Sample, Table
from airworthy.data.facts.scan import look
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
    frame = facts[Table()].lazy()
    computed: dict[Any, object] = {}
    for fact in wanted:
        if isinstance(fact, Sample):
            computed[fact] = draw(frame, facts[RowCount()])
        elif isinstance(fact, OutcomeSample):
            computed[fact] = _by_outcome(frame, facts)
    return computed


def draw(frame: pl.LazyFrame, rows: int, most: int = ROWS) -> pl.DataFrame:
    """About `most` rows in their order; all of them when there are no more."""
    if rows <= most:
        return frame.collect()
    place = pl.int_range(pl.len(), dtype=pl.UInt64).hash(_SEED) % _GRID
    return frame.filter(place < int(_GRID * most / rows)).collect()


def _by_outcome(frame: pl.LazyFrame, facts: Facts) -> tuple[pl.DataFrame, list[int], list[str]] | None:
    view, counts = look(frame), facts[OutcomeCounts()]
    if view.outcome is None or counts is None:
        return None
    kept = [(o, n) for o, n in zip(counts.outcomes, counts.rows, strict=True) if n >= FEWEST][:OUTCOMES]
    if len(kept) < 2:
        return None
    outcomes = [outcome for outcome, _ in kept]
    share = {o: min(_GRID, int(_GRID * ROWS_PER_OUTCOME / n)) for o, n in kept}
    place = (pl.int_range(pl.len(), dtype=pl.UInt64).hash(_SEED + 1) % _GRID).cast(pl.Int64)
    threshold = view.outcome.replace_strict(share, default=0, return_dtype=pl.Int64)
    code = view.outcome.replace_strict(
        {o: i for i, o in enumerate(outcomes)}, default=-1, return_dtype=pl.Int64
    )
    rows = frame.with_columns(code.alias("__code__")).filter(place < threshold).collect()
    codes = rows["__code__"].to_list()
    return rows.drop("__code__"), codes, outcomes
