"""One penalised linear fit, shared by the linear learner and the text scores."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from airworthy.model.newton import MOST_WEIGHTS, fit_logistic
from airworthy.model.signed import fit_signed
from airworthy.model.unneeded import loading
from airworthy.scoring.columns import FloatArray

if TYPE_CHECKING:
    import scipy.sparse as sp

ABSENT = -10.0
"""Margin of a class that the rows do not hold: it stays possible, about one case in twenty thousand."""
ITERATIONS = 500


def fit_margins(
    matrix: FloatArray | sp.csr_matrix,
    y: FloatArray,
    *,
    regression: bool,
    outputs: int,
    strength: float,
    signs: Sequence[int] = (),
    row_weights: FloatArray | None = None,
) -> tuple[FloatArray, FloatArray]:
    """Weights (outputs, d) and intercepts (outputs,) of a linear model with an L2 penalty.

    Parameters
    ----------
    matrix
        Shape (n, d), dense or sparse, without NaN.
    y
        Class indices or numbers, shape (n,).
    strength
        Inverse penalty on standardised targets: larger follows the rows more closely.
    signs
        1 or -1 for each column whose weight may not be negative or positive; for one output.
    row_weights
        What each row counts, shape (n,); of classes only.
    """
    if regression:
        center, scale = float(y.mean()), float(y.std()) or 1.0
        goals = (y - center) / scale
        if any(signs):
            weights, offsets = fit_signed(matrix, goals, signs, regression=True, strength=strength)
        else:
            weights, offsets = _ridge(matrix, goals, strength)
        return weights * scale, offsets * scale + center
    present = np.unique(y).astype(int)
    if len(present) == 1:
        return _certain(matrix.shape[1], int(present[0]), outputs)
    if any(signs):
        return fit_signed(matrix, y, signs, regression=False, strength=strength, row_weights=row_weights)
    if outputs == 1 and isinstance(matrix, np.ndarray) and matrix.shape[1] <= MOST_WEIGHTS:
        found = fit_logistic(matrix, y, 1.0 / strength, row_weights)
        return found[None, :-1], found[-1:]
    return _by_library(matrix, y, present, outputs, strength, row_weights)


def _ridge(
    matrix: FloatArray | sp.csr_matrix, goals: FloatArray, strength: float
) -> tuple[FloatArray, FloatArray]:
    """Least squares with an L2 penalty and a free intercept."""
    n, width = matrix.shape
    if not isinstance(matrix, np.ndarray) or width > min(n, MOST_WEIGHTS):
        # Loaded for many columns only: scikit-learn is 70 MB that most training does not need.
        with loading("sklearn"):
            from sklearn.linear_model import Ridge

        solver = "cholesky" if isinstance(matrix, np.ndarray) else "lsqr"
        ridge = Ridge(alpha=1.0 / strength, solver=solver, tol=1e-8).fit(matrix, goals)
        return np.atleast_2d(ridge.coef_), np.atleast_1d(ridge.intercept_)
    middle = matrix.mean(axis=0)
    # Of centred columns, without a centred copy of them.
    products = matrix.T @ matrix - n * np.outer(middle, middle)
    products[np.diag_indices(width)] += 1.0 / strength
    weights = np.linalg.solve(products, matrix.T @ (goals - goals.mean()))
    return weights[None, :], np.atleast_1d(goals.mean() - middle @ weights)


def _by_library(
    matrix: FloatArray | sp.csr_matrix,
    y: FloatArray,
    present: npt.NDArray[np.int64],
    outputs: int,
    strength: float,
    row_weights: FloatArray | None,
) -> tuple[FloatArray, FloatArray]:
    # Loaded for words, many columns and several classes only: scikit-learn is 70 MB of memory.
    with loading("sklearn"):
        from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, max_iter=ITERATIONS).fit(matrix, y, row_weights)
    coefficients, offsets = model.coef_, model.intercept_
    if outputs == 1:
        return coefficients, offsets
    if len(present) == 2:  # of three or more classes: one set of weights, half to each side
        coefficients = np.vstack([-coefficients, coefficients]) / 2
        offsets = np.concatenate([-offsets, offsets]) / 2
    weights, intercepts = np.zeros((outputs, matrix.shape[1])), np.full(outputs, ABSENT)
    weights[present], intercepts[present] = coefficients, offsets
    return weights, intercepts


def _certain(width: int, only: int, outputs: int) -> tuple[FloatArray, FloatArray]:
    """Rows of one class: nothing to weigh."""
    if outputs == 1:
        return np.zeros((1, width)), np.array([-ABSENT if only else ABSENT])
    intercepts = np.full(outputs, ABSENT)
    intercepts[only] = 0.0
    return np.zeros((outputs, width)), intercepts
