"""Many resamples of the same rows at once, as weights: figures of several models that pair row by row."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.measures.means import cluster_codes

Floats = NDArray[np.float64]


def row_weights(n: int, draws: int, seed: int, clusters: NDArray[np.int64] | None = None) -> Floats:
    """How often each of n rows is drawn (draws, n); rows of one cluster are drawn together.

    >>> row_weights(4, 2, 0).sum(axis=1)
    array([4., 4.])
    """
    rng = np.random.default_rng(seed)
    codes = np.arange(n) if clusters is None else cluster_codes(clusters)
    units = int(codes.max()) + 1 if n else 0
    made = np.empty((draws, n))
    for row in made:
        row[:] = np.bincount(rng.integers(0, units, units), minlength=units)[codes]
    return made


def drawn_means(values: Floats, weights: Floats) -> Floats:
    """The mean of `values` (n,) in each resample (draws,).

    >>> drawn_means(np.array([0.0, 1.0]), np.array([[1.0, 3.0]]))
    array([0.75])
    """
    return np.asarray((weights * values).sum(axis=1) / weights.sum(axis=1), float)


def drawn_aucs(y: ArrayLike, score: Floats, weights: Floats) -> Floats:
    """The area under the ROC curve in each resample (draws,), ties counting half; NaN without both classes.

    >>> drawn_aucs([0, 0, 1, 1], np.array([0.1, 0.4, 0.35, 0.8]), np.array([[1.0, 1, 1, 1], [1, 0, 1, 1]]))
    array([0.75, 1.  ])
    """
    order = np.argsort(score, kind="stable")
    ranked = np.asarray(score, float)[order]
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    event = np.asarray(y).astype(bool)[order]
    sorted_weights = weights[:, order]
    events = np.add.reduceat(sorted_weights * event, starts, axis=1)
    others = np.add.reduceat(sorted_weights * ~event, starts, axis=1)
    below = np.cumsum(others, axis=1) - others / 2
    pairs = events.sum(axis=1) * others.sum(axis=1)
    hits = (events * below).sum(axis=1)
    found: Floats = np.divide(hits, pairs, out=np.full(len(weights), np.nan), where=pairs > 0)
    return found
