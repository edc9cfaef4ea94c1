"""STA002: will the model still lead the naive guess in the next period?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.checks.sta001_latest_period_worse import period_chart, period_rows
from airworthy.assurance.facts import Periods
from airworthy.assurance.given import SPLIT_NOTE
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import interval, level, measured, number
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject


class NextPeriodNoLead(AssuranceCheck):
    """## What it measures
    The lead over the naive guess to expect in the next period, as an interval that the next period itself
    should fall into. Binary: AUC points above the guess. Multiclass and regression: the share of the
    guess's log loss or RMSE removed.

    ## Why it matters
    A random split promises what the past gave on average. Reality is one period, and periods differ: on
    120 backtests of four real series a random split's own 90 % interval held the next period in 14 % of
    cases.

    ## How it is measured
    Mean of the last twelve or fewer periods, -+ t times their spread times sqrt(1 + 1/m): 92 % of the
    same backtests. Backtests with a model trained before each period are used where the run made them,
    else the periods of the measured rows. The random split's promise stands beside it in the details.

    ## Limit
    The whole interval lies above 0: in the next period too, the model should know more than the guess.

    ## What to do
    Collect more periods, train on all seasons in which the model will decide, or narrow its use.

    ## Example
    Leads .20, .22, .24: expected .22, interval .121 to .319 at 95 %.

    ## References
    Hahn and Meeker, Statistical Intervals (1991) 4.8.
    """

    code: ClassVar[str] = "STA002"
    name: ClassVar[str] = "next-period-no-lead"
    title: ClassVar[str] = "Expected to lead the guess in the next period"
    advice: ClassVar[str] = (
        "Train on every season in which the model will decide, or declare the guess as the fallback rule."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        data = scope.charter.data
        return (MODEL,) if data.decision_time or data.order_by else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), Periods(), SPLIT_NOTE)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=0.0, source="default: above the guess"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures.forecast import NextPeriod  # imports numpy

        leads, _, count = _leads(facts)
        if len(leads) < 2:
            return {MODEL: NotApplicable("Fewer than two periods can be measured, so none can be foreseen.")}
        unit = "AUC" if scope.charter.task is Task.BINARY else "share"
        return {MODEL: NextPeriod(leads, unit, count)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        leads, basis, _ = _leads(facts)
        note = facts[SPLIT_NOTE]
        return {
            **super().details(facts, scope, subject),
            "leads": list(leads),
            "basis": basis,
            "periods": period_rows(facts),
            "split": note.method if note else None,
            "random_split": note.random_split if note else None,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        promise = d["random_split"]
        beside = f" A random split promised a quality of {number(promise)}." if promise is not None else ""
        return (
            f"In the next period expect a lead of {number(found.value)} over the naive guess, "
            f"{interval(found)}, "
            f"from {len(d['leads'])} {d['basis']}.{beside}"
        )

    def remedy(self, result: Result) -> str:
        text = super().remedy(result)
        if text and text != self.advice:  # more rows do not narrow it; more periods do
            return (
                f"The periods differ too much to tell at {level(measured(result))}. Wait for more "
                "periods, or train on every season."
            )
        return text

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        return period_chart(period_rows(facts))


def _leads(facts: Facts) -> tuple[tuple[float, ...], str, int]:
    """Leads oldest first, what they are, and the rows behind them (0 where unknown)."""
    note = facts[SPLIT_NOTE]
    if note is not None and len(note.backtests) >= 2:
        return note.backtests, "backtests, each trained before its period", 0
    table = facts[Periods()]
    if isinstance(table, NotApplicable):
        return (), "periods", 0
    return table.leads, "periods of the measured rows", sum(p.rows for p in table.periods)
