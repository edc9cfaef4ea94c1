"""Shares of weight with their intervals: over rows, and over rows and fits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.means import mean_error, t_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class AcrossRows(Bootstrap):
    """The mean share of rows; where few differ a bootstrap reaches beyond 0 and 1, and this one does not.

    >>> many = np.r_[np.ones(59), 0.4][:, None]
    >>> AcrossRows.of_means(many, lambda m: m[:, 0], unit="share", seed=1).interval(0.9999)[1]
    1.0
    """

    def interval(self, level: float) -> tuple[float | None, float | None]:
        low, high = super().interval(level)
        return None if low is None else max(0.0, low), None if high is None else min(1.0, high)


@dataclass(frozen=True, eq=False)
class AcrossFits:
    """What pairs of fits of one recipe keep of each other's reasons, with an interval for rows and fits.

    Parameters
    ----------
    pairs : (r (r - 1) / 2, n) by pair of r fits, in the order of `itertools.combinations`, and by row.
    fits : r, at least three.
    entity : (n,) codes, or None when every row stands alone.

    Notes
    -----
    The variance of rows (of the rows' means over pairs) plus the jackknife's of fits (each left out once;
    Efron and Stein, Annals of Statistics 9 (1981) 586), Student's t with r - 1 degrees of freedom. A share
    lies between 0 and 1, and so does the interval.

    >>> across = AcrossFits(np.array([[1.0, 0.8], [1.0, 0.6], [1.0, 0.4]]), 3)
    >>> round(across.value, 2)
    0.8
    """

    pairs: Floats
    fits: int
    entity: NDArray[np.int64] | None = None
    unit: str = "share"

    @property
    def value(self) -> float:
        return float(self.pairs.mean())

    @property
    def n(self) -> int:
        return int(self.pairs.shape[1])

    def interval(self, level: float) -> tuple[float | None, float | None]:
        by_row, units = mean_error(self.pairs.mean(axis=0), self.entity)
        if units < 2:
            return None, None
        half = t_quantile(level, self.fits - 1) * float(np.hypot(by_row, self._by_fit()))
        return max(0.0, self.value - half), min(1.0, self.value + half)

    def rows_to_settle(self, level: float) -> int | None:
        """More explained rows settle nothing that the fits leave open."""
        return None

    def _by_fit(self) -> float:
        """The jackknife's standard error over fits."""
        means = self.pairs.mean(axis=1)
        members = list(combinations(range(self.fits), 2))
        without = [
            np.mean([mean for mean, pair in zip(means, members, strict=True) if left_out not in pair])
            for left_out in range(self.fits)
        ]
        return float(np.sqrt((self.fits - 1) * np.var(without)))
