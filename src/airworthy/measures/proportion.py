"""Counts and shares of counts, with intervals that hold at small samples. Standard library until n < 20."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

SMALL = 20
"""Below this many rows Wilson's coverage drops to .84, so Clopper-Pearson (conservative) takes over."""


def normal_quantile(level: float) -> float:
    """z of a two-sided interval, e.g. 1.96 at 0.95."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def few(level: float) -> float:
    """Up to how many rows of a kind a bound is exact, for a score's skewness moves it by z^3 / sqrt(count).

    >>> round(few(0.95), 1)
    3.8
    """
    return normal_quantile(level) ** 6 / 15


@dataclass(frozen=True)
class Exact:
    """A value counted in full, such as the number of rows that differ: no sampling, no width.

    >>> Exact(3, "rows", 100).interval(0.95)
    (3.0, 3.0)
    """

    value: float
    unit: str
    n: int

    def interval(self, level: float) -> tuple[float, float]:
        return float(self.value), float(self.value)


@dataclass(frozen=True)
class Wilson:
    """A share of rows with Wilson's score interval; Clopper-Pearson below 20 rows.

    Near 0 and 1 Wilson's inner bound is exact (Clopper-Pearson) while the smaller count is at most z^6 / 15:
    three at 95 %, as Brown, Cai and DasGupta advise, and 85 at the 99.9 % at which families are judged, for
    the score's skewness moves a bound by z^3 / sqrt(count). Without it a share at its limit failed in up to
    4.9 % of samples at a level of 99.9 %.

    Parameters
    ----------
    successes, n : counts, 0 <= successes <= n, n > 0.
    unit : e.g. "share".
    design_effect : >= 1 when rows repeat an entity; the interval is that of n / design_effect rows.
    freedom : degrees of freedom behind the design effect (entities less one); None: rows stand alone.

    Raises
    ------
    ValueError : counts that are no share.

    Notes
    -----
    Wilson, JASA 22 (1927) 209; Clopper and Pearson, Biometrika 26 (1934) 404; Brown, Cai and DasGupta,
    Statistical Science 16 (2001) 101; Korn and Graubard, Survey Methodology 24 (1998) 193 (few entities).

    >>> low, high = Wilson(10, 100, "share").interval(0.95)   # by hand: (.1192 -+ .0607) / 1.0384
    >>> round(low, 4), round(high, 4)
    (0.0552, 0.1744)
    """

    successes: float
    n: int
    unit: str = "share"
    design_effect: float = 1.0
    freedom: float | None = None

    def __post_init__(self) -> None:
        if self.n <= 0 or not 0 <= self.successes <= self.n:
            raise ValueError(f"{self.successes} of {self.n} is no share; count at least one row")

    @property
    def value(self) -> float:
        return self.successes / self.n

    @classmethod
    def of(cls, hits: ArrayLike, clusters: NDArray[np.int64] | None = None, unit: str = "share") -> Wilson:
        """The share of 0/1 `hits` (n,), whose rows repeat the entities in `clusters` (n,).

        >>> import numpy as np
        >>> Wilson.of([1, 1, 0, 0], np.array([0, 0, 1, 1])).design_effect
        3.0
        """
        import numpy as np

        from airworthy.measures.means import cluster_codes, design_effect

        values = np.asarray(hits, float)
        codes = None if clusters is None else cluster_codes(clusters)
        freedom = None if codes is None or len(values) < 2 else float(max(1, int(codes.max())))
        return cls(float(values.sum()), len(values), unit, design_effect(values, codes), freedom)

    def rows_alone(self, level: float) -> float:
        """How many rows that stand alone would tell as much, at `level`."""
        n = self.n / max(1.0, self.design_effect)
        if self.freedom is None or self.design_effect <= 1:
            return n
        from airworthy.measures.means import t_quantile  # numpy: only rows of entities need it

        return n * (normal_quantile(level) / t_quantile(level, self.freedom)) ** 2

    def interval(self, level: float) -> tuple[float, float]:
        n, z = self.rows_alone(level), normal_quantile(level)
        if n < SMALL:
            return clopper_pearson(self.value * n, n, level)
        p, z2 = self.value, z * z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        # At p = 0 or 1 rounding leaves 1e-17 where the formula gives the bound itself.
        low, high = (0.0 if p == 0 else max(0.0, middle - half)), (1.0 if p == 1 else min(1.0, middle + half))
        if 0 < p * n <= few(level):
            low = min(low, clopper_pearson(p * n, n, level)[0])
        if 0 < (1 - p) * n <= few(level):
            high = max(high, clopper_pearson(p * n, n, level)[1])
        return low, high


@dataclass(frozen=True)
class Newcombe:
    """Difference of two independent shares, first minus second, with Newcombe's hybrid score interval.

    Notes
    -----
    Newcombe, Statistics in Medicine 17 (1998) 873, method 10.

    >>> low, high = Newcombe(56, 70, 48, 80).interval(0.95)    # Newcombe 1998, table II (a)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """

    successes: float
    of: int
    other_successes: float
    other_of: int
    unit: str = "share"
    design_effect: float = 1.0
    other_design_effect: float = 1.0
    freedom: float | None = None
    other_freedom: float | None = None

    @classmethod
    def between(cls, first: Wilson, second: Wilson) -> Newcombe:
        """First share minus second, each with its own design effect.

        >>> Newcombe.between(Wilson(1, 4), Wilson(1, 2)).value
        -0.25
        """
        return cls(
            first.successes,
            first.n,
            second.successes,
            second.n,
            first.unit,
            first.design_effect,
            second.design_effect,
            first.freedom,
            second.freedom,
        )

    @property
    def first(self) -> Wilson:
        return Wilson(self.successes, self.of, self.unit, self.design_effect, self.freedom)

    @property
    def second(self) -> Wilson:
        effect, freedom = self.other_design_effect, self.other_freedom
        return Wilson(self.other_successes, self.other_of, self.unit, effect, freedom)

    @property
    def value(self) -> float:
        return self.first.value - self.second.value

    @property
    def n(self) -> int:
        return self.of + self.other_of

    def interval(self, level: float) -> tuple[float, float]:
        first, second = self.first, self.second
        low, high = apart((first.value, *first.interval(level)), (second.value, *second.interval(level)))
        return max(-1.0, low), min(1.0, high)


def clopper_pearson(successes: float, n: float, level: float) -> tuple[float, float]:
    """Exact interval of a share; `successes` need not be whole (Clopper and Pearson 1934)."""
    from scipy.special import betaincinv  # heavy, and only small samples need it

    tail = (1 - level) / 2
    low = 0.0 if successes <= 0 else float(betaincinv(successes, n - successes + 1, tail))
    high = 1.0 if successes >= n else float(betaincinv(successes + 1, n - successes, 1 - tail))
    return low, high


def unseen_share(units: float, level: float) -> float:
    """The share of units that may be unlike all seen ones: the upper end of 0 of `units` at `level`.

    Where every unit is alike there is no spread to compute an interval from; this is what it is made of.

    >>> round(unseen_share(100, 0.90), 4)      # the "rule of three": 1 - .05 ** (1 / 100), about 3 / 100
    0.0295
    """
    return 1.0 if units <= 0 else 1 - ((1 - level) / 2) ** (1 / units)


Bounded = tuple[float, float | None, float | None]
"""A value with its lower and upper bound."""


@overload
def apart(
    first: tuple[float, float, float], second: tuple[float, float, float], together: float = 0.0
) -> tuple[float, float]: ...
@overload
def apart(first: Bounded, second: Bounded, together: float = 0.0) -> tuple[float | None, float | None]: ...
def apart(first: Bounded, second: Bounded, together: float = 0.0) -> tuple[float | None, float | None]:
    """Interval of first minus second from the interval of each, `together` being their correlation.

    The method of variance estimates recovery: Newcombe 1998; Zou and Donner, Statistics in Medicine 27
    (2008) 1693. A bound that is missing leaves its side open.

    >>> apart((0.5, 0.25, 0.625), (0.125, 0.125, 0.125))
    (0.125, 0.5)
    """
    (p, p_low, p_high), (q, q_low, q_high) = first, second
    low = None if p_low is None or q_high is None else p - q - _joined(p - p_low, q_high - q, together)
    high = None if p_high is None or q_low is None else p - q + _joined(p_high - p, q - q_low, together)
    return low, high


def _joined(one: float, other: float, together: float) -> float:
    return math.sqrt(max(0.0, one * one - 2 * together * one * other + other * other))
