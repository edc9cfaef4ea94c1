"""The decision rule that declared costs call for, and the cost of each row under it.

Binary: the Bayes threshold, false positive / (false positive + false negative) on calibrated probabilities
(Elkan, IJCAI 2001); the same row by row where an amount of the row is at stake, where people can take only so
many cases, or where a person's review is cheaper than an error. Multiclass: least expected cost. Regression:
the residual quantile under / (under + over) (the newsvendor's critical ratio). Without declared costs every
error counts the same: a threshold of one half, the most probable class, the prediction as it is.
"""

from __future__ import annotations

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.measures.money import (
    binary_costs,
    decide_by_cost,
    matrix_costs,
    price_of_a_place,
    reviewed_costs,
    unit_costs,
)
from airworthy.model.conform import fit_interval, fit_set, spreads_of
from airworthy.model.job import Deciding, Job, UnitCosts
from airworthy.model.rows import FOLDS, IntArray, Rows
from airworthy.model.told import Told
from airworthy.model.windows import Windows, windows_of
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.moves import RowMoves
from airworthy.scoring.spec import CostMatrix, Decision, LeastCost, Review, Shift, Threshold

EVEN = 0.5

ClassRule = Threshold | LeastCost | CostMatrix


def bayes_threshold(false_positive: float, false_negative: float) -> float:
    """The probability above which the positive decision costs less.

    >>> bayes_threshold(10.0, 40.0)
    0.2
    """
    if not false_positive and not false_negative:
        return EVEN
    return false_positive / (false_positive + false_negative)


def class_decision(costs: UnitCosts, classes: int) -> Threshold | CostMatrix:
    """Threshold or cost matrix for `classes` classes."""
    if classes > 2:
        return CostMatrix(costs=costs.matrix or even_costs(classes))
    if costs.false_positive is None or costs.false_negative is None:
        return Threshold(threshold=EVEN)
    return Threshold(threshold=bayes_threshold(costs.false_positive, costs.false_negative))


def class_rule(job: Job, rows: Rows, probability: FloatArray) -> ClassRule:
    """The whole rule for classes, with the price of a place learned from `probability` (n, k) out of fold."""
    classes, deciding = len(job.contract.classes), job.deciding
    rule: ClassRule = class_decision(job.costs, classes)
    if classes == 2 and deciding.by_row:
        rule = least_cost(deciding, rows, probability)
    if deciding.interval is None:
        return rule
    possible = fit_set(deciding.interval, rows.y, probability, ordered=rows.ordered)
    return msgspec.structs.replace(rule, possible=possible)


def number_rule(job: Job, rows: Rows, prediction: FloatArray) -> Shift:
    """The whole rule for numbers, from predictions (n,) that the model made of rows it did not learn from."""
    rule = shift_for(job.costs, rows.y - prediction)
    if job.deciding.interval is None:
        return rule
    spread = spreads_of(job.deciding.interval_by, rows)
    interval = fit_interval(job.deciding.interval, rows.y, prediction, ordered=rows.ordered, spread=spread)
    return msgspec.structs.replace(rule, interval=interval)


def least_cost(deciding: Deciding, rows: Rows, probability: FloatArray) -> LeastCost:
    """The rule by the least expected cost of each row; a place is so dear that capacities hold on average."""
    rule = LeastCost(alarm=deciding.alarm, miss=deciding.miss, capacity=deciding.capacity)
    both = error_costs(rule, rows.told, len(rows))
    missed, alarmed = probability[:, 1] * both[:, 1], probability[:, 0] * both[:, 0]
    windows = windows_of(deciding, rows)
    if deciding.capacity is not None:
        toll = _toll(missed - alarmed, windows, deciding.capacity)
        rule = msgspec.structs.replace(rule, toll=toll)
    if deciding.review_cost is None:
        return rule
    price, error = deciding.review_cost, deciding.review_error
    toll = 0.0
    if deciding.review_capacity is not None:
        saved = np.minimum(missed, alarmed) - (price + error * (missed + alarmed))
        toll = _toll(saved, windows, deciding.review_capacity)
    return msgspec.structs.replace(rule, review=Review(cost=price, error=error, toll=toll))


def _toll(gains: FloatArray, windows: Windows, capacity: int) -> float:
    return price_of_a_place(gains[windows.counted], windows.places(capacity))


def error_costs(rule: LeastCost, told: Told, n: int) -> FloatArray:
    """What a false alarm and a miss cost in each row, shape (n, 2)."""
    if told.costs is not None:
        return told.costs
    return np.tile([rule.alarm.fixed, rule.miss.fixed], (n, 1))


def moves_of(decision: Decision, rows: Rows) -> FloatArray:
    """What the groups of each row add to the gain from which it is decided positive, shape (n,)."""
    return np.array(RowMoves(decision, rows.contract).batch(rows.told.protected, len(rows)))


def decided_least(
    rule: LeastCost, probability: FloatArray, both: FloatArray, moved: FloatArray | float = 0.0
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """(decided positive, handed to a person), shape (n,) each, as the scorer decides them row by row."""
    missed, alarmed = probability[:, 1] * both[:, 1], probability[:, 0] * both[:, 0]
    toll = rule.toll + moved
    positive = missed - alarmed > toll
    if rule.review is None:
        return positive, np.zeros(len(positive), dtype=bool)
    price = rule.review.cost + rule.review.toll
    reviewed = price + rule.review.error * (missed + alarmed) < np.minimum(missed, alarmed + toll)
    return positive & ~reviewed, reviewed


def least_costs(
    rule: LeastCost,
    y: FloatArray,
    probability: FloatArray,
    both: FloatArray,
    moved: FloatArray | float = 0.0,
) -> FloatArray:
    """Cost of each row (n,) under the rule, reviews and the reviewers' errors included."""
    positive, reviewed = decided_least(rule, probability, both, moved)
    costs = binary_costs(y, positive, both[:, 0], both[:, 1])
    if rule.review is None:
        return costs
    return reviewed_costs(y, reviewed, costs, rule.review.cost, rule.review.error, both)


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
    decision: ClassRule,
    costs: UnitCosts,
    y: FloatArray,
    p: FloatArray,
    told: Told | None = None,
    moved: FloatArray | float = 0.0,
) -> FloatArray:
    """Cost of each row (n,) from class indices `y` (n,) and probabilities `p` (n, classes)."""
    if isinstance(decision, LeastCost):
        return least_costs(decision, y, p, error_costs(decision, told or Told(), len(y)), moved)
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


def decided_classes(decision: ClassRule, rows: Rows, p: FloatArray) -> IntArray:
    """The decided class of each row (n,) by probabilities `p` (n, classes); -1 where a person decides."""
    if isinstance(decision, CostMatrix):
        return np.asarray(decide_by_cost(p, decision.costs), dtype=np.int64)
    if isinstance(decision, Threshold):
        return (p[:, 1] >= decision.threshold).astype(np.int64)
    both = error_costs(decision, rows.told, len(rows))
    positive, reviewed = decided_least(decision, p, both, moves_of(decision, rows))
    return np.where(reviewed, -1, positive.astype(np.int64))


def number_costs(costs: UnitCosts, y: FloatArray, decided: FloatArray) -> FloatArray:
    """Cost of each row (n,); without declared costs the absolute error."""
    over = 1.0 if costs.over is None else costs.over
    under = 1.0 if costs.under is None else costs.under
    return unit_costs(y, decided, over, under)
