"""Rows as weighted groups of three letters, made without a loop over rows: for tables of a million."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counted = tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]

PORTION = 100_000
"""Rows at a time."""
ALPHABET = 192
"""Letters told apart: those of ASCII, and the others by their remainder."""
_PLAIN = 128
_END, _BLANK = ord("\n"), ord(" ")


def weighted_letters(left: Sequence[str], right: Sequence[str] | None) -> tuple[Any, Any]:
    """Sparse rows of length 1 of both tables, or twice of the one: weighted groups of letters (TF-IDF).

    >>> one, _ = weighted_letters(["anna", "anna", "bo"], None)
    >>> round(float((one[0] @ one[1].T).toarray()[0, 0]), 6), float((one[0] @ one[2].T).toarray()[0, 0])
    (1.0, 0.0)
    """
    from scipy.sparse import csr_matrix, vstack  # slow to import

    sides = [left] if right is None else [left, right]
    counted = [list(_counted(texts)) for texts in sides]
    groups = ALPHABET**3
    having = np.zeros(groups, np.int64)
    for _, group, _ in (part for side in counted for part in side):
        having += np.bincount(group, minlength=groups)
    weight = (np.log((1 + sum(map(len, sides))) / (1 + having)) + 1).astype(np.float32)
    made = []
    for texts, parts in zip(sides, counted, strict=True):
        rows = []
        for size, (starts, group, times) in zip(_sizes(len(texts)), parts, strict=True):
            value = (1 + np.log(times)).astype(np.float32) * weight[group]
            length = np.sqrt(np.add.reduceat(np.r_[value * value, np.float32(0)], starts[:-1]))
            full = np.diff(starts) > 0
            value /= np.repeat(np.where(full, length, 1), np.diff(starts)).astype(np.float32)
            rows.append(csr_matrix((value, group, starts), (size, groups)))
        made.append(vstack(rows, format="csr"))
    return made[0], made[-1]


def _sizes(rows: int) -> list[int]:
    return [min(PORTION, rows - first) for first in range(0, rows, PORTION)]


def _counted(texts: Sequence[str]) -> Iterator[Counted]:
    """Of each portion where its rows start (n + 1,), their groups of letters, and how often each occurs."""
    for first in range(0, len(texts), PORTION):
        portion = texts[first : first + PORTION]
        letters = np.frombuffer("".join(f" {text} \n" for text in portion).encode("utf-32-le"), np.uint32)
        row = np.cumsum(letters == _END) - (letters == _END)
        code = np.where(letters < _PLAIN, letters, _PLAIN + letters % (ALPHABET - _PLAIN)).astype(np.int64)
        a, b, c = letters[:-2], letters[1:-1], letters[2:]
        inside = (a != _END) & (b != _END) & (c != _END) & (b != _BLANK)
        group = (code[:-2] * ALPHABET + code[1:-1]) * ALPHABET + code[2:]
        held, times = np.unique(row[:-2][inside] * ALPHABET**3 + group[inside], return_counts=True)
        starts = np.searchsorted(held // ALPHABET**3, np.arange(len(portion) + 1))
        yield starts, (held % ALPHABET**3).astype(np.int32), times
