"""Impact ratios: how often each category is selected beside the category that is selected most often."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.measures.proportion import Wilson

DRAWS = 4_999
ROUNDING = 1e-12


@dataclass(frozen=True)
class ShareRatio:
    """Ratio of two independent shares, `first` over `second`, from the score interval of each.

    Below 20 rows both intervals are exact (Clopper-Pearson), and so this one is conservative.

    Notes
    -----
    Donner and Zou, Statistical Methods in Medical Research 21 (2012) 347 (MOVER-R), with Wilson's limits.
    The log interval of Katz (1978) has no value at a count of zero.

    >>> ratio = ShareRatio(Wilson(157, 2435), Wilson(235, 2435))   # by hand: .0645 / .0965 = 157 / 235
    >>> round(ratio.value, 3)
    0.668
    """

    first: Wilson
    second: Wilson

    @property
    def value(self) -> float:
        return self.first.value / self.second.value if self.second.value else math.inf

    def low(self, level: float) -> float:
        """Lower end of the two-sided interval at `level`."""
        p, q = self.first.value, self.second.value
        edge, other = self.first.interval(level)[0], self.second.interval(level)[1]
        if edge == 0:
            return 0.0
        part = edge * (2 * p - edge)
        return part / (p * q + math.sqrt(max(0.0, (p * q) ** 2 - part * other * (2 * q - other))))

    def high(self, level: float) -> float:
        """Upper end of the two-sided interval at `level`; infinite where the second share may be zero."""
        p, q = self.first.value, self.second.value
        edge, other = self.first.interval(level)[1], self.second.interval(level)[0]
        if other == 0:
            return math.inf
        part = other * (2 * q - other)
        return (p * q + math.sqrt(max(0.0, (p * q) ** 2 - part * edge * (2 * p - edge)))) / part


@dataclass(frozen=True)
class ImpactRatio:
    """The share of one category over the highest share of any, between 0 and 1.

    Which category is the highest is itself read from the rows. The interval is that of the ratio to the truly
    highest one: its upper end is the least over all others, each at a tail divided by their number; its lower
    end is the least over all others and needs no correction, as only one of them is the highest.

    Parameters
    ----------
    own : the category. others : all other categories of the same table, at least one.

    Notes
    -----
    6 RCNY 5-301 (New York City, Local Law 144) defines the ratio; 29 CFR 1607.4(D) the four fifths.

    >>> ImpactRatio(Wilson(30, 100), (Wilson(60, 100), Wilson(40, 100))).value   # 30 % over 60 %
    0.5
    """

    own: Wilson
    others: tuple[Wilson, ...]
    unit: str = "ratio"

    @property
    def n(self) -> int:
        """Rows of the category itself."""
        return self.own.n

    @property
    def value(self) -> float:
        top = max(self.own.value, *(other.value for other in self.others))
        return self.own.value / top if top else 1.0

    def interval(self, level: float) -> tuple[float, float]:
        ratios = [ShareRatio(self.own, other) for other in self.others]
        shared = 1 - (1 - level) / len(ratios)
        low = min(1.0, *(ratio.low(level) for ratio in ratios))
        high = min(1.0, *(ratio.high(shared) for ratio in ratios))
        return min(low, self.value), max(high, self.value)


def chance_if_equal(
    selected: ArrayLike, rows: ArrayLike, rng: np.random.Generator, draws: int = DRAWS
) -> NDArray[np.float64]:
    """Chance that categories of one common rate show a ratio as low as each has, before any correction.

    The highest category is sought anew in each arrangement of the selected rows. Exact (Fisher's
    hypergeometric distribution) for two categories; drawn for more.

    Parameters
    ----------
    selected, rows : (k,) counts of each category, k >= 2.

    Returns
    -------
    (k,) chances.

    Notes
    -----
    Fisher 1935. Phipson and Smyth, Statistical Applications in Genetics 9 (2010) 39: one is added to
    the draws that are as low and to all draws.

    >>> chance_if_equal([0, 2], [2, 2], np.random.default_rng(0)).round(4).tolist()   # 1 of 6 pairs
    [0.1667, 1.0]
    """
    hits, size = np.asarray(selected, int), np.asarray(rows, int)
    seen = _ratios(hits[None, :] / size)[0]
    if len(size) > 2:
        drawn = rng.multivariate_hypergeometric(size, int(hits.sum()), size=draws, method="marginals")
        lower = _ratios(drawn / size) <= seen + ROUNDING
        return np.asarray((lower.sum(axis=0) + 1) / (draws + 1))
    from scipy.stats import hypergeom  # heavy, and only two categories need it

    total, all_rows = int(hits.sum()), int(size.sum())
    first = np.arange(max(0, total - int(size[1])), min(total, int(size[0])) + 1)
    lower = _ratios(np.column_stack([first, total - first]) / size) <= seen + ROUNDING
    # The first ratio grows with the first count and the second one falls: both chances are one tail.
    most, least = int(first[lower[:, 0]].max()), int(first[lower[:, 1]].min())
    tails = (
        hypergeom.cdf(most, all_rows, int(size[0]), total),
        hypergeom.sf(least - 1, all_rows, int(size[0]), total),
    )
    return np.asarray(np.minimum(1.0, np.array(tails)))


def _ratios(rates: NDArray[np.float64]) -> NDArray[np.float64]:
    """(m, k) rates over the highest of each row; 1 where nobody is selected."""
    top = rates.max(axis=1, keepdims=True)
    return np.asarray(np.divide(rates, top, out=np.ones_like(rates), where=top > 0))
