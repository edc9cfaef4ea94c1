"""What decisions cost: a figure a case, the threshold that costs least, the ratios where that flips."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def binary_costs(
    y: ArrayLike, selected: ArrayLike, false_positive: float | Floats, false_negative: float | Floats
) -> Floats:
    """Cost of each case (n,): false alarms and misses cost, each row its own or all the same.

    >>> binary_costs([1, 0, 0], [0, 1, 0], false_positive=1.0, false_negative=5.0)
    array([5., 1., 0.])
    """
    event, chosen = np.asarray(y).astype(bool), np.asarray(selected).astype(bool)
    return np.where(chosen & ~event, false_positive, np.where(event & ~chosen, false_negative, 0.0))


def expected_cost(
    y: ArrayLike, probability: ArrayLike, threshold: float, false_positive: float, false_negative: float
) -> float:
    """Mean cost a case when probabilities at or above `threshold` are selected.

    >>> expected_cost([1, 0, 0, 0], [0.3, 0.6, 0.1, 0.2], 0.5, 1.0, 5.0)     # (5 + 1) / 4
    1.5
    """
    return float(
        binary_costs(y, np.asarray(probability, float) >= threshold, false_positive, false_negative).mean()
    )


def cost_optimal_threshold(
    y: ArrayLike, probability: ArrayLike, false_positive: float, false_negative: float
) -> tuple[float, float]:
    """The threshold with the least mean cost on these rows, and that cost.

    The threshold lies midway between neighbouring scores; `inf` selects nobody. For calibrated
    probabilities it tends to false_positive / (false_positive + false_negative) (Elkan, IJCAI 2001).

    >>> cost_optimal_threshold([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8], 1.0, 1.0)
    (0.6000000000000001, 0.25)
    """
    labels, p = np.asarray(y, float), np.asarray(probability, float)
    order = np.argsort(-p, kind="stable")
    ranked, event = p[order], labels[order]
    ends = np.append(np.flatnonzero(np.diff(ranked)), len(p) - 1)
    misses = event.sum() - np.cumsum(event)[ends]
    alarms = np.cumsum(1 - event)[ends]
    cost = np.append(event.sum() * false_negative, alarms * false_positive + misses * false_negative) / len(p)
    best = int(cost.argmin())
    if best == 0:
        return math.inf, float(cost[0])
    at = ends[best - 1]
    below = ranked[at + 1] if at + 1 < len(p) else ranked[at] - 1.0
    middle = float((ranked[at] + below) / 2)
    # Two scores one rounding step apart have no number between them.
    return (middle if below < middle <= ranked[at] else float(ranked[at])), float(cost[best])


def reviewed_costs(
    y: ArrayLike, reviewed: ArrayLike, costs: ArrayLike, price: float, error: float, both: ArrayLike
) -> Floats:
    """Cost of each case (n,) when a person decides the `reviewed` ones.

    Parameters
    ----------
    costs : (n,) what the decision without a person costs.
    price, error : of one review, and the share of reviews that end in the wrong decision.
    both : (n, 2) what a false alarm and a miss cost in each row.

    >>> reviewed_costs([1, 0], [1, 0], [50.0, 0.0], price=4.0, error=0.1, both=[[5.0, 50.0]] * 2)
    array([9., 0.])
    """
    event, pair = np.asarray(y).astype(bool), np.asarray(both, float)
    by_person = price + error * np.where(event, pair[:, 1], pair[:, 0])
    return np.where(np.asarray(reviewed).astype(bool), by_person, np.asarray(costs, float))


def review_band(alarm: float, miss: float, price: float, error: float = 0.0) -> tuple[float, float] | None:
    """Between which probabilities a person's review costs less than deciding; None where it never does.

    A review costs price + error * (p * miss + (1 - p) * alarm) (Chow, IEEE Trans. Information Theory 16
    (1970) 41, with costs of both errors and a person who errs).

    >>> review_band(1.0, 1.0, 0.25)
    (0.25, 0.75)
    """
    if not alarm or not miss:
        return None
    low = (price + error * alarm) / ((1 - error) * miss + error * alarm)
    high = ((1 - error) * alarm - price) / ((1 - error) * alarm + error * miss)
    return (low, high) if low < high else None


def price_of_a_place(gains: ArrayLike, places: float) -> float:
    """The expected gain that at most `places` rows exceed: never below 0, where no place is needed.

    >>> price_of_a_place([9.0, 5.0, 1.0, -2.0], 1), price_of_a_place([9.0, 5.0, 1.0, -2.0], 3)
    (5.0, 0.0)
    """
    ordered = np.sort(np.asarray(gains, float))[::-1]
    at = math.floor(round(places, 9))
    return max(0.0, float(ordered[at])) if at < len(ordered) else 0.0


def matrix_costs(y: ArrayLike, decided: ArrayLike, costs: ArrayLike) -> Floats:
    """Cost of each case (n,) from `costs[actual][decided]` (k, k) and class indices.

    >>> matrix_costs([0, 1], [1, 1], [[0, 2], [3, 0]])
    array([2., 0.])
    """
    table = np.asarray(costs, float)
    return np.asarray(table[np.asarray(y).astype(np.int64), np.asarray(decided).astype(np.int64)], float)


def decide_by_cost(probability: ArrayLike, costs: ArrayLike) -> Integers:
    """The class (n,) whose expected cost is least, given probabilities (n, k) and costs (k, k).

    >>> decide_by_cost([[0.8, 0.2]], [[0, 1], [9, 0]])      # staying at 0 risks 0.2 * 9 > 0.8 * 1
    array([1])
    """
    p, table = np.asarray(probability, float), np.asarray(costs, float)
    return np.asarray((p[:, :, None] * table[None, :, :]).sum(axis=1).argmin(axis=1), np.int64)


def unit_costs(y: ArrayLike, decided: ArrayLike, over: float, under: float) -> Floats:
    """Cost of each case (n,): `over` a unit decided too high, `under` a unit too low.

    >>> unit_costs([10.0, 10.0], [12.0, 9.0], over=1.0, under=4.0)
    array([2., 4.])
    """
    gap = np.asarray(decided, float) - np.asarray(y, float)
    return np.asarray(np.where(gap > 0, over * gap, -under * gap), float)


def useful_cost_ratios(y: ArrayLike, selected: ArrayLike) -> tuple[float, float]:
    """Between which worths of a miss (in false alarms) these decisions beat both nobody and everyone.

    They beat nobody above FP / TP, and everyone below TN / FN (`inf` without misses or hits).

    >>> useful_cost_ratios([1, 1, 0, 0, 0, 0], [1, 0, 1, 0, 0, 0])   # FP/TP = 1, TN/FN = 3
    (1.0, 3.0)
    """
    event, chosen = np.asarray(y).astype(bool), np.asarray(selected).astype(bool)
    tp, fp = int((event & chosen).sum()), int((~event & chosen).sum())
    fn, tn = int((event & ~chosen).sum()), int((~event & ~chosen).sum())
    return (fp / tp if tp else math.inf), (tn / fn if fn else math.inf)
