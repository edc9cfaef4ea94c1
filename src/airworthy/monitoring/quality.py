"""Quality of a live window: realised on matured outcomes, and implied by calibrated probabilities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.assurance.quality import naive
from airworthy.kernel.result import Estimate, NotApplicable
from airworthy.kernel.seed import derive_seed
from airworthy.measures import Auc, Bootstrap, MeanT, row_log_loss
from airworthy.monitoring.window import Traffic

Floats = NDArray[np.float64]
MOST_ROWS = 5_000
"""Rows behind one resample; the spread is scaled to all rows (m out of n)."""


@dataclass(frozen=True)
class Baseline:
    """What a guess without a model reaches on the same rows."""

    name: str
    value: float


def realised(traffic: Traffic, task: str, min_rows: int) -> Estimate | NotApplicable:
    """AUC (binary), log loss in nats (multiclass) or RMSE (regression) on the rows with an outcome."""
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
        return NotApplicable("All matured outcomes are the same, so quality has no meaning.")
    if task == "multiclass":
        if traffic.probability is None:
            return NotApplicable("The log holds no probabilities of the classes.")
        return MeanT(row_log_loss(y.astype(np.int64), traffic.probability[known]), "log loss")
    return Auc(y.astype(np.int64), score)


def guess(predictions: Predictions) -> Baseline:
    """The better naive guess in the unit of `realised`; the laboratory's own definition."""
    found = naive(predictions)
    return Baseline(found.name, found.value)


def implied(traffic: Traffic, task: str, min_rows: int) -> Estimate | NotApplicable:
    """AUC (binary) or log loss (multiclass) that the probabilities imply (CBPE), were they right."""
    if task == "regression":
        return NotApplicable("A predicted number says nothing about its own error; wait for outcomes.")
    if len(traffic) < min_rows:
        return NotApplicable(f"{len(traffic):,} rows arrived; {min_rows:,} are needed.")
    if task == "multiclass":
        if traffic.probability is None:
            return NotApplicable("The log holds no probabilities of the classes.")
        p = np.clip(traffic.probability, 1e-15, 1.0)
        return MeanT(-(p * np.log(p)).sum(axis=1), "log loss")
    return _implied_auc(traffic.score)


def implied_accuracy(traffic: Traffic, task: str) -> MeanT | None:
    """Share of decisions that are right if the probabilities are: their mean for what was decided."""
    if task == "regression" or traffic.decision is None:
        return None
    if traffic.probability is not None:
        chosen = traffic.probability[np.arange(len(traffic)), traffic.decision.astype(np.int64)]
    elif task == "binary":
        chosen = np.where(traffic.decision == 1, traffic.score, 1 - traffic.score)
    else:
        return None
    return MeanT(np.asarray(chosen, float), "share")


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


def _implied_auc(score: Floats) -> Estimate:
    whole = weighted_auc(score, score, 1 - score)
    part = score
    if len(score) > MOST_ROWS:
        rng = np.random.default_rng(derive_seed(0, "quality"))
        part = score[rng.choice(len(score), MOST_ROWS, replace=False)]
    _, tied = np.unique(part, return_inverse=True)

    def statistic(weights: Floats) -> float:
        above, below = np.bincount(tied, part * weights), np.bincount(tied, (1 - part) * weights)
        beaten = np.cumsum(below) - below / 2
        return float((above * beaten).sum() / max(above.sum() * below.sum(), 1e-300))

    seed = derive_seed(0, "quality", "bootstrap")
    drawn = Bootstrap.of_rows(statistic, len(part), unit="AUC", seed=seed, resamples=200)
    draws = whole + (drawn.draws - drawn.value) * (len(part) / len(score)) ** 0.5
    return Bootstrap(whole, "AUC", len(score), draws, drawn.units)
