"""What each column is for, from the charter and the types: the inputs, and why the others are none."""

from __future__ import annotations

from collections.abc import Mapping

from airworthy.charter.linking import PROBABILITY
from airworthy.charter.model import Charter
from airworthy.data.series.names import PREFIX
from airworthy.data.types import RESERVED
from airworthy.scoring.contract import LogicalType, Role


def role_of(name: str, kind: LogicalType, charter: Charter) -> Role:
    """The role of one column; the first that applies.

    Target, known after the decision, decision time, entity, protected (an input only where the charter says
    so), excluded, how sure a link is. Identifiers are excluded unless a person declared their type: a key
    learned by heart says nothing about the next row.
    """
    data = charter.data
    if charter.ranking is not None:
        return _role_in_lists(name, charter)
    if name == charter.target.column:
        return Role.TARGET
    if charter.forecast is not None and not name.startswith(PREFIX):
        known = (*charter.forecast.series, *charter.forecast.known_ahead)
        if name in charter.forecast.series and name not in (*data.exclude, *charter.fairness.protected):
            return Role.INPUT  # the past of a series is its own, so its name may be read
        if name not in (*known, data.decision_time, *data.entity, *data.after_decision, *data.exclude):
            return Role.EXCLUDED  # known at its time only, which is later than the decision
    if name in data.after_decision:
        return Role.AFTER_DECISION
    if name == data.decision_time:
        return Role.TIME
    if name in data.entity:
        return Role.ENTITY
    if name in charter.fairness.protected and not (
        charter.fairness.use_as_input and name not in data.exclude
    ):
        return Role.PROTECTED
    if name in data.exclude or name in linked_probabilities(charter):
        return Role.EXCLUDED
    if kind is LogicalType.IDENTIFIER and name not in data.types:
        return Role.EXCLUDED
    return Role.INPUT


def linked_probabilities(charter: Charter) -> frozenset[str]:
    """Columns that say how sure a link is and that nobody declared known at the decision.

    A row that was kept up to date is linked more surely: so it may tell what happened since.
    """
    names = {
        join.prefix + PROBABILITY for join in charter.joins if join.link is not None and join.link.probability
    }
    return frozenset(names - set(charter.data.at_decision))


def _role_in_lists(name: str, charter: Charter) -> Role:
    """Lists read who took what when, and how much of it; nothing else."""
    rules = charter.ranking
    assert rules is not None
    named = {rules.user: Role.ENTITY, rules.item: Role.INPUT, rules.time: Role.TIME, rules.weight: Role.INPUT}
    return named.get(name, Role.PROTECTED if name in charter.fairness.protected else Role.EXCLUDED)


def input_names(types: Mapping[str, LogicalType], charter: Charter) -> list[str]:
    """The columns that the model may read, in order."""
    return [
        name
        for name, kind in types.items()
        if name not in RESERVED and role_of(name, kind, charter) is Role.INPUT
    ]
