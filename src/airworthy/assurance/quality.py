"""The headline quality of a task, and how far it leads the better of two naive guesses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task
from airworthy.kernel.result import Estimate, NotApplicable
from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.probability import row_log_loss
from airworthy.measures.ranking import AucDifference, auc

Floats = NDArray[np.float64]

HEADLINE = {Task.BINARY: "auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}
HIGHER_IS_BETTER = {Task.BINARY: True, Task.MULTICLASS: False, Task.REGRESSION: False}
PRIOR, LAST = "prior", "last matured outcome"


@dataclass(frozen=True, eq=False)
class Naive:
    """The better of two guesses that need no model: its name, its figure, and its prediction of each row."""

    name: str
    value: float
    guess: Floats  # (n,) score or number, (n, k) probabilities for multiclass


def one_class(predictions: Predictions) -> NotApplicable | None:
    """Why quality cannot be measured here: only one class among the outcomes."""
    if predictions.task is Task.REGRESSION:
        return None if np.ptp(predictions.y) > 0 else NotApplicable("Every outcome is the same number.")
    found = np.unique(predictions.y)
    if len(found) > 1:
        return None
    name = predictions.classes[int(found[0])]
    return NotApplicable(f"All {len(predictions):,} outcomes are {name!r}; ranking needs two classes.")


def headline(predictions: Predictions) -> float:
    """AUC, log loss in nats, or RMSE in the outcome's unit."""
    if predictions.task is Task.BINARY:
        return auc(predictions.y, predictions.score)
    if predictions.task is Task.MULTICLASS:
        return float(row_log_loss(predictions.y, predictions.require_probability()).mean())
    return float(np.sqrt(_squares(predictions, predictions.require_prediction()).mean()))


def naive(predictions: Predictions) -> Naive:
    """The better of the prior and the last matured outcome, judged on these rows."""
    prior = _naive_prior(predictions)
    if predictions.last_matured_outcome is None:
        return prior
    last = _naive_last(predictions, prior)
    better = last.value > prior.value if HIGHER_IS_BETTER[predictions.task] else last.value < prior.value
    return last if better else prior


def lead(predictions: Predictions, seed: int) -> Estimate:
    """How far the model leads the naive guess: AUC points, or the share of its log loss or RMSE removed."""
    guess = naive(predictions).guess
    if predictions.task is Task.BINARY:
        return AucDifference(predictions.y, predictions.score, guess, predictions.entity)
    model_loss, naive_loss = row_losses(predictions), _naive_losses(predictions, guess)
    root = predictions.task is Task.REGRESSION

    def removed(means: Floats) -> Floats:
        ratio = np.divide(means[:, 0], means[:, 1], out=np.ones(len(means)), where=means[:, 1] > 0)
        return np.asarray(1 - (np.sqrt(ratio) if root else ratio), float)

    worst = max(float(model_loss.max()), float(naive_loss.max()))
    return Bootstrap.of_means(
        np.column_stack([model_loss, naive_loss]),
        removed,
        unit="share",
        seed=seed,
        clusters=predictions.entity,
        ends=(np.array([0.0, naive_loss.min()]), np.array([worst, naive_loss.max()])),
    )


def lead_value(predictions: Predictions) -> float:
    """The lead alone, without its interval."""
    found, model = naive(predictions), headline(predictions)
    if predictions.task is Task.BINARY:
        return model - found.value
    return 1 - model / found.value if found.value > 0 else 0.0


def row_losses(predictions: Predictions) -> Floats:
    """Log loss (classes), squared error (numbers), or 1 for a wrong decision of each row (n,)."""
    if predictions.task is Task.REGRESSION:
        return _squares(predictions, predictions.require_prediction())
    if predictions.probability is None and predictions.decision is not None:
        return np.asarray(predictions.decision != predictions.y, float)
    return row_log_loss(predictions.y, predictions.require_probability())


def _squares(predictions: Predictions, guess: Floats) -> Floats:
    return np.asarray((predictions.y - guess) ** 2, float)


def _naive_losses(predictions: Predictions, guess: Floats) -> Floats:
    if predictions.task is Task.REGRESSION:
        return _squares(predictions, guess)
    return row_log_loss(predictions.y, guess)


def _naive_prior(predictions: Predictions) -> Naive:
    n, shares = len(predictions), predictions.shares
    if predictions.task is Task.BINARY:
        return Naive(PRIOR, 0.5, np.zeros(n))
    if predictions.task is Task.MULTICLASS:
        guess = np.tile(shares, (n, 1))
        return Naive(PRIOR, float(row_log_loss(predictions.y, guess).mean()), guess)
    guess = np.full(n, float(shares[0]))
    return Naive(PRIOR, float(np.sqrt(_squares(predictions, guess).mean())), guess)


def _naive_last(predictions: Predictions, prior: Naive) -> Naive:
    last = predictions.last_matured_outcome
    assert last is not None
    known = np.isfinite(last)
    if predictions.task is Task.BINARY:
        guess = np.where(known, last, float(predictions.shares[-1]))
        return Naive(LAST, auc(predictions.y, guess), guess)
    if predictions.task is Task.REGRESSION:
        guess = np.where(known, last, float(predictions.shares[0]))
        return Naive(LAST, float(np.sqrt(_squares(predictions, guess).mean())), guess)
    if not known.any():
        return prior
    # A certain guess has no finite log loss: it is mixed with the prior as its hit rate on these rows allows.
    codes = last[known].astype(np.int64)
    hits = float((codes == predictions.y[known]).mean())
    by_chance = float(predictions.shares[codes].mean())
    trust = max(0.0, (hits - by_chance) / (1 - by_chance)) if by_chance < 1 else 0.0
    guess = prior.guess.copy()
    guess[known] *= 1 - trust
    guess[np.flatnonzero(known), codes] += trust
    return Naive(LAST, float(row_log_loss(predictions.y, guess).mean()), guess)
