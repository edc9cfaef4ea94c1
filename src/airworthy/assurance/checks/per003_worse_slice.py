"""PER003: for which slice of rows does the model err more than elsewhere?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import WorstSlices
from airworthy.assurance.quality_check import MODEL, AssuranceCheck, predictions_of
from airworthy.assurance.slices.columns import sliceable
from airworthy.assurance.wording import number, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject, Verdict

SHOWN = 3


class WorseSlice(AssuranceCheck):
    """## What it measures
    How much more the model errs in the worst slice of rows than in all others. A slice is up to three
    statements about inputs and protected columns: `contract is monthly and tenure below 6`.

    ## Why it matters
    A good average hides the people and cases for whom a model is wrong every third time. Nobody lists them
    beforehand; they are found by looking, and who looks at thousands of slices finds bad luck too.

    ## How it is measured
    One half of the rows (at most 25,000; whole entities) is searched as SliceLine does: numbers cut at
    quantiles of that half, the twelve most frequent values of a category, pairs and triples of them; the
    score weighs the loss by 0.95 and the size by 0.05; branches whose upper bound cannot beat the tenth
    best are left out, and of the rest the 256 most promising pairs are extended. At most ten slices that
    share less than a quarter of their rows go on. The other half measures them anew: Newcombe's interval of
    the difference of error rates (Welch's for money and numbers), whole entities, Holm's correction over the
    slices found. The finding says how many were searched. A row's loss is an error; its declared cost where
    the charter declares costs; its distance from the outcome for numbers.

    "Its own probabilities expect" is the error that the model foresees there: near the measured one the
    cases are hard and the model knows it; far below, the model does not know.

    ## Limit
    `fairness.max_gap` (0.1 when not declared) more errors than elsewhere: an error of average cost where
    costs are declared, standard deviations of the outcome for numbers.

    ## Known problems
    An error rate is higher where outcomes are harder to tell, with any model. A slice in two or more pieces
    that no statement joins is not found, nor one of less than 1 % of the rows.

    ## What to do
    Let a person decide these rows, ask the domain expert which input would tell them apart, collect more of
    them, or agree on another limit and say why.

    ## Example
    31 % errors in 412 rows and 19 % elsewhere: 12 points more, 8 to 16 at the family's level: beyond no
    limit of 10 points yet, but surely worse.

    ## References
    Sagadeeva and Boehm, SIGMOD 2021 (SliceLine). Newcombe, Statistics in Medicine 17 (1998) 873. Holm,
    Scandinavian Journal of Statistics 6 (1979) 65.
    """

    code: ClassVar[str] = "PER003"
    name: ClassVar[str] = "worse-slice"
    title: ClassVar[str] = "No slice of rows with far more errors"
    cost: ClassVar[Cost] = Cost.SAMPLED
    advice: ClassVar[str] = (
        "Let a person decide these rows, or ask the domain expert which input would tell them apart; then "
        "collect it and train again."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return (MODEL,) if scope.charter.task is not Task.RANKING and sliceable(scope) else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), self._fact(scope))

    def _fact(self, scope: Scope) -> WorstSlices:
        return WorstSlices(sliceable(scope), scope.charter.costs, self.limit(scope, MODEL))

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=scope.charter.fairness.max_gap, source="fairness.max_gap"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        return {MODEL: facts[self._fact(scope)]}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.assurance.slices.words import described  # imports numpy

        return {"rows_are": predictions_of(facts).rows_are, **described(facts[self._fact(scope)])}

    def finding(self, result: Result) -> str:
        from airworthy.assurance.slices.words import sentence  # imports numpy

        d = result.details
        lead, *others = d["slices"]
        sure = [one for one in others if one["confirmed"]]
        begin = "Surely worse" if lead["confirmed"] else "Worse than elsewhere only perhaps"
        texts = [f"{begin}: {sentence(lead, d)}."]
        if sure:
            texts.append(f"Also surely worse: {'. '.join(sentence(one, d) for one in sure[: SHOWN - 1])}.")
        if more := sure[SHOWN - 1 :]:
            texts.append(f"And {len(more):,} more in the details.")
        texts.append(
            f"{d['searched']:,} slices searched on {rows(d['searched_rows'], d['rows_are'])}, "
            f"{len(d['slices']):,} measured anew on {rows(d['confirming_rows'])}."
        )
        return " ".join(texts)

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.UNSURE and result.details["slices"][0]["confirmed"]:
            limit = number(result.limit.high if result.limit else None, 2)
            return f"{super().remedy(result)} It is worse; whether by more than {limit} is open."
        return super().remedy(result)

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        slices = self.details(facts, scope, subject)["slices"]
        x = {"field": "more", "type": "quantitative", "title": "more than elsewhere"}
        y = {"field": "slice", "type": "nominal", "title": None, "sort": None}
        return {
            "data": {"values": [{k: one[k] for k in ("slice", "more", "low", "high")} for one in slices]},
            "layer": [
                {"mark": "point", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }
