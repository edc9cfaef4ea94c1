"""EXP005: does another way to compute reasons name the same columns?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.explain_tests.facts import SecondReasons
from airworthy.assurance.explain_tests.reasons_check import (
    MODEL,
    ReasonsCheck,
    explained,
    go_together,
    mean_kept,
    shuffled,
)
from airworthy.assurance.quality_check import seed_for
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

LEAST = 0.75


class MethodsDisagree(ReasonsCheck):
    """## What it measures
    How much of the weight of a row's first reasons a second, independent way to compute reasons confirms; and
    how far the columns with the largest reasons are those whose shuffling costs most.

    ## Why it matters
    There is more than one way to share a score among columns. Where they agree, the reason lies in the
    model; where they differ, it lies in the method, and whoever chose the method chose the reason.

    ## How it is measured
    Around each of at most 60 rows, columns are replaced at random by those of other rows (512 mixed rows, in
    pairs of opposites; eight a column where there are more than 64 columns), and a straight line is fitted to
    the score by which columns were kept, as LIME does. It denies a reason whose slope lies, by more than a
    standard error, behind the line's own first three or on the other side of 0. The figure is the share of
    the weight of the first three reasons that it does not deny; the interval is a bootstrap over rows. Over
    all rows, the mean size of the reasons is ranked against the importance of EXP001.

    ## Limit
    At least 0.75. Not a law: of true reasons .9 and more is confirmed (.85 where forty columns weigh the
    same), of those beside an unread copy of the column that counts about .6, of shuffled ones .3.

    ## Known problems
    Columns that go together can share the credit in many ways, all of them true to the model: the finding
    names the pair. A disagreement is then no error of the model; show the two as one reason.

    ## What to do
    Where the finding names a pair, show it as one reason or leave one of the two out. Else prefer a model
    whose terms are its reasons.

    ## Example
    Reasons of 3, 2 and 1; the line puts the third at 0.1, give or take 0.1, behind its own third of 0.9: five
    sixths of the weight are confirmed.

    ## References
    Ribeiro, Singh and Guestrin, KDD 2016 (LIME). Krishna et al., TMLR 2024 (disagreement). Fisher, Rudin and
    Dominici, JMLR 20 (2019) 177 (importance).
    """

    code: ClassVar[str] = "EXP005"
    name: ClassVar[str] = "methods-disagree"
    title: ClassVar[str] = "Two ways to compute reasons agree"
    advice: ClassVar[str] = (
        "Where the finding names columns that go together, show them as one reason or leave one out; else "
        "prefer a model whose terms are its reasons."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), explained(scope))

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=LEAST, source="default: three quarters of the weight"))

    def test(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        found = facts[_fact(scope)]
        return {MODEL: mean_kept(found.confirmed, found.entity, seed_for(facts, self.code))}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = facts[_fact(scope)]
        return {
            **super().details(facts, scope, subject),
            "by_chance": found.chance,
            "rank_correlation": found.rank,
            "largest_reasons": list(found.overall),
            "costly_to_shuffle": list(found.shuffled),
            "go_together": [pair.as_json() for pair in found.pairs],
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        texts = [
            f"A line fitted around each row confirms {percent(found.value, 0)} of the weight of its first "
            f"reasons, {interval(found, 2)}, {rows(found.n, 'explained ' + d['rows_are'])} (by chance "
            f"{percent(d['by_chance'], 0)})."
        ]
        if d["rank_correlation"] is not None:
            texts.append(
                f"Over all rows, the size of the reasons and the cost of shuffling rank "
                f"{d['columns']} columns with a correlation of {number(d['rank_correlation'], 2)}."
            )
        return " ".join(texts) + go_together(result)


def _fact(scope: Scope) -> SecondReasons:
    return SecondReasons(explained(scope), shuffled(scope))
