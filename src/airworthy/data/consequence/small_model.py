"""The small model behind every cost: boosted trees, the same for all comparisons, scored out of fold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Task
from airworthy.data.consequence.rows import FOLDS, Floats, Mask, Rows, encoded
from airworthy.kernel.seed import derive_seed

# Few leaves and rounds: on telco, credit default and a plant they ranked better than larger trees (measured).
ROUNDS, ROUNDS_OF_MANY = 50, 25
MANY_CLASSES = 4

Columns = Mapping[str, pl.Series | None]
"""Columns by name as a treatment changes them; None leaves the column out."""


def out_of_fold(
    rows: Rows, changed: Columns, keep: Mask, learn: Mask, folds: NDArray[np.int64] | None = None
) -> Floats:
    """Scores of the kept rows, each by a model that has not seen its fold: (n,), multiclass (n, k).

    Parameters
    ----------
    keep : (n,) rows that exist in this comparison.
    learn : (n,) rows among them that may be learned from.
    folds : (n,) other folds than the rows' own.
    """
    matrix, codes = _matrix(rows, changed)
    width = len(rows.classes) if rows.task is Task.MULTICLASS else 0
    scores = np.full((len(rows), width) if width else len(rows), np.nan)
    of_row = rows.folds if folds is None else folds
    for fold in range(FOLDS):
        held = keep & (of_row == fold)
        taken = keep & learn & (of_row != fold)
        if held.any() and taken.any():
            scores[held] = _fit(rows, matrix, codes, taken, width)(matrix[held])
    return scores


def _matrix(rows: Rows, changed: Columns) -> tuple[Floats, list[int]]:
    parts = []
    for name in rows.inputs:
        if name not in changed:
            parts.append(rows.numbers[name])
        elif (column := changed[name]) is not None:
            parts.append(encoded(column))
    if not parts:
        return np.zeros((len(rows), 1)), []
    return np.column_stack([values for values, _ in parts]), [
        i for i, (_, coded) in enumerate(parts) if coded
    ]


def _fit(rows: Rows, matrix: Floats, codes: list[int], taken: Mask, width: int):  # type: ignore[no-untyped-def]
    import lightgbm  # pulls in scikit-learn: only when a cost is estimated

    objective = {Task.BINARY: "binary", Task.MULTICLASS: "multiclass", Task.REGRESSION: "regression"}[
        rows.task
    ]
    parameters = {
        "objective": objective,
        "num_leaves": 8,
        "learning_rate": 0.1,
        "min_data_in_leaf": max(5, min(50, int(taken.sum()) // 50)),
        "max_bin": 63,
        "lambda_l2": 5.0,
        "seed": derive_seed(rows.seed, "consequence") % 2**31,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    if width:
        parameters["num_class"] = width
    rounds = ROUNDS_OF_MANY if width > MANY_CLASSES else ROUNDS
    data = lightgbm.Dataset(matrix[taken], rows.y[taken], categorical_feature=codes, params=parameters)
    return lightgbm.train(parameters, data, rounds).predict
