"""Prediction intervals and sets that hold a declared share of outcomes, and how that share is kept over time.

Split conformal prediction: bounds are order statistics of what went wrong on rows that the model did not
learn from (Vovk, Gammerman and Shafer 2005; Lei et al., JASA 113 (2018) 1094). They hold the share for rows
like those; where the world moves they do not, so coverage is measured on later rows, and `next_alpha` follows
it (Gibbs and Candes, NeurIPS 2021).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def fewest_rows(level: float) -> int:
    """Rows below which no two-sided interval can hold `level`.

    >>> fewest_rows(0.9)
    19
    """
    return math.ceil(round(2 / (1 - level), 9)) - 1


def residual_bounds(residuals: ArrayLike, level: float) -> tuple[float, float]:
    """Lower and upper bound of residuals (n,), half of what is left over beyond each.

    The floor((n + 1) a / 2)-th smallest and the ceil((n + 1)(1 - a / 2))-th, a = 1 - level.

    Raises
    ------
    ValueError : fewer rows than `fewest_rows(level)`.

    >>> residual_bounds(range(1, 20), 0.9)
    (1.0, 19.0)
    """
    ordered = np.sort(np.asarray(residuals, float))
    n, tail = len(ordered), (1 - level) / 2
    first, last = math.floor(round((n + 1) * tail, 9)), math.ceil(round((n + 1) * (1 - tail), 9))
    if first < 1 or last > n:
        raise ValueError(f"{n} rows are too few for {level:g}: {fewest_rows(level)} are needed")
    return float(ordered[first - 1]), float(ordered[last - 1])


def least_probability(of_outcome: ArrayLike, level: float) -> float:
    """The probability that a class needs to stay in the set, from those of the outcomes that came, (n,).

    The floor((n + 1) a)-th smallest, a = 1 - level (Sadinle, Lei and Wasserman, JASA 114 (2019) 223); 0, so
    that every class stays, where there are too few rows to leave any out.

    >>> least_probability([0.2, 0.5, 0.6, 0.7, 0.8, 0.9, 0.9, 0.9, 0.9], 0.9)
    0.2
    """
    ordered = np.sort(np.asarray(of_outcome, float))
    place = math.floor(round((len(ordered) + 1) * (1 - level), 9))
    return float(ordered[place - 1]) if place >= 1 else 0.0


def next_alpha(alpha: float, covered: bool, target: float, step: float = 0.05) -> float:
    """The miss rate to ask for next, after one outcome came: alpha + step * (target - missed).

    Parameters
    ----------
    alpha : the miss rate asked for so far; it may leave [0, 1], where the interval is everything or nothing.
    covered : whether the outcome lay in the interval at `alpha`.
    target : the declared miss rate, 1 - level.
    step : how fast to follow, gamma in Gibbs and Candes 2021, eq. 2.

    >>> round(next_alpha(0.1, covered=False, target=0.1), 3)
    0.055
    """
    return alpha + step * (target - (0.0 if covered else 1.0))


def adapted_coverage(
    scores: ArrayLike, past: ArrayLike, level: float, step: float = 0.05
) -> NDArray[np.bool_]:
    """Which of n later outcomes an interval held whose miss rate follows what came, one after the other.

    Parameters
    ----------
    scores : (n,) how far each outcome lay from its prediction, in time order.
    past : (m,) the same of earlier rows, which set the width.

    Returns
    -------
    (n,) flags. For every sequence their mean differs from `level` by at most
    (max(alpha, 1 - alpha) + step) / (step * n), Gibbs and Candes 2021, proposition 4.1.
    """
    known = np.sort(np.asarray(past, float))
    alpha, target = 1 - level, 1 - level
    held = np.zeros(len(np.asarray(scores)), dtype=bool)
    for i, score in enumerate(np.asarray(scores, float)):
        held[i] = score <= _quantile(known, 1 - alpha)
        alpha = next_alpha(alpha, bool(held[i]), target, step)
    return held


def _quantile(ordered: Floats, share: float) -> float:
    place = math.ceil(round((len(ordered) + 1) * share, 9))
    if place < 1:
        return -math.inf
    return math.inf if place > len(ordered) else float(ordered[place - 1])
