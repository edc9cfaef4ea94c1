"""FAI007: is a protected group selected wrongly more or less often than the rest?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.group_gap import GroupCheck, event_share
from airworthy.assurance.groups.measures import FALSE_ALARMS, GroupMeasure
from airworthy.charter.scope import Scope


class FalseAlarmGap(GroupCheck):
    """## What it measures
    For each group of each protected column: the share of its rows without the event that the model selects,
    minus that share among all other rows without the event.

    ## Why it matters
    Where being selected is a burden (an inspection, a blocked card), a group with more false alarms bears it
    for nothing. Where it is a help, FAI002 is the figure to look at.

    ## How it is measured
    As FAI001, over rows whose outcome is not the event.

    ## Limit
    `fairness.max_gap` (0.1 when not declared) on either side. A group with fewer than `fairness.min_rows`
    expected rows without the event is shown and does not shut a gate.

    ## What to do
    Look at which of the group's rows are selected wrongly and at the inputs that stand for the group, or
    agree on another limit and say why.

    ## Example
    In the example of Fairlearn's documentation both rows of group a without the event are selected, and 2 of
    the 4 others: +50.0 points, and of so few rows nothing can be said.

    ## References
    Hardt, Price and Srebro, NeurIPS 2016. Newcombe, Statistics in Medicine 17 (1998) 873.
    """

    code: ClassVar[str] = "FAI007"
    name: ClassVar[str] = "false-alarm-gap"
    title: ClassVar[str] = "Rows without the event are selected at similar rates in all groups"
    counted: ClassVar[str] = "selected although the event did not come"
    counts: ClassVar[str] = "rows without the event"

    def measure(self, scope: Scope) -> GroupMeasure:
        return FALSE_ALARMS

    def share_counted(self, scope: Scope) -> float:
        events = event_share(scope)
        return 1 - events if events < 1 else 1.0
