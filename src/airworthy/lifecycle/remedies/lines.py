"""What to declare to adopt a remedy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from airworthy.assurance.mitigation.report import Action, Line
from airworthy.charter.model import Charter, Direction, Remedy

LEARNED = {
    Action.REWEIGHING: Remedy.REWEIGHING,
    Action.REDUCTIONS: Remedy.REDUCTIONS,
    Action.THRESHOLDS: Remedy.THRESHOLDS,
}
"""Remedies that training itself applies."""


def charter_lines(
    charter: Charter,
    dropped: tuple[str, ...],
    directions: Mapping[str, Direction],
    actions: Iterable[Action],
) -> dict[Action, tuple[Line, ...]]:
    """The lines that adopt each of `actions`, with what is declared already."""
    known = {action: _lines(action, charter, dropped, directions) for action in actions}
    return {action: lines for action, lines in known.items() if lines}


def _lines(
    action: Action, charter: Charter, dropped: tuple[str, ...], directions: Mapping[str, Direction]
) -> tuple[Line, ...]:
    bare = Line("data", "exclude", list(dict.fromkeys([*charter.data.exclude, *dropped])))
    if action in LEARNED:
        return (_permitting(charter, LEARNED[action]),)
    if action is Action.DROPPING:
        return (bare,)
    if action is Action.DROPPING_REWEIGHING:
        return (bare, _permitting(charter, Remedy.REWEIGHING))
    if action is Action.MONOTONE:
        ways = {**charter.search.monotone, **directions}
        return (Line("search", "monotone", {name: str(way) for name, way in ways.items()}),)
    return ()


def _permitting(charter: Charter, remedy: Remedy) -> Line:
    return Line(
        "fairness", "mitigate", [str(one) for one in dict.fromkeys([*charter.fairness.mitigate, remedy])]
    )
