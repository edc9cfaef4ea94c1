"""How far numbers predicted lie from numbers observed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def rmse(y: ArrayLike, prediction: ArrayLike) -> float:
    """Root of the mean squared error, in the unit of y.

    >>> round(rmse([3.0, 0.0], [0.0, 4.0]), 4)       # sqrt((9 + 16) / 2)
    3.5355
    """
    return float(np.sqrt(((np.asarray(y, float) - np.asarray(prediction, float)) ** 2).mean()))


def mae(y: ArrayLike, prediction: ArrayLike) -> float:
    """Mean absolute error, in the unit of y.

    >>> mae([3.0, 0.0], [0.0, 4.0])
    3.5
    """
    return float(np.abs(np.asarray(y, float) - np.asarray(prediction, float)).mean())


def r2(y: ArrayLike, prediction: ArrayLike) -> float:
    """Share of the outcome's variance explained; 0 is the mean, negative is worse than it.

    Raises
    ------
    ValueError : every outcome is the same.

    >>> r2([1.0, 2.0, 3.0], [1.0, 2.0, 4.0])         # 1 - 1/2
    0.5
    """
    observed = np.asarray(y, float)
    total = float(((observed - observed.mean()) ** 2).sum())
    if total == 0:
        raise ValueError("every outcome is the same; there is no variance to explain")
    return 1 - float(((observed - np.asarray(prediction, float)) ** 2).sum()) / total
