"""FAI010: does the score change when only the words for the person change?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.facts import SwappedScores
from airworthy.assurance.given import SCORER, ModelRefused
from airworthy.assurance.quality_check import AssuranceCheck
from airworthy.assurance.swaps.columns import told_columns
from airworthy.assurance.swaps.kinds import GENDERED, SIDES, Kind
from airworthy.assurance.wording import level, measured, number, percent, points, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Cost
from airworthy.kernel.fact import Fact, Facts
from airworthy.kernel.result import NO_LIMIT, Chart, Estimate, Limit, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    from airworthy.assurance.swaps.scored import SwapChange
    from airworthy.measures.sparse import SparseMean

Way = tuple[Kind, ...]
MOST_CLASSES = 5
"""Of more classes each is measured with all gendered words at once: a family of a hundred judges none."""
TASKS = (Task.BINARY, Task.MULTICLASS, Task.REGRESSION)
ALL = "woman to man"
NOTHING: Mapping[Kind, str] = {
    Kind.NAMES: "a first name of a person",
    Kind.PRONOUNS: "he or she",
    Kind.TITLES: "a title such as Ms or Mr",
    Kind.WORDS: "a gendered word such as waitress or father",
    Kind.GROUPS: "a first name of a person",
}


class ScoreFollowsPerson(AssuranceCheck):
    """## What it measures
    How much the score changes when a text or a name tells of a man in place of a woman and nothing else
    changes: first names, pronouns, titles (Ms, Mr) and gendered words (waitress, mother, sorority), all at
    once and each kind alone. And when a first name that Americans take for that of a Black person gives way
    to one that they take for a white person's.

    ## Why it matters
    Nobody's case is another one because it is told of him and not of her. A model that learned from uneven
    decisions repeats them, and a text carries sex and descent though no column does.

    ## How it is measured
    Up to 20,000 rows are read, in text columns and in columns of first names. Each text with something to
    swap is written in both versions ("She lost her bag", "He lost his bag"), in letters and grammar of the
    original, and both go through the scorer; at most 2,000 rows for each kind. The figure is the mean score
    of the second version less that of the first, with Student's interval, entity by entity; wider while fewer
    than ten rows change. Probabilities, or standard deviations of the outcome for numbers. Holm's correction
    over all kinds. Names that stand in come from the rows themselves, as often as they are there, so that the
    model knows them. Beside it: the share of decisions that change, with Wilson's interval.

    English only. Names that are also words, places or months (Rose, Virginia, May) are left alone in texts,
    and so are surnames, handles, "he or she" and a singular "they".

    ## Limit
    `fairness.max_swap` (0.05 when not declared) on either side, for all gendered words at once and for names
    of groups; a single kind informs unless `checks.limits` names this code. A FAIL says what this model does,
    not why: of 200 bags of words that learned from 1,000 simulated tickets without any effect, chance alone
    moved 6 surely beyond the limit; single kinds, judged, would have failed in 59.

    ## What to do
    Read the pairs. Train on both versions of each text, or with names and pronouns taken out, and check
    again.

    ## Example
    Of 5,000 tickets 412 speak of a person. Told of a man they score 0.37 on average, told of a woman 0.28: a
    change of +9.0 points, interval 7.2 to 10.8, outside the limit of 5.

    ## References
    Bertrand and Mullainathan, American Economic Review 94 (2004) 991. Kiritchenko and Mohammad, *SEM 2018, 43
    (sentences in two versions). Garg et al., AIES 2019, 219 (counterfactual token fairness).
    """

    code: ClassVar[str] = "FAI010"
    name: ClassVar[str] = "score-follows-person"
    title: ClassVar[str] = "The score stays when only the words for the person change"
    cost: ClassVar[Cost] = Cost.SAMPLED
    advice: ClassVar[str] = (
        "Read the pairs. Train on both versions of each text, or with names and pronouns taken out, and "
        "check again; or agree on another limit in fairness.max_swap and say why."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        return tuple(_planned(scope))

    def may_require(self, scope: Scope, subject: Subject) -> bool:
        """A single kind may be too rare to be ever judged: only the first, which holds all, is required."""
        way, _ = _planned(scope)[subject]
        return way == _ways(scope)[0]

    def needs(self, scope: Scope) -> Sequence[Fact]:
        return (*super().needs(scope), SCORER)

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        """Single kinds inform: where a kind is one pair of words, chance in training moves it by more."""
        most = scope.charter.fairness.max_swap
        whole = Limit(low=-most, high=most, source="fairness.max_swap")
        way, _ = _planned(scope).get(subject, (GENDERED, 0))
        judged = way in (_ways(scope)[:1] or (GENDERED,)) or way == (Kind.GROUPS,)
        return scope.limit(self.code, whole if judged else NO_LIMIT)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        planned = _planned(scope)
        if facts[SCORER] is None:
            none = NotApplicable("Only predictions were given; swapping needs the model.")
            return dict.fromkeys(planned, none)
        try:
            found = facts[_fact(scope)]
        except ModelRefused as refusal:
            none = NotApplicable(f"The model refuses the swapped rows: {refusal.value}")
            return dict.fromkeys(planned, none)
        answers: dict[Subject, Estimate | NotApplicable] = {}
        for subject, (way, k) in planned.items():
            change = found.by_kinds.get(way)
            wanted = NOTHING[way[0]] if len(way) == 1 else "a word that tells a woman from a man"
            nothing = NotApplicable(f"None of {rows(found.read)} read holds {wanted}.")
            answers[subject] = nothing if change is None else _mean(change, k, scope)
        return answers

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        from airworthy.measures.proportion import Wilson  # imports numpy

        way, k = _planned(scope)[subject]
        found = facts[_fact(scope)]
        change = found.by_kinds[way]
        decisions = None
        if change.flipped is not None:
            share = Wilson.of(change.flipped, change.clusters)
            low, high = share.interval(0.95)
            decisions = {"changed": int(share.successes), "share": share.value, "low": low, "high": high}
        return {
            **super().details(facts, scope, subject),
            "class": _class_of(scope, k),
            "versions": list(SIDES[way[0]]),
            "rows_read": found.read,
            "rows_found": change.found,
            "rows_mixed": found.mixed,
            "decisions": decisions,
            "smallest_shown": _mean(change, k, scope).smallest_shown(0.95),
            "pairs": [vars(pair) for pair in change.pairs],
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        show = points if d["class"] is not None else _deviations
        first, second = d["versions"]
        kind = result.subject.removeprefix("swap:").partition(",")[0]
        only = "" if kind in (ALL, Kind.GROUPS) else f" in {kind} alone"
        what = "number" if d["class"] is None else f"score of {d['class']!r}"
        said = (
            f"With {second} in place of {first}{only}, the {what} changes by {show(found.value)} on average "
            f"({level(found)} interval {show(found.low)} to {show(found.high)}), {rows(found.n)} of "
            f"{d['rows_found']:,} with something to swap among {rows(d['rows_read'], d['rows_are'])}."
        )
        return " ".join(part for part in (said, _decisions(d), _power(d, show), _example(d)) if part)

    def remedy(self, result: Result) -> str:
        if result.verdict is not Verdict.UNSURE or result.rows_to_settle is None:
            return super().remedy(result)
        return (
            f"The rows cannot tell. About {rows(result.rows_to_settle)} with something to swap would settle "
            "it if the figure stays where it is: collect more."
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        """All kinds beside each other, on the subject that holds them all."""
        way, k = _planned(scope)[subject]
        if way != GENDERED:
            return None
        drawn = []
        for kinds, change in facts[_fact(scope)].by_kinds.items():
            mean = _mean(change, k, scope)
            low, high = mean.interval(0.95)
            drawn.append({"kind": _label(kinds), "change": mean.value, "low": low, "high": high})
        y = {"field": "kind", "type": "nominal", "sort": None, "title": None}
        x = {"field": "change", "type": "quantitative", "title": "change of the mean score"}
        return {
            "data": {"values": drawn},
            "layer": [
                {"mark": "point", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }


def _fact(scope: Scope) -> SwappedScores:
    return SwappedScores(told_columns(scope.contract.inputs))


def _ways(scope: Scope) -> tuple[Way, ...]:
    """The ways of swapping that the columns allow; where cells are names, only names can change."""
    told = told_columns(scope.contract.inputs)
    if not told or scope.charter.task not in TASKS:
        return ()
    if all(column.alone for column in told):
        return ((Kind.NAMES,), (Kind.GROUPS,))
    return (GENDERED, *((kind,) for kind in (*GENDERED, Kind.GROUPS)))


def _planned(scope: Scope) -> dict[Subject, tuple[Way, int]]:
    """Each subject with its way of swapping and its place among the scores."""
    if scope.charter.task is not Task.MULTICLASS:
        return {f"swap:{_label(way)}": (way, 0) for way in _ways(scope)}
    classes, ways = scope.contract.classes, _ways(scope)
    return {
        f"swap:{_label(way)}, {name}": (way, k)
        for way in (ways if len(classes) <= MOST_CLASSES else ways[:1])
        for k, name in enumerate(classes)
    }


def _label(way: Way) -> str:
    return ALL if way == GENDERED else str(way[0])


def _class_of(scope: Scope, k: int) -> str | None:
    """The class whose score is measured; None for numbers."""
    if scope.charter.task is Task.REGRESSION:
        return None
    return scope.contract.classes[k if scope.charter.task is Task.MULTICLASS else 1]


def _mean(change: SwapChange, k: int, scope: Scope) -> SparseMean:
    from airworthy.measures.sparse import SparseMean  # imports numpy

    unit = "standard deviations" if scope.charter.task is Task.REGRESSION else "difference of shares"
    return SparseMean(change.change[:, k], unit, change.clusters)


def _deviations(value: float | None) -> str:
    return "open" if value is None else f"{number(value)} standard deviations"


def _decisions(d: Mapping[str, Any]) -> str:
    changed = d["decisions"]
    if changed is None:
        return ""
    return (
        f"{percent(changed['share'])} of decisions change ({percent(changed['low'])} to "
        f"{percent(changed['high'])})."
    )


def _power(d: Mapping[str, Any], show: Any) -> str:
    least = d["smallest_shown"]
    if least is None:
        return "So few rows could not have shown any change."
    return f"These rows would have shown a change of {show(least).lstrip('+')}."


def _example(d: Mapping[str, Any]) -> str:
    pair = d["pairs"][0]
    if pair["score_first"] == pair["score_second"]:
        return "No score changes: the model may not know these words, or not look at them."
    return (
        f"The largest: {pair['first']!r} scores {number(pair['score_first'])}, {pair['second']!r} "
        f"{number(pair['score_second'])}."
    )
