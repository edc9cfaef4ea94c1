"""A logistic fit by Newton's method: a few passes over the rows, and nothing but numpy.

scikit-learn and scipy.optimize are 100 MB of a training process, and their quasi-Newton steps took three
times as long on the adult rows' 98 columns (measured). Beyond `MOST_WEIGHTS` columns the square of their
number costs more than that.
"""

from __future__ import annotations

import numpy as np

from airworthy.scoring.columns import FloatArray

MOST_WEIGHTS = 600
ITERATIONS, HALVINGS = 100, 30
FLAT = 1e-6
"""A slope of the mean loss below it is the bottom: the next step would move probabilities by a millionth."""


def fit_logistic(
    matrix: FloatArray,
    y: FloatArray,
    penalty: float = 0.0,
    row_weights: FloatArray | None = None,
    start: FloatArray | None = None,
) -> FloatArray:
    """Weights and intercept, shape (d + 1,), of least log loss plus half `penalty` times the squared weights.

    Iteratively reweighted least squares (McCullagh and Nelder 1989, section 2.5), a step halved until it does
    not raise the loss; the intercept is free. Rows that a line parts have no least loss without a penalty: it
    ends where the slope is flat.

    Parameters
    ----------
    matrix
        Shape (n, d), without NaN.
    y
        0 or 1, shape (n,).
    row_weights
        What each row counts, shape (n,); all the same by default.
    start
        Where to begin, shape (d + 1,), such as the weights of a stronger penalty.

    >>> odds = fit_logistic(np.zeros((4, 1)), np.array([1.0, 1.0, 1.0, 0.0]), penalty=1.0)
    >>> odds.round(4), round(float(np.log(3)), 4)   # three of four: odds of 3, and nothing to weigh
    (array([0.    , 1.0986]), 1.0986)
    """
    n, width = matrix.shape
    counts = np.ones(n) if row_weights is None else row_weights
    ridge = np.full(width + 1, penalty)
    ridge[-1] = 0.0
    weights = np.zeros(width + 1) if start is None else start.copy()
    margin = matrix @ weights[:-1] + weights[-1]
    loss = _loss(margin, y, counts, ridge, weights)
    for _ in range(ITERATIONS):
        chance = _chance(margin)
        wrong = counts * (chance - y)
        slope = np.append(matrix.T @ wrong, wrong.sum()) + ridge * weights
        if float(np.abs(slope).max()) <= FLAT * n:
            break
        step = _step(matrix, counts * chance * (1.0 - chance), slope, ridge)
        for _ in range(HALVINGS):
            moved = weights - step
            further = matrix @ moved[:-1] + moved[-1]
            lower = _loss(further, y, counts, ridge, moved)
            if lower <= loss:
                break
            step = step / 2
        else:
            break  # what is left is rounding
        weights, margin, loss = moved, further, lower
    return weights


def _chance(margin: FloatArray) -> FloatArray:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(margin, -500, 500))))


def _loss(
    margin: FloatArray, y: FloatArray, counts: FloatArray, ridge: FloatArray, weights: FloatArray
) -> float:
    each = np.logaddexp(0.0, margin) - y * margin
    return float((counts * each).sum()) + 0.5 * float((ridge * weights**2).sum())


def _step(matrix: FloatArray, bend: FloatArray, slope: FloatArray, ridge: FloatArray) -> FloatArray:
    """Newton's step; of columns that say the same without a penalty, the shortest one."""
    width = matrix.shape[1]
    second = np.empty((width + 1, width + 1))
    bent = matrix * np.sqrt(bend)[:, None]
    second[:-1, :-1] = bent.T @ bent  # of one table with itself: half the products
    second[-1, :-1] = second[:-1, -1] = bend @ matrix
    second[-1, -1] = bend.sum()
    second[np.diag_indices(width + 1)] += ridge
    try:
        return np.asarray(np.linalg.solve(second, slope))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(second, slope, rcond=None)[0])
