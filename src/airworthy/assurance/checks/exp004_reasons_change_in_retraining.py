"""EXP004: does a model trained again on other rows give the same reasons?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.explain_tests.facts import RetrainedReasons
from airworthy.assurance.explain_tests.reasons_check import MODEL, ReasonsCheck, explained, go_together
from airworthy.assurance.wording import interval, measured, percent, rows
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

LEAST = 0.7


class ReasonsChange(ReasonsCheck):
    """## What it measures
    How much of the weight of a row's first reasons a second model of the same kind names first too, when it
    was trained on other rows of the same table.

    ## Why it matters
    Next month the model is trained again. A customer who was told "your income" and then, with nothing
    changed, "your employer", was told an accident of the training rows twice.

    ## How it is measured
    Eight models are trained, each on at most 4,000 rows drawn with replacement (whole entities; five models
    and 1,500 rows of texts and explainable boosting machines), and the first three reasons of the same 100
    rows are compared between every two of them: the share of their weight that both name, both ways. The
    variance of the interval is that of rows plus the jackknife's over the models.

    In place of a model of ours stands a learner of its kind at plain settings (of a blend, of the kind that
    weighs most); the trees of a foreign estimator are trained by its own `fit`, cloned as scikit-learn does,
    on at most 1,000 rows, with another random state.

    ## Limit
    At least 0.7. Not a law: boosted trees on clean tables of 500 rows keep .8 and more; where fits choose at
    random between two copies of one column, .6 to .7 is kept, and the finding names the two.

    ## Known problems
    The fits see fewer rows than the model did, so they differ more than two trainings of it would: a PASS
    stands, a FAIL on few rows may be the rows'.

    ## What to do
    Where the finding names columns that go together, leave one out or show both as one reason. Else collect
    more rows, or train a simpler model.

    ## Example
    Two fits name income and age, with weights 3 and 1; two others income and tenure, with the same weights.
    Within each two everything is kept, between them 3 / 4: (2 * 1 + 4 * 0.75) / 6 = 0.83.

    ## References
    Hancox-Li, FAT* 2020 (robust explanations). Black, Raghunathan and Barocas, FAccT 2022 (multiplicity).
    """

    code: ClassVar[str] = "EXP004"
    name: ClassVar[str] = "reasons-change-in-retraining"
    title: ClassVar[str] = "A model trained again gives the same reasons"
    advice: ClassVar[str] = (
        "Where the finding names columns that go together, leave one out or show both as one reason; else "
        "collect more rows, or train a simpler model."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), explained(scope))

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=LEAST, source="default: seven tenths of the weight"))

    def test(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.assurance.explain_tests.across import AcrossFits  # imports numpy

        found = facts[RetrainedReasons(explained(scope))]
        if isinstance(found, NotApplicable):
            return {MODEL: found}
        return {MODEL: AcrossFits(found.pairs, found.fits, found.entity)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = facts[RetrainedReasons(explained(scope))]
        return {
            **super().details(facts, scope, subject),
            "fits": found.fits,
            "taught": found.taught,
            "stand_in": found.kind,
            "kept_over_all_rows": found.overall,
            "by_chance": found.chance,
            "go_together": [pair.as_json() for pair in found.together],
        }

    def remedy(self, result: Result) -> str:
        open_yet = result.verdict is Verdict.UNSURE
        return f"The fits cannot tell. {self.advice}" if open_yet else super().remedy(result)

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        return (
            f"Trained {d['fits']} times on {d['taught']:,} rows each, {d['stand_in']} keeps "
            f"{percent(found.value, 0)} of the weight of the first reasons, {interval(found, 2)}, "
            f"{rows(found.n, 'explained ' + d['rows_are'])} (by chance {percent(d['by_chance'], 0)}); of the "
            f"columns that lead over all rows {percent(d['kept_over_all_rows'], 0)}."
            f"{go_together(result)}"
        )
