"""What the messy-input checks share: the noise, the paired loss of quality, the wording."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.facts import NoisyScores, SeverityCurve
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER, ModelRefused
from airworthy.assurance.noise import NOISE_SHARE, Noise, affected
from airworthy.assurance.quality_check import MODEL, AssuranceCheck, predictions_of, seed_for
from airworthy.assurance.severity.chart import severity_chart
from airworthy.assurance.severity.curve import passed_words
from airworthy.assurance.severity.limits import shipped
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType

if TYPE_CHECKING:
    from airworthy.assurance.severity.curve import Curve

WHOLE = {Noise.MISSING: 1.0}
"""Noises in which each column is also spoilt alone, and in which share of its cells: a feed falls silent."""
FIGURE = {Task.BINARY: "AUC", Task.MULTICLASS: "accuracy", Task.REGRESSION: "RMSE"}


class MessyInputCheck(AssuranceCheck):
    """Quality on sampled rows as they are, minus quality on the same rows with noise."""

    noise: ClassVar[Noise]
    cells: ClassVar[str]  # what is spoiled, in words
    cost: ClassVar[Cost] = Cost.SAMPLED

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return (MODEL,) if affected(self.noise, scope.contract.inputs) else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, shipped(scope.charter.task))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # These import numpy; listing checks must not.
        from airworthy.assurance.quality import one_class
        from airworthy.assurance.severity.lost import quality_lost

        if facts[SCORER] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; messy input needs the model.")}
        try:
            clean, noisy = facts[self._fact(scope)]
        except ModelRefused as refusal:
            return {MODEL: NotApplicable(f"The model refuses rows with such cells: {refusal.value}")}
        hindered = one_class(clean)
        return {MODEL: hindered or quality_lost(clean, noisy, seed_for(facts, self.code))}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.assurance.severity.lost import decides_only  # imports numpy

        curve = self._curve(facts, scope)
        return {
            **super().details(facts, scope, subject),
            "figure": "accuracy" if decides_only(predictions_of(facts)) else FIGURE[scope.charter.task],
            "share_of_cells": NOISE_SHARE,
            "columns": [column.name for column in affected(self.noise, scope.contract.inputs)],
            "severity": None if curve is None else curve.as_json(),
        }

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        curve = self._curve(facts, scope)
        return None if curve is None else severity_chart(curve.as_json())

    def _curve(self, facts: Facts, scope: Scope) -> Curve | None:
        """Quality in growing doses; None where the model is not asked so much, or takes no such rows."""
        most = self.limit(scope, MODEL).high
        wanted = SeverityCurve(self.noise, scope.contract.inputs, most, WHOLE.get(self.noise))
        try:
            found: Curve | None = facts[wanted]
        except ModelRefused:
            return None  # what is measured at one dose on more rows stays told
        return found

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        relative = d["figure"] == "RMSE"
        lost = percent(found.value) if relative else number(found.value)
        verb = "rises by" if relative else "falls by"
        columns = len(d["columns"])
        where = f"{columns} {'column' if columns == 1 else 'columns'}"
        return (
            f"With {percent(d['share_of_cells'], 0)} of the {self.cells} in {where}, "
            f"{d['figure']} {verb} {lost}, "
            f"{interval(found)}, {rows(found.n, 'sampled ' + d['rows_are'])}.{_doses(d)}"
        )

    def _fact(self, scope: Scope) -> NoisyScores:
        return NoisyScores(self.noise, scope.contract.inputs)


def _doses(details: Mapping[str, Any]) -> str:
    """From which dose too much is lost; empty where no curve was measured, or nothing is too much."""
    curve = details.get("severity")
    if curve is None or curve["passed_at"] is None:
        return ""
    return f" {passed_words(curve['passed_at'], curve['most_lost'], details['figure'])}"


class MessyTextCheck(MessyInputCheck):
    """One that is asked only where a column holds running text; in categories it is an unseen value."""

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        texts = any(column.type is LogicalType.TEXT for column in affected(self.noise, scope.contract.inputs))
        return super().subjects(scope) if texts else ()
