"""Two sets of out-of-fold scores on the same rows: their quality, the difference with its paired interval."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from airworthy.charter.model import Task
from airworthy.data.consequence.effect import LEVEL, Kind, Money, Quality
from airworthy.data.consequence.rows import Floats, Mask, Rows
from airworthy.measures.means import PairedDifference
from airworthy.measures.money import binary_costs, decide_by_cost, matrix_costs, unit_costs
from airworthy.measures.ranking import AucDifference, auc

GAINS = (Kind.LOSS,)
"""Kinds whose cost is what the change brings; of the others it is what the change takes away."""


def compared(rows: Rows, scored: Mask, as_is: Floats, changed: Floats, kind: Kind) -> Quality:
    """Quality of both on the `scored` rows, and the cost between them."""
    y, first, second = rows.y[scored], as_is[scored], changed[scored]
    if kind in GAINS:
        first, second = second, first
    if rows.task is Task.BINARY:
        gap = AucDifference(y, first, second)
        values, metric = (auc(y, as_is[scored]), auc(y, changed[scored])), "AUC"
        low, high = gap.interval(LEVEL)
        cost = gap.value
    else:
        points, metric = _points(rows, y)
        paired = PairedDifference.of(points(first), points(second))
        low, high = paired.interval(LEVEL)
        cost = paired.value
        values = float(points(as_is[scored]).mean()), float(points(changed[scored]).mean())
    return Quality(metric, values[0], values[1], cost, low, high, int(scored.sum()))


def _points(rows: Rows, y: Floats) -> tuple[Callable[[Floats], Floats], str]:
    """What each row adds to the metric, given its score; the metric is their mean."""
    if rows.task is Task.MULTICLASS:
        return (lambda score: (score.argmax(axis=1) == y).astype(float)), "share right"
    spread = float(y.var())
    return (lambda score: 1 - (score - y) ** 2 / spread), "variation explained"


def in_money(rows: Rows, scored: Mask, as_is: Floats, changed: Floats, kind: Kind) -> Money | None:
    """The cost in money for 1,000 decisions, where the charter says what errors cost."""
    pricers = _pricers(rows, rows.y[scored])
    if not pricers or rows.costs.currency is None:
        return None
    first, second = as_is[scored], changed[scored]
    if kind in GAINS:
        first, second = second, first
    # A score that costs less is better: the cost of the finding is what the worse one adds.
    gaps = [PairedDifference.of(price(second), price(first), scale=1000.0) for price in pricers]
    bounds = [gap.interval(LEVEL) for gap in gaps]
    lows, highs = [low for low, _ in bounds], [high for _, high in bounds]
    return Money(
        rows.costs.currency,
        sum(gap.value for gap in gaps) / len(gaps),
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
    )


def _pricers(rows: Rows, y: Floats) -> list[Callable[[Floats], Floats]]:
    """Cost of each row given its score, at both ends of the declared costs; empty where none is declared."""
    costs = rows.costs
    if rows.task is Task.BINARY and costs.false_positive and costs.false_negative:
        pairs = (
            (costs.false_positive.low, costs.false_negative.low),
            (costs.false_positive.high, costs.false_negative.high),
        )
        return [_binary(y, alarm, miss) for alarm, miss in dict.fromkeys(pairs) if alarm + miss > 0]
    if rows.task is Task.REGRESSION and costs.over and costs.under:
        ends = ((costs.over.low, costs.under.low), (costs.over.high, costs.under.high))
        return [_by_unit(y, over, under) for over, under in dict.fromkeys(ends)]
    if rows.task is Task.MULTICLASS and costs.matrix:
        table = np.array([[costs.matrix.get((a, d), 0.0) for d in rows.classes] for a in rows.classes])
        return [lambda score: matrix_costs(y, decide_by_cost(score, table), table)]
    return []


def _binary(y: Floats, alarm: float, miss: float) -> Callable[[Floats], Floats]:
    threshold = alarm / (alarm + miss)
    return lambda score: binary_costs(y, score >= threshold, alarm, miss)


def _by_unit(y: Floats, over: float, under: float) -> Callable[[Floats], Floats]:
    return lambda score: unit_costs(y, score, over, under)
