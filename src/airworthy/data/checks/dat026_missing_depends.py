"""DAT026: is a column missing more often for some rows than for others?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import DATED, column_of, watched
from airworthy.data.checks.words import measured, points, share
from airworthy.data.facts import ColumnCounts
from airworthy.data.facts.dependence import Dependence, NullsWithin
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_CHANGE = 0.1


class MissingDepends(ColumnAudit):
    """## What it finds
    Columns that are missing far more often where another column has a certain value: in one source, in one
    product, below an age. It names the column and the value.

    ## Why it matters
    Filling the gaps from the other rows answers for other people: who has no value differs from who has one.
    The overall null rate does not show it; 5 % overall can be half of the rows of one source.

    ## How it is found
    For each column with gaps, every value of the other columns (up to 50 words; numbers below and above
    their tenths) with at least 3 % of the rows makes a group. The group whose null rate stands out most is
    searched in at most 100,000 rows and counted in all; the difference from the other rows has Newcombe's
    interval at a level shared among all groups tried. Rows where the other column is missing too are left
    out. The outcome is left to DAT007 and dates to DAT012.

    ## Limit
    At most 10 points either way, as for a step in time: below it, filling shifts a mean by little.

    ## What to do
    Ask why. If the value does not exist there (no claim, so no claim date), say so with a value of its own.
    If it was lost, add an indicator and compare the model with and without the column. Whether the missing
    values themselves differ cannot be told from the data; `sensitivity` in the details shows the column's
    mean were they all low (5 % quantile), or all high (95 %).

    ## Known problems
    Only one group is named for each column. Two groups that overlap (a source and its region) cannot be told
    apart. A value that is missing because of its own size leaves no trace in other columns.

    ## Example
    `income` is missing in 51.0 % of the rows with source = partner (200 rows) and in 0.4 % of the others:
    50.6 points, FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> source = rng.choice(["shop", "partner"], 1000, p=[0.8, 0.2])
        >>> gone = (source == "partner") & (rng.random(1000) < 0.5)
        >>> table = pl.DataFrame({"source": source, "income": rng.lognormal(8, 1, 1000)})
        >>> table = table.with_columns(pl.when(~pl.Series(gone)).then("income").alias("income"))
        >>> [result.subject for result in aw.audit(table).failures if result.code == "DAT026"]
        ['column:income']

    ## References
    Rubin, Inference and missing data, Biometrika 63 (1976) 581. Newcombe, Statistics in Medicine 17 (1998)
    873.
    """

    code: ClassVar[str] = "DAT026"
    name: ClassVar[str] = "missing-depends"
    title: ClassVar[str] = "Missing values do not depend on another column"
    default: ClassVar[Limit] = Limit(
        low=-MOST_CHANGE, high=MOST_CHANGE, source="default: 10 points either way"
    )
    advice: ClassVar[str] = (
        "Ask why it is missing there; give it an indicator rather than values of the other rows."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return [column for column in watched(scope) if column.null_share > 0]

    def fact(self, column: str) -> Fact:
        raise NotImplementedError("its fact also names the other columns")

    def needs(self, scope: Scope) -> Sequence[Fact]:
        others = _grouping(scope)
        return [f for c in self.columns(scope) for f in (ColumnCounts(c.name), Dependence(c.name, others))]

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Newcombe, Searched  # loads with the measuring code

        told: NullsWithin = facts[Dependence(column.name, _grouping(scope))]
        if not told.by:
            return NotApplicable(f"{column.name} has too few gaps or values, or no group to compare them by.")
        return Searched(Newcombe(*told.inside, *told.outside, "difference of shares"), told.tried)

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        return (
            f"{name} is missing in {share(told['inside'])} of the {told['rows_inside']:,} rows with "
            f"{told['by']} {told['group']} and in {share(told['outside'])} of the others: {points(value)} in "
            f"{n:,} rows."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: NullsWithin = facts[Dependence(column_of(subject), _grouping(scope))]
        shown: dict[str, Any] = {
            "rows_touched": told.nulls,
            "by": told.by,
            "group": told.group,
            "inside": told.inside[0] / told.inside[1],
            "outside": told.outside[0] / told.outside[1],
            "rows_inside": told.inside[1],
        }
        if told.known is not None:
            mean, low, high = told.known
            missing = told.nulls / told.rows
            shown["sensitivity"] = {
                "mean_of_known": mean,
                "mean_if_missing_are_low": (1 - missing) * mean + missing * low,
                "mean_if_missing_are_high": (1 - missing) * mean + missing * high,
            }
        return shown

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told: NullsWithin = facts[Dependence(column_of(subject), _grouping(scope))]
        gap = told.inside[0] / told.inside[1] - told.outside[0] / told.outside[1]
        if abs(gap) < MOST_CHANGE / 2:
            return None
        name = column_of(subject)
        return bar_chart(
            f"Missing {name} by {told.by}, sampled rows", told.bars, x=told.by, y="share of rows missing"
        )


def _grouping(scope: Scope) -> tuple[str, ...]:
    """Columns that may make groups of rows."""
    unfit = (*DATED, LogicalType.TEXT, LogicalType.IDENTIFIER)
    return tuple(column.name for column in watched(scope) if column.type not in unfit)
