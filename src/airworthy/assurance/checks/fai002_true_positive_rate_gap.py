"""FAI002: are the events of a protected group found more or less often than those of the rest?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.group_gap import GroupCheck, event_share
from airworthy.assurance.groups.measures import FOUND, GroupMeasure
from airworthy.charter.scope import Scope


class TruePositiveRateGap(GroupCheck):
    """## What it measures
    For each group of each protected column: the share of its events that the model selects, minus the
    share among the events of all other rows.

    ## Why it matters
    Where being selected is a help, a group whose events are missed does not get it. Where it is a burden,
    FAI001 is the figure to look at.

    ## How it is measured
    As FAI001, over rows whose outcome is the event. These are fewer, so the intervals are wider.

    ## Limit
    `fairness.max_gap` (0.1 when not declared) on either side. A group with fewer than `fairness.min_rows`
    expected events is shown and does not shut a gate.

    ## What to do
    Collect more events of the group, look at which of its events are missed, or agree on another limit
    and say why.

    ## Example
    60 of 100 events found against 180 of 240: -15.0 points, interval -26.0 to -4.2.

    ## References
    Hardt, Price and Srebro, NeurIPS 2016. Newcombe, Statistics in Medicine 17 (1998) 873.
    """

    code: ClassVar[str] = "FAI002"
    name: ClassVar[str] = "true-positive-rate-gap"
    title: ClassVar[str] = "Events of all groups are found at similar rates"
    counted: ClassVar[str] = "found"
    counts: ClassVar[str] = "events"

    def measure(self, scope: Scope) -> GroupMeasure:
        return FOUND

    def share_counted(self, scope: Scope) -> float:
        return event_share(scope)
