"""The visit: every column is taken up once, and all facts about it are answered before the next one.

At any time one column is in memory beside the rows' outcomes and bins of time, so the same code serves a
table in memory and a file that is larger than it. How to add a fact is told in `airworthy.data.facts`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import RESERVED, RowGroups, Table, Watch
from airworthy.data.facts.groups import Groups
from airworthy.data.facts.scan import column_of
from airworthy.kernel.fact import Facts, Failed

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

FEW = 10_000
"""Most different values of a column that are kept with their counts."""

_PROBE = 20_000

Answer = Callable[[Any, "ColumnView", Facts], object]


class ColumnView:
    """One column during its visit. What several facts share is made when first asked for, once."""

    def __init__(self, values: pl.Series, place: int, groups: Groups) -> None:
        self.values = values
        self.groups = groups
        """Each row's outcome and bin of time: `groups.by_outcome(flags)`, `groups.by_bin(flags)`."""
        self._place = place

    @property
    def name(self) -> str:
        return self.values.name

    @property
    def kind(self) -> pl.DataType:
        return self.values.dtype

    @property
    def rows(self) -> int:
        return len(self.values)

    @cached_property
    def nulls(self) -> int:
        return self.values.null_count()

    @cached_property
    def is_null(self) -> Flags:
        """(rows,) True where the cell is missing."""
        return self.values.is_null().to_numpy()

    @cached_property
    def hashes(self) -> pl.Series:
        """(rows,) one 64-bit hash a cell, seeded with the column's place so that swapped values differ."""
        return self.values.hash(self._place)

    @cached_property
    def distinct(self) -> int:
        """Different values, missing ones left out; of text, different 64-bit hashes."""
        if self.kind == pl.String and self.tally is not None:
            return self.tally.height
        counted = self.hashes if self.kind == pl.String else self.values
        return counted.n_unique() - (1 if self.nulls else 0) if self.rows else 0

    @cached_property
    def tally(self) -> pl.DataFrame | None:
        """Different values (`value`) with their rows (`count`), in no order; None with more than `FEW`."""
        probed = self.values.head(_PROBE)
        if self.rows > _PROBE and probed.n_unique() > FEW:
            return None
        if self.rows > _PROBE and self.hashes.n_unique() > FEW:
            return None
        counted = self.values.alias("value").value_counts(name="count").filter(pl.col("value").is_not_null())
        return counted if counted.height <= FEW else None

    @cached_property
    def numbers(self) -> Floats:
        """(rows,) the cells as float64, NaN where missing; instants and days in seconds since 1970."""
        values = self.values
        if self.kind.is_temporal():
            values = values.cast(pl.Datetime("us")).dt.epoch("s")
        return values.cast(pl.Float64).to_numpy()


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    """Answer the facts about each column by `airworthy.data.facts.<fact.answered_by>.answer`."""
    table: pl.LazyFrame = facts[Table()].lazy()
    schema = table.collect_schema()
    places = {name: place for place, name in enumerate(schema)}
    groups: Groups = facts[RowGroups()]
    asked: dict[str, list[Any]] = {}
    for fact in wanted:
        asked.setdefault(fact.column, []).append(fact)
    computed: dict[Any, object] = {}
    # Outcome and time first: most checks need them, should the rest be interrupted.
    for name, questions in sorted(asked.items(), key=lambda column: column[0] not in RESERVED):
        view = ColumnView(column_of(facts, name), places[name], groups)
        answers = {fact: _answered(fact, view, facts) for fact in questions}
        facts.keep(answers)
        computed |= answers
        if Watch() in facts:
            facts[Watch()](name)
    return computed


def _answered(fact: Any, view: ColumnView, facts: Facts) -> object:
    try:
        return _answer(fact.answered_by)(fact, view, facts)
    except Exception as error:  # noqa: BLE001 - one detector that breaks must not take the others along
        return Failed(error)


def _answer(module: str) -> Answer:
    answer: Answer = importlib.import_module(f"airworthy.data.facts.{module}").answer
    return answer
