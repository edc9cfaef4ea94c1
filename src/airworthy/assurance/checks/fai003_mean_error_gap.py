"""FAI003: are a protected group's numbers predicted too high or too low beside the rest's?"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from airworthy.assurance.group_gap import GroupCheck, few_rows
from airworthy.assurance.wording import interval, measured, number, rows
from airworthy.charter.model import Task
from airworthy.kernel.result import Estimate, NotApplicable, Result

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from airworthy.assurance.predictions import Predictions


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
    task: ClassVar[Task] = Task.REGRESSION
    counted: ClassVar[str] = "of mean error"

    def gap(self, predictions: Predictions, inside: NDArray[np.bool_]) -> Estimate | NotApplicable:
        from airworthy.measures.means import Difference  # imports numpy

        spread = float(predictions.y.std())
        if not inside.any() or inside.all():
            return NotApplicable("The group or the rest has no rows among the measured rows.")
        if spread == 0:
            return NotApplicable("Every outcome is the same number.")
        error, entity = predictions.require_prediction() - predictions.y, predictions.entity
        return Difference(
            error[inside],
            error[~inside],
            "standard deviations",
            None if entity is None else entity[inside],
            None if entity is None else entity[~inside],
            1 / spread,
        )

    def side(self, predictions: Predictions, inside: NDArray[np.bool_]) -> dict[str, float | int | None]:
        from airworthy.measures.means import MeanT  # imports numpy

        entity = predictions.entity
        error = MeanT(
            (predictions.require_prediction() - predictions.y)[inside],
            "",
            None if entity is None else entity[inside],
        )
        low, high = error.interval(0.95)
        return {"rows": error.n, "rate": error.value, "low": low, "high": high}

    def finding(self, result: Result) -> str:
        found, d = measured(result), result.details
        group, rest = d["group"], d["rest"]
        few = few_rows(group["rows"], d["floor"], result.required)
        return (
            f"Mean error is {number(group['rate'])} for {rows(group['rows'])} in "
            f"{result.subject.removeprefix('group:')} and {number(rest['rate'])} for the other "
            f"{rows(rest['rows'])}: a gap of {number(found.value)} standard deviations, "
            f"{interval(found)}.{few}"
        )
