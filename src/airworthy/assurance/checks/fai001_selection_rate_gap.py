"""FAI001: is a protected group selected more or less often than the rest?"""

from __future__ import annotations

from typing import ClassVar

from airworthy.assurance.group_gap import GroupCheck
from airworthy.assurance.groups.measures import SELECTED, GroupMeasure
from airworthy.charter.scope import Scope


class SelectionRateGap(GroupCheck):
    """## What it measures
    For each group of each protected column: the share of its rows that the model selects, minus the share
    among all other rows.

    ## Why it matters
    A gap is no proof of wrong, and none found is no proof of right; but nobody should learn of a gap from
    those whom it hits.

    ## How it is measured
    Groups come from the contract, before measuring: each value seen in training, missing values, and of
    numbers the bands in `fairness.bands`, else quarters of the training rows. Of two values only the rarer is
    tested, since the other's gap is the same with the sign turned. `fairness.reference` names another group
    to hold the others against than the rest. Newcombe's interval of the difference; Holm's correction over
    all planned groups. Rows of one entity widen the interval by their design effect.

    ## Limit
    `fairness.max_gap` (0.1 when not declared) on either side. A group with fewer than `fairness.min_rows`
    expected rows is shown and does not shut a gate. A raw ratio of the lowest to the highest rate is
    never used: with seven equal groups of 100 rows it falls below 0.8 in 94 % of samples.

    ## What to do
    Ask the domain expert whether the gap has a reason that may count, look at the inputs that stand for
    the group, or agree on another limit and say why.

    ## Example
    75 % of 4 rows against 50 % of 14: +25.0 points, and an interval so wide that nothing can be said.
    The remedy then says how many rows of the group, and of the others, would settle it.

    ## References
    Newcombe, Statistics in Medicine 17 (1998) 873. Holm, Scandinavian Journal of Statistics 6 (1979) 65.
    """

    code: ClassVar[str] = "FAI001"
    name: ClassVar[str] = "selection-rate-gap"
    title: ClassVar[str] = "Groups are selected at similar rates"
    counted: ClassVar[str] = "selected"

    def measure(self, scope: Scope) -> GroupMeasure:
        return SELECTED
