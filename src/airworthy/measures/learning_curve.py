"""What a learner would lose with more rows: a falling power law with a floor, and what is not known of it.

`loss(m) = floor + gain * (m / smallest) ** -rate`, fitted to the losses of one learner on growing parts of
the rows at hand, each measured on the same held-out rows. Few sizes tell little of the rate, so it has a
wide prior; the gain cannot be negative. What comes out are draws of the loss at another size: their spread
holds the held-out rows that were few, the parts that were drawn, the rate that is not known, and curves that
are no power laws.

Sources: Cortes et al., Learning curves: asymptotic values and rate of convergence, NIPS 1993. Viering and
Loog, The shape of learning curves, TPAMI 2023. Nadeau and Bengio, Inference for the generalization error,
Machine Learning 2003.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.kernel.errors import InputError

Floats = NDArray[np.float64]

RATES = np.exp(np.linspace(math.log(0.01), math.log(1.6), 40))
"""From curves that fall by nearly as much with every doubling, to curves that are soon at their floor."""
USUAL_RATE, RATE_SPREAD = 0.3, 1.2
"""The prior of the rate: log-normal, with this median and this standard deviation of its logarithm. A tighter
one around .45 held four of five public tables and missed those of prose and of flights, which fall longer."""
MOST_GAIN = 2.0
"""Of the loss at the smallest size: the scale of what more rows may take off in the end."""
WILD = 0.2
"""Standard deviation of the logarithm by which the gain departs from a power law."""
SHARED_ROWS = 0.25
"""What repeated divisions of the same rows add to the variance of their mean, after Nadeau and Bengio."""
DRAWS = 4_000


@dataclass(frozen=True, eq=False)
class LearningCurve:
    """Losses of one learner.

    Attributes
    ----------
    sizes : (k,) rows learned from, rising; k at least 3.
    losses : (r, k) a row a division of the rows, all sizes of it measured on the same held-out rows.
    error : standard error of the loss at the largest size, by the number of held-out rows.
    """

    sizes: Floats
    losses: Floats
    error: float

    def __post_init__(self) -> None:
        fit = self.losses.ndim == 2 and self.losses.shape[1] == len(self.sizes) >= 3
        if not fit or len(self.losses) < 3 or not np.isfinite(self.losses).all():
            raise InputError(
                f"A learning curve needs three sizes and three divisions; these are {self.losses.shape}.",
                value=str(self.losses.shape),
                remedy="Divide the rows more often, or use more of them.",
            )

    @property
    def now(self) -> float:
        """The mean loss at the largest size."""
        return float(self.losses[:, -1].mean())


def losses_at(curve: LearningCurve, rows: float, seed: int = 0, draws: int = DRAWS) -> Floats:
    """Draws (draws,) of the loss that the learner would have on so many `rows`, at least those it has seen.

    >>> sizes = np.array([100.0, 200.0, 400.0, 800.0])
    >>> falling = 0.2 + 3.0 * sizes ** -0.5
    >>> curve = LearningCurve(sizes, falling + np.array([[0.001], [0.0], [-0.001], [0.0]]), 0.001)
    >>> bool(np.median(losses_at(curve, 80_000)) < curve.now)
    True
    """
    rng = np.random.default_rng(seed)
    relative = curve.sizes / curve.sizes[0]
    weights, means, errors = _posterior(curve, relative)
    tails = relative[-1] ** -RATES - max(rows / curve.sizes[0], relative[-1]) ** -RATES
    at = rng.choice(len(RATES), draws, p=weights)
    gain = _positive(means[at], errors[at], rng)
    fall = gain * tails[at] * np.exp(rng.normal(0.0, WILD, draws))
    level = curve.now + curve.error * rng.standard_t(8, draws)
    return np.asarray(np.maximum(level - fall, 0.0))


def _posterior(curve: LearningCurve, relative: Floats) -> tuple[Floats, Floats, Floats]:
    """Of each rate its probability, and mean and error of the gain before it is known to be positive."""
    drops = curve.losses[:, :-1] - curve.losses[:, 1:]
    seen, divisions = drops.mean(axis=0), len(drops)
    spread = np.atleast_2d(np.cov(drops, rowvar=False)) * (1 / divisions + SHARED_ROWS)
    spread *= (divisions - 1) / max(1, divisions - 2)
    spread += np.eye(len(seen)) * (1e-4 * abs(float(curve.losses.mean()))) ** 2
    precision = np.linalg.inv(spread)
    prior = MOST_GAIN * max(float(curve.losses[:, 0].mean()), 1e-9)
    logs, means, errors = [], [], []
    for rate in RATES:
        shape = relative[:-1] ** -rate - relative[1:] ** -rate
        sure = float(shape @ precision @ shape) + prior**-2
        mean, error = float(shape @ precision @ seen) / sure, sure**-0.5
        positive = 0.5 * (1 + math.erf(mean / error / math.sqrt(2)))
        evidence = 0.5 * mean * mean * sure + math.log(error) + math.log(max(positive, 1e-300))
        logs.append(evidence - 0.5 * (math.log(rate / USUAL_RATE) / RATE_SPREAD) ** 2)
        means.append(mean)
        errors.append(error)
    weights = np.exp(np.array(logs) - max(logs))
    return weights / weights.sum(), np.array(means), np.array(errors)


def _positive(means: Floats, errors: Floats, rng: np.random.Generator) -> Floats:
    """A draw of each normal distribution, cut off below zero."""
    from scipy.special import ndtr, ndtri  # slow to import

    below = ndtr(-means / errors)
    share = below + (1 - below) * rng.uniform(1e-12, 1 - 1e-12, len(means))
    return np.asarray(means + errors * ndtri(np.clip(share, 1e-15, 1 - 1e-15)))


def interval_score(low: float, high: float, truth: float, level: float = 0.8) -> float:
    """Width, and a penalty for what lies outside: less is better, and honest intervals do best.

    Gneiting and Raftery, Strictly proper scoring rules, JASA 2007.

    >>> interval_score(0.2, 0.4, 0.3), round(interval_score(0.2, 0.4, 0.5), 6)
    (0.2, 1.2)
    """
    outside = max(low - truth, 0.0) + max(truth - high, 0.0)
    return (high - low) + 2 / (1 - level) * outside
