"""The loss of margins, row by row: log loss of classes, squared error of numbers."""

from __future__ import annotations

import math

import numpy as np

from airworthy.scoring.columns import FloatArray


def row_losses(y: FloatArray, margins: FloatArray, task: str) -> FloatArray:
    """Loss of each row (n,) of margins (n, k) before calibration.

    >>> row_losses(np.array([1.0]), np.array([[0.0]]), "binary").round(3)
    array([0.693])
    """
    if task == "regression":
        return np.asarray((margins[:, 0] - y) ** 2)
    if margins.shape[1] == 1:
        return np.asarray(np.logaddexp(0.0, margins[:, 0]) - y * margins[:, 0])
    most = margins.max(axis=1)
    summed = np.log(np.exp(margins - most[:, None]).sum(axis=1)) + most
    return np.asarray(summed - margins[np.arange(len(y)), y.astype(np.int64)])


def standard_error(values: FloatArray) -> float:
    """Of the mean of `values` (n,); infinite for a single one."""
    return float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else math.inf
