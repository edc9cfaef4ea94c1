"""What each repair does to the task: a small model with the step and one without it, on the same rows."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from airworthy.charter.model import Charter, SplitMethod
from airworthy.data.repair import Fitted, RepairStep, fit_recipe
from airworthy.data.repair import Rows as Before
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.measures.means import PairedDifference
from airworthy.measures.probability import row_log_loss
from airworthy.model.encode import encode_for_trees
from airworthy.model.job import Job, UnitCosts, learning_rows
from airworthy.model.rows import Rows, rows_of
from airworthy.model.text import TextFeatures
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.features import feature_matrix
from airworthy.scoring.steps import apply_steps

ROUNDS, LEAVES, RATE, LEAF_ROWS = 80, 15, 0.1, 20
MOST_ROWS = 20_000
"""Training rows of the small model; more would cost seconds a step."""
LEVEL = 0.95


@dataclass(frozen=True)
class Effect:
    """Mean loss of the small model with all active steps and without one: their `difference` is saved."""

    id: str
    measure: str
    with_step: float
    without: float
    difference: float
    low: float | None
    high: float | None
    n: int

    def as_json(self) -> dict[str, Any]:
        return {
            "measure": self.measure,
            "with": self.with_step,
            "without": self.without,
            "difference": self.difference,
            "low": self.low,
            "high": self.high,
            "level": LEVEL,
            "n": self.n,
            "rows": "validation",
        }


def repair_effects(
    steps: Sequence[RepairStep],
    before: Before,
    validation: pl.DataFrame,
    charter: Charter,
    *,
    seconds: float,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Effect, ...]:
    """The effect of each step, as long as `seconds` last.

    Parameters
    ----------
    steps : the active steps, in order.
    before : training rows and contract as they were before any repair.
    validation : rows that neither model learns from; both are judged on them, row by row.
    """
    began = clock()
    whole = _losses(fit_recipe(steps, before), before.frame, validation, charter)
    found = []
    for step in steps:
        if clock() - began > seconds:
            break
        without = _losses(_fitted_without(step, steps, before), before.frame, validation, charter)
        found.append(_effect(step.id, without, whole, charter))
    return tuple(found)


def _fitted_without(step: RepairStep, steps: Sequence[RepairStep], before: Before) -> Fitted:
    """The other steps; those that only this one made possible go with it."""
    others = [other for other in steps if other.id != step.id]
    try:
        return fit_recipe(others, before)
    except InputError:
        place = list(steps).index(step)
        free = [o for i, o in enumerate(steps) if o.id != step.id and (i < place or o.column != step.column)]
        return fit_recipe(free, before)


def _effect(name: str, without: FloatArray, whole: FloatArray, charter: Charter) -> Effect:
    difference = PairedDifference(without - whole, "")
    low, high = difference.interval(LEVEL)
    measure = "absolute error" if charter.task == "regression" else "log loss"
    return Effect(
        name,
        measure,
        float(whole.mean()),
        float(without.mean()),
        float(difference.value),
        low,
        high,
        len(whole),
    )


def _losses(fitted: Fitted, train: pl.DataFrame, validation: pl.DataFrame, charter: Charter) -> FloatArray:
    """Loss of each validation row (n,) under a small model fitted on the repaired training rows."""
    job = _job(fitted, charter)
    fit = _sampled(rows_of(_learning(fitted.keep(train), fitted, charter), job, fitted.scoring))
    encoding = encode_for_trees(fit, TextFeatures((), np.empty((len(fit), 0))))
    held = rows_of(_learning(validation, fitted, charter), job)
    matrix = feature_matrix(encoding.features, apply_steps(fitted.scoring, held.columns))
    parameters: dict[str, Any] = {
        "objective": fit.task,
        "num_leaves": LEAVES,
        "learning_rate": RATE,
        "min_data_in_leaf": max(2, min(LEAF_ROWS, len(fit) // 50)),
        "seed": derive_seed(charter.seed, "repair") % 2**31,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    if fit.task == "multiclass":
        parameters["num_class"] = fit.outputs
    import lightgbm  # with what it imports it is 110 MB, and few who import this measure repairs

    data = lightgbm.Dataset(
        encoding.matrix, fit.y, categorical_feature=list(encoding.codes), params=parameters
    )
    answer = np.asarray(lightgbm.train(parameters, data, ROUNDS).predict(matrix, num_threads=1))
    if fit.task == "regression":
        return np.asarray(np.abs(held.y - answer), dtype=np.float64)
    return row_log_loss(held.y if fit.task == "binary" else held.y.astype(np.int64), answer)


def _learning(frame: pl.DataFrame, fitted: Fitted, charter: Charter) -> pl.DataFrame:
    return learning_rows(frame, fitted.contract, fitted.scoring, charter)


def _sampled(rows: Rows) -> Rows:
    if len(rows) <= MOST_ROWS:
        return rows
    return rows.take(rows.sample(MOST_ROWS))


def _job(fitted: Fitted, charter: Charter) -> Job:
    return Job(
        task=charter.task.value,
        contract=fitted.contract,
        steps=fitted.scoring,
        glossary={},
        costs=UnitCosts(),
        ordered=charter.split.method is SplitMethod.TIME,
        zone=charter.sources[0].zone if charter.sources else "UTC",
        seed=charter.seed,
        rows="",
        folds="",
        source="",
    )
