"""What is measured in a group: six figures of decisions and scores, three of predicted numbers.

The checks FAI001, 002, 003, 007, 008 and 009 and the group table measure through these, and so agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from airworthy.charter.model import Costs, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.result import NO_LIMIT, Estimate, Limit, NotApplicable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from airworthy.assurance.predictions import Predictions

    Mask = NDArray[np.bool_]

# Listing checks must not import numpy: what computes is imported inside the functions here.

MAX_GAP, MAX_COST_GAP = "fairness.max_gap", "fairness.max_cost_gap"


@dataclass(frozen=True, eq=False)
class Material:
    """What the figures are made of."""

    predictions: Predictions
    costs: Costs
    seed: int = 0


@dataclass(frozen=True)
class GroupMeasure:
    """One figure of any mask of rows. `source` is the charter's key that limits its gap, or empty."""

    key: str
    words: str
    meaning: str
    of: Callable[[Material, Mask], Estimate | NotApplicable]
    code: str = ""
    source: str = ""
    in_spreads: bool = False  # the gap is in standard deviations of the outcome
    counts: str = "rows"  # what it is made of

    def limit(self, scope: Scope) -> Limit:
        """What its gap is held against: the check's own limit, else the declared gap, else none."""
        fairness = scope.charter.fairness
        most = {MAX_GAP: fairness.max_gap, MAX_COST_GAP: fairness.max_cost_gap}.get(self.source)
        agreed = NO_LIMIT if most is None else Limit(low=-most, high=most, source=self.source)
        return scope.limit(self.code, agreed) if self.code else agreed

    def gap(self, material: Material, inside: Mask, beside: Mask) -> Estimate | NotApplicable:
        """The figure of the rows `inside` (n,) less that of the rows `beside` (n,)."""
        from airworthy.measures.gaps import gap_between

        sides = [self.of(material, mask) for mask in (inside, beside)]
        for side, name in zip(sides, ("group", "rest"), strict=True):
            if isinstance(side, NotApplicable):
                return NotApplicable(side.reason.replace("{side}", name))
        first, second = sides
        assert not isinstance(first, NotApplicable)
        assert not isinstance(second, NotApplicable)
        return gap_between(first, second, self.scale(material), "standard deviations")

    def scale(self, material: Material) -> float:
        """What a difference is multiplied by to be in the gap's unit."""
        spread = float(material.predictions.y.std()) if self.in_spreads else 1.0
        return 1 / spread if spread > 0 else 1.0


NO_DECISIONS = NotApplicable("The predictions carry no decisions.")


def _share(material: Material, hits: Mask, among: Mask, what: str) -> Estimate | NotApplicable:
    from airworthy.measures.proportion import Wilson

    if not among.any():
        return NotApplicable(f"The {{side}} has no {what} among the measured rows.")
    entity = material.predictions.entity
    return Wilson.of(hits[among], None if entity is None else entity[among])


def _decided(material: Material) -> Mask | None:
    import numpy as np

    decision = material.predictions.decision
    return None if decision is None else np.asarray(decision == 1)


def _selected(material: Material, mask: Mask) -> Estimate | NotApplicable:
    chosen = _decided(material)
    return NO_DECISIONS if chosen is None else _share(material, chosen, mask, "rows")


def _found(material: Material, mask: Mask) -> Estimate | NotApplicable:
    chosen, event = _decided(material), material.predictions.y == 1
    return NO_DECISIONS if chosen is None else _share(material, chosen, mask & event, "events")


def _false_alarms(material: Material, mask: Mask) -> Estimate | NotApplicable:
    chosen, quiet = _decided(material), material.predictions.y != 1
    if chosen is None:
        return NO_DECISIONS
    return _share(material, chosen, mask & quiet, "rows without the event")


def _right(material: Material, mask: Mask) -> Estimate | NotApplicable:
    chosen, event = _decided(material), material.predictions.y == 1
    return NO_DECISIONS if chosen is None else _share(material, event, mask & chosen, "selected rows")


def _wrong(material: Material, mask: Mask) -> Estimate | NotApplicable:
    chosen, event = _decided(material), material.predictions.y == 1
    return NO_DECISIONS if chosen is None else _share(material, chosen != event, mask, "rows")


def _calibration(material: Material, mask: Mask) -> Estimate | NotApplicable:
    from airworthy.measures.gaps import CalibrationGap
    from airworthy.measures.proportion import Wilson

    if material.predictions.probability is None:
        return NotApplicable("The predictions carry no scores.")
    events = _share(material, material.predictions.y == 1, mask, "rows")
    if isinstance(events, NotApplicable):
        return events
    assert isinstance(events, Wilson)
    return CalibrationGap(events, float(material.predictions.score[mask].mean()))


def _error_cost(material: Material, mask: Mask) -> Estimate | NotApplicable:
    from airworthy.assurance.worth import binary_basis
    from airworthy.measures.gaps import error_cost

    found, costs, chosen = material.predictions, material.costs, _decided(material)
    if chosen is None:
        return NO_DECISIONS
    if not priced(costs):
        return NotApplicable("Nobody declared what an error costs.")
    if not mask.any():
        return NotApplicable("The {side} has no rows among the measured rows.")
    if found.error_costs is not None:
        return _cost_by_row(material, mask, f"{costs.currency} per case")
    if costs.false_positive_column or costs.false_negative_column:
        return NotApplicable("An error costs the amount of its row, and these rows carry no amounts.")
    alarm, miss, *_ = binary_basis(None, costs)
    entity = None if found.entity is None else found.entity[mask]
    return error_cost(chosen[mask], found.y[mask] == 1, (alarm, miss), f"{costs.currency} per case", entity)


def _cost_by_row(material: Material, mask: Mask, unit: str) -> Estimate | NotApplicable:
    """Each error costs the amount of its row."""
    import numpy as np

    from airworthy.measures.money import binary_costs

    found = material.predictions
    assert found.error_costs is not None
    alarm, miss = found.error_costs[mask].T
    cost = binary_costs(found.y[mask], np.asarray(found.decision)[mask], alarm, miss)
    return _mean(material, mask, cost, unit)


def _mean(material: Material, mask: Mask, values: NDArray[np.float64], unit: str) -> Estimate:
    """The mean of amounts (rows of the mask,) over resamples: they are skewed."""
    from airworthy.measures.bootstrap import Bootstrap

    entity = material.predictions.entity
    return Bootstrap.of_means(
        values[:, None],
        lambda means: means[:, 0],
        unit=unit,
        seed=material.seed,
        clusters=None if entity is None else entity[mask],
    )


def priced(costs: Costs) -> bool:
    """Whether an error of a binary decision has a price."""
    by_row = costs.false_positive_column is not None or costs.false_negative_column is not None
    return by_row or (costs.false_positive is not None and costs.false_negative is not None)


NO_ROWS = NotApplicable("The group or the rest has no rows among the measured rows.")


def _mean_error(material: Material, mask: Mask) -> Estimate | NotApplicable:
    import numpy as np

    from airworthy.measures.means import MeanT

    found = material.predictions
    if not mask.any():
        return NO_ROWS
    if found.y.std() == 0:
        return NotApplicable("Every outcome is the same number.")
    error, furthest = (found.require_prediction() - found.y)[mask], float(np.ptp(found.y))
    entity = None if found.entity is None else found.entity[mask]
    return MeanT(error, "", entity, ends=(-furthest, furthest))


def _absolute_error(material: Material, mask: Mask) -> Estimate | NotApplicable:
    import numpy as np

    found = material.predictions
    if not mask.any():
        return NO_ROWS
    return _mean(material, mask, np.abs(found.require_prediction() - found.y)[mask], "target unit")


def _number_cost(material: Material, mask: Mask) -> Estimate | NotApplicable:
    import numpy as np

    from airworthy.measures.money import unit_costs

    found, costs = material.predictions, material.costs
    if costs.over is None or costs.under is None:
        return NotApplicable("Nobody declared what an error costs.")
    if found.decision is None:
        return NO_DECISIONS
    if not mask.any():
        return NO_ROWS
    each = unit_costs(found.y, np.asarray(found.decision), costs.over.middle, costs.under.middle)
    return _mean(material, mask, each[mask], f"{costs.currency} per case")


SELECTED = GroupMeasure(
    "selected", "selected", "Share of the rows that are selected.", _selected, "FAI001", MAX_GAP
)
FOUND = GroupMeasure(
    "found", "found", "Share of the events that are selected.", _found, "FAI002", MAX_GAP, counts="events"
)
FALSE_ALARMS = GroupMeasure(
    "false_alarms",
    "false alarms",
    "Share of the rows without the event that are selected.",
    _false_alarms,
    "FAI007",
    MAX_GAP,
    counts="rows without the event",
)
RIGHT = GroupMeasure(
    "right",
    "of selected right",
    "Share of the selected rows that have the event.",
    _right,
    counts="selected rows",
)
WRONG = GroupMeasure("wrong", "wrong", "Share of the rows that are decided wrongly.", _wrong)
CALIBRATION = GroupMeasure(
    "calibration",
    "beyond announced",
    "Observed share of events less the mean announced probability.",
    _calibration,
    "FAI008",
    MAX_GAP,
)
ERROR_COST = GroupMeasure(
    "cost", "cost of errors", "Mean cost of the errors in one case.", _error_cost, "FAI009", MAX_COST_GAP
)
MEAN_ERROR = GroupMeasure(
    "mean_error",
    "mean error",
    "Mean of predicted less observed; gaps in standard deviations of the outcome.",
    _mean_error,
    "FAI003",
    MAX_GAP,
    in_spreads=True,
)
ABSOLUTE_ERROR = GroupMeasure(
    "absolute_error", "size of errors", "Mean distance of predicted and observed.", _absolute_error
)
NUMBER_COST = GroupMeasure(
    "cost", "cost of errors", "Mean cost of the errors in one case.", _number_cost, "FAI009", MAX_COST_GAP
)


def measures_of(task: Task, costs: Costs) -> tuple[GroupMeasure, ...]:
    """What is measured for a task; without declared costs errors are counted instead.

    >>> [measure.key for measure in measures_of(Task.REGRESSION, Costs())]
    ['mean_error', 'absolute_error']
    """
    if task is Task.BINARY:
        last = ERROR_COST if priced(costs) else WRONG
        return (SELECTED, FOUND, FALSE_ALARMS, RIGHT, CALIBRATION, last)
    if task is Task.REGRESSION:
        money = costs.over is not None and costs.under is not None
        return (MEAN_ERROR, ABSOLUTE_ERROR, *((NUMBER_COST,) if money else ()))
    return ()
