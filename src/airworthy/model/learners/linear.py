"""The simplest learner: a penalised linear or logistic model, fitted by scikit-learn and kept as numbers."""

from __future__ import annotations

import numpy as np

from airworthy.model.learners.fitted import NOTHING_TO_SET, Fitted, Grown, means_of, sampled
from airworthy.model.learners.settings import LINEAR_ROWS
from airworthy.model.logistic import fit_margins
from airworthy.model.losses import row_losses
from airworthy.model.part import Part
from airworthy.model.shape import signs_of
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Linear

STRENGTHS = (0.001, 0.01, 0.1, 1.0, 10.0)
"""Inverse penalties, strongest penalty first."""


def fit_linear(part: Part, setting: int | None, strengths: tuple[float, ...] = STRENGTHS) -> Grown:
    """Fit with each of `strengths`, or with the one at `setting` only."""
    encoded = part.encoded("linear")
    encoding = encoded.learn
    chosen = part.rows.sample(LINEAR_ROWS)
    rows, matrix = part.rows, encoding.matrix
    if len(chosen) < len(rows):
        rows, matrix = rows.take(chosen), matrix[chosen]
    signs = signs_of(encoding.features, rows.shape)
    # Of the table only what the model needs: a fold's weights wait for those of all others.
    features, baseline, taught = encoding.features, means_of(encoding), len(rows)
    told = sampled(taught, len(part.rows))
    models: dict[int, tuple[FloatArray, FloatArray]] = {}

    def fitted(at: int) -> Fitted:
        weights, intercepts = models[at]
        return Fitted(
            features=features,
            learner=Linear(
                coefficients=tuple(tuple(row) for row in weights.tolist()),
                intercepts=tuple(intercepts.tolist()),
            ),
            baseline=baseline,
            rows=taught,
            note=told or f"inverse penalty {strengths[at]:g}",
        )

    for at, strength in enumerate(strengths):
        if setting is None or setting == at:
            models[at] = fit_margins(
                matrix,
                rows.y,
                regression=rows.task == "regression",
                outputs=rows.outputs,
                strength=strength,
                signs=signs,
                row_weights=rows.weights,
            )
    if encoded.held is None or part.held is None or setting is not None:
        return Grown(NOTHING_TO_SET, fitted)
    held, measured = encoded.held, part.held
    losses = [
        np.average(row_losses(measured.y, held @ weights.T + intercepts, rows.task), weights=measured.weights)
        for weights, intercepts in models.values()
    ]
    return Grown(np.array(losses), fitted)
