"""ROB009: how few slips, chosen on purpose, change what is decided of a text?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.facts import RewordedTexts
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER, ModelRefused
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.assurance.wording import interval, measured, percent
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import NO_LIMIT, Chart, Estimate, Limit, NotApplicable, Result, Subject
from airworthy.scoring.contract import LogicalType


class AttackedTexts(AssuranceCheck):
    """## What it measures
    Of the texts that the model decides rightly, the share whose decision somebody changes by slips in one
    word of ten (at least one word), each of which a person reads over.

    ## Why it matters
    Who gains from a decision writes for it. Spam, complaints and CVs are reworded until they pass, and the
    writer needs no access but an answer.

    ## How it is measured
    200 rightly decided texts, drawn with the run's seed (100 of a model trained elsewhere). Each word of four
    letters and more is left out in turn; those that the decision hangs on most come first. In three of them
    at a time seven slips are tried, and the most telling one is kept: two letters swapped, one dropped, the
    key beside, a letter of another script that looks alike, a space inside, the space before a long word
    dropped, an invisible sign inside. First and last letter stay, no word is changed twice, none becomes
    another word of these texts; numbers, addresses and short words (not, no) stay as they are. The interval
    is Wilson's. Beside it: one, two and three words; the same slips in words drawn at random, once and as
    often as the attacker tried; one neutral sentence at the end; each class; and what each cleaning step
    (signs, look-alike letters, spelling) would bring back, with the clean texts that it would disturb.

    ## Limit
    None unless you declare one: what a flipped decision costs, and whether anybody gains from it, only you
    know.

    ## What to do
    Clean texts before the model reads them, in training too, by the step that brought most back. Train on
    misspelt copies, or on pieces of words.

    ## Known problems
    A cleverer attacker, who rephrases whole sentences, finds more: the share is a lower bound. Whether a
    person still reads the same is kept by rules, not by asking a person: read the examples. The keys and
    look-alike letters are those of Latin writing.

    ## Example
    "the flight was great" is decided positive, "the flight was graet" neutral: one of 200 such texts, of
    which 39 fall, 19.5 %.

    ## References
    Gao et al., IEEE SPW 2018 (DeepWordBug). Jin et al., AAAI 2020 (TextFooler, words in order of
    importance). Pruthi et al., ACL 2019 (spelling correction as the defence).
    """

    code: ClassVar[str] = "ROB009"
    name: ClassVar[str] = "attacked-texts"
    title: ClassVar[str] = "Holds its decision when words are misspelt on purpose"
    cost: ClassVar[Cost] = Cost.EXPENSIVE
    advice: ClassVar[str] = (
        "Clean texts before the model reads them, in training too, by the step that brought most back."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        texts = any(column.type is LogicalType.TEXT for column in scope.contract.inputs)
        return (MODEL,) if texts and scope.charter.task in (Task.BINARY, Task.MULTICLASS) else ()

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, NO_LIMIT)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        if facts[SCORER] is None:
            return {MODEL: NotApplicable(f"{ONLY_PREDICTIONS}; an attack needs the model.")}
        try:
            found = facts[_fact(scope)]
        except ModelRefused as refusal:
            return {MODEL: NotApplicable(f"The model refuses such texts: {refusal.value}")}
        return {MODEL: found if isinstance(found, NotApplicable) else found.tenth.chosen.estimate}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        return {**super().details(facts, scope, subject), **facts[_fact(scope)].as_json()}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        tenth = d["flips"][-1]
        tries = d["queries"] // d["texts"]
        best = max(d["undone"], key=lambda one: one["restored"]["value"] or 0.0)
        back = best["restored"]
        undone = (
            f" Of the {back['n']:,} texts that fell to any number of words tried, cleaning ({best['step']}) "
            f"brings {percent(back['value'], 0)} back."
        )
        return (
            f"Slips in one word of ten change the decision of {percent(found.value)} of {found.n:,} rightly "
            f"decided {d['rows_are']} texts, {interval(found)}, where somebody picks them with about "
            f"{tries:,} tries a text; in words at random, tried once, "
            f"{percent(tenth['at_random']['value'])}.{undone if back['n'] else ''}"
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        values = [
            {"words": f"{_words(flips['words'])}, {told}", **flips[way]}
            for flips in facts[_fact(scope)].as_json()["flips"]
            for way, told in (("chosen", "picked"), ("at_random", "at random"))
        ]
        y = {"field": "words", "type": "nominal", "sort": None, "title": None}
        x = {"field": "value", "type": "quantitative", "title": "share of texts whose decision changes"}
        return {
            "data": {"values": values},
            "layer": [
                {"mark": "bar", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }


def _fact(scope: Scope) -> RewordedTexts:
    return RewordedTexts(scope.contract.inputs)


def _words(count: int | str) -> str:
    return f"{count} word{'' if count == 1 else 's'}" if isinstance(count, int) else "1 word in 10"
