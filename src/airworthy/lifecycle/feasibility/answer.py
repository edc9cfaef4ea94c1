"""The three questions of whoever pays: more data, why not everything right, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from airworthy.charter.model import Task
from airworthy.lifecycle.feasibility.curve import FOLDS, LOSSES, curve_of
from airworthy.lifecycle.feasibility.learner import Floats, QuickLearner
from airworthy.measures.learning_curve import LearningCurve, losses_at
from airworthy.measures.proportion import Wilson

LEVEL = 0.8
TIMES = (1.0, 2.0, 5.0, 10.0)
"""All rows at hand, of which a fifth was held out, and so many times as many."""
FURTHEST = 100.0
"""Nobody is told of more than so many times the rows at hand."""
LIKELY, HARDLY = 0.5, 0.1
"""Chances at which the rows for a wish are told; and one less the second."""
SLICES = (0.05, 0.1, 0.2, 0.3)
"""Shares of the cases, those that the model is surest of."""


@dataclass(frozen=True)
class Spread:
    """A figure with the bounds that hold 80 % of its draws; an AUC as such, not what it lacks to one."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Ahead:
    """What so many rows would bring."""

    rows: int
    figure: Spread


@dataclass(frozen=True)
class Wish:
    """Whether a wished figure can be reached: `chance` at ten times the rows, `ever` at a hundred times.

    `rows` are those at which it is as likely as not, with their bounds; None where that lies beyond a hundred
    times the rows at hand. `days` and `money` follow where somebody said how fast and how dear they come.
    """

    wished: float
    now: float
    chance: float
    ever: float
    rows: tuple[int | None, int | None, int | None]
    days: tuple[float | None, float | None, float | None] = (None, None, None)
    money: tuple[float | None, float | None, float | None] = (None, None, None)


@dataclass(frozen=True)
class Twins:
    """Rows that are alike in every input: `rows` of them, of which `other` have another outcome than most.

    No model of these inputs can be right in `other`; of `rows` in all.
    """

    rows: int
    other: int


@dataclass(frozen=True)
class Win:
    """The cases that the model is surest of: how many of them are the event, beside all cases."""

    share: float
    cases: int
    events: int
    low: float
    high: float
    usual: float


@dataclass(frozen=True)
class Feasibility:
    """The answer."""

    measure: str
    rows: int
    columns: int
    curve: LearningCurve
    now: Spread
    ahead: tuple[Ahead, ...]
    limit: Spread
    naive: float
    twins: Twins
    wish: Wish | None
    win: Win | None

    @property
    def rising(self) -> bool:
        """Whether more is better: AUC; else a loss."""
        return self.measure == "AUC"


def answer_of(
    learner: QuickLearner,
    *,
    wished: float | None = None,
    rows_a_day: float | None = None,
    label_cost: float | None = None,
    seed: int = 0,
) -> Feasibility:
    """What can be reached with these rows, with more, and never.

    Parameters
    ----------
    wished : AUC, log loss or RMSE that somebody wants.
    rows_a_day, label_cost : how fast outcomes come, and what one costs.

    Raises `InputError` where there are too few rows to say anything.
    """
    curve = curve_of(learner, seed)
    name, n = LOSSES[learner.task].name, len(learner.y)
    lacks = learner.task is Task.BINARY
    ahead = tuple(
        Ahead(round(times * n), _spread(losses_at(curve, times * n, seed), lacks)) for times in TIMES
    )
    wish = None
    if wished is not None:
        wish = _wish(curve, n, 1 - wished if lacks else wished, wished, rows_a_day, label_cost, seed)
    now = np.array([curve.now - 1.2816 * curve.error, curve.now, curve.now + 1.2816 * curve.error])
    return Feasibility(
        name,
        n,
        learner.frame.width,
        curve,
        _told(now, lacks),
        ahead,
        _spread(losses_at(curve, FURTHEST * n, seed), lacks),
        _naive(learner),
        _twins(learner),
        wish,
        _win(learner, seed) if lacks else None,
    )


def _told(losses: Floats, lacks: bool) -> Spread:
    """Low, middle and high losses in people's words."""
    low, middle, high = (float(one) for one in losses)
    return Spread(1 - middle, 1 - high, 1 - low) if lacks else Spread(middle, low, high)


def _spread(draws: Floats, lacks: bool) -> Spread:
    return _told(np.quantile(draws, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]), lacks)


def _wish(
    curve: LearningCurve,
    n: int,
    loss: float,
    wished: float,
    rows_a_day: float | None,
    label_cost: float | None,
    seed: int,
) -> Wish:
    def reached(rows: float) -> float:
        return float((losses_at(curve, rows, seed) <= loss).mean())

    rows = tuple(_rows_for(curve, n, loss, share, seed) for share in (HARDLY, LIKELY, 1 - HARDLY))
    further = tuple(None if one is None else max(0, one - n) for one in rows)
    return Wish(
        wished,
        reached(curve.sizes[-1]),
        reached(10 * n),
        reached(FURTHEST * n),
        (rows[0], rows[1], rows[2]),
        _times(further, None if rows_a_day is None else 1 / rows_a_day),
        _times(further, label_cost),
    )


def _times(
    rows: Sequence[int | None], factor: float | None
) -> tuple[float | None, float | None, float | None]:
    low, middle, high = (None if one is None or factor is None else one * factor for one in rows)
    return low, middle, high


def _rows_for(curve: LearningCurve, n: int, loss: float, chance: float, seed: int) -> int | None:
    """The rows that reach the loss with so large a chance; None beyond a hundred times those at hand."""
    for rows in np.geomspace(float(curve.sizes[-1]), FURTHEST * n, 80):
        if float((losses_at(curve, float(rows), seed) <= loss).mean()) >= chance:
            return round(float(rows))
    return None


def _naive(learner: QuickLearner) -> float:
    """The figure without a model: the AUC of chance, the outcomes' own shares, or their mean."""
    if learner.task is Task.BINARY:
        return 0.5
    if learner.task is Task.MULTICLASS:
        shares = np.bincount(learner.y.astype(np.int64)) / len(learner.y)
        return float(-(shares * np.log(np.maximum(shares, 1e-12))).sum())
    return float(learner.y.std())


def _twins(learner: QuickLearner) -> Twins:
    """Rows that share every input with another row, and those whose outcome is not the usual one there."""
    if not learner.classes:
        return Twins(0, 0)
    inputs = learner.frame.columns
    table = learner.frame.with_columns(pl.Series("__outcome__", learner.y))
    counted = table.group_by([*inputs, "__outcome__"]).len("rows").group_by(inputs)
    groups = counted.agg(pl.col("rows").sum().alias("all"), pl.col("rows").max().alias("most"))
    several = groups.filter(pl.col("all") > 1)
    return Twins(int(several["all"].sum()), int((several["all"] - several["most"]).sum()))


def _win(learner: QuickLearner, seed: int) -> Win | None:
    """The largest share of the surest cases in which the event is at least twice as frequent as in all."""
    rng = np.random.default_rng(seed)
    folds, scores = rng.permutation(len(learner.y)) % FOLDS, np.empty(len(learner.y))
    for fold in range(FOLDS):
        held = np.flatnonzero(folds == fold)
        scores[held] = learner.scores(np.flatnonzero(folds != fold), held, fold)
    usual, order = float(learner.y.mean()), np.argsort(-scores, kind="stable")
    found = None
    for share in SLICES:
        cases = max(1, round(share * len(order)))
        events = int(learner.y[order[:cases]].sum())
        low, high = Wilson(events, cases).interval(LEVEL)
        if low is not None and high is not None and low >= 2 * usual:
            found = Win(share, cases, events, low, high, usual)
    return found
