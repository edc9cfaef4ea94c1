"""What remedies that weigh rows are told: by which groups, and the gap that reductions are to reach."""

from __future__ import annotations

import msgspec

from airworthy.charter.groups import Group, groups_of, protected_columns, value_groups
from airworthy.charter.model import Charter, GapMeasure, Remedy
from airworthy.charter.scope import Scope
from airworthy.scoring.contract import Contract


class EvenGoal(msgspec.Struct, frozen=True, kw_only=True):
    """A gap of at most `limit` between each of `groups` of at least `fewest` rows and the rest."""

    limit: float
    fewest: int
    events_only: bool  # rates among the rows whose outcome is the event
    groups: tuple[Group, ...]


def even_goal(charter: Charter, contract: Contract) -> EvenGoal | None:
    """The goal that the charter permits reductions to pursue; None where it does not."""
    fairness = charter.fairness
    if Remedy.REDUCTIONS not in fairness.mitigate:
        return None
    return EvenGoal(
        limit=fairness.max_gap,
        fewest=fairness.min_rows,
        events_only=fairness.measure is GapMeasure.TRUE_POSITIVE_RATE,
        groups=groups_of(Scope(charter, contract)),
    )


def weighed_groups(charter: Charter, contract: Contract) -> tuple[tuple[Group, ...], ...]:
    """By protected column every group of a known value, where the charter permits reweighing; else none."""
    if Remedy.REWEIGHING not in charter.fairness.mitigate:
        return ()
    bands = charter.fairness.bands
    return tuple(
        value_groups(column, contract.rows, bands.get(column.name, ()))
        for column in protected_columns(Scope(charter, contract))
    )
