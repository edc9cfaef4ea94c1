"""What the two impact-ratio checks share: tables of categories, who may be left out, words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.group_gap import exact_below, few_rows
from airworthy.assurance.quality_check import AssuranceCheck, predictions_of, seed_for
from airworthy.assurance.wording import measured, percent, rows
from airworthy.charter.groups import Group, expected_rows, known_groups, members, protected_columns
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Estimate, NotApplicable, Result, Subject, Verdict

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from airworthy.assurance.predictions import Predictions
    from airworthy.measures.proportion import Wilson

LEAST_SHARE = 0.02
"""Below this share of the rows a category may be left out (6 RCNY 5-301(d)); it is named with its rate."""
LEFT_OUT = "Left out, as a category"
"""How the reason begins why a small category has no ratio."""
MOST_CROSSED = 10
"""Values of a column whose crossings are looked at; more leave cells of a handful of rows."""


@dataclass(frozen=True)
class Category:
    """Rows that belong to one group of each column of its table."""

    groups: tuple[Group, ...]

    @property
    def subject(self) -> Subject:
        return "group:" + " & ".join(f"{group.column}={group.label}" for group in self.groups)


Table = tuple[Category, ...]


def tables_of(scope: Scope) -> tuple[Table, ...]:
    """One table a protected column, and one for each pair of columns of few values."""
    found = {c.name: known_groups(c, scope) for c in protected_columns(scope)}
    single = [tuple(Category((group,)) for group in groups) for groups in found.values()]
    few = [g for g in found.values() if len(g) <= MOST_CROSSED and all(group.values for group in g)]
    crossed = [tuple(Category(cell) for cell in product(*pair)) for pair in combinations(few, 2)]
    return tuple(table for table in (*single, *crossed) if len(table) > 1)


@dataclass(frozen=True)
class Counted:
    """The categories of one table as they were measured: `kept` ones, and those too small to keep.

    `chances` are of so low a ratio among equal categories, Holm-corrected; empty where rows repeat entities.
    """

    shares: Mapping[Subject, Wilson]
    total: int
    unknown: int
    chances: Mapping[Subject, float]

    @property
    def kept(self) -> dict[Subject, Wilson]:
        return large_enough(self.shares, self.total)

    @property
    def top(self) -> Subject:
        return max(self.kept, key=lambda subject: self.kept[subject].value)


def large_enough(shares: Mapping[Subject, Wilson], total: int) -> dict[Subject, Wilson]:
    """The categories that may not be left out."""
    return {subject: share for subject, share in shares.items() if share.n >= LEAST_SHARE * total}


def _count(facts: Sequence[Count], known: Facts) -> Mapping[Count, object]:
    predictions = predictions_of(known)
    return {fact: _counted(fact, predictions) for fact in facts}


@dataclass(frozen=True)
class Count:
    """`Counted` of one table, or why there is none."""

    table: Table
    rate: str
    seed: int
    version: ClassVar[int] = 1
    batch: ClassVar[Callable[[Sequence[Any], Facts], Mapping[Any, object]]] = _count


def _counted(fact: Count, predictions: Predictions) -> Counted | NotApplicable:
    from airworthy.measures.proportion import Wilson  # listing checks must not import numpy

    hits = RATES[fact.rate](predictions)
    if isinstance(hits, NotApplicable):
        return hits
    groups = dict.fromkeys(group for category in fact.table for group in category.groups)
    inside = {group: members(group, predictions.columns) for group in groups}
    shares, known = {}, 0
    for category in fact.table:
        rows_of = inside[category.groups[0]]
        for group in category.groups[1:]:
            rows_of = rows_of & inside[group]
        known += int(rows_of.sum())
        if rows_of.any():
            codes = None if predictions.entity is None else predictions.entity[rows_of]
            shares[category.subject] = Wilson.of(hits[rows_of], codes)
    kept = large_enough(shares, len(hits))
    chances = _chances(kept, fact.seed) if predictions.entity is None and len(kept) > 1 else {}
    return Counted(shares, len(hits), len(hits) - known, chances)


def _selected(predictions: Predictions) -> NDArray[np.bool_] | NotApplicable:
    import numpy as np  # listing checks must not import numpy

    if predictions.decision is None:
        return NotApplicable("The predictions carry no decisions.")
    return np.asarray(predictions.decision == 1)


def _above_median(predictions: Predictions) -> NDArray[np.bool_] | NotApplicable:
    import numpy as np  # listing checks must not import numpy

    if predictions.task is Task.REGRESSION:
        score = predictions.require_prediction()
    elif predictions.probability is None:
        return NotApplicable("The predictions carry no scores.")
    else:
        score = predictions.score
    return np.asarray(score > np.median(score))


def _spared(predictions: Predictions) -> NDArray[np.bool_] | NotApplicable:
    selected = _selected(predictions)
    return selected if isinstance(selected, NotApplicable) else ~selected


SELECTED, SPARED, ABOVE = "selected", "not selected", "above the median"
RATES: Mapping[str, Callable[[Predictions], NDArray[np.bool_] | NotApplicable]] = {
    SELECTED: _selected,
    SPARED: _spared,
    ABOVE: _above_median,
}
"""Which rows (n,) count, by the word for them."""


class ImpactCheck(AssuranceCheck):
    """Every category beside the one with the highest rate."""

    tasks: ClassVar[tuple[Task, ...]]
    counted: ClassVar[str]
    advice: ClassVar[str] = (
        "Ask the domain expert whether the ratio has a reason that may count, look at the inputs that stand "
        "for the group, or set another limit in checks.limits and say why."
    )

    def good(self, scope: Scope) -> str:
        """Which rows are counted: what it is good to be."""
        return self.counted

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        if scope.charter.task not in self.tasks:
            return ()
        return tuple(category.subject for table in tables_of(scope) for category in table)

    def may_require(self, scope: Scope, subject: Subject) -> bool:
        """Categories that may be left out, that lie below the floor, or that cross columns are advisory."""
        (category,) = (c for table in tables_of(scope) for c in table if c.subject == subject)
        group = category.groups[0]
        if len(category.groups) > 1 or (group.share is not None and group.share < LEAST_SHARE):
            return False
        expected = expected_rows(group, scope)
        return expected is None or expected >= scope.charter.fairness.min_rows

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        found: dict[Subject, Estimate | NotApplicable] = {}
        for table in tables_of(scope):
            counted = facts[self._count_of(table, facts, scope)]
            none = (
                counted
                if isinstance(counted, NotApplicable)
                else NotApplicable("No row is in this category.")
            )
            found |= dict.fromkeys((category.subject for category in table), none)
            if isinstance(counted, Counted):
                found |= self._of_table(counted, self.good(scope))
        return found

    def _count_of(self, table: Table, facts: Facts, scope: Scope) -> Count:
        return Count(table, self.good(scope), seed_for(facts, self.code))

    def _of_table(self, counted: Counted, good: str) -> dict[Subject, Estimate | NotApplicable]:
        from airworthy.measures.impact import ImpactRatio

        kept, found = counted.kept, dict[Subject, Estimate | NotApplicable]()
        for subject, share in counted.shares.items():
            others = tuple(other for name, other in kept.items() if name != subject)
            if subject not in kept:
                found[subject] = NotApplicable(
                    f"{LEFT_OUT} below {percent(LEAST_SHARE, 0)} of the rows may be: "
                    f"{rows(share.n)} ({percent(share.n / counted.total)}), {percent(share.value)} "
                    f"{good}."
                )
            elif not others:
                found[subject] = NotApplicable("No other category is large enough to compare with.")
            elif not any(other.successes for other in kept.values()):
                found[subject] = NotApplicable(f"No row is {good}, so there is no highest rate.")
            else:
                found[subject] = ImpactRatio(share, others)
        return found

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        (table,) = (t for t in tables_of(scope) if subject in {category.subject for category in t})
        counted = facts[self._count_of(table, facts, scope)]
        assert isinstance(counted, Counted)
        return {
            "rows_are": predictions_of(facts).rows_are,
            "counted": self.good(scope),
            "column": " & ".join(group.column for group in table[0].groups),
            "group": side(counted.shares[subject]),
            "highest": {"category": counted.top.removeprefix("group:"), **side(counted.kept[counted.top])},
            "chance_if_equal": counted.chances.get(subject),
            "left_out": [
                {"category": name.removeprefix("group:"), **side(share)}
                for name, share in counted.shares.items()
                if name not in counted.kept
            ],
            "unknown_rows": counted.unknown,
            "floor": scope.charter.fairness.min_rows,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        name, top = result.subject.removeprefix("group:"), d["highest"]
        rate = f"{percent(d['group']['rate'])} of {rows(d['group']['rows'])} in {name} are {d['counted']}"
        if top["category"] == name:
            beside = ", the highest rate"
        else:
            beside = f", {percent(top['rate'])} of {rows(top['rows'])} in {top['category']}, the highest rate"
        ratio = f": a ratio of {found.value:.2f} ({found.low:.2f} to {found.high:.2f})."
        few = exact_below(d["group"]["rows"], top["rows"])
        few += few_rows(d["group"]["rows"], d["floor"], result.required)
        return f"{rate}{beside}{ratio}{_in_words(d['chance_if_equal'])}{few}"

    def remedy(self, result: Result) -> str:
        if result.verdict is not Verdict.UNSURE or result.rows_to_settle is None:
            return super().remedy(result)
        d, name = result.details, result.subject.removeprefix("group:")
        times = result.rows_to_settle / d["group"]["rows"]
        beside = ""
        if d["highest"]["category"] != name:
            beside = f" and {round(times * d['highest']['rows']):,} in {d['highest']['category']}"
        return (
            f"The rows cannot tell. About {rows(result.rows_to_settle)} in {name}{beside} would settle it if "
            "the rates stay where they are: collect more."
        )


def side(share: Wilson) -> dict[str, float | int]:
    """Rows, and the counted rate with its 95 % interval."""
    low, high = share.interval(0.95)
    return {"rows": share.n, "rate": share.value, "low": low, "high": high}


def _chances(kept: Mapping[Subject, Wilson], seed: int) -> dict[Subject, float]:
    import numpy as np

    from airworthy.measures.impact import chance_if_equal
    from airworthy.measures.multiple import holm

    hits, size = ([int(share.successes) for share in kept.values()], [share.n for share in kept.values()])
    chances = holm(chance_if_equal(hits, size, np.random.default_rng(seed)))
    return dict(zip(kept, chances.tolist(), strict=True))


def _in_words(chance: float | None) -> str:
    if chance is None:
        return " Rows repeat entities, so no chance is given."
    if chance > 0.9995:
        return ""  # the highest category, or one that is hardly below it
    times = round(1000 * chance)
    shown = "less than 1 time" if chance < 0.001 else "1 time" if times == 1 else f"{times:,} times"
    return f" Equal categories would look so {shown} in 1,000."
