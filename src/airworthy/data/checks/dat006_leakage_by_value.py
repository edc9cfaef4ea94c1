"""DAT006: does one column alone give the outcome away?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import column_of, has_outcome, inputs
from airworthy.data.checks.words import measured
from airworthy.data.facts import ColumnCounts, Foretelling, Foretold
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column, LogicalType

MOST_AUC = 0.933
MOST_AUC_OF_NUMBERS = 0.98


class LeakageByValue(ColumnAudit):
    """## What it finds
    Inputs that all but determine the outcome alone: a copy of it, a figure computed from it, or something
    written down after it.

    ## Why it matters
    The model leans on the column, the measured quality is close to perfect, and on the day of the
    decision the column is empty.

    ## How it is found
    Half of the rows give the outcome's rate for each value (numbers: 64 quantile bins, missing is a value),
    the other half is ranked by these rates, and the other way round. The AUC of this ranking, with DeLong's
    interval, is what the column alone is worth. At most 30,000 rows of each outcome are used. Of several
    outcomes the one told best counts, its level shared among all. A number as outcome is cut at its median.

    ## Limit
    AUC at most 0.933 for classes: in seventeen public tables the intervals of honest columns begin at 0.930
    or below, and those of leaks at 0.936 or above. At most 0.98 for numbers, where yesterday's value is often
    an honest and strong input (a rank correlation of about 0.97).

    ## What to do
    Ask when the column is written. If after the decision: name it under `data.after_decision`. If it
    really is known before: name it under `data.at_decision`, with the reason as a comment; training leaves
    it out until then.

    ## Known problems
    A few honest inputs are this good (the light in a room tells whether somebody is there). A leak that
    touches few rows has a modest AUC: DAT007 and DAT008 look for those. Free text is not looked at.

    ## Example
    `dep_delay` separates late arrivals from others with AUC 0.943: it is known only after departure.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> late = rng.random(1000) < 0.3
        >>> delay = np.where(late, 60, 0) + rng.normal(0, 9, 1000)
        >>> table = pl.DataFrame({"dep_delay": delay, "late": np.where(late, "yes", "no")})
        >>> report = aw.audit(table, target="late", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT006"]
        ['column:dep_delay']

    ## References
    Kaufman et al., Leakage in data mining, ACM TKDD 6 (2012). DeLong et al., Biometrics 44 (1988) 837.
    """

    code: ClassVar[str] = "DAT006"
    name: ClassVar[str] = "leakage-by-value"
    title: ClassVar[str] = "No column alone gives the outcome away"
    default: ClassVar[Limit] = Limit(high=MOST_AUC, source="default: AUC 0.933 of one column alone")
    advice: ClassVar[str] = (
        "Ask when this column is written; if after the decision, name it under data.after_decision."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        if not has_outcome(scope):
            return ()
        return [column for column in inputs(scope) if column.type is not LogicalType.TEXT]

    def fact(self, column: str) -> Fact:
        return Foretold(column)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [fact for c in self.columns(scope) for fact in (Foretold(c.name), ColumnCounts(c.name))]

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        if scope.charter.task is Task.REGRESSION:
            numbers = Limit(high=MOST_AUC_OF_NUMBERS, source="default: AUC 0.98 of the outcome's upper half")
            return scope.limit(self.code, numbers)
        return scope.limit(self.code, self.default)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import RankInterval, Searched  # loads with the measuring code

        told: Foretelling | None = facts[Foretold(column.name)]
        if told is None:
            return NotApplicable("Fewer than two outcomes have ten rows or more: nothing to tell apart.")
        return Searched(RankInterval(told.auc, told.error, told.events, told.others), told.outcomes)

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, outcome = column_of(result.subject), result.details["outcome"]
        certain = " without error" if value == 1 else ""
        return (
            f'{name} alone separates "{outcome}" from the rest{certain} with AUC {value:.3f} in {n:,} rows.'
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        told: Foretelling = facts[Foretold(column_of(subject))]
        counts = facts[ColumnCounts(column_of(subject))]
        return {"rows_touched": counts.rows - counts.nulls, "outcome": told.outcome}

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        told: Foretelling = facts[Foretold(column_of(subject))]
        if told.auc < MOST_AUC - 0.1:
            return None
        bars = [(label, rate) for label, _, rate in told.bars]
        name = column_of(subject)
        return bar_chart(
            f'"{told.outcome}" by {name}, sampled rows', bars, x=name, y=f'share with "{told.outcome}"'
        )
