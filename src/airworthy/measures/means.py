"""Means and their differences, with t-intervals that respect rows of one entity belonging together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.measures.proportion import apart, unseen_share

Floats = NDArray[np.float64]

ROUNDING = 1e-12
"""Of the largest value: a standard error below it is what summing equal numbers leaves."""


def t_quantile(level: float, freedom: float) -> float:
    """t of a two-sided interval with `freedom` degrees of freedom, e.g. 2.262 at 0.95 and 9."""
    from scipy.special import stdtrit  # scipy.stats would cost 0.5 s for the same number

    return float(stdtrit(freedom, 0.5 + level / 2))


def cluster_codes(clusters: ArrayLike | Sequence[object]) -> NDArray[np.int64]:
    """0-based integer code of each row's cluster, shape (n,)."""
    array = np.asarray(clusters)
    if array.dtype == object:
        array = array.astype(str)
    return np.unique(array, return_inverse=True)[1].astype(np.int64)


def mean_error(values: Floats, clusters: NDArray[np.int64] | None = None) -> tuple[float, int]:
    """Standard error of the mean of `values` (n,) and the number of independent units behind it."""
    n = len(values)
    centred = values - values.mean()
    if clusters is not None:
        centred = np.bincount(clusters, weights=centred)
    units = len(centred)
    if units < 2:
        return float("inf"), units
    return float(np.sqrt((centred**2).sum() * units / (units - 1)) / n), units


Ends = tuple[float | None, float | None]
"""The least and the greatest value that a row can have; None where nobody knows."""


@dataclass(frozen=True, eq=False)
class MeanT:
    """The mean of rows with Student's t-interval; rows of one cluster count as one unit.

    Rows that are all alike show no spread. The share of rows that may be unlike them (`unseen_share`) is then
    taken to lie at the `ends`; without an end that side is open. One unit alone tells nothing.

    Parameters
    ----------
    values : (n,) finite numbers.
    unit : e.g. "EUR per case".
    clusters : (n,) entity of each row, or None when every row stands alone.
    scale : times the mean gives the value.
    ends : of a row's value, before `scale`.

    >>> low, high = MeanT(np.array([1.0, 2.0, 3.0])).interval(0.95)   # 2 -+ 4.303 / sqrt(3)
    >>> round(low, 3), round(high, 3)
    (-0.484, 4.484)
    >>> MeanT(np.zeros(100), ends=(0.0, None)).interval(0.9), MeanT(np.zeros(100)).interval(0.9)
    ((0.0, None), (None, None))
    """

    values: Floats
    unit: str = ""
    clusters: NDArray[np.int64] | None = None
    scale: float = 1.0
    ends: Ends = (None, None)

    @property
    def value(self) -> float:
        return float(self.values.mean()) * self.scale

    @property
    def n(self) -> int:
        return len(self.values)

    def interval(self, level: float) -> tuple[float | None, float | None]:
        error, units = mean_error(self.values, self.clusters)
        if units < 2:
            return None, None
        if self.alike:
            return self._of_unseen(unseen_share(units, level))
        half = t_quantile(level, units - 1) * error * abs(self.scale)
        return self.value - half, self.value + half

    @property
    def alike(self) -> bool:
        """Whether no two units differ."""
        error, _ = mean_error(self.values, self.clusters)
        return error <= ROUNDING * float(np.abs(self.values).max(initial=0.0))

    def _of_unseen(self, share: float) -> tuple[float | None, float | None]:
        own = float(self.values.mean())
        moved = [None if end is None else (own + share * (end - own)) * self.scale for end in self.ends]
        low, high = moved if self.scale >= 0 else moved[::-1]
        return low, high


class PairedDifference(MeanT):
    """Mean of (first - second) over the same rows.

    Where they differ nowhere, or everywhere alike, an unseen row differs at most as far as the columns lie
    apart.

    >>> PairedDifference.of(np.array([3.0, 5.0]), np.array([1.0, 1.0]), "EUR").value
    3.0
    """

    @classmethod
    def of(
        cls,
        first: Floats,
        second: Floats,
        unit: str = "",
        clusters: NDArray[np.int64] | None = None,
        scale: float = 1.0,
    ) -> PairedDifference:
        one, other = np.asarray(first, float), np.asarray(second, float)
        furthest = float(max(one.max() - other.min(), other.max() - one.min()))
        ends = (-furthest, furthest) if furthest > 0 else (None, None)
        return cls(one - other, unit, clusters, scale, ends)


@dataclass(frozen=True, eq=False)
class Difference:
    """Mean of one group minus mean of another, independent, variances free (Welch, Biometrika 34 (1947) 28).

    Where the rows of a group are all alike, the interval is made of those of both means, as Newcombe's is
    (Zou and Donner, Statistics in Medicine 27 (2008) 1693); `ends` bound what a row can be, as in `MeanT`.

    >>> gap = Difference(np.array([1.0, 2.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    >>> low, high = gap.interval(0.95)        # 1 -+ t(4 df) 2.776 * sqrt(1/3 + 1/3)
    >>> round(low, 3), round(high, 3)
    (-1.267, 3.267)
    """

    first: Floats
    second: Floats
    unit: str = ""
    first_clusters: NDArray[np.int64] | None = None
    second_clusters: NDArray[np.int64] | None = None
    scale: float = 1.0
    ends: Ends = (None, None)

    @property
    def value(self) -> float:
        return float(self.first.mean() - self.second.mean()) * self.scale

    @property
    def n(self) -> int:
        return len(self.first) + len(self.second)

    def interval(self, level: float) -> tuple[float | None, float | None]:
        a, units_a = mean_error(self.first, self.first_clusters)
        b, units_b = mean_error(self.second, self.second_clusters)
        if units_a < 2 or units_b < 2:
            return None, None
        scale = abs(self.scale)
        means = (
            MeanT(self.first, self.unit, self.first_clusters, scale, self.ends),
            MeanT(self.second, self.unit, self.second_clusters, scale, self.ends),
        )
        if any(mean.alike for mean in means):
            one, other = ((mean.value, *mean.interval(level)) for mean in means)
            low, high = apart(one, other)
            if self.scale >= 0:
                return low, high
            return (None if high is None else -high), (None if low is None else -low)
        variance = a * a + b * b
        freedom = variance**2 / (a**4 / (units_a - 1) + b**4 / (units_b - 1))
        half = t_quantile(level, freedom) * float(np.sqrt(variance)) * scale
        return self.value - half, self.value + half


def design_effect(hits: ArrayLike, clusters: NDArray[np.int64] | None) -> float:
    """How many times the variance of a share grows because rows of one entity resemble each other, >= 1.

    Kish, Survey Sampling (1965) 8.2: variance between clusters over the variance of independent rows. Where
    every row is the same no variance tells how alike an entity's rows are: each entity then counts once.

    >>> design_effect([1, 1, 0, 0], np.array([0, 0, 1, 1]))   # two entities, each counted twice: 4 / (4/3)
    3.0
    """
    values = np.asarray(hits, float)
    if clusters is None or len(values) < 2:
        return 1.0
    alone, _ = mean_error(values)
    together, units = mean_error(values, cluster_codes(clusters))
    if units == len(values):
        return 1.0
    if alone == 0:
        return len(values) / units
    return max(1.0, round((together / alone) ** 2, 12)) if units >= 2 else float(len(values))
