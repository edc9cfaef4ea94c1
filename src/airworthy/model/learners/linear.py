"""The simplest learner: a penalised linear or logistic model, fitted by scikit-learn and kept as numbers."""

from __future__ import annotations

import numpy as np

from airworthy.measures.probability import log_loss
from airworthy.model.encode import encode_for_linear
from airworthy.model.learners.fitted import Fitted, means_of, sampled
from airworthy.model.logistic import fit_margins
from airworthy.model.rows import Rows
from airworthy.model.text import TextFeatures
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Linear

STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)
"""Inverse penalties tried inside the training rows, strongest penalty first."""


def fit_linear(
    rows: Rows, text: TextFeatures, strengths: tuple[float, ...] = STRENGTHS, most: int | None = None
) -> Fitted:
    """Fit with the penalty that measured best on rows held out inside the training rows.

    `most` bounds the rows that the last fit reads; encoders always see all rows.
    """
    encoding = encode_for_linear(rows, text)
    strength = strengths[0] if len(strengths) == 1 else _best_strength(encoding.matrix, rows, strengths)
    chosen = rows.sample(len(rows) if most is None else most)
    weights, intercepts = _fit(encoding.matrix[chosen], rows.y[chosen], rows, strength)
    return Fitted(
        features=encoding.features,
        learner=Linear(
            coefficients=tuple(tuple(row) for row in weights.tolist()), intercepts=tuple(intercepts.tolist())
        ),
        baseline=means_of(encoding),
        rows=len(chosen),
        note=sampled(len(chosen), len(rows)) or f"inverse penalty {strength:g}",
    )


def _best_strength(matrix: FloatArray, rows: Rows, strengths: tuple[float, ...]) -> float:
    losses = np.zeros(len(strengths))
    for inside, outside in rows.holdouts():
        for i, strength in enumerate(strengths):
            weights, intercepts = _fit(matrix[inside], rows.y[inside], rows, strength)
            losses[i] += _loss(matrix[outside] @ weights.T + intercepts, rows.y[outside], rows)
    return strengths[int(losses.argmin())]


def _fit(matrix: FloatArray, y: FloatArray, rows: Rows, strength: float) -> tuple[FloatArray, FloatArray]:
    regression = rows.task == "regression"
    return fit_margins(matrix, y, regression=regression, outputs=rows.outputs, strength=strength)


def _loss(margins: FloatArray, y: FloatArray, rows: Rows) -> float:
    if rows.task == "regression":
        return float(((margins[:, 0] - y) ** 2).mean())
    if rows.outputs == 1:
        return log_loss(y, 1 / (1 + np.exp(-np.clip(margins[:, 0], -500, 500))))
    grown = np.exp(margins - margins.max(axis=1, keepdims=True))
    return log_loss(y, grown / grown.sum(axis=1, keepdims=True))
