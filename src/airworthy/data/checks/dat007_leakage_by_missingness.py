"""DAT007: does it give the outcome away whether a value is missing?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import ColumnAudit
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import column_of, has_outcome, watched
from airworthy.data.checks.words import measured, points, share
from airworthy.data.facts import ByOutcome, ColumnByOutcome
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST_DIFFERENCE = 0.2
_NO_OUTCOME = "Fewer than two outcomes have a row: nothing to compare."


class LeakageByMissingness(ColumnAudit):
    """## What it finds
    Columns whose gaps follow the outcome: missing far more, or far less, often where it happened. Keys and
    other columns that the model does not read are looked at too, as records are joined by them.

    ## Why it matters
    A closing date is empty until the account is closed. Learners that handle gaps find this at once; the
    value itself may look innocent. On the day of the decision the gap means something else. Where a key is
    lost with one outcome, whatever is joined by it is missing for that outcome.

    ## How it is found
    The null rate where the outcome happened, minus the rate elsewhere, over all rows, with Newcombe's
    interval. Of several outcomes the one that differs most counts, its level shared among all. A number as
    outcome is cut at its median.

    ## Limit
    At most 20 points either way. Gaps that merely tell something (no employer given: less income) stay
    below this in the data that we tried; gaps that are made by the outcome do not.

    ## What to do
    Ask whether the value is filled in after the decision. If so, name the column under
    `data.after_decision`. If not, keep it: the gap is honest information.

    ## Known problems
    A null rate that changed at a date looks the same when the outcome's rate changed too: see DAT012.
    A leak in few rows is below the limit: see DAT008.

    ## Example
    `negativereason` is missing for 0 % of negative tweets and 100 % of the others: -100 points, FAIL.

        >>> import airworthy as aw, numpy as np, polars as pl
        >>> rng = np.random.default_rng(0)
        >>> negative = rng.random(1000) < 0.4
        >>> reason = [f"{score}" if bad else None for bad, score in zip(negative, rng.integers(1, 9, 1000))]
        >>> table = pl.DataFrame({"reason": reason, "negative": np.where(negative, "yes", "no")})
        >>> report = aw.audit(table, target="negative", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT007"]
        ['column:reason']

    ## References
    Newcombe, Statistics in Medicine 17 (1998) 873, method 10.
    """

    code: ClassVar[str] = "DAT007"
    name: ClassVar[str] = "leakage-by-missingness"
    title: ClassVar[str] = "Gaps do not give the outcome away"
    default: ClassVar[Limit] = Limit(
        low=-MOST_DIFFERENCE, high=MOST_DIFFERENCE, source="default: 20 points either way"
    )
    advice: ClassVar[str] = (
        "Ask whether it is filled in after the decision; if so, name it under data.after_decision."
    )

    def columns(self, scope: Scope) -> Sequence[Column]:
        return watched(scope) if has_outcome(scope) else ()

    def fact(self, column: str) -> Fact:
        return ColumnByOutcome(column)

    def measure(self, column: Column, facts: Facts, scope: Scope) -> Estimate | NotApplicable:
        from airworthy.data.facts.estimates import Newcombe, Searched  # loads with the measuring code

        counts: ByOutcome | None = facts[ColumnByOutcome(column.name)]
        if counts is None or len(counts.outcomes) < 2:
            return NotApplicable(_NO_OUTCOME)
        if not sum(counts.nulls):
            return NotApplicable(f"{column.name} has no gaps that could follow the outcome.")
        place = most_different(counts)
        nulls, rows = counts.nulls[place], counts.rows[place]
        rest = Newcombe(
            nulls, rows, sum(counts.nulls) - nulls, sum(counts.rows) - rows, "difference of shares"
        )
        return Searched(rest, 1 if len(counts.outcomes) == 2 else len(counts.outcomes))

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        name, told = column_of(result.subject), result.details
        return (
            f'{name} is missing in {share(told["missing_with"])} of the rows with "{told["outcome"]}" and in '
            f"{share(told['missing_without'])} of the others: {points(abs(value))} apart in {n:,} rows."
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: ByOutcome = facts[ColumnByOutcome(column_of(subject))]
        place = most_different(counts)
        nulls, rows = counts.nulls[place], counts.rows[place]
        return {
            "rows_touched": sum(counts.nulls),
            "outcome": counts.outcomes[place],
            "missing_with": nulls / rows,
            "missing_without": (sum(counts.nulls) - nulls) / (sum(counts.rows) - rows),
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: ByOutcome = facts[ColumnByOutcome(column_of(subject))]
        rates = [nulls / rows for nulls, rows in zip(counts.nulls, counts.rows, strict=True)]
        if max(rates) - min(rates) < MOST_DIFFERENCE / 2:
            return None
        bars = list(zip(counts.outcomes, rates, strict=True))[:20]
        return bar_chart(f"Missing {column_of(subject)} by outcome", bars, x="outcome", y="share missing")


def most_different(counts: ByOutcome) -> int:
    """The outcome whose null rate is furthest from the others'; of two, the rarer one."""
    if len(counts.outcomes) == 2:
        return 1
    nulls, rows = sum(counts.nulls), sum(counts.rows)
    gaps = [abs(k / n - (nulls - k) / (rows - n)) for k, n in zip(counts.nulls, counts.rows, strict=True)]
    return gaps.index(max(gaps))
