"""Which pairs of rows are looked at: each row's nearest in the other table, by all letters of the row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.data.linkage.letters import weighted_letters
from airworthy.data.linkage.wide import candidates

Places = NDArray[np.int64]
Floats = NDArray[np.float64]

NEAREST = 5
"""In restaurants, papers and 5,000 people every true partner was among the nearest five."""
NEAREST_IN_ONE = 10
"""In one table a row may have several copies."""
CELLS = 20_000_000
"""Likenesses held at once."""
ALL_PAIRS = 25_000_000
"""Beyond two tables of 5,000 rows not every pair of rows is looked at: its time grows with their product."""
PORTION = 200_000
"""Pairs whose letters are compared at once."""
LEAST = 0.05


@dataclass(frozen=True, eq=False)
class Pairs:
    """m pairs of rows: their places (m,), and how alike their letters are (m,), from 0 to 1.

    `rows` are those of the left and of the right table; `one` says whether both are the same.
    """

    left: Places
    right: Places
    alike: Floats
    rows: tuple[int, int]
    one: bool = False

    def __len__(self) -> int:
        return len(self.left)


def nearest_pairs(left: Sequence[str], right: Sequence[str] | None = None) -> Pairs:
    """Each row of either table with its nearest in the other; without `right`, within `left`.

    Likeness is the cosine of weighted groups of letters (TF-IDF): a rare group counts more. Where all pairs
    of rows would be too many, those are looked at that share rare pairs of words.
    """
    if len(left) * len(left if right is None else right) > ALL_PAIRS:
        return _of_candidates(left, right)
    return _of_all(left, right)


def _of_candidates(left: Sequence[str], right: Sequence[str] | None) -> Pairs:
    pairs = candidates(left, right)
    ours, theirs = weighted_letters(left, right)
    a, b = pairs[:, 0], pairs[:, 1]
    alike = np.empty(len(pairs))
    for first in range(0, len(pairs), PORTION):
        part = slice(first, first + PORTION)
        alike[part] = np.asarray(ours[a[part]].multiply(theirs[b[part]]).sum(axis=1), float).ravel()
    most = NEAREST_IN_ONE if right is None else NEAREST
    keep = (alike > LEAST) & ((_ranks(a, b, alike) < most) | (_ranks(b, a, alike) < most))
    return Pairs(a[keep], b[keep], alike[keep], (ours.shape[0], theirs.shape[0]), right is None)


def _ranks(of: Places, among: Places, alike: Floats) -> Places:
    """(m,) how many pairs of the same row are likelier; of two alike the lower row is."""
    order = np.lexsort((among, -alike, of))
    starts = np.flatnonzero(np.r_[True, np.diff(of[order]) != 0]) if len(of) else np.zeros(0, np.int64)
    ranks = np.empty(len(of), np.int64)
    ranks[order] = np.arange(len(of)) - np.repeat(starts, np.diff(np.r_[starts, len(of)]))
    return ranks


def _of_all(left: Sequence[str], right: Sequence[str] | None) -> Pairs:
    from scipy.sparse import csr_matrix  # slow to import
    from sklearn.feature_extraction.text import TfidfVectorizer

    maker = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, dtype=np.float32)
    made = maker.fit_transform([*left, *(right or ())])
    ours: Any = csr_matrix(made[: len(left)])
    theirs: Any = ours if right is None else csr_matrix(made[len(left) :])
    found = _nearest(ours, theirs, NEAREST_IN_ONE if right is None else NEAREST, itself=right is None)
    if right is None:
        pairs = np.sort(found, axis=1)
    else:
        pairs = np.concatenate([found, _nearest(theirs, ours, NEAREST, itself=False)[:, ::-1]])
    pairs = np.unique(pairs, axis=0)
    a, b = pairs[:, 0], pairs[:, 1]
    alike = np.asarray(ours[a].multiply(theirs[b]).sum(axis=1), float).ravel()
    keep = alike > LEAST
    return Pairs(a[keep], b[keep], alike[keep], (ours.shape[0], theirs.shape[0]), right is None)


def _nearest(of: Any, among: Any, most: int, *, itself: bool) -> NDArray[np.int64]:
    """(k, 2): each row of `of` with its `most` nearest rows of `among`."""
    count, there = of.shape[0], among.shape[0]
    most = min(most, there - itself)
    if most < 1:
        return np.zeros((0, 2), np.int64)
    found, portion, turned = [], max(1, CELLS // there), among.T.tocsr()
    for first in range(0, count, portion):
        likeness = (of[first : first + portion] @ turned).toarray()
        rows = np.arange(len(likeness))
        if itself:
            likeness[rows, first + rows] = -1.0
        best = np.argpartition(-likeness, most - 1, axis=1)[:, :most]
        found.append(np.column_stack([np.repeat(first + rows, most), best.ravel()]))
    return np.concatenate(found).astype(np.int64)
