"""PER002: do the decisions cost less than the best rule without a model?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.quality_check import MODEL, AssuranceCheck, predictions_of, seed_for
from airworthy.assurance.wording import interval, measured, number, rows
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

LEAST = 0.01


class NotWorthIt(AssuranceCheck):
    """## What it measures
    What the model's decisions save for each 1,000 cases against the cheapest rule that needs no model:
    selecting nobody, selecting everybody, one class or the training mean for all, or the last known
    outcome.

    ## Why it matters
    A model can rank well and still decide no better than doing nothing, when events are rare or its
    threshold does not fit what errors cost.

    ## How it is measured
    Cost of each case under the model minus its cost under the rule, on the same rows; bootstrap of the
    mean (1,000 resamples, whole entities). In money when the charter declares costs (a range counts at
    its middle, its corners are in the details). Without declared costs no currency appears: errors are
    counted, and a miss counts as many false alarms as the threshold implies. The details name the worths
    of a miss between which the decisions beat both selecting nobody and selecting everybody. Where an
    error costs the amount of its row, a rule without a model may look at the amounts too; where people can
    take only so many cases, rules that take more are left out. A case that goes to a person counts as what
    the model would decide alone.

    ## Limit
    At least 0.01 saved for each 1,000 cases: the least that deserves the name.

    ## What to do
    Declare what errors cost, so that the threshold can follow them. If the saving stays open, use the
    rule.

    ## Example
    FP 40, TP 60, FN 40, TN 860: better than nobody when a miss is worth more than 0.67 false alarms,
    better than everybody when it is worth less than 21.5.

    ## References
    Elkan, IJCAI 2001. Vickers and Elkin, Medical Decision Making 26 (2006) 565.
    """

    code: ClassVar[str] = "PER002"
    name: ClassVar[str] = "not-worth-it"
    title: ClassVar[str] = "Decisions cost less than a rule without a model"
    advice: ClassVar[str] = (
        "Declare what each error costs under [costs], so that the threshold can follow it. If the "
        "model still "
        "saves nothing, decide by the rule."
    )

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=LEAST, source="default: more than nothing"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        # These import numpy; listing checks must not.
        import numpy as np

        from airworthy.assurance.worth import Worth, worth_of
        from airworthy.measures.bootstrap import Bootstrap

        predictions = predictions_of(facts)
        worth = worth_of(predictions, scope.charter.costs)
        if not isinstance(worth, Worth):
            return {MODEL: worth}
        dearest = np.array([max(float(worth.baseline.max()), float(worth.model.max()))])
        saved = Bootstrap.of_means(
            np.column_stack([worth.baseline - worth.model]),
            lambda means: 1000 * means[:, 0],
            unit=worth.unit,
            seed=seed_for(facts, self.code),
            clusters=predictions.entity,
            ends=(-dearest, dearest),
        )
        return {MODEL: saved}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.assurance.worth import Worth, worth_of  # imports numpy

        predictions = predictions_of(facts)
        worth = worth_of(predictions, scope.charter.costs)
        if not isinstance(worth, Worth):
            return {}
        return {
            "rows_are": predictions.rows_are,
            "rule": worth.baseline_name,
            "basis": worth.basis,
            "cost_per_1000": worth.per_1000,
            "useful_miss_worth": _finite(worth.ratios),
            "saved_over_declared_range": _finite(worth.corners),
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        costs = d["cost_per_1000"]
        places = 1 if abs(costs[d["rule"]]) < 100 else 0
        text = (
            f"{number(costs['model'], places)} {found.unit} with the model, "
            f"{number(costs[d['rule']], places)} with the best "
            f"rule without one ({d['rule']}): {number(found.value, places)} saved, "
            f"{interval(found, places)}, "
            f"{rows(found.n, d['rows_are'])}; {d['basis']}."
        )
        return text + _flip(d["useful_miss_worth"])


def _finite(pair: Sequence[float] | None) -> list[float | None] | None:
    """JSON has no infinity: an open end is None."""
    return None if pair is None else [value if abs(value) != float("inf") else None for value in pair]


def _flip(ratios: Sequence[float | None] | None) -> str:
    if ratios is None:
        return ""
    low, high = ratios
    if low is None or (high is not None and low >= high):
        return " At no cost ratio do these decisions beat both selecting nobody and selecting everybody."
    upper = "without an upper end" if high is None else f"and less than {number(high, 2)}"
    return f" They pay while a miss is worth more than {number(low, 2)} false alarms {upper}."
