"""How good probabilities are: log loss, Brier score, and whether events come as often as announced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

TINY = 1e-15
"""Probabilities are kept this far above 0, so that one certain error does not make the loss infinite."""


def row_log_loss(y: ArrayLike, probability: ArrayLike) -> Floats:
    """-log of the probability given to what happened, each row (n,), in nats.

    Parameters
    ----------
    y : (n,) class indices (0/1 for binary).
    probability : (n,) of class 1, or (n, k) of each class.
    """
    labels = np.asarray(y).astype(np.int64)
    p = np.asarray(probability, float)
    given = np.where(labels == 1, p, 1 - p) if p.ndim == 1 else p[np.arange(len(labels)), labels]
    return np.asarray(-np.log(np.clip(given, TINY, 1.0)), float)


def log_loss(y: ArrayLike, probability: ArrayLike) -> float:
    """Mean log loss in nats, binary (n,) or multiclass (n, k).

    >>> round(log_loss([1, 0], [0.5, 0.5]), 4)     # ln 2
    0.6931
    """
    return float(row_log_loss(y, probability).mean())


def brier(y: ArrayLike, probability: ArrayLike) -> float:
    """Mean squared distance between outcome and probability; multiclass: summed over classes.

    >>> brier([1, 0], [0.8, 0.4])                  # (0.04 + 0.16) / 2
    0.1
    """
    p = np.asarray(probability, float)
    labels = np.asarray(y).astype(np.int64)
    if p.ndim == 1:
        return float(np.round(((labels - p) ** 2).mean(), 15))
    hit = np.eye(p.shape[1])[labels]
    return float(((hit - p) ** 2).sum(axis=1).mean())


@dataclass(frozen=True, eq=False)
class CalibrationBins:
    """Rows grouped by score: share, mean probability, observed rate, rows of each bin; `bin_of` each row."""

    share: Floats
    predicted: Floats
    observed: Floats
    rows: Integers
    bin_of: Integers


def calibration_bins(y: ArrayLike, probability: ArrayLike, bins: int = 10) -> CalibrationBins:
    """Bins of about equal row count; rows with one score stay in one bin.

    >>> calibration_bins([0, 1, 0, 1], [0.2, 0.2, 0.8, 0.8], bins=2).observed
    array([0.5, 0.5])
    """
    labels, p = np.asarray(y, float), np.asarray(probability, float)
    cuts = np.unique(np.quantile(p, np.arange(1, bins) / bins, method="higher"))
    raw = np.searchsorted(cuts, p, side="right")
    bin_of = np.unique(raw, return_inverse=True)[1].astype(np.int64)
    rows = np.bincount(bin_of)
    return CalibrationBins(
        share=rows / len(p),
        predicted=np.bincount(bin_of, weights=p) / rows,
        observed=np.bincount(bin_of, weights=labels) / rows,
        rows=rows.astype(np.int64),
        bin_of=bin_of,
    )


def ece(y: ArrayLike, probability: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error over equal-count bins: mean |observed rate - mean probability|.

    Multiclass (n, k): of the highest probability against being right (Guo et al., ICML 2017, equation 3).
    It is biased upwards in small samples; `CalibrationError` is not.

    >>> round(ece([0, 1, 0, 1], [0.2, 0.2, 0.8, 0.8], bins=2), 3)
    0.3
    """
    hit, confidence = confidence_of(y, probability)
    groups = calibration_bins(hit, confidence, bins)
    return float((groups.share * np.abs(groups.observed - groups.predicted)).sum())


def confidence_of(y: ArrayLike, probability: ArrayLike) -> tuple[Floats, Floats]:
    """What calibration compares: the event and its probability, or being right and the top probability."""
    p = np.asarray(probability, float)
    if p.ndim == 1:
        return np.asarray(y, float), p
    top = p.argmax(axis=1)
    return (top == np.asarray(y)).astype(float), p.max(axis=1)


def calibration_line(y: ArrayLike, probability: ArrayLike) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of the outcome on the logit of its probability.

    (1, 0) is perfect; a slope below 1 says that the probabilities are too extreme.
    Cox, Biometrika 45 (1958) 562.

    Raises
    ------
    ValueError : the outcomes are separated, so no line exists.
    """
    labels = np.asarray(y, float)
    p = np.clip(np.asarray(probability, float), 1e-12, 1 - 1e-12)
    x = np.column_stack([np.log(p / (1 - p)), np.ones(len(p))])
    weights = np.array([1.0, 0.0])
    for _ in range(50):
        fitted = 1 / (1 + np.exp(-np.clip(x @ weights, -500, 500)))
        curvature = (x * (fitted * (1 - fitted))[:, None]).T @ x
        if not np.isfinite(curvature).all() or np.linalg.cond(curvature) > 1e14:
            break
        step = np.linalg.solve(curvature, x.T @ (labels - fitted))
        weights = weights + step
        if float(np.abs(step).max()) < 1e-10:
            return float(weights[0]), float(weights[1])
    raise ValueError("the probability separates the outcomes; a calibration line needs both kinds mixed")
