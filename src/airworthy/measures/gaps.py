"""Differences between two groups of rows: how far apart they lie, and how small a gap would have shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from airworthy.measures.means import Difference, MeanT
from airworthy.measures.power import POWER, smallest_gap
from airworthy.measures.proportion import Newcombe, Wilson, apart, normal_quantile


class Measured(Protocol):
    """A value with an interval, of one group."""

    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def n(self) -> int: ...
    def interval(self, level: float) -> tuple[float | None, float | None]: ...


@dataclass(frozen=True)
class CalibrationGap:
    """Observed share of events minus the mean announced probability, in one group of rows.

    Given the scores, the count of events varies at most as a binomial count of the same mean does, so the
    interval of the observed share by Wilson is conservative: by a quarter where scores tell cases apart well.

    >>> CalibrationGap(Wilson(30, 100), 0.25).value
    0.04999999999999999
    """

    observed: Wilson
    announced: float
    unit: str = "share"

    @property
    def value(self) -> float:
        return self.observed.value - self.announced

    @property
    def n(self) -> int:
        return self.observed.n

    def interval(self, level: float) -> tuple[float, float]:
        low, high = self.observed.interval(level)
        return low - self.announced, high - self.announced


@dataclass(frozen=True)
class ErrorCost:
    """Mean cost of the errors in one case: false alarms and misses, each at one price.

    The two shares' Wilson intervals are put together by squares and sums. One falls as the other rises, so
    the interval is conservative; unlike a bootstrap's it keeps its width where no error was seen.

    Notes
    -----
    Zou and Donner, Statistics in Medicine 27 (2008) 1693 (sums of estimates from the interval of each).

    >>> ErrorCost(Wilson(10, 100), Wilson(5, 100), 2.0, 20.0, "EUR per case").value   # .1 * 2 + .05 * 20
    1.2
    """

    alarms: Wilson
    misses: Wilson
    alarm_cost: float
    miss_cost: float
    unit: str

    @property
    def value(self) -> float:
        return self.alarms.value * self.alarm_cost + self.misses.value * self.miss_cost

    @property
    def n(self) -> int:
        return self.alarms.n

    def interval(self, level: float) -> tuple[float, float]:
        parts = ((self.alarms, self.alarm_cost), (self.misses, self.miss_cost))
        ends = [(cost * share.value, *(cost * end for end in share.interval(level))) for share, cost in parts]
        down = math.hypot(*(value - low for value, low, _ in ends))
        up = math.hypot(*(high - value for value, _, high in ends))
        return max(0.0, self.value - down), min(max(self.alarm_cost, self.miss_cost), self.value + up)


@dataclass(frozen=True)
class Gap:
    """First minus second of two independent estimates, from the interval of each by squares and sums.

    Parameters
    ----------
    scale : multiplies value and interval, > 0.

    Notes
    -----
    Zou and Donner 2008, as in `ErrorCost`; of two Wilson shares it is Newcombe's method 10.

    >>> low, high = Gap(Wilson(56, 70), Wilson(48, 80)).interval(0.95)    # Newcombe 1998, table II (a)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """

    first: Measured
    second: Measured
    scale: float = 1.0

    @property
    def unit(self) -> str:
        return self.first.unit

    @property
    def value(self) -> float:
        return (self.first.value - self.second.value) * self.scale

    @property
    def n(self) -> int:
        return self.first.n + self.second.n

    def interval(self, level: float) -> tuple[float | None, float | None]:
        one, other = ((side.value, *side.interval(level)) for side in (self.first, self.second))
        low, high = apart(one, other)
        return None if low is None else low * self.scale, None if high is None else high * self.scale


def gap_between(first: Measured, second: Measured, scale: float = 1.0, unit: str = "") -> Measured:
    """First minus second: Newcombe for shares, Welch for means, squares and sums for all else.

    >>> gap_between(Wilson(1, 4), Wilson(1, 2)).value
    -0.25
    """
    if isinstance(first, Wilson) and isinstance(second, Wilson):
        return Newcombe.between(first, second)
    if isinstance(first, MeanT) and isinstance(second, MeanT):
        sides = (first.values, second.values)
        return Difference(*sides, unit or first.unit, first.clusters, second.clusters, scale, first.ends)
    return Gap(first, second, scale)


def least_shown(first: Measured, second: Measured, level: float, scale: float = 1.0) -> float | None:
    """The smallest gap that these rows would show at `level` in four samples of five, were it there.

    For shares that of `power.smallest_gap`, rows of one entity counted by their design effect; for all else
    the reach of the gap's interval, widened by the same power.

    Returns
    -------
    A gap > 0, or None where no gap could have been shown.

    >>> round(least_shown(Wilson(60, 293), Wilson(58.6, 293), 0.95), 3)   # tables: .2 against .3
    0.1
    """
    if isinstance(first, Wilson) and isinstance(second, Wilson):
        sizes = [side.n / max(1.0, side.design_effect) for side in (first, second)]
        return smallest_gap(second.value, sizes[0], sizes[1], level)
    wide = 2 * NormalDist().cdf(normal_quantile(level) + NormalDist().inv_cdf(POWER)) - 1
    gap = gap_between(first, second, scale)
    low, high = gap.interval(wide)
    return None if low is None or high is None else float(max(gap.value - low, high - gap.value))


@dataclass(frozen=True)
class RowsNeeded:
    """Rows of the group, and of those it is held against, at which an undecided gap would be decided."""

    group: int
    others: int


def rows_needed(
    distances: Sequence[float], group: tuple[float, int], others: tuple[float, int]
) -> RowsNeeded | None:
    """The fewest further rows that shrink the gap's interval to within every distance.

    Parameters
    ----------
    distances : from the value to each limit that its interval must clear, > 0.
    group, others : (half-width of its own interval, rows) of either side.

    Returns
    -------
    More rows of the group alone where that settles it with fewer, else of both in proportion; None where the
    value lies on a limit.

    Notes
    -----
    Half-widths shrink with the square root of the rows and add up by squares.

    >>> rows_needed([0.1], (0.2, 100), (0.0, 900))        # four times the rows halve the width
    RowsNeeded(group=400, others=900)
    >>> rows_needed([0.1], (0.1, 100), (0.1, 100))        # both must shrink: twice as many of each
    RowsNeeded(group=200, others=200)
    """
    (own, n), (beside, m) = group, others
    if not distances or min(distances) <= 0:
        return None
    near = min(distances)
    both = max(1.0, (own**2 + beside**2) / near**2)
    together = RowsNeeded(math.ceil(round(n * both, 6)), math.ceil(round(m * both, 6)))
    if near <= beside:
        return together
    alone = math.ceil(round(n * max(1.0, own**2 / (near**2 - beside**2)), 6))
    return RowsNeeded(alone, m) if alone + m <= together.group + together.others else together


def error_cost(
    decided: NDArray[np.bool_],
    event: NDArray[np.bool_],
    prices: tuple[float, float],
    unit: str,
    clusters: NDArray[np.int64] | None = None,
) -> ErrorCost:
    """The cost of errors among rows `decided`, `event` (n,); `prices` of a false alarm and a miss.

    >>> yes, no = np.array([True]), np.array([False])
    >>> error_cost(no, yes, (1.0, 5.0), "EUR per case").value
    5.0
    """
    alarms = Wilson.of(decided & ~event, clusters)
    return ErrorCost(alarms, Wilson.of(event & ~decided, clusters), *prices, unit)
