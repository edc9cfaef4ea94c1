"""Small boosted trees for the facts that need a model: scores of rows that the trees have not seen."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]

FOLDS, ROUNDS = 3, 60
MOST_LEVELS = 200
"""Different words of a column that the trees tell apart; the rest count as one."""


def encoded(frame: pl.DataFrame) -> tuple[Floats, list[int]]:
    """A matrix (n, d) of numbers with NaN for missing, and the places of columns that hold codes of words."""
    columns, coded = [], []
    for place, name in enumerate(frame.columns):
        column = frame[name]
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            numbers = column.cast(pl.Float64).fill_null(np.nan).to_numpy().copy()
            numbers[~np.isfinite(numbers)] = np.nan
            columns.append(numbers)
            continue
        coded.append(place)
        text = column.cast(pl.String)
        common = text.drop_nulls().value_counts(name="rows").sort("rows", name, descending=[True, False])
        places = {word: i for i, word in enumerate(common[name].head(MOST_LEVELS).to_list())}
        codes = text.replace_strict(places, default=MOST_LEVELS, return_dtype=pl.Float64)
        columns.append(
            pl.select(pl.when(text.is_not_null()).then(codes)).to_series().fill_null(np.nan).to_numpy()
        )
    return np.column_stack(columns) if columns else np.zeros((frame.height, 1)), coded


def out_of_fold(frame: pl.DataFrame, y: NDArray[np.int64], classes: int, purpose: str) -> Floats:
    """Probabilities (n, classes), each row by trees fitted on the other folds.

    Parameters
    ----------
    frame : the inputs, n rows.
    y : (n,) class numbers from 0.
    purpose : names the random draw.

    Notes
    -----
    Folds are dealt within each class. LightGBM, one thread, deterministic.
    """
    import lightgbm  # pulls in scikit-learn: only when a model is fitted

    matrix, coded = encoded(frame)
    rng = np.random.default_rng(derive_seed(0, "facts", purpose))
    folds = np.empty(len(y), np.int64)
    for label in range(classes):
        rows = np.flatnonzero(y == label)
        folds[rows] = rng.permutation(len(rows)) % FOLDS
    parameters = {
        "objective": "binary" if classes == 2 else "multiclass",
        "num_leaves": 8,
        "learning_rate": 0.1,
        "min_data_in_leaf": max(5, min(50, len(y) // 50)),
        "max_bin": 63,
        "lambda_l2": 5.0,
        "seed": 1,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    } | ({"num_class": classes} if classes > 2 else {})
    scores = np.zeros((len(y), classes))
    for fold in range(FOLDS):
        held = folds == fold
        data = lightgbm.Dataset(matrix[~held], y[~held], categorical_feature=coded, params=parameters)
        told = np.asarray(lightgbm.train(parameters, data, ROUNDS).predict(matrix[held]))
        scores[held] = np.column_stack([1 - told, told]) if classes == 2 else told
    return scores
