"""A null rate that steps at a date in one source only, which the rate of all rows may hide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import ColumnCounts, NullsByTime, RowGroups, Sample, Timeline
from airworthy.data.facts.dependence import SegmentStep
from airworthy.data.facts.groups import Codes, Groups
from airworthy.data.facts.scan import column_of
from airworthy.data.facts.steps import best_step
from airworthy.kernel.fact import Facts

MOST_COLUMNS, MOST_VALUES = 4, 12
"""Segment columns that are read, those of the fewest values first, and values of one."""

FEWEST_NULLS = 20

Bits = NDArray[np.uint8]
"""Whether each row's cell is missing, eight rows a byte."""

_NONE: SegmentStep | None = None


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    computed: dict[Any, object] = dict.fromkeys(wanted)
    facts.prepare([f for fact in wanted for f in (ColumnCounts(fact.column), NullsByTime(fact.column))])
    asked = [f for f in wanted if _has_gaps(facts, f.column)]
    if not asked:
        return computed
    line: Timeline = facts[NullsByTime(asked[0].column)]
    segments = _segments(asked[0].segments, facts[Sample()])
    gaps = [np.packbits(column_of(facts, f.column).is_null().to_numpy()) for f in asked] if segments else []
    for by in segments:
        for fact, found in zip(asked, _steps(by, gaps, facts, line), strict=True):
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


def _steps(by: str, gaps: Sequence[Bits], facts: Facts, line: Timeline) -> list[SegmentStep | None]:
    """For each column the segment of `by` with the strongest step."""
    groups: Groups = facts[RowGroups()]
    assert groups.bin is not None  # there are timelines only where there are bins
    cells, bins = column_of(facts, by).cast(pl.String), len(line.rows)
    values = cells.unique().drop_nulls().sort()
    codes = cells.cast(pl.Enum(values)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
    # The last place takes the rows without a value or a time.
    places = np.where((codes < 0) | (groups.bin < 0), len(values) * bins, codes * bins + groups.bin)
    del cells, codes

    def counted(places: Codes) -> NDArray[np.int64]:
        return np.bincount(places, minlength=len(values) * bins + 1)[:-1].reshape(len(values), bins)

    rows, best = counted(places), [_NONE] * len(gaps)
    for i, gap in enumerate(gaps):
        hits = counted(places[np.unpackbits(gap, count=len(places)).view(bool)])
        for value, of_value, missing in zip(values, rows, hits, strict=True):
            found = _step(by, value, of_value, missing, line, len(values))
            held = best[i]
            if found is not None and (held is None or _strength(found) > _strength(held)):
                best[i] = found
    return best


def _step(
    by: str, value: str, rows: NDArray[np.int64], hits: NDArray[np.int64], line: Timeline, segments: int
) -> SegmentStep | None:
    step = best_step(Timeline(line.start, line.seconds, tuple(rows.tolist()), tuple(hits.tolist())))
    if step is None:
        return None
    at = float(line.start + step.place * line.seconds)
    return SegmentStep(
        by, value, at, line.seconds, step.before, step.after, step.tried * segments, step.scatter
    )


def _strength(step: SegmentStep) -> float:
    before, after = step.before[1], step.after[1]
    return step.change**2 * before * after / (before + after) / step.scatter
