"""How often decided classes are the classes that came."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def confusion(y: ArrayLike, decided: ArrayLike, classes: int) -> NDArray[np.int64]:
    """Counts (classes, classes), actual by decided, from class indices (n,).

    >>> confusion([0, 1, 1], [0, 0, 1], 2).tolist()
    [[1, 0], [1, 1]]
    """
    actual, given = np.asarray(y).astype(np.int64), np.asarray(decided).astype(np.int64)
    return np.bincount(actual * classes + given, minlength=classes * classes).reshape(classes, classes)


def accuracy(y: ArrayLike, decided: ArrayLike) -> float:
    """Share of rows decided right.

    >>> accuracy([0, 1, 1, 0], [0, 0, 1, 0])
    0.75
    """
    return float((np.asarray(y) == np.asarray(decided)).mean())


def macro_recall(y: ArrayLike, decided: ArrayLike, classes: int) -> float:
    """Mean over the classes that occur of the share found (balanced accuracy).

    >>> macro_recall([0, 0, 0, 1], [0, 0, 0, 0], 2)     # (1 + 0) / 2
    0.5
    """
    table = confusion(y, decided, classes)
    rows = table.sum(axis=1)
    return float((np.diag(table)[rows > 0] / rows[rows > 0]).mean())
