"""EXP006: do the reasons tell who the person is?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.explain_tests.facts import ToldByReasons
from airworthy.assurance.explain_tests.reasons_check import ReasonsCheck, explained
from airworthy.assurance.wording import interval, measured, number, percent, rows
from airworthy.charter.groups import known_groups, protected_columns
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import Column

MOST = 0.1


class ReasonsTellWho(ReasonsCheck):
    """## What it measures
    For each protected column, how much better its largest group can be told from a row's reasons than from
    its score, as a difference of areas under the curve.

    ## Why it matters
    A clerk who may not know who is a woman reads the reasons of every case. Where they tell, the column is
    known to whoever sees them, and the model has used something that stands in for it.

    ## How it is measured
    Of at most 1,000 explained rows (one an entity), the first three reasons with their weights, all others
    left empty, are given to small boosted trees that tell the group, and the score alone to others; each row
    is judged by trees that had not seen it. The interval of the paired difference is DeLong's. Beside it
    stand the areas by the reasons of all columns and by the values of all columns: who sees the values needs
    no reasons. The strongest stand-in is the column whose values alone tell the group best.

    ## Limit
    At most 0.1 area under the curve more than the score. Not a law: where no column tells the group, 100
    tables showed differences around 0.

    ## Known problems
    A column that is protected and an input tells itself: that is found, and said. Only the largest group is
    held against the others. A model that is sampled from outside explains too few rows for this.

    ## What to do
    Show the reasons only to people who may know the column; leave out the stand-in that the finding names and
    train again, or group several columns into one reason.

    ## Example
    The score alone tells women from men with 0.70, its first three reasons with 0.88: 0.18 more.

    ## References
    Shokri, Strobel and Zick, AIES 2021 (explanations leak). DeLong et al., Biometrics 44 (1988) 837.
    """

    code: ClassVar[str] = "EXP006"
    name: ClassVar[str] = "reasons-tell-who"
    title: ClassVar[str] = "The reasons do not tell who the person is"
    advice: ClassVar[str] = (
        "Show the reasons only to people who may know the column; leave out the stand-in that the finding "
        "names and train again, or group several columns into one reason."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return tuple(_subject(column) for column in protected_columns(scope))

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), explained(scope))

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, Limit(high=MOST, source="default: a tenth more than the score tells"))

    def test(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        from airworthy.measures.ranking import AucDifference  # imports numpy

        answers: dict[Subject, Estimate | NotApplicable] = {}
        for column in protected_columns(scope):
            found = facts[_fact(column, scope)]
            answers[_subject(column)] = (
                found
                if isinstance(found, NotApplicable)
                else AucDifference(found.inside, found.shown, found.score)
            )
        return answers

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.measures.ranking import auc  # imports numpy

        column = next(c for c in protected_columns(scope) if _subject(c) == subject)
        found = facts[_fact(column, scope)]
        return {
            **super().details(facts, scope, subject),
            "column": column.name,
            "told_group": found.group,
            "shown": found.count,
            "auc": {
                "shown_reasons": auc(found.inside, found.shown),
                "score": auc(found.inside, found.score),
                "all_reasons": found.every,
                "values": found.inputs,
            },
            "names_itself": found.names_itself,
            "stand_in": None if found.stand_in is None else found.stand_in.column,
            "stand_in_auc": None if found.stand_in is None else found.stand_in.auc,
            "names_stand_in": found.names_stand_in,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        areas = d["auc"]
        first = "The first reason tells" if d["shown"] == 1 else f"The first {d['shown']} reasons tell"
        return (
            f"{first} {d['column']} = {d['told_group']} with an area under the curve of "
            f"{number(areas['shown_reasons'], 2)}, the score alone with {number(areas['score'], 2)}: "
            f"{number(found.value, 2)} more, {interval(found, 2)}, "
            f"{rows(found.n, 'explained ' + d['rows_are'])} (the values themselves tell it with "
            f"{number(areas['values'], 2)}).{_named(d)}"
        )


def _named(d: Mapping[str, Any]) -> str:
    """How often a reason names the column, or what stands in for it."""
    texts = []
    if d["names_itself"]:
        texts.append(f" {percent(d['names_itself'], 0)} of the rows name {d['column']} itself as a reason.")
    if d["stand_in"] is not None and d["names_stand_in"]:
        texts.append(
            f" {percent(d['names_stand_in'], 0)} name {d['stand_in']}, which alone tells it with "
            f"{number(d['stand_in_auc'], 2)}."
        )
    return "".join(texts)


def _subject(column: Column) -> Subject:
    return f"column:{column.name}"


def _fact(column: Column, scope: Scope) -> ToldByReasons:
    return ToldByReasons(explained(scope), column, known_groups(column, scope))
