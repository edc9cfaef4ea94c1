"""From probabilities or a prediction to a decision: one scalar function, which a batch runs by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import msgspec

from airworthy.scoring.calibration import ordered_sum
from airworthy.scoring.costs import FREE, ErrorPair
from airworthy.scoring.integrity import require
from airworthy.scoring.spec import CostMatrix, Decision, ErrorCost, LeastCost, Review, Shift, Threshold

Decide = Callable[..., str | float]
"""(probabilities, costs of both errors, move of the row's groups) to a class, a number, or `REVIEW`."""

REVIEW = "review"
"""The decision that hands a case to a person."""


def compile_decision(decision: Decision, classes: tuple[str, ...]) -> Decide:
    """The function from one row's probabilities (regression: its prediction) to the decision.

    >>> decide = compile_decision(Threshold(threshold=0.3), ("No", "Yes"))
    >>> decide((0.7, 0.3)), decide((0.71, 0.29))
    ('Yes', 'No')
    """
    if isinstance(decision, Shift):
        require(not classes, "a shift decides numbers, not classes", classes)
        return lambda prediction, costs=FREE, moved=0.0: prediction[0] + decision.offset
    if isinstance(decision, Threshold):
        require(len(classes) == 2, "a threshold decides between two classes", classes)
        negative, positive, threshold = classes[0], classes[1], decision.threshold
        return lambda probability, costs=FREE, moved=0.0: (
            positive if probability[1] >= threshold else negative
        )
    if isinstance(decision, LeastCost):
        return _cheapest(decision, classes)
    return _least_cost(decision, classes)


def expected_gain(probability: Sequence[float], costs: ErrorPair) -> float:
    """What the positive decision is expected to save in this row: p * miss - (1 - p) * alarm (Elkan 2001).

    >>> expected_gain((0.75, 0.25), (10.0, 50.0))
    5.0
    """
    return probability[1] * costs[1] - probability[0] * costs[0]


def best_within(
    probabilities: Sequence[Sequence[float]],
    costs: Sequence[ErrorPair],
    capacity: int,
    moves: Sequence[float] | None = None,
) -> list[bool]:
    """Which rows get one of `capacity` places: the largest expected gains above 0, earlier rows first.

    >>> best_within([(0.5, 0.5), (0.1, 0.9), (0.4, 0.6)], [(1.0, 1.0)] * 3, capacity=1)
    [False, True, False]
    """
    gains = [expected_gain(p, cost) for p, cost in zip(probabilities, costs, strict=True)]
    if moves is not None:
        gains = [gain - move for gain, move in zip(gains, moves, strict=True)]
    worth = [i for i, gain in enumerate(gains) if gain > 0.0]
    taken = set(sorted(worth, key=lambda i: -gains[i])[:capacity])
    return [i in taken for i in range(len(gains))]


def without_review(decision: Decision) -> Decision:
    """The same rule where no person can be asked."""
    if isinstance(decision, LeastCost) and decision.review is not None:
        return msgspec.structs.replace(decision, review=None)
    return decision


def _cheapest(decision: LeastCost, classes: tuple[str, ...]) -> Decide:
    require(len(classes) == 2, "least cost decides between two classes", classes)
    for cost in (decision.alarm, decision.miss):
        _require_cost(cost)
    require(decision.toll >= 0 and math.isfinite(decision.toll), "price of a place", decision.toll)
    negative, positive, toll, review = classes[0], classes[1], decision.toll, decision.review
    if review is None:
        return lambda p, costs, moved=0.0: positive if expected_gain(p, costs) > toll + moved else negative
    return _with_review(review, classes, toll)


def _with_review(review: Review, classes: tuple[str, ...], toll: float) -> Decide:
    negative, positive = classes
    require(REVIEW not in classes, "a class has the name that hands a case to a person:", REVIEW)
    require(review.cost >= 0 and 0 <= review.error < 0.5 and review.toll >= 0, "review", review.cost)
    price, error = review.cost + review.toll, review.error

    def decide(p: tuple[float, ...], costs: ErrorPair, moved: float = 0.0) -> str:
        missed, alarmed = p[1] * costs[1], p[0] * costs[0]
        best = min(missed, alarmed + (toll + moved))
        if price + error * (missed + alarmed) < best:
            return REVIEW
        return positive if missed - alarmed > toll + moved else negative

    return decide


def _require_cost(cost: ErrorCost) -> None:
    known = (cost.fixed, cost.share, cost.missing)
    require(all(math.isfinite(value) and value >= 0 for value in known), "cost of an error", known)


def _least_cost(decision: CostMatrix, classes: tuple[str, ...]) -> Decide:
    square = all(len(row) == len(classes) for row in decision.costs)
    require(square and len(decision.costs) == len(classes), "costs", len(decision.costs))
    by_decision = tuple(zip(*decision.costs, strict=True))

    def decide(probabilities: tuple[float, ...], costs: ErrorPair = FREE, moved: float = 0.0) -> str:
        expected = [
            ordered_sum(p * cost for p, cost in zip(probabilities, weights, strict=True))
            for weights in by_decision
        ]
        return classes[expected.index(min(expected))]

    return decide
