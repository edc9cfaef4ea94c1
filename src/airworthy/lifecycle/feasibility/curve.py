"""The learning curve of the rows at hand: the fixed learner on growing parts, always held out alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.feasibility.learner import Floats, Places, QuickLearner
from airworthy.measures.learning_curve import LearningCurve
from airworthy.measures.ranking import placements

PARTS = (0.1, 0.2, 0.4, 0.8)
"""Shares of the rows that are learned from; a fifth is always held out."""
FOLDS, DIVISIONS = 5, 2
FEWEST, FEWEST_OF_CLASS = 100, 10
"""Rows in all, and of each class, below which nothing can be said."""


@dataclass(frozen=True, eq=False)
class Loss:
    """How a loss is measured: AUC is told as what it lacks to one."""

    name: str
    of: Callable[[Floats, Floats], float]
    error: Callable[[Floats, Floats], float]


def auc_lack(y: Floats, scores: Floats) -> float:
    """1 - AUC; ties count half.

    >>> auc_lack(np.array([0.0, 1.0, 1.0]), np.array([0.1, 0.9, 0.1]))
    0.25
    """
    return 1 - float(placements(y, scores)[y == 1].mean())


def _auc_error(y: Floats, scores: Floats) -> float:
    """DeLong's standard error."""
    share = placements(y, scores)
    return float(np.sqrt(sum(share[y == kind].var(ddof=1) / (y == kind).sum() for kind in (0, 1))))


def _log_loss(y: Floats, scores: Floats) -> Floats:
    chosen = scores[np.arange(len(y)), y.astype(np.int64)]
    return -np.log(np.clip(chosen, 1e-6, 1.0))


def _rmse(y: Floats, scores: Floats) -> float:
    return float(np.sqrt(np.mean((y - scores) ** 2)))


def _rmse_error(y: Floats, scores: Floats) -> float:
    squares = (y - scores) ** 2
    return float(squares.std(ddof=1) / np.sqrt(len(y)) / (2 * np.sqrt(squares.mean())))


LOSSES = {
    Task.BINARY: Loss("AUC", auc_lack, _auc_error),
    Task.MULTICLASS: Loss(
        "log loss",
        lambda y, s: float(_log_loss(y, s).mean()),
        lambda y, s: float(_log_loss(y, s).std(ddof=1) / np.sqrt(len(y))),
    ),
    Task.REGRESSION: Loss("RMSE", _rmse, _rmse_error),
}


def curve_of(learner: QuickLearner, seed: int = 0) -> LearningCurve:
    """The fixed learner on a tenth to four fifths of the rows, each division held out five times.

    Raises `InputError` where there are too few rows, or too few of a class.
    """
    loss, n = LOSSES[learner.task], len(learner.y)
    _refuse_few(learner)
    sizes = np.array([max(20, round(part * n)) for part in PARTS], float)
    losses, errors = [], []
    for division in range(DIVISIONS):
        rng = np.random.default_rng(derive_seed(seed, "feasibility", f"division {division}"))
        folds = _folds(learner, rng)
        last = np.full((n, learner.classes) if learner.classes > 2 else n, np.nan)
        for fold in range(FOLDS):
            held = np.flatnonzero(folds == fold)
            rest = _mixed(learner, rng.permutation(np.flatnonzero(folds != fold)))
            row = []
            for size in sizes:
                scores = learner.scores(rest[: int(size)], held, fold)
                row.append(loss.of(learner.y[held], scores))
            last[held] = scores
            losses.append(row)
        errors.append(loss.error(learner.y, last))
    return LearningCurve(sizes, np.array(losses), float(np.mean(errors)))


def _refuse_few(learner: QuickLearner) -> None:
    n = len(learner.y)
    if n < FEWEST:
        raise InputError(
            f"{n:,} rows with an outcome tell nothing about more of them; {FEWEST} are the least.",
            value=n,
            remedy="Collect more outcomes first.",
        )
    if not learner.classes:
        if float(learner.y.std()) == 0:
            raise InputError(
                "Every outcome is the same number.", value=float(learner.y[0]), remedy="Name another column."
            )
        return
    least = int(np.bincount(learner.y.astype(np.int64), minlength=learner.classes).min())
    if least < FEWEST_OF_CLASS:
        raise InputError(
            f"The rarest outcome stands in {least:,} rows; fewer than {FEWEST_OF_CLASS} tell nothing.",
            value=least,
            remedy="Collect more of it, or join rare outcomes into one.",
        )


def _folds(learner: QuickLearner, rng: np.random.Generator) -> NDArray[np.int64]:
    """A fold for each row; of classes the same share in each."""
    folds = np.empty(len(learner.y), np.int64)
    kinds = learner.y if learner.classes else np.zeros(len(learner.y))
    for kind in np.unique(kinds):
        places = rng.permutation(np.flatnonzero(kinds == kind))
        folds[places] = np.arange(len(places)) % FOLDS
    return folds


def _mixed(learner: QuickLearner, places: Places) -> Places:
    """The places in an order in which each beginning holds every class, as far as it goes."""
    if not learner.classes:
        return places
    kinds = learner.y[places]
    first = [int(np.flatnonzero(kinds == kind)[0]) for kind in np.unique(kinds)]
    return np.concatenate([places[first], np.delete(places, first)])
