"""The bootstrap for everything without a formula: seeded, stratified or clustered, and bounded in cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from airworthy.measures.means import ROUNDING, cluster_codes, t_quantile
from airworthy.measures.proportion import normal_quantile, unseen_share

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

RESAMPLES = 1000
MOST_UNITS = 20_000
"""More independent rows than this are first added up in random groups: a mean's spread stays the same."""
UNSEEN = 0.05
"""A kind of unit in this share of cases is one that enough units would have shown."""

MOST_CORNERS = 6
"""Columns of which all corners are looked at; of more, only those of one column apart from the others."""

_CHUNK = 50


@dataclass(frozen=True, eq=False)
class Bootstrap:
    """A value with the sorted statistics of its resamples.

    Parameters
    ----------
    value : the statistic on all rows.
    unit, n : what it counts, and the rows.
    draws : (resamples,) sorted statistics.
    units : independent units behind them (clusters where rows repeat an entity).
    skew : acceleration, a sixth of the skewness of the units' influence on the value.
    unseen : from a share of unseen units to the least and the greatest statistic that they could make.

    Notes
    -----
    Percentiles widened by the t-factor of `units` (Hesterberg, American Statistician 69 (2015) 371, 5.1) and
    shifted for skewness (BCa, Efron, JASA 82 (1987) 171, with the bias of a smooth statistic, z0 = a): of
    200 rows, 2 % of which cost 50, plain percentiles covered 89-91 % at a nominal 95 %, these 97 %.
    A tail thinner than ten resamples is at least as wide as the normal interval. Resamples that all agree
    show no width: the share of units that may be unlike all seen ones (`unseen_share`) then moves the means
    to the corners of what a row can be. With too few units to have shown a different one in 5 % of cases, or
    where no corner moves the statistic, both sides are open.
    """

    value: float
    unit: str
    n: int
    draws: Floats
    units: int
    skew: float = 0.0
    unseen: Callable[[float], tuple[float, float]] | None = None

    @classmethod
    def of_means(
        cls,
        columns: Floats,
        combine: Callable[[Floats], Floats],
        *,
        unit: str,
        seed: int,
        clusters: Integers | None = None,
        strata: Integers | None = None,
        resamples: int = RESAMPLES,
        ends: tuple[Floats, Floats] | None = None,
    ) -> Bootstrap:
        """Resample any smooth function of column means.

        Parameters
        ----------
        columns : (n, k) numbers whose means the statistic is made of.
        combine : from means (r, k) to statistics (r,).
        clusters : (n,) entity codes; whole entities are drawn.
        strata : (n,) codes; each stratum keeps its size. Left aside when entities are drawn.
        ends : the least and the greatest value (k,) of a row; without them, of the rows at hand.

        >>> b = Bootstrap.of_means(np.arange(10.0)[:, None], lambda m: m[:, 0], unit="", seed=1)
        >>> b.value, len(b.draws), b.interval(0.95)[0] < 4.5 < b.interval(0.95)[1]
        (4.5, 1000, True)
        """
        rng = np.random.default_rng(seed)
        sums, stratum = _unit_sums(np.asarray(columns, float), clusters, strata, rng)
        parts = [counts @ sums for counts in _counts(rng, stratum, resamples)]
        totals = np.concatenate(parts)
        draws = combine(totals[:, :-1] / totals[:, -1:])
        table = np.asarray(columns, float)
        value = float(combine(table.mean(axis=0, keepdims=True))[0])
        least, most = (table.min(axis=0), table.max(axis=0)) if ends is None else ends

        def unseen(share: float) -> tuple[float, float]:
            return _moved(table.mean(axis=0), share, least, most, combine)

        skew = _acceleration(sums, combine)
        return cls(value, unit, len(columns), np.sort(draws), len(sums), skew=skew, unseen=unseen)

    @classmethod
    def of_each(
        cls,
        columns: Floats,
        *,
        unit: str,
        seed: int,
        clusters: Integers | None = None,
        resamples: int = RESAMPLES,
        ends: tuple[float, float] | None = None,
    ) -> list[Bootstrap]:
        """The mean of each of k columns (n, k), all on the same resamples: cheaper, and differences pair.

        `ends` are the least and the greatest value that any row can have; without them, of the rows at hand.

        >>> both = Bootstrap.of_each(np.array([[0.0, 1.0], [2.0, 3.0]]), unit="", seed=1)
        >>> [b.value for b in both], bool((both[1].draws - both[0].draws == 1).all())
        ([1.0, 2.0], True)
        """
        rng, table = np.random.default_rng(seed), np.asarray(columns, float)
        sums, stratum = _unit_sums(table, clusters, None, rng)
        totals = np.concatenate([counts @ sums for counts in _counts(rng, stratum, resamples)])
        draws = totals[:, :-1] / totals[:, -1:]
        made = []
        for j in range(table.shape[1]):
            own = np.column_stack([sums[:, j], sums[:, -1]])
            skew = _acceleration(own, lambda means: means[:, 0])
            value = float(table[:, j].mean())
            least, most = ends or (float(table[:, j].min()), float(table[:, j].max()))

            def unseen(
                share: float, v: float = value, a: float = least, b: float = most
            ) -> tuple[float, float]:
                return v + share * (a - v), v + share * (b - v)

            drawn = np.sort(draws[:, j])
            made.append(cls(value, unit, len(table), drawn, len(sums), skew=skew, unseen=unseen))
        return made

    @classmethod
    def of_rows(
        cls,
        statistic: Callable[[Floats], float],
        n: int,
        *,
        unit: str,
        seed: int,
        clusters: Integers | None = None,
        strata: Integers | None = None,
        resamples: int = RESAMPLES,
    ) -> Bootstrap:
        """Resample a statistic of row weights (n,), for what is not made of means.

        >>> y = np.array([0.0, 0, 1, 1])
        >>> Bootstrap.of_rows(lambda w: float(w @ y / w.sum()), 4, unit="", seed=1).value
        0.5
        """
        rng = np.random.default_rng(seed)
        code = None if clusters is None else cluster_codes(clusters)
        stratum = np.zeros(n, np.int64) if strata is None else cluster_codes(strata)
        if code is not None and int(code.max()) + 1 < n:
            stratum = np.zeros(int(code.max()) + 1, np.int64)
        else:
            code = None
        draws = [
            statistic(row if code is None else row[code])
            for counts in _counts(rng, stratum, resamples)
            for row in counts
        ]
        return cls(statistic(np.ones(n)), unit, n, np.sort(draws), len(stratum))

    def interval(self, level: float) -> tuple[float | None, float | None]:
        """Two-sided interval at `level`; open on both sides where the units show no width (see Notes)."""
        if self.units < 2:
            return None, None
        if self.draws[-1] - self.draws[0] <= ROUNDING * abs(self.value):
            return self._of_unseen(level)
        tails = self._tails(level)
        low, high = (float(q) for q in np.quantile(self.draws, tails))
        if min(tails[0], 1 - tails[1]) * len(self.draws) < 10:
            half = normal_quantile(level) * float(self.draws.std())
            middle = float(self.draws.mean())
            low, high = min(low, middle - half), max(high, middle + half)
        return low, high

    def _of_unseen(self, level: float) -> tuple[float | None, float | None]:
        """The bounds where all resamples agree."""
        if self.unseen is None or (1 - UNSEEN) ** self.units > 1 - level:
            return None, None
        low, high = self.unseen(unseen_share(self.units, level))
        return (low, high) if high - low > ROUNDING * abs(self.value) else (None, None)

    def _tails(self, level: float) -> tuple[float, float]:
        """Where to read the bounds off the draws: further out where units are few, shifted by skewness."""
        normal = NormalDist()
        z, a = t_quantile(level, self.units - 1) * math.sqrt(self.units / (self.units - 1)), self.skew
        low, high = (normal.cdf(a + (a + side) / max(0.1, 1 - a * (a + side))) for side in (-z, z))
        return low, high


def _moved(
    means: Floats, share: float, least: Floats, most: Floats, combine: Callable[[Floats], Floats]
) -> tuple[float, float]:
    """The least and the greatest statistic once `share` of the units lie in a corner of what rows can be."""
    k = len(means)
    some = (
        product((False, True), repeat=k)
        if k <= MOST_CORNERS
        else [*np.eye(k, dtype=bool), *~np.eye(k, dtype=bool)]
    )
    corners = np.where(np.array(list(some)), most, least)
    reached = combine(np.vstack([means, (1 - share) * means + share * corners]))
    reached = reached[np.isfinite(reached)]
    return float(reached.min()), float(reached.max())


def _acceleration(sums: Floats, combine: Callable[[Floats], Floats]) -> float:
    """A sixth of the skewness of the units' first-order influence on the statistic."""
    means = sums[:, :-1].sum(axis=0) / sums[:, -1].sum()
    steps = 1e-4 * np.maximum(np.abs(means), sums[:, :-1].std(axis=0) + 1e-12)
    moves = np.diag(steps)
    slopes = (combine(means + moves) - combine(means - moves)) / (2 * steps)
    influence = (sums[:, :-1] - sums[:, -1:] * means) @ slopes
    square = float((influence**2).sum())
    found = float((influence**3).sum()) / (6 * square**1.5) if square > 0 else 0.0
    return found if math.isfinite(found) else 0.0


def _unit_sums(
    columns: Floats, clusters: Integers | None, strata: Integers | None, rng: np.random.Generator
) -> tuple[Floats, Integers]:
    """Sums of each independent unit, its row count last, and the stratum of each unit."""
    n = len(columns)
    stratum = np.zeros(n, np.int64) if strata is None else cluster_codes(strata)
    table = np.column_stack([columns, np.ones(n)])
    code = None if clusters is None else cluster_codes(clusters)
    if code is not None and int(code.max()) + 1 < n:
        table = _add_up(table, code, int(code.max()) + 1)
        stratum = np.zeros(len(table), np.int64)
    if len(table) > MOST_UNITS:
        order = np.argsort(rng.random(len(table)) + stratum, kind="stable")  # random within each stratum
        group = np.empty(len(table), np.int64)
        group[order] = np.arange(len(table)) * MOST_UNITS // len(table)
        first = np.full(MOST_UNITS, 0, np.int64)
        first[group] = stratum
        return _add_up(table, group, MOST_UNITS), first
    return table, stratum


def _add_up(table: Floats, code: Integers, units: int) -> Floats:
    return np.column_stack([np.bincount(code, weights=column, minlength=units) for column in table.T])


def _counts(rng: np.random.Generator, stratum: Integers, resamples: int) -> Iterator[Floats]:
    """How often each unit is drawn, in chunks (c, units); each stratum keeps its number of units."""
    members = [np.flatnonzero(stratum == code) for code in np.unique(stratum)]
    for start in range(0, resamples, _CHUNK):
        counts = np.zeros((min(_CHUNK, resamples - start), len(stratum)))
        for row in counts:
            for positions in members:
                drawn = rng.integers(0, len(positions), len(positions))
                row[positions] = np.bincount(drawn, minlength=len(positions))
        yield counts
