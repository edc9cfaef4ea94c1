"""One penalised linear fit, shared by the linear learner and the text scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.sparse as sp

from airworthy.model.signed import fit_signed
from airworthy.scoring.columns import FloatArray

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
    # scikit-learn takes a second to import, and only the child process fits.
    from sklearn.linear_model import LogisticRegression, Ridge

    if regression:
        center, scale = float(y.mean()), float(y.std()) or 1.0
        if any(signs):
            weights, offsets = fit_signed(
                matrix, (y - center) / scale, signs, regression=True, strength=strength
            )
            return weights * scale, offsets * scale + center
        solver = "lsqr" if sp.issparse(matrix) else "cholesky"
        ridge = Ridge(alpha=1.0 / strength, solver=solver, tol=1e-8).fit(matrix, (y - center) / scale)
        return np.atleast_2d(ridge.coef_) * scale, np.atleast_1d(ridge.intercept_) * scale + center
    present = np.unique(y).astype(int)
    if len(present) == 1:
        return _certain(matrix.shape[1], int(present[0]), outputs)
    if any(signs):
        return fit_signed(matrix, y, signs, regression=False, strength=strength, row_weights=row_weights)
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
