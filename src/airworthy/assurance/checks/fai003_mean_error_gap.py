"""FAI003: are a protected group's numbers predicted too high or too low beside the rest's?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.group_gap import GroupCheck, beside, few_of, group_name
from airworthy.assurance.groups.measures import MEAN_ERROR, GroupMeasure
from airworthy.assurance.wording import interval, measured, number, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.result import Result


class MeanErrorGap(GroupCheck):
    """## What it measures
    For each group of each protected column: its mean error (predicted minus observed) minus that of all
    other rows, in standard deviations of the outcome.

    ## Why it matters
    A price or a score that is right on average can be too high for one group and too low for another.

    ## How it is measured
    Groups as in FAI001. Welch's t-interval of the difference, whole entities; Holm's correction over all
    planned groups.

    ## Limit
    `fairness.max_gap` (0.1 when not declared) standard deviations on either side.

    ## What to do
    Look at the inputs that stand for the group, collect more of its rows, or agree on another limit and
    say why.

    ## Example
    Errors of +300 in the group and +100 elsewhere, with outcomes spread by 1,000: a gap of 0.20.

    ## References
    Welch, Biometrika 34 (1947) 28. Holm, Scandinavian Journal of Statistics 6 (1979) 65.
    """

    code: ClassVar[str] = "FAI003"
    name: ClassVar[str] = "mean-error-gap"
    title: ClassVar[str] = "Groups are predicted without a shift"
    tasks: ClassVar[tuple[Task, ...]] = (Task.REGRESSION,)
    counted: ClassVar[str] = "of mean error"

    def measure(self, scope: Scope) -> GroupMeasure:
        return MEAN_ERROR

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        group, rest = d["group"], d["rest"]
        return (
            f"Mean error is {number(group['rate'])} for {rows(group['rows'])} in {group_name(result)} and "
            f"{number(rest['rate'])} for {beside(d)}: a gap of {number(found.value)} standard deviations, "
            f"{interval(found)}.{few_of(result)}"
        )
