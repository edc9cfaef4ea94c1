"""What to expect of the next period: earlier periods, each predicted from the rows before it.

A small fixed learner stands in for the chosen one; what is carried over is how far quality moves from
period to period, which a random split cannot know. Rows of the coming period, where some are there without
their outcomes, say more: how sure the learner is of them, as far as that told anything of past periods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Charter, Task
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.backtest_rows import Coming, Past, past_of
from airworthy.lifecycle.backtest_text import scores_from_before, scores_of_halves
from airworthy.lifecycle.predict import order_of
from airworthy.measures import Outlook, PastPeriod, auc, log_loss, period_of, promised, rmse
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import Step

Floats = NDArray[np.float64]
PERIODS = 12
FEWEST_ROWS = 500
FEWEST_PAST = 20
LEVEL = 0.9
TREES = 80


@dataclass(frozen=True)
class Expectation:
    """The signed figure for the next period, and what a random split would have promised."""

    metric: str
    value: float
    low: float
    high: float
    level: float
    periods: tuple[float, ...]
    leads: tuple[float, ...]  # over the naive guess: AUC points, or share of the guess's loss
    random_split: float
    coming_rows: int = 0  # rows of the coming period that were read, without outcomes

    def as_json(self) -> dict[str, object]:
        return {
            "metric": self.metric,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "level": self.level,
            "periods": list(self.periods),
            "leads": list(self.leads),
            "random_split": self.random_split,
            "coming_rows": self.coming_rows,
        }


def expect_next(
    frame: pl.DataFrame,
    charter: Charter,
    contract: Contract,
    on_period: Callable[[], None] = lambda: None,
    steps: Sequence[Step] = (),
    coming: Coming | None = None,
) -> Expectation | None:
    """Backtest over past periods of `frame`; None without an order in time or enough periods.

    Parameters
    ----------
    frame : development rows, in the canonical form.
    contract : their columns before any repair.
    on_period : called after each fit.
    steps : the repairs that the model carries. They were fitted on the training rows, so what they learned (a
        median, a bound) is known in every period; what they put right is put right here too.
    coming : rows of the period to come, without outcomes.
    """
    if frame.height < FEWEST_ROWS or order_of(frame, charter) is None:
        return None
    past = past_of(frame, charter, contract, steps)
    edges = np.linspace(0, len(past.target), PERIODS + 2).astype(int)
    found = _periods(past, edges, charter, contract, on_period, coming)
    drawn = _random_split(past, charter, contract)
    metric = metric_of(charter.task)
    ratio = 1.0 if coming is None else max(1.0, len(past.target) / (PERIODS + 1) / max(1, coming.rows))
    outlook = Outlook(found.past, metric, found.promise, ratio)
    low, high = outlook.interval(LEVEL) if found.past else (None, None)
    if low is None or high is None or drawn is None:
        return None
    figures = tuple(period.figure for period in found.past)
    seen = 0 if coming is None else coming.rows
    return Expectation(metric, outlook.value, low, high, LEVEL, figures, found.leads, drawn.figure, seen)


@dataclass(frozen=True)
class _Found:
    """Past periods with their leads over the naive guess, and what the coming rows promise."""

    past: tuple[PastPeriod, ...]
    leads: tuple[float, ...]
    promise: float | None


def _periods(
    past: Past,
    edges: NDArray[np.int64],
    charter: Charter,
    contract: Contract,
    on_period: Callable[[], None],
    coming: Coming | None,
) -> _Found:
    known = past.known_at(edges, charter.target.matures_after)
    features = _with_words(past, edges, known, charter, contract, coming)
    found, leads = [], []
    for index in range(2, PERIODS + 2):
        before, block = slice(0, known[index - 1]), slice(edges[index - 1], edges[index])
        period = _period(features, past, before, block, charter, contract)
        on_period()
        if period is not None:
            found.append(period)
            leads.append(_lead(period.figure, past, before, block, charter.task))
    return _Found(tuple(found), tuple(leads), _promise(features, past, charter, contract))


def _with_words(
    past: Past,
    edges: NDArray[np.int64],
    known: list[int],
    charter: Charter,
    contract: Contract,
    coming: Coming | None,
) -> Floats:
    """Features (n, d) of the past rows and below them of the coming ones, with their scores of words."""
    features, texts, target = past.features, past.texts, past.target
    ends, taught = edges.tolist(), known
    if coming is not None:
        m, n = len(coming.features), len(target)
        features = np.vstack([features, coming.features])
        texts = [old + new for old, new in zip(texts, coming.texts, strict=True)]
        target = np.append(target, np.full(m, np.nan))
        ends, taught = [*ends, n + m], [*known[:-1], n, n]
    words = scores_from_before(texts, target, ends, taught, charter.task, len(contract.classes))
    return np.column_stack([features, words])


def _promise(features: Floats, past: Past, charter: Charter, contract: Contract) -> float | None:
    """What the learner of all past rows promises of the coming ones; None where there are none."""
    n = len(past.target)
    if len(features) == n or not _teaches(past.target, charter.task, contract):
        return None
    answer = _fitted(features[:n], past.target, charter, contract)(features[n:])
    return promised(metric_of(charter.task), answer)


def _random_split(past: Past, charter: Charter, contract: Contract) -> PastPeriod | None:
    """What four fifths drawn at random say of the other fifth."""
    n = len(past.target)
    drawn = np.random.default_rng(derive_seed(charter.seed, "random split")).permutation(n)
    texts = [[tokens[i] for i in drawn] for tokens in past.texts]
    target = past.target[drawn]
    words = scores_of_halves(texts, target, charter.task, len(contract.classes))
    features = np.column_stack([past.features[drawn], words])
    cut = int(0.8 * n)
    return _period(features, past[drawn], slice(0, cut), slice(cut, n), charter, contract)


def metric_of(task: Task) -> str:
    """The headline figure of a task."""
    return {Task.BINARY: "auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}[task]


def _lead(value: float, past: Past, before: slice, block: slice, task: Task) -> float:
    """How far `value` is ahead of the better guess: the earlier rows' mean or shares, or the last outcome."""
    known, y, last = past.target[before], past.target[block], past.last[block]
    if task is Task.BINARY:
        repeated = auc(y, np.where(np.isnan(last), known.mean(), last))
        return value - max(0.5, float(repeated))
    if task is Task.REGRESSION:
        guess = float(rmse(y, np.full(len(y), known.mean())))
        guess = min(guess, float(rmse(y, np.where(np.isnan(last), known.mean(), last))))
    else:
        shares = np.bincount(known.astype(np.int64)) / len(known)
        guess = float(log_loss(y.astype(np.int64), np.tile(shares, (len(y), 1))))
    return (guess - value) / guess


def _period(
    features: Floats, past: Past, before: slice, block: slice, charter: Charter, contract: Contract
) -> PastPeriod | None:
    """The block as the learner of the rows before it scores it; None where either shows too little."""
    y, known = past.target[block], past.target[before]
    if not _teaches(known, charter.task, contract):
        return None
    if charter.task is Task.BINARY and len(np.unique(y)) < 2:
        return None
    off = (known - past.forecast[before]) / past.size[before]
    answer = _fitted(features[before], off, charter, contract)(features[block])
    if charter.task is Task.REGRESSION:
        answer = past.forecast[block] + past.size[block] * answer
    metric = metric_of(charter.task)
    return period_of(metric, y, answer, promised(metric, answer))


def _teaches(known: Floats, task: Task, contract: Contract) -> bool:
    """Whether so many outcomes, of so many classes, are enough to learn from."""
    if len(known) < FEWEST_PAST:
        return False
    return task is Task.REGRESSION or len(np.unique(known)) >= max(2, len(contract.classes))


def _fitted(
    features: Floats, outcome: Floats, charter: Charter, contract: Contract
) -> Callable[[Floats], Floats]:
    """The stand-in learner: what it answers for further rows."""
    parameters = {
        "objective": {"binary": "binary", "multiclass": "multiclass", "regression": "regression"}[
            charter.task
        ],
        "learning_rate": 0.1,
        "num_leaves": 31,
        "min_data_in_leaf": 50,
        "verbosity": -1,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "seed": derive_seed(charter.seed, "backtest") % 2**31,
    }
    if charter.task is Task.MULTICLASS:
        parameters["num_class"] = len(contract.classes)
    # With what it imports it is 110 MB, which everybody who only trains or scores would carry.
    import lightgbm

    model = lightgbm.train(parameters, lightgbm.Dataset(features, outcome), TREES)
    return lambda rows: np.asarray(model.predict(rows, num_threads=1))
