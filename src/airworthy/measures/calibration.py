"""How far announced probabilities lie from observed rates, without the bias that small samples add."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.measures.means import cluster_codes, t_quantile
from airworthy.measures.probability import CalibrationBins, calibration_bins
from airworthy.measures.proportion import SMALL, Wilson, normal_quantile

Floats = NDArray[np.float64]


def bins_for(n: int, most: int = 10) -> int:
    """Bins of at least 20 of n rows each, at most `most`, at least one.

    >>> bins_for(2), bins_for(59), bins_for(5000)
    (1, 2, 10)
    """
    return min(most, max(1, n // SMALL))


@dataclass(frozen=True, eq=False)
class CalibrationError:
    """Root mean square distance of announced and observed rate over equal-count bins, noise taken off.

    The mean square Q over bins is too large by their sampling variance even for a perfect model; the value is
    sqrt(Q - that variance), 0 where noise explains all of it (Kumar, Liang and Ma, NeurIPS 2019, section 5).
    The interval inverts Q's distribution: a scaled non-central chi-squared with matched mean and variance
    (Satterthwaite). The mean absolute distance (ECE) has no unbiased version: its bootstrap interval, also
    bias-corrected, passed a model exactly at its limit in 9 % of samples instead of 2.5 %.

    A bin has at least 20 rows: below 200 rows there are fewer than ten, and below 40 one, whose interval is
    that of its share (`Wilson`, exact below 20 rows). A bin in which every row came out alike shows no
    spread; for the interval it has at least that of a share with one more event and one more non-event.
    Without both, two rows had an interval without width, and 50 rows of rare events failed a perfect model in
    12 % of samples. With few entities the variance is widened as Student's t is.

    Parameters
    ----------
    event : (n,) 0/1.
    probability : (n,) announced.
    clusters : (n,) entity codes or None.

    >>> event = np.tile([1.0, 1, 1, 1, 0, 0, 0, 0, 0, 0], 100)        # 40 % of 1,000 rows
    >>> error = CalibrationError(event, np.full(1000, 0.3))
    >>> round(error.value, 5)                                      # sqrt(.1 ** 2 - .4 * .6 / 999)
    0.09879
    """

    event: Floats
    probability: Floats
    clusters: NDArray[np.int64] | None = None
    bins: int = 10
    unit: str = "share"

    @property
    def n(self) -> int:
        return len(self.event)

    @property
    def value(self) -> float:
        square, covariance, share, _ = self._parts()
        noise = float((share * np.diag(covariance)).sum())
        return math.sqrt(max(0.0, square - noise))

    def interval(self, level: float) -> tuple[float | None, float | None]:
        square, covariance, share, gaps = self._parts(self._least_spread())
        wider = self._few_units(level)
        if wider is None:
            return None, None
        if len(share) == 1:
            return self._of_one_share(level)
        covariance = covariance * wider
        spread = share[:, None] * covariance
        mean, twice = float(np.trace(spread)), float((spread * spread.T).sum())
        # The part of Q that a true gap moves varies with the noise of the bins that have the gap.
        weighted = share * gaps
        scale = (twice + float(weighted @ covariance @ weighted)) / (mean + float(weighted @ gaps))
        bounds = _inverted(square / scale, mean / scale, level)
        low, high = (math.sqrt(bound * scale) for bound in bounds)
        value = self.value
        return min(low, value), max(high, value)

    def _of_one_share(self, level: float) -> tuple[float, float]:
        """The interval of the distance where all rows are one bin."""
        share, announced = Wilson.of(self.event, self.clusters), float(self.probability.mean())
        low, high = (bound - announced for bound in share.interval(level))
        nearest = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return min(nearest, self.value), max(abs(low), abs(high))

    def _few_units(self, level: float) -> float | None:
        """How much larger a variance read off few entities may be; None where one entity tells nothing."""
        if self.clusters is None:
            return 1.0
        units = int(cluster_codes(self.clusters).max()) + 1
        return None if units < 2 else (t_quantile(level, units - 1) / normal_quantile(level)) ** 2

    def _binned(self) -> CalibrationBins:
        return calibration_bins(self.event, self.probability, bins_for(self.n, self.bins))

    def _least_spread(self) -> Floats:
        """(b,) the variance of each bin's rate with one more event and one more non-event."""
        groups = self._binned()
        rate = (groups.observed * groups.rows + 1) / (groups.rows + 2)
        return np.asarray(rate * (1 - rate) / groups.rows)

    def _parts(self, least: Floats | float = 0.0) -> tuple[float, Floats, Floats, Floats]:
        """Mean square distance, covariance of the bins' distances (b, b), shares of rows (b,), gaps (b,)."""
        groups = self._binned()
        gaps = groups.observed - groups.predicted
        residual = self.event - self.probability - gaps[groups.bin_of]
        residual = residual / groups.rows[groups.bin_of]
        if self.clusters is None:
            degrees = groups.rows / np.maximum(1, groups.rows - 1)
            covariance = np.diag(np.bincount(groups.bin_of, weights=residual**2) * degrees)
        else:
            codes, b = cluster_codes(self.clusters), len(groups.rows)
            units = int(codes.max()) + 1
            flat = np.bincount(codes * b + groups.bin_of, weights=residual, minlength=units * b)
            sums = flat.reshape(units, b)
            covariance = (sums.T @ sums) * units / max(1, units - 1)
        lacking = np.maximum(0.0, least - np.diag(covariance))
        return float((groups.share * gaps**2).sum()), covariance + np.diag(lacking), groups.share, gaps


def _inverted(seen: float, freedom: float, level: float) -> tuple[float, float]:
    """Between which non-centralities a chi-squared of `freedom` gives `seen`."""
    from scipy.special import chndtrinc  # heavy; only this interval needs the non-central distribution

    tail = (1 - level) / 2
    # One sample in forty shows so little noise that the inversion ends at 0; half the noise is the floor.
    both = (chndtrinc(seen, freedom, 1 - tail), chndtrinc(max(seen, freedom / 2), freedom, tail))
    # The inversion stops near 1e-320 where the bound is 0.
    low, high = (float(bound) if math.isfinite(bound) and bound > 1e-12 else 0.0 for bound in both)
    return low, high
