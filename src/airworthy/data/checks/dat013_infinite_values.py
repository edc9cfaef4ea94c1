"""DAT013: does a column hold infinities?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.subjects import column_of, watched
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts import ColumnCounts, Counts
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType


class InfiniteValues(ColumnAudit):
    """## What it finds
    Plus or minus infinity among the numbers of a column.

    ## Why it matters
    Somebody divided by zero or took the logarithm of zero. An average over such a column is infinite, and
    the rows count as missing from here on, without a word from the file.

    ## How it is found
    Infinite values are counted in the one scan.

    ## Limit
    None. Below about 59 rows a column without any stays open.

    ## What to do
    Repair the formula that made them; decide what a division by zero means there.

    ## Known problems
    Very large finite numbers (1e308) pass. NaN is read as missing: see DAT001.

    ## Example
    12 of 10,000 ratios are infinite: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> ratio = [n * 37 % 101 / (n % 50) if n % 50 else float("inf") for n in range(1000)]
        >>> table = pl.DataFrame({"ratio": ratio})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT013"]
        ['column:ratio']

    ## References
    IEEE 754-2019, 7.3, on division by zero.
    """

    code: ClassVar[str] = "DAT013"
    name: ClassVar[str] = "infinite-values"
    title: ClassVar[str] = "Numbers are finite"
    default: ClassVar[Limit] = Limit(high=0.0, source="default: no value")
    advice: ClassVar[str] = (
        "Repair the formula that made them, most often a division by zero; until then they count as missing."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        kinds = (LogicalType.REAL, LogicalType.MONEY)
        return [column for column in watched(scope) if column.type in kinds]

    def fact(self, column: str) -> Fact:
        return ColumnCounts(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Census  # loads with the measuring code

        counts: Counts = facts[ColumnCounts(column.name)]
        if counts.rows == counts.nulls:
            return NotApplicable(f"{column.name} holds no value.")
        return Census(counts.infinite, counts.rows - counts.nulls, "share of values")

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        told = counted(result.details["rows_touched"], "value")
        return f"{column_of(result.subject)} is infinite in {told} of {n:,} ({share(value)})."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: Counts = facts[ColumnCounts(column_of(subject))]
        return {"rows_touched": counts.infinite}
