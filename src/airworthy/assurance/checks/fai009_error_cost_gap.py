"""FAI009: do errors cost more in a case of a protected group than in one of the rest?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from airworthy.assurance.group_gap import GroupCheck, beside, few_of, group_name
from airworthy.assurance.groups.measures import ERROR_COST, NUMBER_COST, GroupMeasure, measures_of
from airworthy.assurance.wording import level, measured, number, rows
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.result import Result, Subject


class ErrorCostGap(GroupCheck):
    """## What it measures
    For each group of each protected column: what the errors in one of its cases cost on average, minus the
    same in one of all other rows, at the declared prices. Without declared costs nothing is planned.

    ## Why it matters
    False alarms and misses weigh differently. A group can have fewer errors and pay more for them.

    ## How it is measured
    Prices that are the same for all: Wilson's intervals of the shares of false alarms and of misses, put
    together by squares and sums, so that a group without an error keeps a width. Amounts of each row, and
    prices of a unit: a bootstrap of 1,000 draws, whole entities. Of a declared range the middle counts.
    Holm's correction over all planned groups.

    ## Limit
    `fairness.max_cost_gap`, in the currency of `[costs]`, on either side; none when not declared, and then
    it informs only. What an error costs is often borne by somebody else than the one it hits: declare the
    price that the group pays where you know it.

    ## What to do
    Look at which errors make the difference: misses are FAI002's, false alarms FAI007's. Or agree on another
    limit and say why.

    ## Example
    A false alarm costs 2, a miss 20. Of 100 cases of a group 10 are false alarms and 5 misses: 1.20 a case;
    of 900 others 45 and 9: 0.30. A gap of 0.90.

    ## References
    Zou and Donner, Statistics in Medicine 27 (2008) 1693. Efron, JASA 82 (1987) 171.
    """

    code: ClassVar[str] = "FAI009"
    name: ClassVar[str] = "error-cost-gap"
    title: ClassVar[str] = "Errors cost alike in all groups"
    tasks: ClassVar[tuple[Task, ...]] = (Task.BINARY, Task.REGRESSION)
    counted: ClassVar[str] = "cost of errors per case"
    advice: ClassVar[str] = (
        "Look at which errors make the difference: misses are FAI002's, false alarms FAI007's. Or agree on "
        "another limit in fairness.max_cost_gap and say why."
    )

    def measure(self, scope: Scope) -> GroupMeasure:
        return ERROR_COST if scope.charter.task is Task.BINARY else NUMBER_COST

    def subjects(self, scope: Scope) -> Sequence[Subject]:
        known = measures_of(scope.charter.task, scope.charter.costs)
        return super().subjects(scope) if self.measure(scope) in known else ()

    @property
    def counted_title(self) -> str:
        return self.counted

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        group, rest = d["group"], d["rest"]
        money = found.unit.removesuffix(" per case")
        return (
            f"Errors cost {money} {number(group['rate'], 2)} a case in {rows(group['rows'])} of "
            f"{group_name(result)}, {number(rest['rate'], 2)} in {beside(d)}: a gap of {money} "
            f"{number(found.value, 2)}, {level(found)} interval {number(found.low, 2)} to "
            f"{number(found.high, 2)}.{few_of(result)}"
        )
