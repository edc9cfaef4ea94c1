"""A quantile with an interval that assumes nothing about the distribution, for latencies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class OrderStatistic:
    """The q-quantile of a sample; its interval runs between two order statistics (binomial, exact).

    An end is None while the sample is too small to bound it: a 99th percentile at 95 % needs 368.

    Notes
    -----
    David and Nagaraja, Order Statistics (2003) 7.1.

    >>> OrderStatistic(np.arange(1.0, 101.0), 0.5, "s").interval(0.95)      # tables give ranks 40 and 61
    (40.0, 61.0)
    """

    values: NDArray[np.float64]
    q: float
    unit: str = "s"

    @property
    def value(self) -> float:
        return float(np.quantile(self.values, self.q))

    @property
    def n(self) -> int:
        return len(self.values)

    def interval(self, level: float) -> tuple[float | None, float | None]:
        from scipy.special import bdtr  # scipy.stats would cost 0.5 s for the same number

        ordered, tail = np.sort(self.values), (1 - level) / 2
        below = bdtr(np.arange(self.n), self.n, self.q)  # P(at most j values lie under the quantile)
        lower = int(np.searchsorted(below, tail, side="right"))  # rank r with P(fewer than r below) <= tail
        upper = int(np.searchsorted(below, 1 - tail, side="left"))  # its rank less one, to index from zero
        low = float(ordered[lower - 1]) if lower >= 1 else None
        return low, (float(ordered[upper]) if upper < self.n else None)
