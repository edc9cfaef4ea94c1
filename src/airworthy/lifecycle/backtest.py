"""What to expect of the next period: earlier periods, each predicted from the rows before it.

A small fixed learner stands in for the chosen one; what is carried over is how far quality moves from
period to period, which a random split cannot know.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import lightgbm
import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Charter, Task
from airworthy.data import columns_for_scoring
from airworthy.kernel.seed import derive_seed
from airworthy.measures import auc, forecast_interval, log_loss, rmse
from airworthy.scoring.contract import Contract

Floats = NDArray[np.float64]
PERIODS = 12
MOST_ROWS = 60_000
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
        }


def expect_next(
    frame: pl.DataFrame, charter: Charter, contract: Contract, on_period: Callable[[], None] = lambda: None
) -> Expectation | None:
    """Backtest over past periods of `frame`; None without time, or with too few periods of both outcomes.

    Parameters
    ----------
    frame : development rows, in the canonical form, with `__time__`.
    on_period : called after each fit.
    """
    if "__time__" not in frame.columns or frame.height < 500:
        return None
    ordered = frame.sort("__time__", "__row__")
    if ordered.height > MOST_ROWS:
        rng = np.random.default_rng(derive_seed(charter.seed, "backtest"))
        ordered = ordered[np.sort(rng.choice(ordered.height, MOST_ROWS, replace=False))]
    features = _matrix(ordered, contract)
    target = _target(ordered, charter.task, contract.classes)
    edges = np.linspace(0, len(target), PERIODS + 2).astype(int)
    values, leads = [], []
    for index in range(2, PERIODS + 2):
        past, block = slice(0, edges[index - 1]), slice(edges[index - 1], edges[index])
        value = _quality(features, target, past, block, charter, contract)
        on_period()
        if value is not None:
            values.append(value)
            leads.append(_lead(value, target[past], target[block], charter.task))
    low, high = forecast_interval(values, LEVEL)
    shuffled = np.random.default_rng(derive_seed(charter.seed, "random split")).permutation(len(target))
    cut = int(0.8 * len(target))
    promised = _quality(features, target, shuffled[:cut], shuffled[cut:], charter, contract)
    if low is None or high is None or promised is None:
        return None
    metric = metric_of(charter.task)
    if metric == "auc":
        low, high = max(0.0, low), min(1.0, high)
    return Expectation(
        metric, float(np.mean(values)), max(0.0, low), high, LEVEL, tuple(values), tuple(leads), promised
    )


def metric_of(task: Task) -> str:
    """The headline figure of a task."""
    return {Task.BINARY: "auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}[task]


def _lead(value: float, past: Floats, y: Floats, task: Task) -> float:
    """How far `value` is ahead of guessing the earlier rows' mean or shares."""
    if task is Task.BINARY:
        return value - 0.5
    if task is Task.REGRESSION:
        guess = float(rmse(y, np.full(len(y), past.mean())))
    else:
        shares = np.bincount(past.astype(np.int64)) / len(past)
        guess = float(log_loss(y.astype(np.int64), np.tile(shares, (len(y), 1))))
    return (guess - value) / guess


def _quality(
    features: Floats,
    target: Floats,
    past: slice | NDArray[np.int64],
    block: slice | NDArray[np.int64],
    charter: Charter,
    contract: Contract,
) -> float | None:
    y = target[block]
    if charter.task is not Task.REGRESSION and len(np.unique(target[past])) < max(2, len(contract.classes)):
        return None
    if charter.task is Task.BINARY and len(np.unique(y)) < 2:
        return None
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
    model = lightgbm.train(parameters, lightgbm.Dataset(features[past], target[past]), TREES)
    answer = np.asarray(model.predict(features[block], num_threads=1))
    if charter.task is Task.BINARY:
        return float(auc(y, answer))
    if charter.task is Task.MULTICLASS:
        return float(log_loss(y.astype(np.int64), answer))
    return float(rmse(y, answer))


def _matrix(frame: pl.DataFrame, contract: Contract) -> Floats:
    columns = columns_for_scoring(frame, contract)
    made = []
    for column in contract.inputs:
        values = columns[column.name]
        if isinstance(values, np.ndarray):
            made.append(values)
        else:
            codes = {label: float(code) for code, label in enumerate(column.vocabulary)}
            made.append(np.array([codes.get(v, np.nan) if v is not None else np.nan for v in values]))
    return np.column_stack(made) if made else np.zeros((frame.height, 1))


def _target(frame: pl.DataFrame, task: Task, classes: tuple[str, ...]) -> Floats:
    target = frame["__target__"]
    if task is Task.REGRESSION:
        return target.to_numpy()
    codes = {label: float(index) for index, label in enumerate(classes)}
    return np.array([codes[label] for label in target.to_list()])
