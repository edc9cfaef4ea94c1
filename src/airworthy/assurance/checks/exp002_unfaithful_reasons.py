"""EXP002: do the columns that reasons name move the score?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.explain_tests.facts import DeletedReasons
from airworthy.assurance.explain_tests.reasons_check import MODEL, ReasonsCheck, explained
from airworthy.assurance.quality_check import seed_for
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject, Verdict

LEAST = 0.5


class UnfaithfulReasons(ReasonsCheck):
    """## What it measures
    How far a row's score moves without the columns that its reasons name first, on a scale on which columns
    drawn at random are 0 and the columns that move it most are 1.

    ## Why it matters
    A reason that does not move the score explains nothing, however sensible it sounds. Somebody who mends
    what it names changes nothing.

    ## How it is measured
    In at most 300 rows, the three columns named first take the values of another row (of fewer than six
    columns, half of them); so do four sets of columns drawn at random, and the three columns that move the
    score most, each measured alone. Up to eight other rows each. How far a score moves is the size of the
    mean over these rows; the sign comes from one half of them and the size from the other, so that their
    spread does not count as a move, and the columns that move most are chosen by one half and measured by
    the other. The figure is (named - random) / (most - random), its bootstrap interval is over rows.

    ## Limit
    At least 0.5: half of the way from chance to the best. Not a law: reasons in shuffled columns reach about
    0.1, exact ones of models on five public data sets .8 and more.

    ## Known problems
    A mixed row may be one that no feed would send, such as a wife who is a man. A model may answer it oddly,
    and the reasons are held against that answer too: of a machine whose torque and speed go together (-.90),
    three columns at random moved the risk further than the three named first. The finding names such a pair.

    ## What to do
    Do not show the reasons of this model. Explain it by a method that reads the model itself, or train a
    model whose terms are its reasons: learners = ["additive"].

    ## Example
    Without the three columns named first a score moves by 1.10 on average, without three at random by 0.30,
    without the best three by 1.20: (1.10 - 0.30) / (1.20 - 0.30) = 0.89.

    ## References
    Samek et al., IEEE TNNLS 28 (2017) 2660 (deletion). Hooker et al., NeurIPS 2019 (against random).
    """

    code: ClassVar[str] = "EXP002"
    name: ClassVar[str] = "unfaithful-reasons"
    title: ClassVar[str] = "The reasons named first move the score"
    advice: ClassVar[str] = (
        "Do not show these reasons. Explain the model by a method that reads the model itself, or train one "
        "whose terms are its reasons."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), explained(scope))

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=LEAST, source="default: half of the way from chance to best"))

    def test(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        import numpy as np  # listing checks must not import it

        from airworthy.measures.bootstrap import Bootstrap
        from airworthy.measures.means import MeanT

        found, entity, _ = facts[DeletedReasons(explained(scope))]
        gains = np.column_stack([found.named - found.random, found.best - found.random])
        low, _ = MeanT(gains[:, 1], "", entity).interval(0.95)
        if low is None or low <= 0:
            return {
                MODEL: NotApplicable("Every column moves the score alike: no reason is better than another.")
            }

        def share(means: Any) -> Any:
            return means[:, 0] / np.maximum(means[:, 1], 1e-12)

        seed = seed_for(facts, self.code)
        return {MODEL: Bootstrap.of_means(gains, share, unit="share", seed=seed, clusters=entity)}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found, _, pair = facts[DeletedReasons(explained(scope))]
        return {
            **super().details(facts, scope, subject),
            "deleted": found.count,
            "named": float(found.named.mean()),
            "random": float(found.random.mean()),
            "most": float(found.best.mean()),
            "last": float(found.last.mean()),
            "go_together": [] if pair is None else [pair.as_json()],
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        columns = "column" if d["deleted"] == 1 else f"{d['deleted']} columns"
        return (
            f"Without the {columns} that its reasons name first, a score moves by {number(d['named'], 2)}; "
            f"without as many at random by {number(d['random'], 2)}, without those that move it most by "
            f"{number(d['most'], 2)} ({d['unit']}). That is {percent(found.value, 0)} of the way from chance "
            f"to the most, {interval(found, 2)}, {rows(found.n, 'explained ' + d['rows_are'])}."
            f"{_torn_apart(result)}"
        )


def _torn_apart(result: Result) -> str:
    """What else may move the score, where the reasons did not pass."""
    if result.verdict is Verdict.PASS or not result.details["go_together"]:
        return ""
    (pair,) = result.details["go_together"]
    both, correlation = f"{pair['first']} and {pair['second']}", number(pair["correlation"], 2)
    return (
        f" {both} go together (rank correlation {correlation}): "
        "a row that keeps one and not the other is one that no feed sends, and may move the score by itself."
    )
