"""How far announced probabilities lie from observed rates, without the bias that small samples add."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.measures.means import cluster_codes
from airworthy.measures.probability import calibration_bins

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class CalibrationError:
    """Root mean square distance of announced and observed rate over equal-count bins, noise taken off.

    The mean square Q over bins is too large by their sampling variance even for a perfect model; the value is
    sqrt(Q - that variance), 0 where noise explains all of it (Kumar, Liang and Ma, NeurIPS 2019, section 5).
    The interval inverts Q's distribution: a scaled non-central chi-squared with matched mean and variance
    (Satterthwaite). The mean absolute distance (ECE) has no unbiased version: its bootstrap interval, also
    bias-corrected, passed a model exactly at its limit in 9 % of samples instead of 2.5 %.

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
        from scipy.special import chndtrinc  # heavy; only this interval needs the non-central distribution

        square, covariance, share, gaps = self._parts()
        spread = share[:, None] * covariance
        mean, twice = float(np.trace(spread)), float((spread * spread.T).sum())
        if self.n < 2 or not math.isfinite(mean):
            return None, None
        if twice <= 0:
            return math.sqrt(square), math.sqrt(square)
        # The part of Q that a true gap moves varies with the noise of the bins that have the gap.
        weighted = share * gaps
        scale = (twice + float(weighted @ covariance @ weighted)) / (mean + float(weighted @ gaps))
        freedom, tail = mean / scale, (1 - level) / 2
        seen = square / scale
        low = float(chndtrinc(seen, freedom, 1 - tail))
        # One sample in forty shows so little noise that the inversion ends at 0; half the noise is the floor.
        high = float(chndtrinc(max(seen, freedom / 2), freedom, tail))
        bounds = [
            # The inversion stops near 1e-320 where the bound is 0.
            math.sqrt(bound * scale) if math.isfinite(bound) and bound > 1e-12 else 0.0
            for bound in (low, high)
        ]
        value = self.value
        return min(bounds[0], value), max(bounds[1], value)

    def _parts(self) -> tuple[float, Floats, Floats, Floats]:
        """Mean square distance, covariance of the bins' distances (b, b), shares of rows (b,), gaps (b,)."""
        groups = calibration_bins(self.event, self.probability, self.bins)
        gaps = groups.observed - groups.predicted
        residual = self.event - self.probability - gaps[groups.bin_of]
        residual = residual / groups.rows[groups.bin_of]
        if self.clusters is None:
            degrees = groups.rows / np.maximum(1, groups.rows - 1)
            variance = np.bincount(groups.bin_of, weights=residual**2) * degrees
            covariance = np.diag(variance)
        else:
            codes, b = cluster_codes(self.clusters), len(groups.rows)
            units = int(codes.max()) + 1
            flat = np.bincount(codes * b + groups.bin_of, weights=residual, minlength=units * b)
            sums = flat.reshape(units, b)
            covariance = (sums.T @ sums) * units / max(1, units - 1)
        return float((groups.share * gaps**2).sum()), covariance, groups.share, gaps
