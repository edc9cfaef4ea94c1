"""What the group checks share: planned groups, floors, two sides beside each other, what settles, charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airworthy.assurance.groups.measures import GroupMeasure, Material
from airworthy.assurance.quality_check import AssuranceCheck, predictions_of, seed_for
from airworthy.assurance.wording import measured, percent, points, rows
from airworthy.charter.groups import Group, expected_rows, groups_of, members, others
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject, Verdict
from airworthy.measures.proportion import SMALL
from airworthy.scoring.contract import Role

NO_ROWS: Mapping[str, float | int | None] = {"rows": 0, "rate": None, "low": None, "high": None}


class GroupCheck(AssuranceCheck):
    """Every planned group against its declared reference, else against the rest of the measured rows."""

    tasks: ClassVar[tuple[Task, ...]] = (Task.BINARY,)
    counted: ClassVar[str]  # "selected", "found"
    counts: ClassVar[str] = "rows"
    advice: ClassVar[str] = (
        "Ask the domain expert whether the gap has a reason that may count. Look at the inputs "
        "that stand for "
        "the group, collect more rows of it, or agree on another limit in fairness.max_gap and say why."
    )

    def measure(self, scope: Scope) -> GroupMeasure:
        """The figure that is compared."""
        raise NotImplementedError(f"{type(self).__name__} measures nothing")

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        if scope.charter.task not in self.tasks:
            return ()
        return tuple(group.subject for group in groups_of(scope))

    def may_require(self, scope: Scope, subject: Subject) -> bool:
        """A group that the contract's counts put below the floor is advisory."""
        group = _named(scope, subject)
        expected = expected_rows(group, scope)
        return expected is None or expected * self.share_counted(scope) >= scope.charter.fairness.min_rows

    def share_counted(self, scope: Scope) -> float:
        """Share of a group's rows that the rate is made of."""
        return 1.0

    def limit(self, scope: Scope, subject: Subject) -> Limit:
        return self.measure(scope).limit(scope)

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        material, measure = self._material(facts, scope), self.measure(scope)
        held = material.predictions.columns
        return {
            group.subject: measure.gap(material, members(group, held), others(group, held))
            for group in groups_of(scope)
        }

    def _material(self, facts: Facts, scope: Scope) -> Material:
        return Material(predictions_of(facts), scope.charter.costs, seed_for(facts, self.code))

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        material, group = self._material(facts, scope), _named(scope, subject)
        held, measure = material.predictions.columns, self.measure(scope)
        return {
            "rows_are": material.predictions.rows_are,
            "column": group.column,
            "group": side(measure.of(material, members(group, held))),
            "rest": side(measure.of(material, others(group, held))),
            "against": group.against.label if group.against else None,
            "floor": scope.charter.fairness.min_rows,
        }

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        group, rest = d["group"], d["rest"]
        return (
            f"{percent(group['rate'])} of {rows(group['rows'])} in {group_name(result)} are "
            f"{self.counted}, {percent(rest['rate'])} of {beside(d)}: a gap of "
            f"{points(found.value)} ({points(found.low)} to {points(found.high)})."
            f"{exact_below(group['rows'], rest['rows'])}{few_of(result)}"
        )

    def remedy(self, result: Result) -> str:
        if result.verdict is not Verdict.UNSURE or (told := needed_in_words(result, self.counts)) is None:
            return super().remedy(result)
        return f"The rows cannot tell. {told}"

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        d = self.details(facts, scope, subject)
        name = subject.removeprefix("group:")
        sides = [{"side": name, **d["group"]}, {"side": d["against"] or "the rest", **d["rest"]}]
        x = {"field": "rate", "type": "quantitative", "title": self.counted_title}
        y = {"field": "side", "type": "nominal", "title": None}
        return {
            "data": {"values": sides},
            "layer": [
                {"mark": "bar", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }

    @property
    def counted_title(self) -> str:
        return f"share {self.counted}"


OUT_OF_REACH = 50
"""Times the rows at hand; beyond it nobody collects what an undecided gap would need."""


def side(found: Estimate | NotApplicable) -> dict[str, float | int | None]:
    """Rows, and the figure with its 95 % interval, of one side."""
    if isinstance(found, NotApplicable):
        return dict(NO_ROWS)
    low, high = found.interval(0.95)
    return {"rows": found.n, "rate": found.value, "low": low, "high": high}


def group_name(result: Result) -> str:
    return result.subject.removeprefix("group:")


def beside(details: Mapping[str, Any]) -> str:
    """Whom the group is held against, with their rows."""
    count = details["rest"]["rows"]
    if details["against"] is None:
        return f"the other {rows(count)}"
    return f"{rows(count)} in {details['column']}={details['against']}"


def needed_in_words(result: Result, counts: str) -> str | None:
    """How many rows of which group would settle it; None where no number of rows does.

    Parameters
    ----------
    counts : what the rates are made of: rows, or events.
    """
    from airworthy.assurance.groups.settle import rows_to_settle  # its measures import numpy

    d, limit = result.details, result.limit
    if limit is None or result.measurement is None:
        return None
    needed = rows_to_settle(result.measurement, limit, _arm(d["group"]), _arm(d["rest"]))
    if needed is None:
        return None
    if needed.group + needed.others > OUT_OF_REACH * (d["group"]["rows"] + d["rest"]["rows"]):
        return "It lies so near the limit that no likely number of rows would settle it."
    group = f"About {needed.group:,} {counts} of {group_name(result)} ({d['group']['rows']:,} are here)"
    if needed.others > d["rest"]["rows"]:
        against = "all others" if d["against"] is None else f"{d['column']}={d['against']}"
        group += f" and {needed.others:,} of {against}"
    return f"{group} would settle it if the rates stay where they are: collect more."


def _arm(of: Mapping[str, Any]) -> tuple[float, int]:
    """The longer arm of a side's own interval, and its rows."""
    ends = [end for end in (of["low"], of["high"]) if end is not None]
    return max((abs(end - of["rate"]) for end in ends), default=float("inf")), of["rows"]


def few_rows(found: int, floor: int, required: bool) -> str:
    """What to say of a group with fewer rows than the floor; training rows told what to require."""
    if found >= floor:
        return ""
    if required:
        return f" Fewer than the floor of {floor:,} rows, though training rows promised more."
    return f" Below the floor of {floor:,} rows: shown only."


def exact_below(*counts: int) -> str:
    """What to say of shares of so few rows that their intervals are of another kind."""
    if min(counts) >= SMALL:
        return ""
    return f" A share of fewer than {SMALL} rows has the exact interval, which is wider than it need be."


def few_of(result: Result) -> str:
    """What to say of a result whose group has few rows."""
    return few_rows(result.details["group"]["rows"], result.details["floor"], result.required)


def _named(scope: Scope, subject: Subject) -> Group:
    for group in groups_of(scope):
        if group.subject == subject:
            return group
    raise KeyError(subject)


def event_share(scope: Scope) -> float:
    """The share of events, where the contract counted the target's values; else 1."""
    positive = scope.contract.classes[-1] if scope.contract.classes else None
    for column in scope.contract.with_role(Role.TARGET):
        if column.counts and positive in column.vocabulary:
            return column.counts[column.vocabulary.index(positive)] / sum(column.counts)
    return 1.0
