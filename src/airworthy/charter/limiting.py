"""What a charter demands of every model: gaps between groups, directions, columns that act together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from airworthy.charter.locate import Path
from airworthy.charter.model import Charter, LearnerKind, Remedy, Task
from airworthy.charter.problems import Problems, listed

WEIGHED = (LearnerKind.LINEAR, LearnerKind.LIGHTGBM)
"""Learners that heed what a row weighs."""

_MEASURED = {
    Task.MULTICLASS: "Of several classes the largest difference in how often one is decided is measured.",
    Task.REGRESSION: "Of numbers the difference of the mean decided number is measured, in standard "
    "deviations.",
}
"""What stands for a gap where no threshold decides between two answers."""
_WITHOUT_REMEDY = (
    "Take mitigate out: the menu then shows each candidate's gap, and `airworthy choose` takes one with a "
    'smaller gap. Or declare two answers: task = "binary", with target.above or target.positive.'
)
_WHY_NOT_BOTH = {
    "capacity": "moving a group's threshold changes how many rows are decided positive, so the capacity "
    "would not hold",
    "review_cost": "whom a reviewer decides positive is not known beforehand, so what is left of the gap "
    "would not be either",
}
"""Why thresholds by group do not go with another rule that moves the threshold."""


def check_limits(charter: Charter, document: dict[str, Any], problems: Problems) -> None:
    """File contradictions of the limits that training keeps."""
    _mitigation(charter, document.get("fairness", {}), problems)
    _monotone(charter, problems)
    _interactions(charter, problems)
    _vouched(charter, problems)


def _mitigation(charter: Charter, given: dict[str, Any], problems: Problems) -> None:
    rules, at = charter.fairness, ("fairness", "mitigate")
    if not rules.mitigate:
        if "measure" in given:
            message = "measure counts only with mitigate."
            remedy = 'Write mitigate = ["reductions"], or take the line out.'
            problems.add(("fairness", "measure"), message, given["measure"], remedy)
        return
    if not rules.protected:
        message = "mitigate has no groups to compare: fairness.protected names no column."
        problems.add(at, message, rules.mitigate[0], 'Write for example protected = ["gender"].')
    if charter.task is not Task.BINARY:
        message = f"fairness.mitigate is for a binary task; this one is {charter.task}."
        remedy = "Take mitigate out."
        if charter.task in _MEASURED:
            message, remedy = f"{message} {_MEASURED[charter.task]}", _WITHOUT_REMEDY
        problems.add(at, message, charter.task, remedy)
    learners = charter.search.learners
    if Remedy.THRESHOLDS not in rules.mitigate and learners and not set(learners) & set(WEIGHED):
        weighing = rules.mitigate[0]
        verb = "weighs" if weighing is Remedy.REWEIGHING else "weigh"
        message = f"{weighing} {verb} rows for {listed(WEIGHED)}, and search.learners names neither."
        remedy = f'Add one of them to search.learners, or permit "{Remedy.THRESHOLDS}".'
        problems.add(at, message, weighing, remedy)
    limited = [name for name in _WHY_NOT_BOTH if getattr(charter.decision, name) is not None]
    if Remedy.THRESHOLDS in rules.mitigate and limited:
        message = f'"{Remedy.THRESHOLDS}" beside decision.{limited[0]}: {_WHY_NOT_BOTH[limited[0]]}.'
        remedy = f'Write mitigate = ["reductions"], or take {limited[0]} out.'
        problems.add(at, message, Remedy.THRESHOLDS, remedy)


def _monotone(charter: Charter, problems: Problems) -> None:
    if charter.search.monotone and charter.task is Task.MULTICLASS:
        message = "search.monotone needs one answer that can rise or fall; this task has several classes."
        remedy = 'Take it out, or declare a binary target: task = "binary", target.positive = …'
        problems.add(("search", "monotone"), message, charter.task, remedy)
    for name in charter.search.monotone:
        _require_input(name, ("search", "monotone", name), charter, problems)


def _interactions(charter: Charter, problems: Problems) -> None:
    for index, names in enumerate(charter.search.interactions or ()):
        for name in names:
            _require_input(name, ("search", "interactions", index), charter, problems)


def _vouched(charter: Charter, problems: Problems) -> None:
    """Nothing can be known both at the decision and only after it."""
    for index, name in enumerate(charter.data.at_decision):
        if name in charter.data.after_decision or name == charter.target.column:
            other = "is the target" if name == charter.target.column else "stands in data.after_decision too"
            message = f'"{name}" {other}: is it known when a row is decided?'
            problems.add(("data", "at_decision", index), message, name, "Keep it in one of the two.")


def _require_input(name: str, at: Path, charter: Charter, problems: Problems) -> None:
    for reason in _why_no_input(name, charter):
        message = f'"{name}" {reason}, so no model reads it.'
        problems.add(at, message, name, "Name a column that models may read, or take it out here.")
        return


def _why_no_input(name: str, charter: Charter) -> Iterator[str]:
    data, fairness = charter.data, charter.fairness
    if name == charter.target.column:
        yield "is the target"
    if name in data.exclude:
        yield "stands in data.exclude"
    if name in data.after_decision:
        yield "stands in data.after_decision"
    if name in fairness.protected and not fairness.use_as_input:
        yield "is a protected column"
