"""Quality of a live window: realised on matured outcomes, and implied by calibrated scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from airworthy.kernel.result import Estimate, NotApplicable
from airworthy.kernel.seed import derive_seed
from airworthy.measures import Bootstrap
from airworthy.monitoring.window import Traffic

Floats = NDArray[np.float64]
MOST_ROWS = 20_000


def realised(traffic: Traffic, task: str, min_rows: int) -> Estimate | NotApplicable:
    """AUC (binary) or RMSE (regression) on the rows whose outcome is known, with a bootstrap interval."""
    if task == "multiclass":
        return NotApplicable("Live quality of several classes is not measured yet.")
    known = traffic.matured
    if known.sum() < min_rows:
        return NotApplicable(f"{int(known.sum()):,} outcomes have matured; {min_rows:,} are needed.")
    y, score = traffic.outcome[known], traffic.score[known]
    if task == "regression":
        squared = ((y - score) ** 2)[:, None]
        return Bootstrap.of_means(
            squared, lambda means: np.sqrt(means[:, 0]), unit="RMSE", seed=derive_seed(0, "realised")
        )
    if y.min() == y.max():
        return NotApplicable("All matured outcomes are the same, so AUC has no meaning.")
    return _weighted_auc(score, y, 1 - y, strata=y)


def implied(traffic: Traffic, task: str, min_rows: int) -> Estimate | NotApplicable:
    """AUC that calibrated scores imply (CBPE)."""
    if task != "binary":
        return NotApplicable("Implied quality needs the probability of one class.")
    if len(traffic) < min_rows:
        return NotApplicable(f"{len(traffic):,} rows arrived; {min_rows:,} are needed.")
    return _weighted_auc(traffic.score, traffic.score, 1 - traffic.score, strata=None)


def weighted_auc(score: Floats, positive: Floats, negative: Floats) -> float:
    """Chance that a positive scores above a negative, ties half, for row weights.

    >>> weighted_auc(np.array([0.1, 0.4, 0.8]), np.array([0.0, 0, 1]), np.array([1.0, 1, 0]))
    1.0
    """
    _, tied = np.unique(score, return_inverse=True)
    above = np.bincount(tied, positive)
    below = np.bincount(tied, negative)
    beaten = np.cumsum(below) - below / 2
    return float((above * beaten).sum() / (above.sum() * below.sum()))


def _weighted_auc(score: Floats, positive: Floats, negative: Floats, strata: Floats | None) -> Estimate:
    if len(score) > MOST_ROWS:
        rows = np.random.default_rng(derive_seed(0, "quality")).choice(len(score), MOST_ROWS, replace=False)
        score, positive, negative = score[rows], positive[rows], negative[rows]
        strata = None if strata is None else strata[rows]
    _, tied = np.unique(score, return_inverse=True)

    def statistic(weights: Floats) -> float:
        above, below = np.bincount(tied, positive * weights), np.bincount(tied, negative * weights)
        beaten = np.cumsum(below) - below / 2
        return float((above * beaten).sum() / max(above.sum() * below.sum(), 1e-300))

    return Bootstrap.of_rows(
        statistic,
        len(score),
        unit="AUC",
        seed=derive_seed(0, "quality", "bootstrap"),
        strata=None if strata is None else strata.astype(np.int64),
        resamples=400,
    )
