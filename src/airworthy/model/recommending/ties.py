"""Ties between items that the same users take: shrunk cosine, and the linear autoencoder EASE."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import linalg
from threadpoolctl import threadpool_limits

from airworthy.data.interactions import Codes
from airworthy.scoring.recommending.store import Array

SHRINK = 10.0
"""A cosine from n common users counts n / (n + 10): few common users are a coincidence."""
MOST_TIES = 200
MOST_ITEMS = 5_000
"""Items that EASE covers, the most popular ones: 5,000 take 200 MB and some 8 s of one core."""
_BLOCK = 1_000

Ties = dict[str, Array]


def cosine_ties(matrix: Any, shrink: float = SHRINK, most: int = MOST_TIES) -> Ties:
    """The closest items of each, by the cosine of their users, times n / (n + shrink).

    Parameters
    ----------
    matrix : sparse users x items, values >= 0.

    An item's tie to itself is kept: it is what a repeat is worth. Memory is that of 1,000 items at a time.

    >>> from scipy import sparse
    >>> found = cosine_ties(sparse.csr_matrix([[1.0, 1.0], [1.0, 0.0]]), shrink=0.0)
    >>> found["start"].tolist(), found["item"].tolist(), found["tie"].round(3).tolist()
    ([0, 2, 4], [0, 1, 1, 0], [1.0, 0.7070000171661377, 1.0, 0.7070000171661377])
    """
    columns = matrix.tocsc()
    turned = columns.T.tocsr()
    length = np.sqrt(np.asarray(columns.multiply(columns).sum(axis=0)).ravel())
    rows: list[tuple[Codes, npt.NDArray[np.float64]]] = []
    for first in range(0, turned.shape[0], _BLOCK):
        common = (turned[first : first + _BLOCK] @ matrix).tocsr()
        common.sort_indices()
        for i in range(common.shape[0]):
            part = slice(common.indptr[i], common.indptr[i + 1])
            others, shared = common.indices[part].astype(np.int64), common.data[part]
            rows.append(_closest(others, _shrunk(shared, length[first + i] * length[others], shrink), most))
    return _packed(rows)


def _shrunk(
    shared: npt.NDArray[np.float64], lengths: npt.NDArray[np.float64], shrink: float
) -> npt.NDArray[np.float64]:
    return shared / np.maximum(lengths, 1e-12) * (shared / (shared + shrink))


def ease_ties(matrix: Any, penalty: float, most: int = MOST_TIES, items: int = MOST_ITEMS) -> Ties:
    """The strongest weights of EASE (Steck, WWW 2019, equation 8): B = I - P / diag(P), P = (X'X + c I)^-1.

    `penalty` is c. One thread: blocked sums of several would not be the same on every machine.

    >>> from scipy import sparse
    >>> found = ease_ties(sparse.csr_matrix([[1.0, 1.0], [1.0, 0.0]]), penalty=1.0)
    >>> found["item"].tolist(), found["tie"].round(3).tolist()          # X'X + I = [[3, 1], [1, 2]]
    ([1, 0], [0.3330000042915344, 0.5])
    """
    users = np.asarray((matrix > 0).sum(axis=0)).ravel()
    kept = np.sort(np.argsort(-users, kind="stable")[:items])
    kept = kept[users[kept] > 0]
    weights = _ease(matrix[:, kept], penalty)
    rows = [(np.empty(0, np.int64), np.empty(0))] * matrix.shape[1]
    for place, item in enumerate(kept.tolist()):
        rows[item] = _closest(kept, weights[place], most)
    return _packed(rows)


def _ease(matrix: Any, penalty: float) -> npt.NDArray[np.float64]:
    gram = (matrix.T @ matrix).toarray()
    gram[np.diag_indices_from(gram)] += penalty
    with threadpool_limits(limits=1, user_api="blas"):
        factor, failed = linalg.lapack.dpotrf(gram, lower=1, overwrite_a=1)
        inverse, broken = linalg.lapack.dpotri(factor, lower=1, overwrite_c=1)
    assert not failed  # a Gram matrix plus a positive diagonal is positive definite
    assert not broken
    whole: npt.NDArray[np.float64] = np.tril(inverse) + np.tril(inverse, -1).T
    weights = -whole / np.diag(whole)
    np.fill_diagonal(weights, 0.0)
    return weights


def _closest(
    others: Codes, ties: npt.NDArray[np.float64], most: int
) -> tuple[Codes, npt.NDArray[np.float64]]:
    """The strongest ties, strongest first; those that are equal in the order of items."""
    order = np.argsort(-np.abs(ties), kind="stable")[:most]
    order = order[ties[order] != 0]
    return others[order], ties[order]


def _packed(rows: list[tuple[Codes, npt.NDArray[np.float64]]]) -> Ties:
    start = np.concatenate([[0], np.cumsum([len(others) for others, _ in rows])]).astype(np.int64)
    items = np.concatenate([others for others, _ in rows]) if rows else np.empty(0)
    ties = np.concatenate([tie for _, tie in rows]) if rows else np.empty(0)
    return {"start": start, "item": items.astype(np.int32), "tie": ties.astype(np.float32)}
