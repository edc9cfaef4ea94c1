"""From margins to probabilities: identity, Platt or isotonic, whichever predicts held-out rows best.

Fitted on margins of rows that the model which gave them had not seen.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from airworthy.measures.probability import row_log_loss
from airworthy.model.newton import fit_logistic
from airworthy.model.rising import rising
from airworthy.model.rows import FOLDS, IntArray
from airworthy.scoring.calibration import compile_calibration
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Calibration, Identity, Isotonic, Platt

ISOTONIC_ROWS, ISOTONIC_EVENTS = 1000, 100
"""Below either a free curve follows noise."""
MAX_POINTS = 100
"""Points kept of an isotonic curve."""
COLDEST, HOTTEST, WARMTH_DIGITS = 1e-3, 1e3, 1e-7
"""Between which factors several classes' margins are scaled, and how closely the factor is found."""

Fit = Callable[[FloatArray, FloatArray], Calibration]


@dataclass(frozen=True, eq=False)
class Calibrated:
    """The chosen calibration and what it gives on rows it was not fitted on.

    Attributes
    ----------
    probability
        Out of fold, shape (n, classes).
    losses
        Log loss of each row out of fold, shape (n,).
    """

    calibration: Calibration
    probability: FloatArray
    losses: FloatArray


def calibrate(
    margins: FloatArray, y: FloatArray, fold: IntArray, classes: int, *, ordered: bool = False
) -> Calibrated:
    """Fit every method on four fifths, measure on the fifth, keep the best; the simpler one within noise.

    In time order the margins stay as they are. What put the past right misled the future even where every
    past block confirmed it. Measured on later quarters, log loss as they are and with a line (Platt) through
    past blocks: flights .546 and .575, elec2 .537 and .779 (LightGBM with 15 leaves).

    Parameters
    ----------
    margins
        Raw margins, shape (n, 1) for two classes, else (n, classes).
    y
        Class indices, shape (n,).
    fold
        Fold of each row, 0 to 4.

    Notes
    -----
    "Within noise": a mean gain in log loss of at most one standard error of the paired difference.
    """
    if ordered:
        plain = probabilities(Identity(), margins, classes)
        return Calibrated(Identity(), plain, row_log_loss(y, plain))
    best: Calibrated | None = None
    for fit in _methods(y, classes):
        found = _cross_fitted(fit, margins, y, fold, classes)
        if best is None or clearly_less(found.losses, best.losses):
            best = found
    assert best is not None  # identity is always among the methods
    return best


def clearly_less(losses: FloatArray, others: FloatArray) -> bool:
    """Whether mean `losses` lie below `others` by more than one standard error of the paired difference."""
    gain = others - losses
    return float(gain.mean()) > float(gain.std(ddof=1)) / math.sqrt(len(gain))


def _methods(y: FloatArray, classes: int) -> tuple[Fit, ...]:
    methods: tuple[Fit, ...] = (lambda margins, y: Identity(), _fit_platt)
    rare = np.bincount(y.astype(int), minlength=classes).min()
    if classes == 2 and len(y) >= ISOTONIC_ROWS and rare >= ISOTONIC_EVENTS:
        return (*methods, _fit_isotonic)
    return methods


def _cross_fitted(fit: Fit, margins: FloatArray, y: FloatArray, fold: IntArray, classes: int) -> Calibrated:
    probability = np.empty((len(y), classes))
    for k in range(FOLDS):
        outside = fold == k
        inside = ~outside
        calibration = fit(margins[inside], y[inside]) if len(np.unique(y[inside])) > 1 else Identity()
        probability[outside] = probabilities(calibration, margins[outside], classes)
    losses = row_log_loss(y, probability)
    return Calibrated(fit(margins, y), probability, losses)


def probabilities(calibration: Calibration, margins: FloatArray, classes: int) -> FloatArray:
    """(n, classes) probabilities by the scorer's own arithmetic."""
    apply = compile_calibration(calibration, classes)
    rows = [apply(tuple(row)) for row in margins.tolist()]
    return np.array(rows, dtype=np.float64).reshape(len(margins), classes)


def _fit_platt(margins: FloatArray, y: FloatArray) -> Calibration:
    """Slope (and offset for two classes) of least log loss; Platt 1999, temperature scaling beyond two."""
    if margins.shape[1] > 1:
        return Platt(slope=_warmth(margins, y.astype(int)))
    scale = float(margins.std()) or 1.0
    center = float(margins.mean())
    steep, level = fit_logistic((margins - center) / scale, y, start=np.array([scale, center])).tolist()
    slope = steep / scale
    if not np.isfinite(slope) or slope <= 0.0:  # an order turned round is not a calibration
        return Platt()
    return Platt(slope=slope, offset=level - slope * center)


def platt_line(margins: FloatArray, y: FloatArray) -> tuple[float, float]:
    """Slope and offset that put margins, shape (n, k), on the scale of log-odds; (1, 0) where none can."""
    found = _fit_platt(margins, y) if len(np.unique(y)) > 1 else Platt()
    return (found.slope, found.offset) if isinstance(found, Platt) else (1.0, 0.0)


def _warmth(margins: FloatArray, y: IntArray) -> float:
    """What margins (n, k) are multiplied by for least log loss: one over Guo et al.'s temperature (2017).

    The loss is convex in it, and its slope rises: halved until both ends are one number.
    """
    low, high = COLDEST, HOTTEST
    chosen = margins[np.arange(len(y)), y]
    while high / low > 1.0 + WARMTH_DIGITS:
        middle = math.sqrt(low * high)
        scaled = margins * middle
        share = np.exp(scaled - scaled.max(axis=1, keepdims=True))
        share /= share.sum(axis=1, keepdims=True)
        rises = float(((share * margins).sum(axis=1) - chosen).mean()) > 0.0
        low, high = (low, middle) if rises else (middle, high)
    return math.sqrt(low * high)


def _fit_isotonic(margins: FloatArray, y: FloatArray) -> Calibration:
    """The rising step function of least squares, as at most `MAX_POINTS` points to interpolate between."""
    order = np.argsort(margins[:, 0], kind="stable")
    ranked = margins[order, 0]
    values, start = np.unique(ranked, return_index=True)
    sums = np.add.reduceat(y[order], start)
    rows = np.diff(np.append(start, len(ranked))).astype(np.float64)
    level = rising(sums / rows, rows)
    # One point for each level, at its mean margin; levels pulled off 0 and 1 by half a row.
    edges = np.flatnonzero(np.diff(level)) + 1
    blocks = np.split(np.arange(len(values)), edges)
    points = [
        (
            float(np.average(values[block], weights=rows[block])),
            float((level[block[0]] * rows[block].sum() + 0.5) / (rows[block].sum() + 1.0)),
        )
        for block in blocks
    ]
    thinned = _thin(points)
    return Isotonic(
        margins=tuple(margin for margin, _ in thinned), probabilities=tuple(p for _, p in thinned)
    )


def _thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Evenly chosen points, first and last among them, with rising probabilities."""
    kept = np.unique(np.linspace(0, len(points) - 1, min(len(points), MAX_POINTS)).round().astype(int))
    levels = np.maximum.accumulate([points[i][1] for i in kept])
    return [(points[i][0], float(level)) for i, level in zip(kept, levels, strict=True)]
