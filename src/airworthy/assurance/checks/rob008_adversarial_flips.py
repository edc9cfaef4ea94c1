"""ROB008: in how many rows does somebody flip the decision by changing one or two columns?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.facts import AttackedRows
from airworthy.assurance.given import ONLY_PREDICTIONS, SCORER, ModelRefused
from airworthy.assurance.quality_check import MODEL, AssuranceCheck
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import NO_LIMIT, Chart, Estimate, Limit, NotApplicable, Result, Subject

if TYPE_CHECKING:
    from airworthy.assurance.attack.report import Attack, ClassAttacked

PREFIX = "decided:"
MOST_CLASSES = 5
"""Of more classes all rows are judged together."""


class AdversarialFlips(AssuranceCheck):
    """## What it measures
    Of the rows that the model decides one way, the share whose decision flips when somebody changes one or
    two of the columns that may change. Each class on its own: who is rejected has another reason to try than
    who is approved.

    ## Why it matters
    Who fills in a form chooses what stands in it. A model whose decision hangs on a column that anybody can
    write as they like gives that decision away.

    ## How it is measured
    Up to 300 rows, drawn with the run's seed, in equal parts from each class that is decided (200 of a model
    trained elsewhere, 40 behind an address). The model is only asked, never opened: each setting of each free
    column, then those that lean most together with others, up to three columns; each flip is walked back to
    the smallest that still flips. What may change, how far, which way and what follows from it is
    `[changes.COLUMN]` of the charter; identifiers, times, free texts and protected columns do not change, and
    numbers stay among the training values. Intervals are Wilson's. Beside it: one and three changes, the
    smallest changes and what they cost where the charter prices them, the columns that carry the flips, and
    as many permitted changes drawn at random.

    ## Limit
    None unless `[changes.COLUMN]` says what somebody could change and `checks.limits` names this code.
    Without the first the figure informs: a model ought to decide otherwise when the rows are truly otherwise,
    and only you know which columns somebody can write without being so.

    ## What to do
    Take the column that carries the flips out, verify it, or bound it. `airworthy harden` measures what
    training on flipped rows and declared directions change, and what they cost.

    ## Known problems
    The search finds flips; that it finds none proves nothing. It is a lower bound that another search may
    raise: `airworthy attack --second-opinion` asks one.

    ## Example
    Of 150 rejected applications 47 are approved once `months_employed` and one more column are changed: 31 %,
    interval 24 to 39. Fifty random changes of two columns flip 9 %.

    ## References
    Ballet et al., NeurIPS 2019 workshop (imperceptible attacks on tables). Cartella et al., AAAI 2021
    workshop (attacks on fraud detection). Simonetto et al., IJCAI 2022 (relations that hold).
    """

    code: ClassVar[str] = "ROB008"
    name: ClassVar[str] = "adversarial-flips"
    title: ClassVar[str] = "Few decisions flip when somebody changes one or two columns"
    cost: ClassVar[Cost] = Cost.EXPENSIVE
    advice: ClassVar[str] = (
        "Take the column that carries the flips out, verify it, or bound it in [changes]; airworthy harden "
        "measures what training on flipped rows and declared directions change and cost."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        if scope.charter.task not in (Task.BINARY, Task.MULTICLASS) or not scope.contract.inputs:
            return ()
        classes = scope.contract.classes
        return (MODEL,) if len(classes) > MOST_CLASSES else tuple(f"{PREFIX}{name}" for name in classes)

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return scope.limit(self.code, NO_LIMIT) if scope.charter.changes.columns else NO_LIMIT

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        subjects = self.subjects(scope)
        if facts[SCORER] is None:
            return dict.fromkeys(subjects, NotApplicable(f"{ONLY_PREDICTIONS}; an attack needs the model."))
        try:
            found = facts[_fact(scope)]
        except ModelRefused as refusal:
            reason = f"The model refuses changed rows: {refusal.value}"
            return dict.fromkeys(subjects, NotApplicable(reason))
        if isinstance(found, NotApplicable):
            return dict.fromkeys(subjects, found)
        return {subject: _estimate(found, subject) for subject in subjects}

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        found: Attack = facts[_fact(scope)]
        document = found.as_json()
        if subject != MODEL:
            document["classes"] = [one.as_json() for one in found.classes if one is _of(found, subject)]
        return {**super().details(facts, scope, subject), **document, "told": _told(found, subject)}

    def finding(self, result: Result) -> str:
        return str(result.details["told"])

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        one = _of(facts[_fact(scope)], subject)
        if one is None:
            return None
        values = [
            {"changes": f"up to {count}", "share": share.value, "low": share.low, "high": share.high}
            for count, share in enumerate(one.shares, start=1)
        ]
        if (random := one.at_random) is not None:
            values += [
                {"changes": "at random", "share": random.value, "low": random.low, "high": random.high}
            ]
        y = {"field": "changes", "type": "nominal", "sort": None, "title": None}
        x = {"field": "share", "type": "quantitative", "title": "share of rows whose decision flips"}
        return {
            "data": {"values": values},
            "layer": [
                {"mark": "bar", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }


def _fact(scope: Scope) -> AttackedRows:
    return AttackedRows(scope.charter.digest, scope)


def _of(found: Attack, subject: Subject) -> ClassAttacked | None:
    return found.of(subject.removeprefix(PREFIX))


def _estimate(found: Attack, subject: Subject) -> Estimate | NotApplicable:
    if subject == MODEL:
        from airworthy.measures.proportion import Wilson

        hits = sum(one.headline.successes for one in found.classes)
        return Wilson(hits, found.rows, "share")
    one = _of(found, subject)
    if one is None:
        return NotApplicable(f"The model decides none of the sampled rows {subject.removeprefix(PREFIX)!r}.")
    return one.headline


def _told(found: Attack, subject: Subject) -> str:
    from airworthy.assurance.attack.words import sentence, sentences_of_all

    one = _of(found, subject)
    return sentences_of_all(found) if one is None else sentence(found, one)
