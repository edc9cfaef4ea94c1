"""DAT002: does a column hold only one value?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.subjects import column_of, watched
from airworthy.data.checks.words import measured
from airworthy.data.facts import ColumnCounts, Counts
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column


class ConstantColumn(ColumnAudit):
    """## What it finds
    Columns with the same value in every row, or with no value at all.

    ## Why it matters
    Such a column says nothing about the outcome. Where it should vary, a filter, a join or an export has
    gone wrong. And the day it does vary, the model has never seen that.

    ## How it is found
    Different values, nulls aside, are counted in the one scan. While the rows are so few that a second
    value in 5 % of them could have stayed unseen, the answer stays open: 59 rows settle one column,
    about 125 settle thirty together.

    ## Limit
    At least 2 different values.

    ## What to do
    Leave the column out, or find the step that lost its other values.

    ## Known problems
    A column with one value and gaps is constant here, although "filled or empty" may tell something: that
    is DAT007's question. A column nearly always the same passes: a rare flag can be the best input.

    ## Example
    `country` is "NL" in all 7,043 rows: FAIL.

        >>> import airworthy as aw, polars as pl
        >>> table = pl.DataFrame({"country": ["NL"] * 500, "age": [18 + n % 60 for n in range(500)]})
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT002"]
        ['column:country']

    ## References
    The rule of three: Hanley and Lippman-Hand, JAMA 249 (1983) 1743.
    """

    code: ClassVar[str] = "DAT002"
    name: ClassVar[str] = "constant-column"
    title: ClassVar[str] = "Every column varies"
    default: ClassVar[Limit] = Limit(low=2, source="default: two different values")
    advice: ClassVar[str] = (
        "Leave it out of the inputs, or find the filter or join that lost its other values."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return watched(scope)

    def fact(self, column: str) -> Fact:
        return ColumnCounts(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Distinct  # loads with the measuring code

        counts: Counts = facts[ColumnCounts(column.name)]
        return Distinct(counts.distinct, counts.rows - counts.nulls or counts.rows)

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name = column_of(result.subject)
        if value == 0:
            return f"{name} holds no value in any of {n:,} rows."
        if value == 1:
            held = f"all {n:,} rows that have one" if n > 1 else "the one row that has any"
            return f"{name} holds the same value in {held}."
        return f"{name} varies in {n:,} rows."

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: Counts = facts[ColumnCounts(column_of(subject))]
        return {"rows_touched": counts.rows if counts.distinct < 2 else 0}
