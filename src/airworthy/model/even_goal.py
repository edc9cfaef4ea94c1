"""What reductions are to reach: the declared gap, between which groups, counted how."""

from __future__ import annotations

import msgspec

from airworthy.charter.groups import Group, groups_of
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
