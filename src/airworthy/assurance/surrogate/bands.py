"""Bands of a column whose worth in points only rises or only falls: what a scorecard asks for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.counterfactual.words import told
from airworthy.assurance.predictions import Values
from airworthy.assurance.surrogate.tree import between

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
BANDS, WORDS = 5, 6
FEWEST = 0.02
"""Share of the rows that a band holds at least; rarer words are one band together."""
MISSING, OTHER = "missing", "any other"


@dataclass(frozen=True)
class Bands:
    """The bands of one column; `edges` end all but the last band of a number, `words` are one band each.

    `names` are the bands in words, the last two for other words and for missing values where there are such.
    """

    column: str
    label: str
    names: tuple[str, ...]
    edges: tuple[float, ...] = ()
    words: tuple[str, ...] = ()
    missing: bool = False

    def codes(self, columns: Mapping[str, Values]) -> Codes:
        """The band of each row, (n,). What was never missing before is in the middle band or other words."""
        values = columns[self.column]
        if isinstance(values, np.ndarray):
            found = np.searchsorted(np.array(self.edges), values, side="left")
            absent = len(self.names) - 1 if self.missing else len(self.edges) // 2
            return np.where(np.isnan(values), absent, found).astype(np.int64)
        place = {word: index for index, word in enumerate(self.words)}
        other = len(self.words)
        absent = len(self.names) - 1 if self.missing else other
        codes = [absent if value is None else place.get(value, other) for value in values]
        return np.minimum(np.array(codes, np.int64), len(self.names) - 1)


def bands_of(name: str, label: str, values: Values, score: Floats, flag: bool) -> Bands | None:
    """Bands of one column by the mean score in each; None where it has fewer than two.

    Neighbouring bands of a number whose mean score breaks the trend of the column are merged (pool adjacent
    violators), so that points only rise or only fall along it.
    """
    if not isinstance(values, np.ndarray):
        return _of_words(name, label, values)
    known = np.isfinite(values)
    missing = bool((~known).mean() >= FEWEST)
    edges = _edges(values[known])
    edges = _rising(edges, values[known], score[known])
    if not edges:
        return None
    names = ("false", "true") if flag and len(edges) == 1 else _names(edges)
    return Bands(name, label, (*names, *([MISSING] if missing else [])), edges, missing=missing)


def _of_words(name: str, label: str, values: Values) -> Bands | None:
    counts = Counter(value for value in values if value is not None)
    least = FEWEST * len(values)
    often = [w for w, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if n >= least][:WORDS]
    missing = sum(value is None for value in values) >= least
    names = [told(word, True) for word in often] + [OTHER] + ([MISSING] if missing else [])
    return Bands(name, label, tuple(names), words=tuple(often), missing=missing) if often else None


def _edges(values: Floats) -> tuple[float, ...]:
    """Where the bands of a number end: parts of equal rows, at numbers of few digits; at most `BANDS` - 1."""
    seen = np.unique(values)
    cuts = np.unique(np.quantile(values, np.linspace(0, 1, BANDS + 1)[1:-1], method="inverted_cdf"))
    cuts = seen[:-1] if len(seen) <= BANDS else cuts[cuts < seen[-1]]
    return tuple(between(float(cut), float(seen[np.searchsorted(seen, cut, side="right")])) for cut in cuts)


def _rising(edges: tuple[float, ...], values: Floats, score: Floats) -> tuple[float, ...]:
    """The edges that are left once no neighbouring bands break the column's trend, nor hold too few rows."""
    kept = list(edges)
    sign = 1.0 if _covariance(values, score) >= 0 else -1.0
    while kept:
        codes = np.searchsorted(np.array(kept), values, side="left")
        counts = np.bincount(codes, minlength=len(kept) + 1)
        sums = np.bincount(codes, weights=score, minlength=len(kept) + 1)
        means = sign * sums / np.maximum(1, counts)
        small = np.flatnonzero(counts < FEWEST * len(values))
        wrong = np.flatnonzero(np.diff(means) <= 0)
        if not len(small) and not len(wrong):
            return tuple(kept)
        kept.pop(min(int(small[0]), len(kept) - 1) if len(small) else int(wrong[0]))
    return ()


def _covariance(values: Floats, score: Floats) -> float:
    """Of the ranks of the values with the score: outliers do not turn the trend."""
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable")
    return float(((ranks - ranks.mean()) * (score - score.mean())).sum())


def _names(edges: tuple[float, ...]) -> tuple[str, ...]:
    """Bands of a number in words.

    >>> _names((10.0, 20.0))
    ('10 or less', 'more than 10, up to 20', 'more than 20')
    """
    first, last = f"{told(edges[0])} or less", f"more than {told(edges[-1])}"
    inner = [f"more than {told(a)}, up to {told(b)}" for a, b in pairwise(edges)]
    return (first, *inner, last)
