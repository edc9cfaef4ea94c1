"""What the three group checks share: planned groups, floors, rates beside each other, charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.assurance.quality_check import AssuranceCheck, predictions_of
from airworthy.assurance.wording import measured, percent, points, rows
from airworthy.charter.groups import Group, expected_rows, groups_of, members
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import Chart, Estimate, Limit, NotApplicable, Result, Subject

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from airworthy.assurance.predictions import Predictions


class GroupCheck(AssuranceCheck):
    """Every planned group against the rest of the measured rows."""

    task: ClassVar[Task] = Task.BINARY
    counted: ClassVar[str]  # "selected", "found"
    advice: ClassVar[str] = (
        "Ask the domain expert whether the gap has a reason that may count. Look at the inputs "
        "that stand for "
        "the group, collect more rows of it, or agree on another limit in fairness.max_gap and say why."
    )

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        if scope.charter.task is not self.task:
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
        gap = scope.charter.fairness.max_gap
        return scope.limit(self.code, Limit(low=-gap, high=gap, source="fairness.max_gap"))

    def estimate(self, facts: Facts, scope: Scope) -> Mapping[Subject, Estimate | NotApplicable]:
        predictions = predictions_of(facts)
        return {
            group.subject: self.gap(predictions, members(group, predictions.columns))
            for group in groups_of(scope)
        }

    def gap(self, predictions: Predictions, inside: NDArray[np.bool_]) -> Estimate | NotApplicable:
        raise NotImplementedError(f"{type(self).__name__} measures no gap")

    def details(self, facts: Facts, scope: Scope, subject: Subject) -> Mapping[str, Any]:
        predictions = predictions_of(facts)
        inside = members(_named(scope, subject), predictions.columns)
        return {
            "rows_are": predictions.rows_are,
            "column": _named(scope, subject).column,
            "group": self.side(predictions, inside),
            "rest": self.side(predictions, ~inside),
            "floor": scope.charter.fairness.min_rows,
        }

    def side(self, predictions: Predictions, inside: NDArray[np.bool_]) -> dict[str, float | int | None]:
        """Rows, and the counted rate with its 95 % interval, of one side."""
        raise NotImplementedError(f"{type(self).__name__} describes no side")

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        group, rest = d["group"], d["rest"]
        few = few_rows(group["rows"], d["floor"], result.required)
        return (
            f"{percent(group['rate'])} of {rows(group['rows'])} in "
            f"{result.subject.removeprefix('group:')} are "
            f"{self.counted}, {percent(rest['rate'])} of the other {rows(rest['rows'])}: a gap of "
            f"{points(found.value)} ({points(found.low)} to {points(found.high)}).{few}"
        )

    def chart(self, facts: Facts, scope: Scope, subject: Subject) -> Chart | None:
        d = self.details(facts, scope, subject)
        name = subject.removeprefix("group:")
        sides = [{"side": name, **d["group"]}, {"side": "the rest", **d["rest"]}]
        x = {"field": "rate", "type": "quantitative", "title": f"share {self.counted}"}
        y = {"field": "side", "type": "nominal", "title": None}
        return {
            "data": {"values": sides},
            "layer": [
                {"mark": "bar", "encoding": {"x": x, "y": y}},
                {"mark": "rule", "encoding": {"x": {"field": "low"}, "x2": {"field": "high"}, "y": y}},
            ],
        }


def few_rows(found: int, floor: int, required: bool) -> str:
    """What to say of a group with fewer rows than the floor; training rows told what to require."""
    if found >= floor:
        return ""
    if required:
        return f" Fewer than the floor of {floor:,} rows, though training rows promised more."
    return f" Below the floor of {floor:,} rows: shown only."


def _named(scope: Scope, subject: Subject) -> Group:
    for group in groups_of(scope):
        if group.subject == subject:
            return group
    raise KeyError(subject)


def share_side(
    hits: NDArray[np.bool_], among: NDArray[np.bool_], entity: NDArray[np.int64] | None
) -> dict[str, float | int | None]:
    """Rate of `hits` within `among`, with Wilson's 95 % interval."""
    from airworthy.measures.proportion import Wilson

    n = int(among.sum())
    if n == 0:
        return {"rows": 0, "rate": None, "low": None, "high": None}
    share = Wilson.of(hits[among], None if entity is None else entity[among])
    low, high = share.interval(0.95)
    return {"rows": n, "rate": share.value, "low": low, "high": high}


def share_gap(
    hits: NDArray[np.bool_],
    first: NDArray[np.bool_],
    second: NDArray[np.bool_],
    entity: NDArray[np.int64] | None,
    nothing: str,
) -> Estimate | NotApplicable:
    """Newcombe's difference of the rates within `first` and `second`; `nothing` names an empty side."""
    from airworthy.measures.proportion import Newcombe, Wilson

    if not first.any() or not second.any():
        side = "group" if not first.any() else "rest"
        return NotApplicable(f"The {side} has no {nothing} among the measured rows.")
    sides = [Wilson.of(hits[s], None if entity is None else entity[s]) for s in (first, second)]
    return Newcombe.between(*sides)
