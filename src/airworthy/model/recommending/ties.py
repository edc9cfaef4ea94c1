"""Ties between items that the same users take: BM25, and the linear autoencoder EASE."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from scipy import linalg, sparse
from threadpoolctl import threadpool_limits

from airworthy.data.interactions import Codes, Floats
from airworthy.scoring.recommending.store import Array

SATURATION, EVENNESS = 1.2, 0.75
"""BM25's usual k1 and b."""
MOST_TIES = 200
MOST_ITEMS = 5_000
"""Items that EASE covers, the most popular ones: 5,000 take 200 MB and some 8 s of one core."""
_BLOCK = 1_000

Ties = dict[str, Array]


def bm25_ties(counts: Any, most: int = MOST_TIES) -> Ties:
    """The closest items of each: an item is a document, its users are the words, and two share words.

    Words weigh as in BM25 (Robertson and Zaragoza, Foundations and Trends 3 (2009) 333, equation 3.15): how
    often a user took the item, saturated; less for an item of many rows, and for a user of many items. On
    real sales later purchases were told better than by the cosine of users: NDCG@10 .294 and .250 with
    repeats, .086 and .066 without.

    Parameters
    ----------
    counts : sparse users x items, how often each user took each item.

    An item's tie to itself is kept: it is what a repeat is worth. Memory is that of 1,000 items at a time.

    >>> from scipy import sparse
    >>> found = bm25_ties(sparse.csr_matrix([[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0]]))
    >>> found["start"].tolist(), found["item"].tolist()
    ([0, 2, 4, 4, 4], [0, 1, 1, 0])
    """
    weights = _bm25(counts)
    turned = weights.T.tocsr()
    rows: list[tuple[Codes, Floats]] = []
    for first in range(0, turned.shape[0], _BLOCK):
        common = (turned[first : first + _BLOCK] @ weights).tocsr()
        common.sort_indices()
        for start, end in pairwise(common.indptr.tolist()):
            rows.append(_closest(common.indices[start:end].astype(np.int64), common.data[start:end], most))
    return _packed(rows)


def _bm25(counts: Any) -> Any:
    """The counts, weighted; a user who took every item tells nothing."""
    told = counts.tocoo()
    users, items = told.shape
    rare = np.maximum(0.0, np.log(items) - np.log1p(np.bincount(told.row, minlength=users)))
    length = np.bincount(told.col, told.data, minlength=items)
    norm = 1 - EVENNESS + EVENNESS * length / max(length.mean(), 1e-12)
    data = told.data * (SATURATION + 1) / (SATURATION * norm[told.col] + told.data) * rare[told.row]
    return sparse.csr_matrix((data, (told.row, told.col)), shape=told.shape)


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


def _ease(matrix: Any, penalty: float) -> Floats:
    """B, in the place of the Gram matrix: one dense table of items x items is all that is held."""
    table: Floats = (matrix.T @ matrix).toarray(order="F")  # LAPACK would copy any other order
    table[np.diag_indices_from(table)] += penalty
    with threadpool_limits(limits=1, user_api="blas"):
        table, failed = linalg.lapack.dpotrf(table, lower=1, overwrite_a=1)
        table, broken = linalg.lapack.dpotri(table, lower=1, overwrite_c=1)
    assert not failed  # a Gram matrix plus a positive diagonal is positive definite
    assert not broken
    for item in range(len(table)):
        table[item, item + 1 :] = table[item + 1 :, item]
    table /= -np.diag(table).copy()
    np.fill_diagonal(table, 0.0)
    return table


def _closest(others: Codes, ties: Floats, most: int) -> tuple[Codes, Floats]:
    """The strongest ties, strongest first; those that are equal in the order of items."""
    order = np.argsort(-np.abs(ties), kind="stable")[:most]
    order = order[ties[order] != 0]
    return others[order], ties[order]


def _packed(rows: list[tuple[Codes, Floats]]) -> Ties:
    start = np.concatenate([[0], np.cumsum([len(others) for others, _ in rows])]).astype(np.int64)
    items = np.concatenate([others for others, _ in rows]) if rows else np.empty(0)
    ties = np.concatenate([tie for _, tie in rows]) if rows else np.empty(0)
    return {"start": start, "item": items.astype(np.int32), "tie": ties.astype(np.float32)}
