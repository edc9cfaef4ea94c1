"""The rising sequence nearest to given values: isotonic regression in numpy alone."""

from __future__ import annotations

import numpy as np

from airworthy.scoring.columns import FloatArray


def rising(values: FloatArray, weights: FloatArray) -> FloatArray:
    """The non-decreasing sequence of least weighted squares, shape (n,).

    Pool adjacent violators (Barlow et al. 1972, section 1.2): neighbours that fall become one level, their
    mean. Whole runs that fall are pooled at a time, which comes to the same levels in a few passes.

    >>> rising(np.array([1.0, 3.0, 2.0, 4.0]), np.ones(4))
    array([1. , 2.5, 2.5, 4. ])
    >>> rising(np.array([3.0, 0.0]), np.array([2.0, 1.0]))
    array([2., 2.])
    """
    sums, masses, sizes = values * weights, weights, np.ones(len(values), dtype=np.int64)
    while len(sums):
        levels = sums / masses
        starts = np.flatnonzero(np.append(True, levels[1:] > levels[:-1]))
        if len(starts) == len(levels):
            break
        sums, masses, sizes = (np.add.reduceat(part, starts) for part in (sums, masses, sizes))
    return np.asarray(np.repeat(sums / masses, sizes))
