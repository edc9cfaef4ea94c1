"""What a list of k items is worth, one number a user: how much of what was taken later, how high up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def ndcg_at_k(hits: NDArray[np.bool_], taken: NDArray[np.int64]) -> Floats:
    """Normalised discounted cumulative gain of n lists (Jarvelin and Kekalainen, ACM TOIS 20 (2002) 422).

    Parameters
    ----------
    hits : (n, k) whether the item in each place was taken.
    taken : (n,) how many different items each user took, at least 1.

    The hit in place p (from 1) is worth 1 / log2(p + 1); 1.0 is a list of as many hits as it can hold.

    >>> ndcg_at_k(np.array([[False, True]]), np.array([1])).round(4).tolist()         # 1 / log2(3)
    [0.6309]
    """
    worth = 1 / np.log2(np.arange(hits.shape[1]) + 2)
    ideal = np.cumsum(worth)[np.minimum(taken, hits.shape[1]) - 1]
    return np.asarray((hits * worth).sum(axis=1) / ideal, float)


def recall_at_k(hits: NDArray[np.bool_], taken: NDArray[np.int64]) -> Floats:
    """Share of what each user took that stood in the list.

    >>> recall_at_k(np.array([[False, True]]), np.array([4])).tolist()
    [0.25]
    """
    return np.asarray(hits.sum(axis=1) / taken, float)
