"""What a row loses: an error, its declared cost, or its distance from the outcome."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Costs, Task
from airworthy.kernel.result import NotApplicable
from airworthy.measures.money import binary_costs, matrix_costs, unit_costs

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Loss:
    """What each row loses.

    Parameters
    ----------
    values : (n,) errors (0 or 1), money, or distances in the unit of the target; never below 0.
    scale : times a mean of `values` gives what is judged: errors, or standard deviations of the outcome.
    unit : of what is judged.
    currency : of `values`, where they are money.
    expected : (n,) what the model's own probabilities expect to lose; None where it gives none.
    """

    values: Floats
    scale: float = 1.0
    unit: str = "share"
    currency: str | None = None
    expected: Floats | None = None

    @property
    def errors(self) -> bool:
        """Whether each row is right or wrong, and nothing else."""
        return self.unit == "share"


def loss_of(predictions: Predictions, costs: Costs) -> Loss | NotApplicable:
    """Errors; in money where the charter declares costs.

    Money is judged in errors that cost as much as a false alarm and a miss on average, so that one limit
    holds whatever the currency.
    """
    if predictions.task is Task.REGRESSION:
        return _numbers(predictions, costs)
    if predictions.decision is None:
        return NotApplicable("The predictions carry no decisions, so nothing says which rows are wrong.")
    table = _cost_table(predictions, costs)
    if table is None:
        return _errors(predictions)
    return _money(predictions, *table, currency=costs.currency or _currency(costs) or "cost")


def _errors(predictions: Predictions) -> Loss:
    decided, p = np.asarray(predictions.decision), predictions.probability
    expected = None if p is None else 1 - p[np.arange(len(decided)), decided]
    return Loss((decided != predictions.y).astype(float), expected=expected)


def _cost_table(predictions: Predictions, costs: Costs) -> tuple[Floats, Floats] | None:
    """Cost of each row under each outcome (n, k) given its decision, and an average error's (n,)."""
    decided, k = np.asarray(predictions.decision), len(predictions.classes)
    if predictions.task is Task.BINARY:
        alarm, miss = _both_errors(predictions, costs)
        if alarm is None or miss is None:
            return None
        event = np.ones(len(decided))
        table = np.column_stack(
            [binary_costs(0 * event, decided, alarm, miss), binary_costs(event, decided, alarm, miss)]
        )
        return table, (alarm + miss) / 2 * event
    if costs.matrix is None:
        return None
    number = {name: index for index, name in enumerate(predictions.classes)}
    matrix = np.zeros((k, k))
    for (actual, chosen), cost in costs.matrix.items():
        matrix[number[actual], number[chosen]] = cost
    each = np.column_stack([matrix_costs(np.full(len(decided), y), decided, matrix) for y in range(k)])
    off = matrix.sum() - np.trace(matrix)
    return each, np.full(len(decided), off / max(1, k * (k - 1)))


def _both_errors(predictions: Predictions, costs: Costs) -> tuple[Floats | None, Floats | None]:
    """What a false alarm and a miss cost in each row (n,), where that is declared and known."""
    if predictions.error_costs is not None:
        return predictions.error_costs[:, 0], predictions.error_costs[:, 1]
    by_row = costs.false_positive_column or costs.false_negative_column
    if by_row or costs.false_positive is None or costs.false_negative is None:
        return None, None
    n = len(predictions)
    return np.full(n, costs.false_positive.middle), np.full(n, costs.false_negative.middle)


def _money(predictions: Predictions, table: Floats, average: Floats, currency: str) -> Loss | NotApplicable:
    mean = float(average.mean())
    if mean <= 0:
        return NotApplicable("The declared costs of an error are 0, so no row loses anything.")
    p = predictions.probability
    return Loss(
        table[np.arange(len(table)), predictions.y],
        1 / mean,
        "errors of average cost",
        currency,
        None if p is None else (p * table).sum(axis=1),
    )


def _numbers(predictions: Predictions, costs: Costs) -> Loss | NotApplicable:
    spread = float(predictions.y.std())
    if spread == 0:
        return NotApplicable("Every outcome is the same number.")
    said = predictions.prediction if predictions.decision is None else np.asarray(predictions.decision)
    if said is None:
        return NotApplicable("The predictions carry no predicted numbers.")
    unit = "standard deviations"
    if costs.over is None or costs.under is None:
        return Loss(unit_costs(predictions.y, said, 1.0, 1.0), 1 / spread, unit)
    over, under = costs.over.middle, costs.under.middle
    if over + under <= 0:
        return NotApplicable("The declared costs of a unit are 0, so no row loses anything.")
    values = unit_costs(predictions.y, said, over, under)
    return Loss(values, 2 / (over + under) / spread, unit, costs.over.currency)


def _currency(costs: Costs) -> str | None:
    return None if costs.false_positive is None else costs.false_positive.currency
