"""PER001: does the model know more than a guess that needs no model?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from airworthy.assurance.quality_check import MODEL, AssuranceCheck, predictions_of, seed_for
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

LEAST = 0.001
FIGURE = {Task.BINARY: "AUC", Task.MULTICLASS: "log loss", Task.REGRESSION: "RMSE"}


class NoBetterThanGuess(AssuranceCheck):
    """## What it measures
    How far the model leads the better of two guesses that need no model: the prior (the share of each
    class, or the mean outcome, in training) and the last outcome that was already known at the time of
    each decision.

    ## Why it matters
    On data that hangs together in time, "as last time" is often hard to beat. A figure without it looks
    good on its own and earns nothing.

    ## How it is measured
    Binary: area under the ROC curve, model minus guess on the same rows, with DeLong's paired interval.
    Multiclass: the share of the guess's log loss that the model removes. Regression: the share of its
    RMSE. Both shares carry a bootstrap interval (1,000 resamples). Rows of one entity are drawn together.

    ## Limit
    The lead is at least 0.001 (0.1 % of the guess's loss): the least that deserves the name.

    ## What to do
    Add inputs that are known at the time of decision, more history or more rows. If nothing helps, decide
    by the guess: it costs less to run.

    ## Example
    AUC .720 for the model and .700 for "as last time": a lead of 0.020; with an interval from 0.008 to 0.032
    it passes, and `[checks.limits] PER001 = { low = 0.05 }`, which asks for five points, fails it.

    ## References
    DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837. Obuchowski, Biometrics 53 (1997) 567.
    """

    code: ClassVar[str] = "PER001"
    name: ClassVar[str] = "no-better-than-guess"
    title: ClassVar[str] = "Better than a guess without a model"
    advice: ClassVar[str] = (
        "Add inputs known at the time of decision, or more history. If nothing helps, decide by the guess: "
        "it costs less to run."
    )

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=LEAST, source="default: more than nothing"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.assurance.quality import lead, one_class  # imports numpy

        predictions = predictions_of(facts)
        if predictions.probability is None and predictions.prediction is None:
            return {MODEL: NotApplicable("The predictions carry decisions only; a lead needs scores.")}
        hindered = one_class(predictions)
        return {MODEL: hindered or lead(predictions, seed_for(facts, self.code))}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.assurance.quality import headline, naive  # imports numpy

        predictions = predictions_of(facts)
        guess = naive(predictions)
        return {
            "rows_are": predictions.rows_are,
            "figure": FIGURE[predictions.task],
            "model": headline(predictions),
            "guess": guess.value,
            "guess_name": guess.name,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        beside = (
            f"{d['figure']} is {number(d['model'])}; the guess ({d['guess_name']}) reaches "
            f"{number(d['guess'])}"
        )
        of = rows(found.n, d["rows_are"])
        if found.unit == "AUC":
            return f"{beside}: a lead of {number(found.value)} on {of}, {interval(found)}."
        if found.value < 0:
            low, high = (percent(None if bound is None else -bound) for bound in (found.high, found.low))
            return f"{beside}: {percent(-found.value)} more loss than the guess, on {of} ({low} to {high})."
        removed = f"{percent(found.low)} to {percent(found.high)}"
        return f"{beside}: {percent(found.value)} of its loss is removed on {of} ({removed})."
