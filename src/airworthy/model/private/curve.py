"""Quality against epsilon: the same splits learned with more and less noise, and once without any."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from airworthy.kernel.seed import derive_seed
from airworthy.measures.epsilon import Mechanism
from airworthy.measures.money import binary_costs
from airworthy.measures.ranking import auc
from airworthy.measures.regression import rmse
from airworthy.model.crossfit import margins_of
from airworthy.model.decide import bayes_threshold
from airworthy.model.learners.fitted import Fitted
from airworthy.model.part import Part
from airworthy.model.private.fit import fitted_with_noise
from airworthy.model.private.plan import Plan
from airworthy.model.rows import Rows
from airworthy.model.unneeded import loading
from airworthy.scoring.columns import FloatArray

HELD = 0.2
"""Share of the rows that measures in each split."""


@dataclass(frozen=True)
class Prices:
    """What a false alarm and a miss cost."""

    false_positive: float
    false_negative: float


@dataclass(frozen=True)
class Point:
    """One epsilon, or None without noise: a figure and a cost of 1,000 cases for each split."""

    epsilon: float | None
    figures: tuple[float, ...]
    costs: tuple[float, ...]


def points_of(
    rows: Rows,
    plans: Sequence[Plan],
    splits: int,
    prices: Prices | None,
    fitted: Callable[[], None] = lambda: None,
) -> Iterator[Point]:
    """A point for each plan, then one without noise, over the same splits; `fitted` hears of each fit."""
    halves = [_split(rows, number) for number in range(splits)]
    for plan in (*plans, None):
        figures, costs = [], []
        for learn, held in halves:
            model = fitted_with_noise(learn, plan) if plan else without_noise(learn)
            margins = margins_of(model, held)[:, 0]
            figures.append(_figure(held, margins))
            if prices is not None:
                costs.append(_cost(held, margins, prices))
            fitted()
        yield Point(None if plan is None else plan.epsilon, tuple(figures), tuple(costs))


def without_noise(rows: Rows) -> Fitted:
    """The same kind of model as it is without privacy: curves of single features."""
    with loading("sklearn"):
        from airworthy.model.learners.additive import fit_additive  # interpret: 1 s

    return fit_additive(Part(rows), 0).fitted(0)


def _split(rows: Rows, number: int) -> tuple[Rows, Rows]:
    """Rows to learn from and rows that measure; those of one group stay together."""
    rng = np.random.default_rng(derive_seed(rows.seed, "private-curve", str(number)))
    groups = np.arange(len(rows)) if rows.groups is None else rows.groups
    names = np.unique(groups)
    aside = rng.permutation(names)[: max(1, round(HELD * len(names)))]
    held = np.isin(groups, aside)
    return rows.take(np.flatnonzero(~held)), rows.take(np.flatnonzero(held))


def _figure(held: Rows, margins: FloatArray) -> float:
    return float(rmse(held.y, margins) if held.task == "regression" else auc(held.y, margins))


def _cost(held: Rows, margins: FloatArray, prices: Prices) -> float:
    """Of 1,000 cases, where the declared costs alone decide."""
    threshold = bayes_threshold(prices.false_positive, prices.false_negative)
    positive = 1 / (1 + np.exp(-margins)) >= threshold
    costs = binary_costs(held.y, positive, prices.false_positive, prices.false_negative)
    return 1000 * float(np.mean(costs))


def plans_of(plan: Plan, epsilons: Sequence[float]) -> list[Plan]:
    """The plan at each epsilon."""
    return [msgspec.structs.replace(plan, epsilon=one, fit_epsilon=one) for one in epsilons]


def mechanisms_of(plans: Sequence[Plan], splits: int) -> list[Mechanism]:
    """What all fits of a curve are together to one row that is learned from in every split."""
    return [plan.mechanism for plan in plans for _ in range(splits)]


def mean_and_interval(values: Sequence[float]) -> tuple[float, float | None, float | None]:
    """Mean over splits with its 95 % interval, wider because splits share rows (Nadeau and Bengio 2003).

    >>> mean, low, high = mean_and_interval([1.0, 2.0, 3.0])     # 2 -+ 4.303 * sqrt(1/3 + 1/4)
    >>> round(mean, 3), round(low, 3), round(high, 3)
    (2.0, -1.286, 5.286)
    """
    from scipy.stats import t  # takes a while to import

    count, mean = len(values), float(np.mean(values))
    if count < 2:
        return mean, None, None
    shared = 1 / count + HELD / (1 - HELD)
    half = float(t.ppf(0.975, count - 1)) * math.sqrt(shared) * float(np.std(values, ddof=1))
    return mean, mean - half, mean + half
