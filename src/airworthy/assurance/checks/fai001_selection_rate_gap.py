"""FAI001: is a protected group selected more or less often than the rest?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from airworthy.assurance.group_gap import GroupCheck, share_gap, share_side
from airworthy.kernel.result import Estimate, NotApplicable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from airworthy.assurance.predictions import Predictions


class SelectionRateGap(GroupCheck):
    """## What it measures
    For each group of each protected column: the share of its rows that the model selects, minus the share
    among all other rows.

    ## Why it matters
    A gap is no proof of wrong, and none found is no proof of right; but nobody should learn of a gap from
    those whom it hits.

    ## How it is measured
    Groups come from the contract, before measuring: each value seen in training, missing values, four
    bands for numbers. Of two values only the rarer is tested, since the other's gap is the same with the
    sign turned. Newcombe's interval of the difference; Holm's correction over all planned groups. Rows of
    one entity widen the interval by their design effect.

    ## Limit
    `fairness.max_gap` (0.1 when not declared) on either side. A group with fewer than `fairness.min_rows`
    expected rows is shown and does not shut a gate. A raw ratio of the lowest to the highest rate is
    never used: with seven equal groups of 100 rows it falls below 0.8 in 94 % of samples.

    ## What to do
    Ask the domain expert whether the gap has a reason that may count, look at the inputs that stand for
    the group, or agree on another limit and say why.

    ## Example
    75 % of 4 rows against 50 % of 14: +25.0 points, and an interval so wide that nothing can be said.

    ## References
    Newcombe, Statistics in Medicine 17 (1998) 873. Holm, Scandinavian Journal of Statistics 6 (1979) 65.
    """

    code: ClassVar[str] = "FAI001"
    name: ClassVar[str] = "selection-rate-gap"
    title: ClassVar[str] = "Groups are selected at similar rates"
    counted: ClassVar[str] = "selected"

    def gap(self, predictions: Predictions, inside: NDArray[np.bool_]) -> Estimate | NotApplicable:
        if predictions.decision is None:
            return NotApplicable("The predictions carry no decisions.")
        return share_gap(predictions.decision == 1, inside, ~inside, predictions.entity, "rows")

    def side(self, predictions: Predictions, inside: NDArray[np.bool_]) -> dict[str, float | int | None]:
        assert predictions.decision is not None
        return share_side(predictions.decision == 1, inside, predictions.entity)
