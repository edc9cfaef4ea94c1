"""What to expect of the next period: earlier periods, each predicted from the rows before it.

A small fixed learner stands in for the chosen one; what is carried over is how far quality moves from
period to period, which a random split cannot know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Charter, Task
from airworthy.data import columns_for_scoring
from airworthy.data.series.names import FORECAST, SIZE
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.backtest_text import scores_from_before, scores_of_halves, texts_of
from airworthy.lifecycle.predict import known_forecast, last_outcome_of, numbers_of, order_of, seconds_of
from airworthy.measures import auc, forecast_interval, log_loss, rmse
from airworthy.scoring.contract import Contract, LogicalType
from airworthy.scoring.repaired import read_names, repaired_contract
from airworthy.scoring.spec import Step
from airworthy.scoring.steps import Cells, apply_steps

Floats = NDArray[np.float64]
PERIODS = 12
MOST_ROWS, MOST_ROWS_WITH_TEXT = 60_000, 20_000
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
    frame: pl.DataFrame,
    charter: Charter,
    contract: Contract,
    on_period: Callable[[], None] = lambda: None,
    steps: Sequence[Step] = (),
) -> Expectation | None:
    """Backtest over past periods of `frame`; None without an order in time or enough periods.

    Parameters
    ----------
    frame : development rows, in the canonical form.
    contract : their columns before any repair.
    on_period : called after each fit.
    steps : the repairs that the model carries. They were fitted on the training rows, so what they learned (a
        median, a bound) is known in every period; what they put right is put right here too.
    """
    if frame.height < FEWEST_ROWS or order_of(frame, charter) is None:
        return None
    past = _past(frame, charter, contract, steps)
    edges = np.linspace(0, len(past.target), PERIODS + 2).astype(int)
    known = _known_at(past, edges, charter.target.matures_after)
    words = scores_from_before(
        past.texts, past.target, edges.tolist(), known, charter.task, len(contract.classes)
    )
    features = np.column_stack([past.features, words])
    values, leads = [], []
    for index in range(2, PERIODS + 2):
        before, block = slice(0, known[index - 1]), slice(edges[index - 1], edges[index])
        value = _quality(features, past, before, block, charter, contract)
        on_period()
        if value is not None:
            values.append(value)
            leads.append(_lead(value, past, before, block, charter.task))
    low, high = forecast_interval(values, LEVEL)
    promised = _random_split(past, charter, contract)
    if low is None or high is None or promised is None:
        return None
    metric = metric_of(charter.task)
    if metric == "auc":
        low, high = max(0.0, low), min(1.0, high)
    return Expectation(
        metric, float(np.mean(values)), max(0.0, low), high, LEVEL, tuple(values), tuple(leads), promised
    )


@dataclass(frozen=True, eq=False)
class _Past:
    """The backtested rows, oldest first. `last`: the newest outcome known then, or NaN. `time` in seconds."""

    features: Floats
    texts: list[list[list[str]]]
    target: Floats
    last: Floats
    time: Floats | None
    forecast: Floats  # that a learner corrects, in shares of `size`: 0 and 1 where nothing is known ahead
    size: Floats

    def __getitem__(self, rows: NDArray[np.int64]) -> _Past:
        """The rows in another order, without their texts."""
        time = None if self.time is None else self.time[rows]
        arrays = (self.target[rows], self.last[rows], time, self.forecast[rows], self.size[rows])
        return _Past(self.features[rows], [], *arrays)


def _known_at(past: _Past, edges: NDArray[np.int64], matures_after: float) -> list[int]:
    """How many rows had an outcome when the block at each edge began: younger ones teach nothing yet."""
    if past.time is None or not matures_after:
        return [int(edge) for edge in edges]
    starts = past.time[np.minimum(edges, len(past.time) - 1)]
    matured = np.searchsorted(past.time, starts - matures_after, side="right")
    return [int(min(pair)) for pair in zip(edges, matured, strict=True)]


def _past(frame: pl.DataFrame, charter: Charter, contract: Contract, steps: Sequence[Step]) -> _Past:
    known = frame.filter(pl.col("__target__").is_not_null())
    if charter.forecast is not None:  # the first rows of a series have no past that could forecast them
        known = known.drop_nulls([FORECAST, SIZE])
    order, last = order_of(known, charter), last_outcome_of(known, charter, contract.classes)
    assert order is not None
    newest = np.full(known.height, np.nan) if last is None else last
    kept = np.lexsort((known["__row__"].to_numpy(), order))
    after = repaired_contract(contract, steps)
    texts = any(column.type is LogicalType.TEXT for column in after.inputs)
    most = MOST_ROWS_WITH_TEXT if texts else MOST_ROWS
    if len(kept) > most:
        rng = np.random.default_rng(derive_seed(charter.seed, "backtest"))
        kept = kept[np.sort(rng.choice(len(kept), most, replace=False))]
    rows = known[kept]
    columns = apply_steps(steps, columns_for_scoring(rows, contract, names=read_names(contract, steps)))
    return _Past(
        _matrix(columns, after, len(kept)),
        texts_of(columns, after),
        numbers_of(rows, charter.task, contract.classes),
        newest[kept],
        seconds_of(rows),
        *known_forecast(rows, charter),
    )


def _random_split(past: _Past, charter: Charter, contract: Contract) -> float | None:
    """What four fifths drawn at random say of the other fifth."""
    n = len(past.target)
    drawn = np.random.default_rng(derive_seed(charter.seed, "random split")).permutation(n)
    texts = [[tokens[i] for i in drawn] for tokens in past.texts]
    target = past.target[drawn]
    words = scores_of_halves(texts, target, charter.task, len(contract.classes))
    features = np.column_stack([past.features[drawn], words])
    cut = int(0.8 * n)
    return _quality(features, past[drawn], slice(0, cut), slice(cut, n), charter, contract)


def metric_of(task: Task) -> str:
    """The headline figure of a task."""
    return {Task.BINARY: "auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}[task]


def _lead(value: float, past: _Past, before: slice, block: slice, task: Task) -> float:
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


def _quality(
    features: Floats,
    past: _Past,
    before: slice,
    block: slice,
    charter: Charter,
    contract: Contract,
) -> float | None:
    y, known = past.target[block], past.target[before]
    if len(known) < FEWEST_PAST:
        return None
    if charter.task is not Task.REGRESSION and len(np.unique(known)) < max(2, len(contract.classes)):
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
    # With what it imports it is 110 MB, which everybody who only trains or scores would carry.
    import lightgbm

    off = (known - past.forecast[before]) / past.size[before]
    model = lightgbm.train(parameters, lightgbm.Dataset(features[before], off), TREES)
    answer = np.asarray(model.predict(features[block], num_threads=1))
    answer = past.forecast[block] + past.size[block] * answer
    if charter.task is Task.BINARY:
        return float(auc(y, answer))
    if charter.task is Task.MULTICLASS:
        return float(log_loss(y.astype(np.int64), answer))
    return float(rmse(y, answer))


def _matrix(columns: Mapping[str, Cells], contract: Contract, rows: int) -> Floats:
    made = []
    for column in contract.inputs:
        values = columns[column.name]
        if isinstance(values, np.ndarray):
            made.append(values)
        else:
            codes = {label: float(code) for code, label in enumerate(column.vocabulary)}
            made.append(np.array([codes.get(v, np.nan) if v is not None else np.nan for v in values]))
    return np.column_stack(made) if made else np.zeros((rows, 1))
