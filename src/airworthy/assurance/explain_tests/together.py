"""Which columns go together: the honest cause where two ways to compute reasons name different columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain_tests.kept import leading
from airworthy.assurance.predictions import Values
from airworthy.measures.ranking import midranks

Floats = NDArray[np.float64]
CLOSE = 0.5
"""Rank correlation from which two columns can stand in for each other."""
SHOWN = 2


@dataclass(frozen=True)
class Pair:
    """Two columns that go together, with their rank correlation."""

    first: str
    second: str
    correlation: float

    def as_json(self) -> dict[str, Any]:
        return {"first": self.first, "second": self.second, "correlation": self.correlation}


def numbers_of(columns: Mapping[str, Values], score: Floats) -> Floats:
    """Ranks (n, d) of the columns; a word counts as the mean score of its rows, a gap as a word."""
    return np.column_stack([midranks(_as_numbers(values, score)) for values in columns.values()])


def _as_numbers(values: Values, score: Floats) -> Floats:
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        numbers = values.astype(float)
        return np.where(np.isfinite(numbers), numbers, float(np.nanmedian(np.append(numbers, 0.0))))
    _, codes = np.unique(np.array([str(value) for value in values]), return_inverse=True)
    means = np.bincount(codes, weights=score) / np.bincount(codes)
    return np.asarray(means[codes], float)


def pairs_behind(
    first: Floats, second: Floats, count: int, names: Sequence[str], numbers: Floats
) -> tuple[Pair, ...]:
    """The pairs of columns that go together and stand behind a disagreement, the heaviest first.

    Parameters
    ----------
    first, second : (n, d) two sets of reasons of the same rows.
    count : reasons that are named.
    numbers : (m, d) ranks of the columns.
    """
    apart = leading(first, count) ^ leading(second, count)
    weight = np.where(apart, np.maximum(np.abs(first), np.abs(second)), 0.0).mean(axis=0)
    found: dict[frozenset[int], Pair] = {}
    close = _correlations(numbers)
    for at in np.argsort(-weight, kind="stable").tolist():
        other = int(np.argmax(np.abs(close[at])))
        if weight[at] > 0 and abs(close[at, other]) >= CLOSE:
            found.setdefault(frozenset((at, other)), Pair(names[at], names[other], float(close[at, other])))
    return tuple(found.values())[:SHOWN]


def closest_pair(names: Sequence[str], numbers: Floats) -> Pair | None:
    """The two columns that go together most, of ranks (m, d); None where none can stand in for another.

    >>> closest_pair(("a", "b"), np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]]))
    Pair(first='a', second='b', correlation=-1.0)
    """
    close = _correlations(numbers)
    at, other = (int(place) for place in np.unravel_index(np.argmax(np.abs(close)), close.shape))
    correlation = round(float(close[at, other]), 12)
    return Pair(names[at], names[other], correlation) if abs(correlation) >= CLOSE else None


def _correlations(numbers: Floats) -> Floats:
    """(d, d) rank correlations, 0 on the diagonal and where a column is all alike."""
    centred = numbers - numbers.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    scaled = np.divide(centred, length, out=np.zeros_like(centred), where=length > 0)
    found = scaled.T @ scaled
    np.fill_diagonal(found, 0.0)
    return np.asarray(found)
