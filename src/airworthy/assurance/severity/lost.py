"""Quality of the same rows before and after their cells were spoilt, with the interval of the difference."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task
from airworthy.kernel.result import Estimate
from airworthy.measures.bootstrap import RESAMPLES, Bootstrap
from airworthy.measures.paired import PairedShares
from airworthy.measures.proportion import Wilson
from airworthy.measures.ranking import Auc, AucDifference
from airworthy.measures.reweighted import drawn_aucs, drawn_means, row_weights

Floats = NDArray[np.float64]


def decides_only(predictions: Predictions) -> bool:
    """Whether there are labels alone, which can only be right or wrong."""
    return predictions.probability is None and predictions.prediction is None


def right(predictions: Predictions) -> Floats:
    """1 for each row whose most likely class, or whose label, came true (n,)."""
    likely = predictions.probability
    decided = predictions.decision if likely is None else likely.argmax(axis=1)
    return np.asarray(decided == predictions.y, float)


def quality_lost(clean: Predictions, noisy: Predictions, seed: int, resamples: int = RESAMPLES) -> Estimate:
    """Quality lost: AUC, accuracy, or the share by which RMSE rises."""
    if _by_right(clean):
        return PairedShares.of(right(clean), right(noisy), clean.entity)
    if clean.task is Task.BINARY:
        return AucDifference(clean.y, clean.score, noisy.score, clean.entity)
    squares = np.column_stack([_squares(noisy), _squares(clean)])
    return Bootstrap.of_means(
        squares, _rise, unit="share", seed=seed, clusters=clean.entity, resamples=resamples
    )


def quality(found: Predictions, seed: int, resamples: int = RESAMPLES) -> Estimate:
    """The figure that can be lost: AUC, accuracy, or RMSE in the outcome's unit."""
    if _by_right(found):
        return Wilson.of(right(found), found.entity)
    if found.task is Task.BINARY:
        return Auc(found.y, found.score, found.entity)
    squares = _squares(found)[:, None]
    return Bootstrap.of_means(
        squares,
        lambda means: np.sqrt(means[:, 0]),
        unit="",
        seed=seed,
        clusters=found.entity,
        resamples=resamples,
    )


def lost_draws(clean: Predictions, noisy: Sequence[Predictions], seed: int, draws: int) -> Floats:
    """What each of several spoilings loses, in the same `draws` resamples of rows (draws, spoilings).

    A resample without both classes answers NaN.
    """
    weights = row_weights(len(clean), draws, seed, clean.entity)
    if _by_right(clean):
        before = drawn_means(right(clean), weights)
        return np.column_stack([before - drawn_means(right(one), weights) for one in noisy])
    if clean.task is Task.BINARY:
        ranked = drawn_aucs(clean.y, clean.score, weights)
        return np.column_stack([ranked - drawn_aucs(clean.y, one.score, weights) for one in noisy])
    before = drawn_means(_squares(clean), weights)
    return np.column_stack(
        [_rise(np.column_stack([drawn_means(_squares(one), weights), before])) for one in noisy]
    )


def _by_right(found: Predictions) -> bool:
    return decides_only(found) or found.task is Task.MULTICLASS


def _squares(found: Predictions) -> Floats:
    return np.asarray((found.require_prediction() - found.y) ** 2, float)


def _rise(means: Floats) -> Floats:
    """By which share RMSE rises, of means of squared errors after and before (r, 2)."""
    ratio = np.divide(means[:, 0], means[:, 1], out=np.ones(len(means)), where=means[:, 1] > 0)
    return np.asarray(np.sqrt(ratio) - 1, float)
