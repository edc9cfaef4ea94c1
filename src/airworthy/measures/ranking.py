"""How well scores put events above non-events: area under the ROC curve with DeLong's interval."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.measures.means import ROUNDING, cluster_codes, t_quantile
from airworthy.measures.proportion import apart, clopper_pearson, unseen_share

Floats = NDArray[np.float64]

FEW_RANKED = 200


def midranks(values: Floats) -> Floats:
    """1-based ranks (n,), ties sharing their mean rank.

    >>> midranks(np.array([10.0, 20.0, 20.0, 30.0]))
    array([1. , 2.5, 2.5, 4. ])
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], float)


def auc(y: ArrayLike, score: ArrayLike) -> float:
    """Chance that a random event scores above a random non-event, ties counting half.

    Parameters
    ----------
    y : (n,) 0/1.
    score : (n,) numbers, higher for events.

    Raises
    ------
    ValueError : only one class is present.

    >>> auc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8])
    0.75
    """
    labels = np.asarray(y).astype(bool)
    events, others = int(labels.sum()), int((~labels).sum())
    _two_classes(events, others)
    ranks = midranks(np.asarray(score, float))
    return float((ranks[labels].sum() - events * (events + 1) / 2) / (events * others))


def average_precision(y: ArrayLike, score: ArrayLike, weights: ArrayLike | None = None) -> float:
    """Mean precision over the events, the area under the precision-recall steps.

    >>> round(average_precision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]), 4)   # (1/1 + 2/3) / 2
    0.8333
    """
    order, last = _by_score(np.asarray(score, float))
    return _average_precision(np.asarray(y, float)[order], last, order, weights)


def _by_score(score: Floats) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    order = np.argsort(-score, kind="stable")
    falls = np.flatnonzero(np.diff(score[order]))
    return order, np.append(falls, len(score) - 1)


def _average_precision(
    y: Floats, last: NDArray[np.int64], order: NDArray[np.int64], weights: ArrayLike | None
) -> float:
    w = np.ones(len(y)) if weights is None else np.asarray(weights, float)[order]
    hits, seen = np.cumsum(w * y)[last], np.cumsum(w)[last]
    if hits[-1] == 0:
        return 0.0
    precision = np.divide(hits, seen, out=np.zeros_like(hits), where=seen > 0)
    return float((np.diff(hits, prepend=0.0) * precision).sum() / hits[-1])


def average_precision_of_weights(y: ArrayLike, score: ArrayLike) -> _PrecisionOfWeights:
    """The same figure as a function of row weights, for the bootstrap: the rows are sorted once."""
    return _PrecisionOfWeights(np.asarray(y, float), np.asarray(score, float))


class _PrecisionOfWeights:
    def __init__(self, y: Floats, score: Floats) -> None:
        self._order, self._last = _by_score(score)
        self._y = y[self._order]

    def __call__(self, weights: Floats) -> float:
        return _average_precision(self._y, self._last, self._order, weights)


def placements(y: ArrayLike, score: ArrayLike) -> Floats:
    """Each row's share in the AUC (n,): its mean is the AUC twice over, its spread DeLong's variance.

    Events: the share of non-events below them; non-events: the share of events above them, each scaled by
    n / class size, so that `placements.mean() == 2 * auc` and the AUC's error is that of a sum over rows.
    """
    labels = np.asarray(y).astype(bool)
    values = np.asarray(score, float)
    events, others = int(labels.sum()), int((~labels).sum())
    _two_classes(events, others)
    ranks = midranks(values)
    share = np.empty(len(values))
    share[labels] = (ranks[labels] - midranks(values[labels])) / others
    share[~labels] = 1 - (ranks[~labels] - midranks(values[~labels])) / events
    return share


def _influence_error(labels: NDArray[np.bool_], share: Floats, clusters: NDArray[np.int64] | None) -> float:
    """DeLong's standard error (Biometrics 44 (1988) 837); summed within clusters, Obuchowski's (1997)."""
    centred = np.empty(len(share))
    variance = 0.0
    for side in (labels, ~labels):
        m = int(side.sum())
        deviation = share[side] - share[side].mean()
        centred[side] = deviation / m
        variance += float((deviation**2).sum()) / (m * max(1, m - 1))
    if clusters is None:
        return math.sqrt(variance)
    sums = np.bincount(cluster_codes(clusters), weights=centred)
    units = len(sums)
    return math.inf if units < 2 else float(np.sqrt((sums**2).sum() * units / (units - 1)))


def _model_error(value: float, events: float, others: float) -> float:
    """Standard error of an AUC under exponential scores (Hanley and McNeil 1982, equation 1)."""
    above, below = value / (2 - value), 2 * value**2 / (1 + value)
    spread = value * (1 - value)
    spread += (events - 1) * (above - value**2) + (others - 1) * (below - value**2)
    return math.sqrt(spread / (events * others))


def _two_classes(events: int, others: int) -> None:
    if events == 0 or others == 0:
        raise ValueError(f"ranking needs both classes; {events} events and {others} others were given")


@dataclass(frozen=True, eq=False)
class Auc:
    """The AUC with DeLong's interval on the logit scale, whose coverage near 1 is better.

    With fewer than 200 rows in the smaller class a few badly ranked ones carry DeLong's variance, and samples
    without them look too certain (simulated coverage down to .80); there it is averaged with Hanley and
    McNeil's model variance (Radiology 143 (1982) 29) where that is larger, which is conservative (.98-.995).
    Perfect separation leaves no variance at all: its lower bound is that of `m` successes in `m` trials
    (Clopper-Pearson), m being the smaller class. No AUC varies more than m trials of its value would
    (variance at most A (1 - A) / m, Birnbaum and Klose 1957), so these also bound what the logit says less
    than one trial from the edge, where a value of .9996 would otherwise reach from .31.

    >>> Auc(np.array([0, 0, 1, 1]), np.array([0.1, 0.4, 0.35, 0.8])).value
    0.75
    """

    y: NDArray[np.generic]
    score: Floats
    clusters: NDArray[np.int64] | None = None
    unit: str = "AUC"

    @property
    def value(self) -> float:
        return auc(self.y, self.score)

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def smaller_class(self) -> int:
        events = int(np.asarray(self.y).astype(bool).sum())
        return min(events, self.n - events)

    def error(self) -> float:
        """Standard error of the AUC."""
        labels = np.asarray(self.y).astype(bool)
        return _influence_error(labels, placements(self.y, self.score), self.clusters)

    def careful_error(self) -> float:
        """Standard error that few ranked rows do not make too small."""
        error = self.error()
        if self.smaller_class >= FEW_RANKED:
            return error
        return max(error, math.hypot(error, self._model_error()) / math.sqrt(2))

    def _model_error(self) -> float:
        """Hanley and McNeil's, widened as far as the entities widen DeLong's."""
        m = self.smaller_class
        found = _model_error(self.value, m, self.n - m)
        if self.clusters is None:
            return found
        alone = replace(self, clusters=None).error()
        return found * max(1.0, self.error() / alone) if alone > 0 else found

    def _freedom(self) -> int:
        """Degrees of freedom: the smaller class, at most the entities less one."""
        if self.clusters is None:
            return self.smaller_class
        return min(self.smaller_class, int(cluster_codes(self.clusters).max()))

    def interval(self, level: float) -> tuple[float | None, float | None]:
        value, m, error = self.value, self.smaller_class, self.error()
        if m < 2 or not math.isfinite(error):
            return None, None
        freedom = self._freedom()
        unseen = unseen_share(freedom, level)
        if value in (0.0, 1.0):
            return (1 - unseen, 1.0) if value == 1.0 else (0.0, unseen)
        error = self.careful_error()
        if error == 0:  # a constant score
            return max(0.0, value - unseen), min(1.0, value + unseen)
        half = t_quantile(level, freedom) * error / (value * (1 - value))
        middle = math.log(value / (1 - value))
        low, high = _expit(middle - half), _expit(middle + half)
        if freedom * min(value, 1 - value) >= 1:
            return low, high
        # Less than one trial from the edge the logit turns a small error into anything.
        least, most = clopper_pearson(value * freedom, freedom, level)
        return max(low, least), min(high, most)


def _expit(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z > 0 else math.exp(z) / (1 + math.exp(z))


@dataclass(frozen=True, eq=False)
class AucDifference:
    """AUC of one score minus that of another on the same rows, paired (DeLong et al. 1988, equation 5)."""

    y: NDArray[np.generic]
    score: Floats
    other: Floats
    clusters: NDArray[np.int64] | None = None
    unit: str = "AUC"

    @property
    def value(self) -> float:
        return auc(self.y, self.score) - auc(self.y, self.other)

    @property
    def n(self) -> int:
        return len(self.y)

    def interval(self, level: float) -> tuple[float | None, float | None]:
        if np.ptp(self.score) == np.ptp(self.other) == 0:  # two constants: neither ranks anybody
            return 0.0, 0.0
        if np.ptp(self.other) == 0:  # against a constant the better interval of one AUC holds
            low, high = Auc(self.y, self.score, self.clusters).interval(level)
            return (None if low is None else low - 0.5), (None if high is None else high - 0.5)
        labels = np.asarray(self.y).astype(bool)
        m = int(min(labels.sum(), (~labels).sum()))
        share = placements(self.y, self.score) - placements(self.y, self.other)
        error = _influence_error(labels, share, self.clusters)
        if m < 2 or not math.isfinite(error):
            return None, None
        units = m if self.clusters is None else int(cluster_codes(self.clusters).max())
        freedom = min(m, max(1, units))
        half = t_quantile(level, freedom) * error
        if error <= ROUNDING:  # both rank every row alike; of each class a share of rows may not be
            half = 2 * unseen_share(freedom, level)
        return max(-1.0, self.value - half), min(1.0, self.value + half)


@dataclass(frozen=True)
class AucChange:
    """AUC of the latest rows minus the mean AUC of earlier ones, all of separate rows.

    Made of their own intervals, as Newcombe's difference is, so that periods of perfect ranking, which have
    no DeLong error, are not taken as certain.

    >>> perfect = Auc(np.array([0, 0, 1, 1]), np.array([0.1, 0.2, 0.8, 0.9]))
    >>> AucChange(perfect, (perfect,)).value, AucChange(perfect, (perfect,)).interval(0.95)[0] < -0.5
    (0.0, True)
    """

    latest: Auc
    earlier: tuple[Auc, ...]
    unit: str = "AUC"

    @property
    def value(self) -> float:
        return self.latest.value - self._before

    @property
    def _before(self) -> float:
        return sum(found.value for found in self.earlier) / len(self.earlier)

    @property
    def n(self) -> int:
        return self.latest.n + sum(found.n for found in self.earlier)

    def interval(self, level: float) -> tuple[float | None, float | None]:
        bounds = [found.interval(level) for found in self.earlier]
        lows, highs = ([pair[side] for pair in bounds] for side in (0, 1))
        known = [low for low in lows if low is not None], [high for high in highs if high is not None]
        if min(len(known[0]), len(known[1])) < len(bounds):
            return None, None
        values, k = [found.value for found in self.earlier], len(bounds)
        down = math.hypot(*(value - low for value, low in zip(values, known[0], strict=True))) / k
        up = math.hypot(*(high - value for value, high in zip(values, known[1], strict=True))) / k
        before = self._before
        return apart((self.latest.value, *self.latest.interval(level)), (before, before - down, before + up))
