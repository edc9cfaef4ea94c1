"""FAI008: are the probabilities of a protected group announced too low or too high beside the rest's?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.group_gap import GroupCheck, beside, few_of, group_name
from airworthy.assurance.groups.measures import CALIBRATION, GroupMeasure
from airworthy.assurance.wording import measured, points, rows
from airworthy.charter.scope import Scope
from airworthy.kernel.result import Result


class CalibrationGap(GroupCheck):
    """## What it measures
    For each group of each protected column: its observed share of events less its mean announced
    probability, minus the same of all other rows.

    ## Why it matters
    A threshold treats a probability of 0.3 alike in all groups. Where it stands for 40 cases of 100 in one
    group and for 20 in another, the same threshold asks more of one than of the other.

    ## How it is measured
    Wilson's interval of the observed share, moved by the announced mean, on either side; the two put together
    by squares and sums. Given the scores the observed share varies less than that, so the interval is
    conservative. Holm's correction over all planned groups. Errors that cancel within a group are not seen
    here: CAL001 looks along the whole scale.

    ## Limit
    `fairness.max_gap` (0.1 when not declared) on either side. A group with fewer than `fairness.min_rows`
    expected rows is shown and does not shut a gate.

    ## What to do
    Look for what the inputs do not say about the group, recalibrate on rows that stand for it, or agree on
    another limit and say why.

    ## Example
    40 events in 100 rows announced at 0.30, and 300 in 900 announced at 0.33: a gap of 9.7 points.

    ## References
    Chouldechova, Big Data 5 (2017) 153. Zou and Donner, Statistics in Medicine 27 (2008) 1693.
    """

    code: ClassVar[str] = "FAI008"
    name: ClassVar[str] = "calibration-gap"
    title: ClassVar[str] = "Announced probabilities are right alike in all groups"
    counted: ClassVar[str] = "of events beyond the announced"

    def measure(self, scope: Scope) -> GroupMeasure:
        return CALIBRATION

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        group, rest = d["group"], d["rest"]
        return (
            f"The observed share of events less the announced one is {points(group['rate'])} in "
            f"{rows(group['rows'])} of {group_name(result)} and {points(rest['rate'])} in {beside(d)}: a gap "
            f"of {points(found.value)} ({points(found.low)} to {points(found.high)}).{few_of(result)}"
        )
