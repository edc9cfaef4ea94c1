"""The decision rule that declared costs call for, and the cost of each row under it.

Binary: the Bayes threshold, false positive / (false positive + false negative) on calibrated probabilities
(Elkan, IJCAI 2001). Multiclass: least expected cost. Regression: the residual quantile
under / (under + over) (the newsvendor's critical ratio). Without declared costs every error counts the same:
a threshold of one half, the most probable class, the prediction as it is.
"""

from __future__ import annotations

import numpy as np

from airworthy.measures.money import binary_costs, decide_by_cost, matrix_costs, unit_costs
from airworthy.model.job import UnitCosts
from airworthy.model.rows import FOLDS, IntArray
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import CostMatrix, Shift, Threshold

EVEN = 0.5


def bayes_threshold(false_positive: float, false_negative: float) -> float:
    """The probability above which the positive decision costs less.

    >>> bayes_threshold(10.0, 40.0)
    0.2
    """
    return false_positive / (false_positive + false_negative)


def class_decision(costs: UnitCosts, classes: int) -> Threshold | CostMatrix:
    """Threshold or cost matrix for `classes` classes."""
    if classes > 2:
        return CostMatrix(costs=costs.matrix or even_costs(classes))
    if costs.false_positive is None or costs.false_negative is None:
        return Threshold(threshold=EVEN)
    return Threshold(threshold=bayes_threshold(costs.false_positive, costs.false_negative))


def even_costs(classes: int) -> tuple[tuple[float, ...], ...]:
    """Every error costs 1.

    >>> even_costs(2)
    ((0.0, 1.0), (1.0, 0.0))
    """
    return tuple(tuple(float(i != j) for j in range(classes)) for i in range(classes))


def shift_for(costs: UnitCosts, residuals: FloatArray) -> Shift:
    """The offset whose expected cost is least, from residuals (outcome - prediction), shape (n,)."""
    if costs.over is None or costs.under is None:
        return Shift()
    return Shift(offset=float(np.quantile(residuals, costs.under / (costs.under + costs.over))))


def class_costs(
    decision: Threshold | CostMatrix, costs: UnitCosts, y: FloatArray, p: FloatArray
) -> FloatArray:
    """Cost of each row (n,) from class indices `y` (n,) and probabilities `p` (n, classes)."""
    if isinstance(decision, Threshold):
        false_positive = 1.0 if costs.false_positive is None else costs.false_positive
        false_negative = 1.0 if costs.false_negative is None else costs.false_negative
        return binary_costs(y, p[:, 1] >= decision.threshold, false_positive, false_negative)
    return matrix_costs(y, decide_by_cost(p, decision.costs), decision.costs)


def shifted(costs: UnitCosts, y: FloatArray, prediction: FloatArray, fold: IntArray) -> FloatArray:
    """Decided numbers (n,), each with an offset learned on the other folds."""
    decided = np.empty(len(y))
    for k in range(FOLDS):
        outside = fold == k
        inside = ~outside
        offset = shift_for(costs, y[inside] - prediction[inside]).offset if inside.any() else 0.0
        decided[outside] = prediction[outside] + offset
    return decided


def number_costs(costs: UnitCosts, y: FloatArray, decided: FloatArray) -> FloatArray:
    """Cost of each row (n,); without declared costs the absolute error."""
    over = 1.0 if costs.over is None else costs.over
    under = 1.0 if costs.under is None else costs.under
    return unit_costs(y, decided, over, under)
