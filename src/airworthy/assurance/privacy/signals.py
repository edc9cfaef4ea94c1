"""How sure a model is of the outcome that came: what an attacker on membership reads."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError

Floats = NDArray[np.float64]

EDGE = 1e-9
"""Probabilities nearer to 0 or 1 are taken as this near."""


def confidence(predictions: Predictions) -> Floats:
    """(n,) the larger, the better the answer fits the outcome that came.

    The log-odds of the outcome that came (Carlini et al. 2022, section IV-C: log-odds are close to a normal
    distribution, losses are not); of numbers minus the log of the absolute error; of bare labels 1 where the
    label is right.

    >>> two = Predictions.of("binary", [1, 0], probability=[0.8, 0.5])
    >>> confidence(two).round(3).tolist()       # ln(.8 / .2), and 0
    [1.386, 0.0]
    """
    if predictions.task is Task.REGRESSION:
        return of_errors(np.asarray(predictions.y, float) - predictions.require_prediction())
    if predictions.probability is None:
        if predictions.decision is None:
            raise InputError("The model gives neither probabilities nor labels.", remedy="Give one of them.")
        return np.asarray(predictions.decision == predictions.y, float)
    right = predictions.probability[np.arange(len(predictions)), predictions.y]
    held = np.clip(right, EDGE, 1 - EDGE)
    return np.asarray(np.log(held) - np.log1p(-held))


def of_margins(margins: Floats, y: Floats, task: str) -> Floats:
    """The same (n,) from the margins (n, k) of a model: log-odds of one event, or of each class.

    >>> of_margins(np.array([[2.0], [2.0]]), np.array([1.0, 0.0]), "binary").tolist()
    [2.0, -2.0]
    """
    if task == str(Task.REGRESSION):
        return of_errors(y - margins[:, 0])
    if margins.shape[1] == 1:
        return np.asarray(np.where(y == 1, margins[:, 0], -margins[:, 0]))
    code = y.astype(np.int64)
    own = margins[np.arange(len(y)), code]
    others = margins.copy()
    others[np.arange(len(y)), code] = -np.inf
    return np.asarray(own - np.logaddexp.reduce(others, axis=1))


def of_errors(errors: Floats) -> Floats:
    """Minus the log of the absolute error; an error of nothing counts as a millionth of the usual."""
    size = np.abs(errors)
    usual = float(np.median(size)) or 1.0
    return np.asarray(-np.log(size + 1e-6 * usual))
