"""EXP003: do the reasons hold when the numbers of a row move a little?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.explain_tests.facts import NudgedReasons
from airworthy.assurance.explain_tests.reasons_check import MODEL, ReasonsCheck, explained, mean_kept
from airworthy.assurance.quality_check import seed_for
from airworthy.assurance.wording import interval, measured, percent, rows
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject

LEAST, FEWEST = 0.9, 30


class ReasonsJump(ReasonsCheck):
    """## What it measures
    How much of the weight of a row's first reasons is still named first when the numbers of the row move by
    at most a hundredth of their spread, among rows whose score hardly moves.

    ## Why it matters
    Two people with nearly the same numbers and nearly the same score should hear nearly the same reasons.
    Reasons that jump between them are an accident of the model's steps, and an applicant who asks twice
    hears two stories.

    ## How it is measured
    In at most 200 rows, every number goes to a value that another row has, at most a hundredth of the
    distance between the 5th and the 95th percentile away: it stays whole, in range, and as rounded as the
    feed. Categories, flags, dates and gaps stay. Of the rows whose score moves by less than a tenth of the
    standard deviation of scores, the first three reasons before and after are compared: the share of their
    weight that both name, both ways. The interval is a bootstrap over rows.

    ## Limit
    At least 0.9. Not a law: ordinary models keep .95 and more, planted ones that hand the credit from one
    column to its copy every thousandth about .75.

    ## Known problems
    Whole numbers of a small spread, such as a count of children, do not move, as one more is not a little.
    Rows whose score moves further are counted and left out: that is the model's own jump (see ROB003).

    ## What to do
    Leave out one of two columns that say the same, or train a smoother model (fewer leaves, a declared
    direction); until then say beside the reasons that they are rough.

    ## Example
    Weights 3, 2, 1 before and 3, 2, 0 after, with a new third reason of 1: 5 / 6 of the weight is named
    both times.

    ## References
    Alvarez-Melis and Jaakkola, WHI 2018 (arXiv:1806.08049).
    """

    code: ClassVar[str] = "EXP003"
    name: ClassVar[str] = "reasons-jump"
    title: ClassVar[str] = "The reasons hold when numbers move a little"
    advice: ClassVar[str] = (
        "Leave out one of two columns that say the same, or train a smoother model; until then say beside "
        "the reasons that they are rough."
    )

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), explained(scope))

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(low=LEAST, source="default: nine tenths of the weight"))

    def test(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        found = facts[_fact(scope)]
        if not found.columns:
            return {
                MODEL: NotApplicable("No column holds numbers that can move by a hundredth of their spread.")
            }
        if len(found.kept) < FEWEST:
            return {
                MODEL: NotApplicable(
                    f"The score itself moves in {found.moved:,} of {found.moved + len(found.kept):,} rows "
                    "when their numbers move a little; too few are left to compare reasons."
                )
            }
        return {MODEL: mean_kept(found.kept, found.entity, seed_for(facts, self.code))}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found = facts[_fact(scope)]
        return {
            **super().details(facts, scope, subject),
            "moved_columns": list(found.columns),
            "score_moved": found.moved,
            "first_still_shown": found.first,
            "by_chance": found.chance,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        where = "1 column" if len(d["moved_columns"]) == 1 else f"{len(d['moved_columns'])} columns"
        return (
            f"When the numbers in {where} move by at most a hundredth of their spread, the first reasons "
            f"keep {percent(found.value, 0)} of their weight, {interval(found, 2)}, "
            f"{rows(found.n, 'explained ' + d['rows_are'])} (by chance {percent(d['by_chance'], 0)}). In "
            f"{d['score_moved']:,} more the score itself moved."
        )


def _fact(scope: Scope) -> NudgedReasons:
    return NudgedReasons(explained(scope), tuple(scope.contract.inputs))
