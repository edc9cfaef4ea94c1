"""Two shares of the same rows, such as of a model before and after its rows were spoilt."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.measures.means import cluster_codes, design_effect
from airworthy.measures.proportion import Wilson, apart, clopper_pearson, few


@dataclass(frozen=True)
class PairedShares:
    """Difference of two shares of the same rows, first minus second, with Newcombe's paired interval.

    The shares' own intervals, joined less widely the more the two go together (phi, corrected for
    continuity where it is positive). Where few rows differ one way, the bound on that side is at least that
    of their own share (Clopper-Pearson): without it, 200 rows of which none differs excluded a difference
    that would have stayed unseen in 13 % of samples.

    Parameters
    ----------
    both, first_only, second_only, neither : counts of rows.
    design_effect : of the difference, >= 1 when rows repeat an entity; `freedom` as in `Wilson`.

    Notes
    -----
    Newcombe, Statistics in Medicine 17 (1998) 2635, method 10.

    >>> PairedShares(40, 8, 2, 50).value                    # 48 % less 42 %
    0.06
    >>> low, high = PairedShares(100, 0, 0, 100).interval(0.95)    # no row differs: 1 - .025 ** (1 / 200)
    >>> round(low, 4), round(high, 4)
    (-0.0183, 0.0183)
    """

    both: float
    first_only: float
    second_only: float
    neither: float
    unit: str = "share"
    design_effect: float = 1.0
    freedom: float | None = None

    @classmethod
    def of(
        cls,
        first: ArrayLike,
        second: ArrayLike,
        clusters: NDArray[np.int64] | None = None,
        unit: str = "share",
    ) -> PairedShares:
        """Of two columns (n,) of 0/1 over the same rows.

        >>> PairedShares.of([1, 1, 0, 0], [1, 0, 0, 0]).value
        0.25
        """
        one, other = np.asarray(first).astype(bool), np.asarray(second).astype(bool)
        codes = None if clusters is None else cluster_codes(clusters)
        return cls(
            float((one & other).sum()),
            float((one & ~other).sum()),
            float((~one & other).sum()),
            float((~one & ~other).sum()),
            unit,
            design_effect(one.astype(float) - other, codes),
            None if codes is None else float(max(1, int(codes.max()))),
        )

    @property
    def n(self) -> int:
        return int(self.both + self.first_only + self.second_only + self.neither)

    @property
    def value(self) -> float:
        return (self.first_only - self.second_only) / self.n

    def interval(self, level: float) -> tuple[float, float]:
        first, second = (
            Wilson(self.both + alone, self.n, self.unit, self.design_effect, self.freedom)
            for alone in (self.first_only, self.second_only)
        )
        sides = ((first.value, *first.interval(level)), (second.value, *second.interval(level)))
        low, high = apart(*sides, together=self._phi())
        n = first.rows_alone(level)
        more, less = n * self.first_only / self.n, n * self.second_only / self.n
        if more <= few(level):
            high = max(high, clopper_pearson(more, n, level)[1] - less / n)
        if less <= few(level):
            low = min(low, more / n - clopper_pearson(less, n, level)[1])
        return max(-1.0, low), min(1.0, high)

    def _phi(self) -> float:
        """How much both shares go together, -1 to 1."""
        a, b, c, d = self.both, self.first_only, self.second_only, self.neither
        margins = (a + b) * (c + d) * (a + c) * (b + d)
        if margins == 0:
            return 0.0
        product = a * d - b * c
        if product > 0:
            product = max(product - self.n / 2, 0.0)
        return product / math.sqrt(margins)
