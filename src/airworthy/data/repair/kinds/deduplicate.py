"""Training rows that were loaded twice count once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from airworthy.data.checks.subjects import TABLE
from airworthy.data.facts import ROW
from airworthy.data.repair.kinds.kind import Kind, Look, proposed
from airworthy.data.repair.readers import Key, names
from airworthy.data.repair.step import Parameters, RepairStep

BY_CHANCE = 0.5


@dataclass(frozen=True)
class Except(Parameters):
    ignoring: tuple[str, ...] = ()


class DeduplicateKind(Kind[Except]):
    name: ClassVar[str] = "deduplicate"
    does: ClassVar[str] = "Keep the first of equal training rows"
    about: ClassVar[str] = "Of training rows equal in all columns, the outcome included, the first stays."
    type: ClassVar[type[Parameters]] = Except
    keys: ClassVar[tuple[Key, ...]] = (
        Key(
            "ignoring",
            names,
            '["row_number"]',
            "columns that need not be equal, such as row numbers",
            required=False,
        ),
    )
    on_rows: ClassVar[bool] = True

    def propose(self, look: Look) -> Iterator[RepairStep]:
        for result in look.report.failures:
            if result.name == "duplicate-rows" and result.subject == TABLE:
                numbering = tuple(c.name for c in look.contract.columns if _numbers_rows(look.frame[c.name]))
                certain = result.details["by_chance"] < BY_CHANCE
                yield proposed(self, result, "", Except(numbering), safe=certain)

    def keeps(self, parameters: Except, column: str, frame: pl.DataFrame) -> pl.Series:
        compared = [c for c in frame.columns if c != ROW and c not in parameters.ignoring]
        if not compared:
            return pl.Series([True] * frame.height)
        first = frame.select(pl.struct(compared).is_first_distinct())
        return first.to_series()


def _numbers_rows(values: pl.Series) -> bool:
    """Whole numbers or words that are different in every row: no row could repeat another."""
    kind = values.dtype
    return len(values) > 1 and (kind.is_integer() or kind == pl.String) and values.n_unique() == len(values)
