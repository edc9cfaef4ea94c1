"""How many events an alarm finds that few others may set off, with an interval that knows both samples."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.measures.proportion import clopper_pearson

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class FoundAtFalseRate:
    """Share of events above the threshold that only `rate` of the others exceed (the ROC at one point).

    The threshold is itself an estimate: the share of others above the k-th largest of m scores is
    Beta(k, m - k + 1), whatever their distribution. The lower bound takes the lowest threshold whose share is
    surely at most `rate`, the upper one the highest whose share is surely at least `rate`, each with
    Clopper-Pearson's bound of the events beyond it. A quarter of 1 - level goes to each of the four, so the
    interval covers at least `level`. Where too few others make any threshold sure, the bound is 0 or 1.
    Scores that tie with the threshold do not set the alarm off.

    Parameters
    ----------
    events, others : (n,), (m,) scores, higher for an alarm; any order.
    rate : false alarms, 0 to 1.

    >>> found = FoundAtFalseRate(np.array([0.9, 0.8, 0.2, 0.1]), np.array([0.5, 0.4, 0.3, 0.0]), 0.25)
    >>> found.value       # one of four others may be above: the threshold is .4
    0.5
    """

    events: Floats
    others: Floats
    rate: float
    unit: str = "share found"

    def __post_init__(self) -> None:
        if not (len(self.events) and len(self.others)):
            raise ValueError("a rate needs events and others")
        if not 0 < self.rate < 1:
            raise ValueError(f"the rate of false alarms lies between 0 and 1, not at {self.rate}")

    @property
    def n(self) -> int:
        return len(self.events) + len(self.others)

    @property
    def value(self) -> float:
        allowed = math.floor(self.rate * len(self.others) + 1e-9)
        return self._above(allowed + 1) / len(self.events)

    def interval(self, level: float) -> tuple[float, float]:
        from scipy.special import betaincinv  # heavy, and only an interval needs it

        part, m = (1 - level) / 4, len(self.others)
        k = np.arange(1, m + 1)
        sure = k[betaincinv(k, m - k + 1, 1 - part) <= self.rate]
        low = 0.0 if not len(sure) else _low(self._above(int(sure[-1])), len(self.events), part)
        beyond = k[betaincinv(k, m - k + 1, part) >= self.rate]
        high = 1.0 if not len(beyond) else _high(self._from(int(beyond[0])), len(self.events), part)
        return low, high

    def _threshold(self, k: int) -> float:
        """The k-th largest score of the others."""
        return float(np.sort(self.others)[len(self.others) - k])

    def _above(self, k: int) -> int:
        return int((self.events > self._threshold(k)).sum())

    def _from(self, k: int) -> int:
        return int((self.events >= self._threshold(k)).sum())


def fewest_others(rate: float, level: float) -> int:
    """With fewer others no threshold has surely at most `rate` of them above it: the lower bound stays 0.

    >>> fewest_others(0.01, 0.95), fewest_others(0.001, 0.95)     # ln(.0125) / ln(1 - rate)
    (437, 4380)
    """
    return math.ceil(math.log((1 - level) / 4) / math.log(1 - rate))


def _low(hits: int, n: int, part: float) -> float:
    return clopper_pearson(hits, n, 1 - 2 * part)[0]


def _high(hits: int, n: int, part: float) -> float:
    return clopper_pearson(hits, n, 1 - 2 * part)[1]
