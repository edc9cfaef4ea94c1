"""A null rate that steps at a date in one source only, which the rate of all rows may hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from airworthy.data.facts import TIME, ColumnCounts, NullsByTime, Sample, Table, Timeline
from airworthy.data.facts.dependence import SegmentStep
from airworthy.data.facts.scan import epoch_seconds
from airworthy.data.facts.steps import best_step
from airworthy.kernel.fact import Facts

MOST_COLUMNS, MOST_VALUES = 4, 12
"""Segment columns that are read, those of the fewest values first, and values of one."""

FEWEST_NULLS = 20


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    computed: dict[Any, object] = dict.fromkeys(wanted)
    facts.prepare([f for fact in wanted for f in (ColumnCounts(fact.column), NullsByTime(fact.column))])
    asked = [f for f in wanted if _has_gaps(facts, f.column)]
    if not asked:
        return computed
    line: Timeline = facts[NullsByTime(asked[0].column)]
    for by in _segments(asked[0].segments, facts[Sample()]):
        for fact, found in zip(asked, _steps(by, [f.column for f in asked], facts, line), strict=True):
            best: SegmentStep | None = computed[fact]  # type: ignore[assignment]
            if found is not None and (best is None or _strength(found) > _strength(best)):
                computed[fact] = found
    return computed


def _has_gaps(facts: Facts, column: str) -> bool:
    counts = facts[ColumnCounts(column)]
    return facts[NullsByTime(column)] is not None and FEWEST_NULLS <= counts.nulls < counts.rows


def _segments(names: Sequence[str], sample: pl.DataFrame) -> list[str]:
    few = [(sample[name].n_unique(), name) for name in names]
    return [name for n, name in sorted(few) if 2 <= n <= MOST_VALUES][:MOST_COLUMNS]


def _steps(by: str, columns: Sequence[str], facts: Facts, line: Timeline) -> list[SegmentStep | None]:
    """For each column the segment of `by` with the strongest step."""
    place = ((epoch_seconds(TIME) - line.start) // line.seconds).alias("bin")
    nulls = [pl.col(column).null_count().alias(f"n{i}") for i, column in enumerate(columns)]
    counted = (
        facts[Table()]
        .lazy()
        .group_by(pl.col(by).cast(pl.String).alias("by"), place)
        .agg(pl.len().alias("rows"), *nulls)
        .drop_nulls(["by", "bin"])
        .sort("by", "bin")
        .collect(engine="streaming")
    )
    parts = counted.partition_by("by", as_dict=True)
    best: list[SegmentStep | None] = [None] * len(columns)
    for (value,), part in parts.items():
        rows = [0] * len(line.rows)
        for at, n in zip(part["bin"], part["rows"], strict=True):
            rows[at] = n
        for i in range(len(columns)):
            found = _step(by, str(value), part["bin"], rows, part[f"n{i}"], line, len(parts))
            held = best[i]
            if found is not None and (held is None or _strength(found) > _strength(held)):
                best[i] = found
    return best


def _step(
    by: str, value: str, bins: pl.Series, rows: list[int], nulls: pl.Series, line: Timeline, segments: int
) -> SegmentStep | None:
    hits = [0] * len(rows)
    for at, n in zip(bins, nulls, strict=True):
        hits[at] = n
    step = best_step(Timeline(line.start, line.seconds, tuple(rows), tuple(hits)))
    if step is None:
        return None
    at = float(line.start + step.place * line.seconds)
    return SegmentStep(
        by, value, at, line.seconds, step.before, step.after, step.tried * segments, step.scatter
    )


def _strength(step: SegmentStep) -> float:
    before, after = step.before[1], step.after[1]
    return step.change**2 * before * after / (before + after) / step.scatter
