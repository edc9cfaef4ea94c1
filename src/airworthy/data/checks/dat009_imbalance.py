"""DAT009: is one outcome so rare that accuracy misleads?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.data.checks.audit_check import AuditCheck
from airworthy.data.checks.charts import bar_chart
from airworthy.data.checks.subjects import OUTCOME, has_outcome
from airworthy.data.checks.words import counted, measured, share
from airworthy.data.facts import ByOutcome, OutcomeCounts
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

LEAST_SHARE = 0.05


class Imbalance(AuditCheck):
    """## What it finds
    An outcome that few rows have.

    ## Why it matters
    If 1 % of the rows are fraud, "never fraud" is right 99 % of the time and worth nothing. Accuracy then
    says little, the rare outcome has few rows to learn from, and every figure about it is wide.

    ## How it is found
    The share of the rarest outcome among the rows that have one, with Wilson's interval.

    ## Limit
    At least 5 %, below which always giving the most frequent answer can be more than 95 % accurate.

    ## What to do
    Judge by recall, precision and cost instead of accuracy, and choose the threshold by what the two
    errors cost. Weights help some learners. Making up rows (SMOTE) does not improve the ranking and spoils
    the probabilities, so it is not done here.

    ## Known problems
    The share says nothing about the number: 5 % of 200 rows are ten events. A number as outcome has no
    rarest value, so this is not asked.

    ## Example
    492 of 284,807 payments are fraud (0.17 %): "never" is 99.83 % accurate. FAIL.

        >>> import airworthy as aw, polars as pl
        >>> fraud = ["yes" if n % 500 == 0 else "no" for n in range(5000)]
        >>> table = pl.DataFrame({"amount": [n * 37 % 4001 / 7 for n in range(5000)], "fraud": fraud})
        >>> report = aw.audit(table, target="fraud", effects=False)
        >>> [result.subject for result in report.failures if result.code == "DAT009"]
        ['target']

    ## References
    Provost, Fawcett and Kohavi, The case against accuracy estimation, ICML 1998.
    """

    code: ClassVar[str] = "DAT009"
    name: ClassVar[str] = "imbalance"
    title: ClassVar[str] = "No outcome is very rare"
    default: ClassVar[Limit] = Limit(low=LEAST_SHARE, source="default: 5 % of rows")
    advice: ClassVar[str] = (
        "Judge by recall, precision and cost instead of accuracy; declare under costs what the errors cost."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return [OUTCOME] if has_outcome(scope) and scope.charter.task is not Task.REGRESSION else []

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return [OutcomeCounts()]

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.data.facts.estimates import Wilson  # loads with the measuring code

        counts: ByOutcome | None = facts[OutcomeCounts()]
        if counts is None or not counts.rows:
            return {OUTCOME: NotApplicable("No row has an outcome.")}
        return {OUTCOME: Wilson(_rarest(counts)[1], sum(counts.rows), "share of rows")}

    def finding(self, result: Result) -> str:
        value, n = measured(result)
        told = result.details
        rows = counted(told["rows_touched"], "row")
        return (
            f'"{told["rarest"]}" is the outcome of {rows} of {n:,} ({share(value)}); always answering '
            f'"{told["most_frequent"]}" is {share(told["accuracy"])} accurate.'
        )

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        counts: ByOutcome = facts[OutcomeCounts()]
        name, rows = _rarest(counts)
        return {
            "rows_touched": rows,
            "rarest": name,
            "most_frequent": counts.outcomes[0],
            "accuracy": counts.rows[0] / sum(counts.rows),
            "outcomes": dict(zip(counts.outcomes, counts.rows, strict=True)),
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        counts: ByOutcome = facts[OutcomeCounts()]
        bars = [(name, float(rows)) for name, rows in zip(counts.outcomes, counts.rows, strict=True)][:20]
        return bar_chart("Rows of each outcome", bars, x="outcome", y="rows", mark=[_rarest(counts)[0]])


def _rarest(counts: ByOutcome) -> tuple[str, int]:
    """The last one; a table with one outcome lacks the other entirely."""
    if len(counts.outcomes) == 1:
        return f"not {counts.outcomes[0]}", 0
    return counts.outcomes[-1], counts.rows[-1]
