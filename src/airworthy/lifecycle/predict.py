"""Predictions after training: frames scored with a saved artefact, or what was measured out of fold."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance.predictions import OUT_OF_FOLD, Predictions
from airworthy.charter.model import Charter, SplitMethod, Task
from airworthy.data import columns_for_scoring
from airworthy.data.divide import time_keys
from airworthy.data.series.names import FORECAST, PREFIX, SIZE
from airworthy.measures.forecast import last_matured
from airworthy.scoring.columns import Columns
from airworthy.scoring.contract import Role
from airworthy.scoring.scorer import Scorer, Scores
from airworthy.scoring.spec import LeastCost, Threshold


def predictions_of(
    scorer: Scorer,
    frame: pl.DataFrame,
    past: pl.DataFrame,
    charter: Charter,
    rows_are: str,
    held_out: NDArray[np.float64] | None = None,
) -> Predictions:
    """Score `frame` and lay its outcomes and naive baselines beside the scores.

    Parameters
    ----------
    past : rows whose outcomes were known before `frame` was decided; the baselines come from them only. Where
        there are none, because every row was measured, they come from `frame`.
    rows_are : what the rows are called beside every figure.
    held_out : probabilities (n, classes), or prediction and decided number (n, 2), of models that did not see
        these rows; the scorer learned from them.
    """
    contract = scorer.contract
    given = scorer.reads
    read = dict.fromkeys([*given, *(column.name for column in contract.with_role(Role.PROTECTED))])
    columns = columns_for_scoring(frame, contract, names=tuple(read))
    if held_out is None:
        scores = scorer.score_columns({name: columns[name] for name in given})
    else:
        scores = scores_of(held_out, scorer, columns)
    classes = scorer.contract.classes
    decision = scorer.spec.decision
    both = pl.concat([past, frame], how="vertical_relaxed")  # places in the order need the earlier rows too
    at, last = order_of(both, charter), last_outcome_of(both, charter, classes)
    return Predictions.of(
        charter.task,
        frame["__target__"].to_list(),
        classes=classes,
        probability=scores.probability,
        prediction=scores.prediction,
        # Checks judge the model: of a case that goes to a person, what it would decide alone.
        decision=scores.alone if scores.alone is not None else scores.decision,
        threshold=decision.threshold if isinstance(decision, Threshold) else None,
        error_costs=error_costs_of(scorer, columns, frame.height),
        places=_places(scorer, scores.decision),
        # The out-of-fold rows set the bounds: what they hold proves nothing.
        held=None if rows_are == OUT_OF_FOLD else _held(scores, frame["__target__"].to_list()),
        prior=prior_of(past if past.height else frame, charter.task, classes),
        last_matured_outcome=None if last is None else last[past.height :],
        columns=columns,
        time=None if at is None else at[past.height :],
        time_is_place="__time__" not in frame.columns,
        entity=_entity(frame, charter),
        rows_are=rows_are,
    )


def error_costs_of(scorer: Scorer, columns: Any, n: int) -> NDArray[np.float64] | None:
    """What both errors cost in each row, shape (n, 2); None where all rows cost the same."""
    if not scorer.costs.names:
        return None
    return np.array(scorer.costs.batch(columns, n), dtype=np.float64).reshape(n, 2)


def _places(scorer: Scorer, decided: list[str | float]) -> int | None:
    """Cases that people take among these rows, where a declared capacity limits them."""
    decision = scorer.spec.decision
    if not isinstance(decision, LeastCost) or not decision.toll:
        return None
    return decided.count(scorer.classes[1])


def _held(scores: Scores, outcomes: list[Any]) -> NDArray[np.bool_] | None:
    """Whether each outcome lay inside its interval or set (n,); None without any."""
    if scores.interval is not None:
        y = np.asarray(outcomes, dtype=np.float64)
        return np.asarray((scores.interval[:, 0] <= y) & (y <= scores.interval[:, 1]))
    if scores.possible is None:
        return None
    pairs = zip(outcomes, scores.possible, strict=True)
    return np.array([str(outcome) in possible for outcome, possible in pairs], dtype=bool)


def scores_of(held_out: NDArray[np.float64], scorer: Scorer, columns: Columns) -> Scores:
    """Outputs that were measured out of fold, decided by the scorer's rule; a number as it was decided."""
    if scorer.classes:
        return scorer.decide_columns(columns, held_out)
    scores = scorer.decide_columns(columns, held_out[:, :1])
    return replace(scores, decision=held_out[:, 1].tolist())


def prior_of(past: pl.DataFrame, task: Task, classes: tuple[str, ...]) -> NDArray[np.float64]:
    """Class shares, or the mean outcome, of earlier rows."""
    target = past["__target__"]
    if task is Task.REGRESSION:
        return np.array([target.mean()], dtype=np.float64)
    return np.array([(target == label).mean() for label in classes], dtype=np.float64)


def seconds_of(frame: pl.DataFrame) -> NDArray[np.float64] | None:
    """Decision times in epoch seconds, or None where rows have no time."""
    if "__time__" not in frame.columns:
        return None
    return frame["__time__"].dt.epoch("us").to_numpy().astype(np.float64) / 1e6


def order_of(frame: pl.DataFrame, charter: Charter) -> NDArray[np.float64] | None:
    """What puts rows in time order (n,): epoch seconds, else places in `data.order_by`, else None."""
    at = seconds_of(frame)
    if at is not None or not charter.data.order_by or charter.split.method is not SplitMethod.TIME:
        return at
    return time_keys(frame, charter).to_numpy().astype(np.float64)


def last_outcome_of(
    frame: pl.DataFrame, charter: Charter, classes: tuple[str, ...]
) -> NDArray[np.float64] | None:
    """The newest outcome known when each row was decided (n,), NaN where there was none; None without order.

    Of the row's own entity, where the charter names one: this shop's last month, not any shop's. Places in
    `data.order_by` are no durations: an outcome is then known one place later, and nothing can be said where
    the charter declares `target.matures_after`.
    """
    if charter.forecast is not None:
        return repeated_season(frame)
    at = order_of(frame, charter)
    matures = charter.target.matures_after
    if at is None or (matures and "__time__" not in frame.columns):
        return None
    outcome, known = numbers_of(frame, charter.task, classes), at + max(matures, 1.0)
    codes = _entity(frame, charter)
    if codes is None or not len(at):
        return last_matured(at, at, known, outcome)
    # One stretch of time for each entity, end to end; what reaches back into another's stretch is none.
    shift = codes * (known.max() - at.min() + 1.0) - at.min()
    place = last_matured(at + shift, at + shift, known + shift, np.arange(len(at)))
    found = ~np.isnan(place)
    row = np.where(found, place, 0.0).astype(np.int64)
    return np.where(found & (codes[row] == codes), outcome[row], np.nan)


def repeated_season(frame: pl.DataFrame) -> NDArray[np.float64]:
    """What the series was one season before (n,), or lately: the naive guess that a forecast has to beat."""
    latest = pl.col(PREFIX + "latest")
    same = PREFIX + "same_season"
    share = pl.coalesce(same, latest) if same in frame.columns else latest
    return frame.select(pl.col(FORECAST) + pl.col(SIZE) * share).to_series().fill_null(np.nan).to_numpy()


def known_forecast(frame: pl.DataFrame, charter: Charter) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The forecast that a learner corrects, and in which size (n,); 0 and 1 where there is none."""
    if charter.forecast is None:
        return np.zeros(frame.height), np.ones(frame.height)
    return frame[FORECAST].to_numpy(), frame[SIZE].to_numpy()


def score_of(scores: Any, task: Task) -> NDArray[np.float64]:
    """(n,) the one number that monitoring watches: positive or top probability, or the prediction."""
    if task is Task.REGRESSION:
        return np.asarray(scores.prediction)
    if task is Task.BINARY:
        return np.asarray(scores.probability[:, 1])
    return np.asarray(scores.probability.max(axis=1))


def numbers_of(frame: pl.DataFrame, task: Task, classes: tuple[str, ...]) -> NDArray[np.float64]:
    """Outcomes (n,): class indices in the order of `classes`, or the numbers themselves."""
    target = frame["__target__"]
    if task is Task.REGRESSION:
        return target.to_numpy()
    codes = {label: float(index) for index, label in enumerate(classes)}
    return np.array([codes[label] for label in target.to_list()])


def _entity(frame: pl.DataFrame, charter: Charter) -> NDArray[np.int64] | None:
    names = [name for name in charter.data.entity if name in frame.columns]
    if not names:
        return None
    return frame.select(pl.struct(names).rank("dense")).to_series().to_numpy().astype(np.int64)
