"""What the next period's figure will be: learned from past periods and what the coming rows' scores promise.

A Gaussian process over periods (Rasmussen and Williams 2006, chapter 2): a level that drifts slowly, quickly
or not at all, a slope on what the scores promised, and noise that is believed to be about the figure's own
sampling error until the past says more. How much of each is not chosen but weighed by how well it explains
the past, so the interval is that of a mixture of Student's t. Tried on four real series and left out, because
they did not narrow the intervals: the month of the year, past rows weighted to be like the coming ones, and
promises recalibrated on past outcomes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MOST_PAST = 36
"""Periods that are learned from; older ones say little."""
SHARES_OF_DRIFT = (0.0, 0.3, 0.6, 0.85)
MEMORIES = (2.0, 8.0, 30.0)
"""Periods after which a drifting level has forgotten 63 % of where it was."""
SLOPES = (0.0, 0.3, 1.0)
"""Prior variances of the slope: how far a standard deviation of promises moves the figure."""
REGIMES = (0.0, 1.0, 4.0)
"""Variances of a regime's own level, in units of that of periods within one."""
PRIOR_PERIODS = 3.0
"""How many periods' worth of belief that a figure varies no more than its sampling error."""


@dataclass(frozen=True)
class Scale:
    """Where a figure's changes have about one size: the transformation, the way back, and the figure's ends.

    A figure closer to an end than its sampling error, or than `edge`, is taken as that far away: the
    logarithm of the distance would be without end.
    """

    there: Callable[[float], float]
    back: Callable[[float], float]
    slope: Callable[[float], float]  # of `there`, which carries standard errors over
    least: float
    most: float
    edge: float

    def within(self, figure: float, error: float = 0.0) -> float:
        """The figure, kept off both ends."""
        off = max(self.edge, error)
        return min(max(figure, self.least + off), self.most - off)


def _expit(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


_LOG = (math.log, math.exp, lambda v: 1 / v)
SCALES = {
    "auc": Scale(lambda v: math.log(v / (1 - v)), _expit, lambda v: 1 / (v * (1 - v)), 0.0, 1.0, 1e-4),
    "r2": Scale(
        lambda v: -math.log(1 - v), lambda z: 1 - math.exp(-z), lambda v: 1 / (1 - v), -math.inf, 1.0, 1e-4
    ),
    "rmse": Scale(*_LOG, 0.0, math.inf, 1e-300),
    "log_loss": Scale(*_LOG, 0.0, math.inf, 1e-4),
}


@dataclass(frozen=True)
class PastPeriod:
    """A period's realised figure, its sampling error, and what its scores promised before outcomes came.

    `promised` is a figure of the same kind, or None where it is unknown; only its ups and downs count.
    """

    figure: float
    error: float
    promised: float | None = None


@dataclass(frozen=True, eq=False)
class Outlook:
    """The next period's figure, from at least two past ones (oldest first).

    Parameters
    ----------
    metric : "auc", "r2", "rmse" or "log_loss".
    promised : what the coming period's scores promise; without it, their promise is not used.
    rows_ratio : rows of a past period for each coming row; above 1 the coming figure is the noisier one.
    seen : what labelled rows of the coming period show, with the error that the unlabelled ones leave.
    regimes : the regime of each past period and of the coming one, as numbers; without them, there is one.
    drifts : shares of the variance that may follow an order; `(0.0,)` for sites, which have none.

    >>> past = [PastPeriod(v, 0.01) for v in (0.70, 0.72, 0.74, 0.71, 0.73)]
    >>> low, high = Outlook(past, "auc").interval(0.9)
    >>> low < 0.70 and high > 0.74
    True
    >>> Outlook(past[:1], "auc").interval(0.9)
    (None, None)
    """

    past: Sequence[PastPeriod]
    metric: str
    promised: float | None = None
    rows_ratio: float = 1.0
    drifts: tuple[float, ...] = SHARES_OF_DRIFT
    seen: PastPeriod | None = None
    regimes: tuple[int, ...] = ()

    @property
    def used(self) -> Sequence[PastPeriod]:
        return self.past[-MOST_PAST:]

    @property
    def value(self) -> float:
        """The median of what is expected; the only figure there is where one period was."""
        if len(self.used) < 2:
            return self.used[-1].figure
        return SCALES[self.metric].back(self._foreseen().quantile(0.5))

    def interval(self, level: float) -> tuple[float | None, float | None]:
        """Meant to hold the next figure with probability `level`; open with fewer than two past periods."""
        if len(self.used) < 2:
            return None, None
        foreseen, scale = self._foreseen(), SCALES[self.metric]
        low, high = (scale.back(foreseen.quantile(share)) for share in ((1 - level) / 2, (1 + level) / 2))
        for period in self.used:  # a past figure at an end was taken as less than it was
            kept = scale.within(period.figure, period.error)
            low = scale.least if period.figure < kept and low <= kept else low
            high = scale.most if period.figure > kept and high >= kept else high
        return low, high

    def _foreseen(self) -> _Mixture:
        scale = SCALES[self.metric]
        figures = [scale.within(period.figure, period.error) for period in self.used]
        y = np.array([scale.there(figure) for figure in figures])
        errors = [p.error * scale.slope(figure) for p, figure in zip(self.used, figures, strict=True)]
        noise = float(np.median(errors)) ** 2
        parts = [_conditional(y, k, noise, weight) for k, weight in self._kernels(len(y))]
        fits = np.array([part.log_weight for part in parts])
        variances = np.array([part.spread**2 for part in parts]) + max(0.0, self.rows_ratio - 1) * noise
        means = np.array([part.mean for part in parts])
        if self.seen is not None:
            fits, means, variances = _with_seen(self.seen, scale, fits, means, variances)
        weights = np.exp(fits - fits.max())
        return _Mixture(weights / weights.sum(), means, np.sqrt(variances), parts[0].freedom)

    def _kernels(self, n: int) -> Iterator[tuple[Floats, float]]:
        """Covariances (n + 1, n + 1) of all periods up to a common scale, each with its prior log weight."""
        place = np.arange(n + 1)
        apart = np.abs(place[:, None] - place[None])
        promise = self._promise()
        slopes = (0.0,) if promise is None else SLOPES
        regime = np.array(self.regimes[-n - 1 :])
        levels = REGIMES if len(np.unique(regime)) > 1 else REGIMES[:1]
        for share in self.drifts:
            memories = MEMORIES if share else MEMORIES[:1]
            for memory in memories:
                drift = share * np.exp(-apart / memory) + (1 - share) * np.eye(n + 1)
                for slope in slopes:
                    moved = drift if promise is None else drift + slope * np.outer(promise, promise)
                    for level in levels:
                        apart_by = level * np.equal.outer(regime, regime) if level else 0.0
                        yield moved + apart_by, -math.log(len(memories))

    def _promise(self) -> Floats | None:
        """Promises (n + 1,) of all periods, centred and scaled; None where there are none to compare."""
        if self.promised is None:
            return None
        scale = SCALES[self.metric]
        promises = [*(period.promised for period in self.used), self.promised]
        said = np.array([math.nan if p is None else scale.there(scale.within(p)) for p in promises])
        if np.isnan(said[:-1]).all():
            return None
        centred = np.nan_to_num(said - np.nanmean(said[:-1]), nan=0.0)
        spread = float(centred.std())
        return centred / spread if spread > 1e-9 else None


@dataclass(frozen=True)
class _Conditional:
    """The next value under one covariance: Student's t, and how well that covariance explains the past."""

    log_weight: float
    mean: float
    spread: float
    freedom: float


def _conditional(y: Floats, kernel: Floats, noise: float, prior: float) -> _Conditional:
    """Condition on `y` (n,): mean of any size a priori, scale inverse-gamma about `noise` (a variance)."""
    n = len(y)
    factor = np.linalg.cholesky(kernel[:n, :n])

    def solved(values: Floats) -> Floats:
        return np.asarray(np.linalg.solve(factor.T, np.linalg.solve(factor, values)))

    ones, across = np.ones(n), kernel[n, :n]
    of_ones = solved(ones)
    certainty = float(of_ones.sum())
    mean = float(of_ones @ y) / certainty
    away = solved(y - mean)
    shape = (PRIOR_PERIODS + n - 1) / 2
    rate = (PRIOR_PERIODS * noise + float((y - mean) @ away)) / 2
    rate = max(rate, 1e-12)  # figures that never moved and have no sampling error
    variance = kernel[n, n] - across @ solved(across) + (1 - across @ of_ones) ** 2 / certainty
    fit = -np.log(np.diag(factor)).sum() - math.log(certainty) / 2 - shape * math.log(rate)
    return _Conditional(
        float(fit) + prior,
        mean + float(across @ away),
        math.sqrt(rate / shape * max(float(variance), 0.0)),
        2 * shape,
    )


def _with_seen(
    seen: PastPeriod, scale: Scale, fits: Floats, means: Floats, variances: Floats
) -> tuple[Floats, Floats, Floats]:
    """Log weights, means and variances once some coming rows are known; each t is taken as normal."""
    figure = scale.within(seen.figure, seen.error)
    away = scale.there(figure) - means
    total = variances + max((seen.error * scale.slope(figure)) ** 2, 1e-12)
    gain = variances / total
    return fits - (away**2 / total + np.log(total)) / 2, means + gain * away, variances * (1 - gain) + 1e-12


@dataclass(frozen=True, eq=False)
class _Mixture:
    """Student's t distributions of equal freedom, weighted."""

    weights: Floats
    means: Floats
    spreads: Floats
    freedom: float

    def quantile(self, share: float) -> float:
        """By bisection, which needs nothing but the distribution function."""
        from scipy.special import stdtr, stdtrit  # scipy.stats would cost 0.5 s

        edge = abs(float(stdtrit(self.freedom, share)))
        low = float((self.means - edge * self.spreads).min())
        high = float((self.means + edge * self.spreads).max())
        for _ in range(80):
            middle = (low + high) / 2
            below = float(self.weights @ stdtr(self.freedom, (middle - self.means) / self.spreads))
            low, high = (middle, high) if below < share else (low, middle)
        return (low + high) / 2
