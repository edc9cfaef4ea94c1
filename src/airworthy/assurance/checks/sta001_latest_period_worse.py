"""STA001: is the latest period worse than the ones before?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import Periods
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

MOST_AUC_LOST = 0.05
MOST_LOSS_RISE = 0.2


class LatestPeriodWorse(AssuranceCheck):
    """## What it measures
    Quality in the latest of up to twelve consecutive periods against the mean of the earlier ones.
    Binary: AUC. Multiclass and regression: one minus the ratio of log loss or RMSE, so that worse is
    negative.

    ## Why it matters
    One figure over a year hides that the last month is already poor, and the next month is what counts.

    ## How it is measured
    Measured rows in order of decision time, cut into periods of about equal row count and at least 200
    rows. AUC: DeLong errors of separate rows added up. Losses: bootstrap within both sides.

    ## Limit
    At most 0.05 AUC lost, or a loss at most 20 % higher: beyond it an ordinary model has spent most of
    its lead.

    ## What to do
    Train with the latest rows, and look in the audit for a column that changed its meaning.

    ## Example
    AUC .74, .73, .74, then .66: a change of -0.077, beyond the limit when its interval is.

    ## References
    DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837.
    """

    code: ClassVar[str] = "STA001"
    name: ClassVar[str] = "latest-period-worse"
    title: ClassVar[str] = "As good in the latest period as before"
    advice: ClassVar[str] = (
        "Train with the latest rows, and look in the audit for a column that changed meaning."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        data = scope.charter.data
        return (MODEL,) if data.decision_time or data.order_by else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), Periods())

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        binary = scope.charter.task is Task.BINARY
        default = (
            Limit(low=-MOST_AUC_LOST, source="default: five AUC points")
            if binary
            else Limit(low=-MOST_LOSS_RISE, source="default: a fifth of the loss")
        )
        return scope.limit(self.code, default)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        table = facts[Periods()]
        return {MODEL: table if isinstance(table, NotApplicable) else table.change}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        return {**super().details(facts, scope, subject), "periods": period_rows(facts)}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        last, count = d["periods"][-1], len(d["periods"]) - 1
        change = number(found.value) if found.unit == "AUC" else percent(found.value)
        way = f"{'better' if found.value >= 0 else 'worse'}{' in AUC' if found.unit == 'AUC' else ''}"
        before = "the period before it" if count == 1 else f"the mean of the {count} periods before it"
        return (
            f"{last['label']} is {change.lstrip('-')} {way} than {before}, {interval(found)}, "
            f"{rows(found.n, d['rows_are'])}."
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        return period_chart(period_rows(facts))


def period_rows(facts: Facts) -> list[dict[str, object]]:
    """The periods as JSON, oldest first; empty where there is no time."""
    table = facts[Periods()]
    if isinstance(table, NotApplicable):
        return []
    return [
        {"label": p.label, "rows": p.rows, "value": p.value, "naive": p.naive, "lead": p.lead}
        for p in table.periods
    ]


def period_chart(periods: Sequence[Mapping[str, object]]) -> Chart | None:
    """Quality and the naive guess by period."""
    shown = [
        {"period": p["label"], "series": series, "value": p[key]}
        for p in periods
        for series, key in (("model", "value"), ("naive guess", "naive"))
        if p[key] is not None
    ]
    if not shown:
        return None
    return {
        "data": {"values": shown},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "period", "type": "ordinal", "sort": None},
            "y": {"field": "value", "type": "quantitative", "scale": {"zero": False}},
            "color": {"field": "series", "type": "nominal"},
        },
    }
