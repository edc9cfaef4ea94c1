"""From probabilities or a prediction to a decision: one scalar function, which a batch runs by row."""

from __future__ import annotations

from collections.abc import Callable

from airworthy.scoring.calibration import ordered_sum
from airworthy.scoring.learners import require
from airworthy.scoring.spec import CostMatrix, Decision, Shift, Threshold

Decide = Callable[[tuple[float, ...]], str | float]


def compile_decision(decision: Decision, classes: tuple[str, ...]) -> Decide:
    """The function from one row's probabilities (regression: its prediction) to the decision.

    >>> decide = compile_decision(Threshold(threshold=0.3), ("No", "Yes"))
    >>> decide((0.7, 0.3)), decide((0.71, 0.29))
    ('Yes', 'No')
    """
    if isinstance(decision, Shift):
        require(not classes, "a shift decides numbers, not classes", classes)
        return lambda prediction: prediction[0] + decision.offset
    if isinstance(decision, Threshold):
        require(len(classes) == 2, "a threshold decides between two classes", classes)
        negative, positive, threshold = classes[0], classes[1], decision.threshold
        return lambda probability: positive if probability[1] >= threshold else negative
    return _least_cost(decision, classes)


def _least_cost(decision: CostMatrix, classes: tuple[str, ...]) -> Decide:
    square = all(len(row) == len(classes) for row in decision.costs)
    require(square and len(decision.costs) == len(classes), "costs", len(decision.costs))
    by_decision = tuple(zip(*decision.costs, strict=True))

    def decide(probabilities: tuple[float, ...]) -> str:
        expected = [
            ordered_sum(p * cost for p, cost in zip(probabilities, costs, strict=True))
            for costs in by_decision
        ]
        return classes[expected.index(min(expected))]

    return decide
