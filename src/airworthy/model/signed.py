"""A linear fit whose weights may not cross zero where a direction was declared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from airworthy.scoring.columns import FloatArray

ITERATIONS, TOLERANCE = 2_000, 1e-12


def fit_signed(
    matrix: FloatArray,
    y: FloatArray,
    signs: Sequence[int],
    *,
    regression: bool,
    strength: float,
    row_weights: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Weights (1, d) and intercept (1,) of least penalised loss, each weight on its declared side of zero.

    The losses of `fit_margins`: squared or logistic, plus the squared weights over twice `strength`; the
    intercept is free. Solved by L-BFGS-B (Byrd, Lu, Nocedal and Zhu, SIAM J. Sci. Comput. 16 (1995) 1190).

    Parameters
    ----------
    signs
        1 (weight >= 0), -1 (weight <= 0) or 0 (any) for each of the d columns.
    row_weights
        What each row counts, shape (n,); all the same by default.

    >>> x = np.array([[-1.0], [0.0], [1.0]])
    >>> weights, intercept = fit_signed(x, np.array([1.0, 2.0, 3.0]), [-1], regression=True, strength=1e9)
    >>> float(weights[0, 0]), round(float(intercept[0]), 6)   # the slope of 1 is forbidden: the mean is left
    (0.0, 2.0)
    """
    # 30 MB that only declared directions need.
    from scipy.optimize import minimize

    n, width = matrix.shape
    counts = np.ones(n) if row_weights is None else row_weights
    free = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}

    def objective(values: FloatArray) -> tuple[float, FloatArray]:
        weights, margin = values[:-1], matrix @ values[:-1] + values[-1]
        if regression:
            wrong = counts * (margin - y)
            loss = 0.5 * float(wrong @ (margin - y))
        else:
            wrong = counts * (1.0 / (1.0 + np.exp(-np.clip(margin, -500, 500))) - y)
            loss = float((counts * (np.logaddexp(0.0, margin) - y * margin)).sum())
        total = loss + 0.5 / strength * float(weights @ weights)
        slope = np.append(matrix.T @ wrong + weights / strength, wrong.sum())
        return total / n, slope / n

    found = minimize(
        objective,
        np.zeros(width + 1),
        jac=True,
        method="L-BFGS-B",
        bounds=[*(free[sign] for sign in signs), (None, None)],
        options={"maxiter": ITERATIONS, "ftol": TOLERANCE, "gtol": 1e-7},
    )
    return found.x[None, :-1], found.x[-1:]
