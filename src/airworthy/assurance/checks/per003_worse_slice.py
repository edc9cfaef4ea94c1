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
from airworthy.kernel.result import NO_LIMIT, Chart, Estimate, Limit, NotApplicable, Result, Subject, Verdict

SHOWN = 3


class WorseSlice(AssuranceCheck):
    """## What it measures
    How much more the model errs in the worst slice of rows than its own probabilities expect there. A slice
    is up to three statements about inputs and protected columns: `contract is monthly and tenure below 6`.

    ## Why it matters
    A good average hides the people and cases for whom a model is wrong every third time. Nobody lists them
    beforehand; they are found by looking, and who looks at thousands of slices finds bad luck too. Some
    cases are hard for anybody: a model that says so can send them to a person. One that does not know is
    wrong with confidence.

    ## How it is measured
    One half of the rows (at most 25,000; whole entities) is searched as SliceLine does: numbers cut at
    quantiles of that half, the twelve most frequent values of a category, pairs and triples of them; the
    score weighs the loss by 0.95 and the size by 0.05; branches whose upper bound cannot beat the best are
    left out, and of the rest the 256 most promising pairs are extended (`--deep`: 4,096 pairs, on at most
    100,000 rows). At most ten slices that share less than a quarter of their rows go on: five by what they
    lose, five by what each row loses beyond what its own probability expects. A row's loss is an error; its
    declared cost where the charter declares costs; its distance from the outcome for numbers.

    The other half measures them anew, whole entities: errors less the expected ones (Wilson's interval of the
    share; Student's for money), and errors less those elsewhere (Newcombe's; Welch's for money and numbers).
    Slices are named at a false discovery rate of 5 %, so that a table without such a slice fails in at most
    5 % of cases; it passes where the bounds of all slices together lie within the limit. The finding says how
    many were searched.

    A slice that is worse and foreseen to within the limit is listed: "hard, and the model knows it".

    ## Limit
    `fairness.max_gap` (0.1 when not declared) more errors than expected: an error of average cost where
    costs are declared. A limit that you declare in `checks.limits.PER003` is held against the rows elsewhere
    instead: then a slice that is hard for any model fails too.

    Without probabilities nothing tells hard cases from a model that is wrong: numbers, and decisions alone,
    are judged only against a declared limit, and else inform. Numbers: in standard deviations of the outcome.

    ## Known problems
    A slice in two or more pieces that no statement joins is not found, nor one of less than 1 % of the rows.

    ## What to do
    Let a person decide these rows, ask the domain expert which input would tell them apart, collect more of
    them, or agree on another limit and say why.

    ## Example
    31 % errors in 412 rows where the model expects 20 %: 11 points more, 6 to 16 at the family's level: not
    beyond a limit of 10 points yet, but surely more than it knows.

    ## References
    Sagadeeva and Boehm, SIGMOD 2021 (SliceLine). Newcombe, Statistics in Medicine 17 (1998) 873. Benjamini
    and Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289.
    """

    code: ClassVar[str] = "PER003"
    name: ClassVar[str] = "worse-slice"
    title: ClassVar[str] = "No slice of rows with far more errors than the model expects"
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
        return WorstSlices(
            sliceable(scope), scope.charter.costs, self.limit(scope, MODEL), self._agreed(scope)
        )

    def _agreed(self, scope: Scope) -> bool:
        return self.code in scope.charter.checks.limits

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        if scope.charter.task is Task.REGRESSION:
            return scope.limit(self.code, NO_LIMIT)
        return scope.limit(self.code, Limit(high=scope.charter.fairness.max_gap, source="fairness.max_gap"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.assurance.slices.words import described, sentence  # imports numpy

        found = facts[self._fact(scope)]
        if isinstance(found, NotApplicable) or self._agreed(scope) or scope.charter.task is Task.REGRESSION:
            return {MODEL: found}
        if found.loss.expected is not None:
            return {MODEL: found}
        shown = described(found)
        lead = shown["slices"][0]
        return {
            MODEL: NotApplicable(
                f"{_begin(lead, shown)}: {sentence(lead, shown)}. {_searched(shown)} Without probabilities "
                "nothing tells hard cases from a model that is wrong about them: pass probabilities, or set "
                f"checks.limits.{self.code}."
            )
        }

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.assurance.slices.words import described  # imports numpy

        return {"rows_are": predictions_of(facts).rows_are, **described(facts[self._fact(scope)])}

    def finding(self, result: Result) -> str:
        from airworthy.assurance.slices.words import sentence  # imports numpy

        d = result.details
        lead, *others = d["slices"]
        sure = [one for one in others if one["confirmed"]]
        texts = [f"{_begin(lead, d)}: {sentence(lead, d)}."]
        if sure:
            texts.append(f"Also surely worse: {'. '.join(sentence(one, d) for one in sure[: SHOWN - 1])}.")
        if more := sure[SHOWN - 1 :]:
            texts.append(f"And {len(more):,} more in the details.")
        return " ".join([*texts, _searched(d)])

    def remedy(self, result: Result) -> str:
        if result.verdict is Verdict.UNSURE and result.details["slices"][0]["confirmed"]:
            limit = number(result.limit.high if result.limit else None, 2)
            than = "the model expects" if result.details["against"] == "expected" else "elsewhere"
            return f"{super().remedy(result)} It is worse; whether by more than {limit} than {than} is open."
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


def _begin(lead: Mapping[str, Any], d: Mapping[str, Any]) -> str:
    if lead["beyond_limit"] and d["against"] == "expected" and lead["expected"] is not None:
        return "Worse than the model expects, beyond the limit"
    return "Surely worse" if lead["confirmed"] else "Worse than elsewhere only perhaps"


def _searched(d: Mapping[str, Any]) -> str:
    """How often was looked, and on how many rows."""
    return (
        f"{d['searched']:,} slices searched on {rows(d['searched_rows'], d.get('rows_are', ''))}, "
        f"{len(d['slices']):,} measured anew on {rows(d['confirming_rows'])}."
    )
