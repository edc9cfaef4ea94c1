"""Small boosted trees for the facts that need a model: scores of rows that the trees have not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]

FOLDS, ROUNDS, RATE = 3, 30, 0.2
MOST_COLUMNS = 100
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
    """Probabilities (n, classes), each row by trees fitted on the other folds; arguments as of `by_fold`."""
    scores = np.zeros((len(y), classes))
    for held, told in by_fold(frame, y, classes, purpose):
        scores[held] = told
    return scores


def by_fold(
    frame: pl.DataFrame, y: NDArray[np.int64], classes: int, purpose: str
) -> Iterator[tuple[NDArray[np.int64], Floats]]:
    """Places (m,) of the rows of one fold and their probabilities (m, classes) by trees fitted on the others.

    Parameters
    ----------
    frame : the inputs, n rows. Of more than 100 columns, each fit reads those that tell its rows' class best.
    y : (n,) class numbers from 0.
    purpose : names the random draw.

    Notes
    -----
    Folds are dealt within each class. LightGBM, one thread, deterministic.
    """
    matrix, coded = encoded(frame)
    rng = np.random.default_rng(derive_seed(0, "facts", purpose))
    folds = np.empty(len(y), np.int64)
    for label in range(classes):
        rows = np.flatnonzero(y == label)
        folds[rows] = rng.permutation(len(rows)) % FOLDS
    for fold in range(FOLDS):
        held = folds == fold
        told = _fitted(matrix[~held], y[~held], classes, coded, matrix[held])
        yield np.flatnonzero(held), told


def _fitted(matrix: Floats, y: NDArray[np.int64], classes: int, coded: list[int], held: Floats) -> Floats:
    """Probabilities (m, classes) of the held rows by trees fitted on the others."""
    import lightgbm  # pulls in scikit-learn: only when a model is fitted

    if matrix.shape[1] > MOST_COLUMNS:
        kept = telling(matrix, y, classes, coded)
        matrix, held = matrix[:, kept], held[:, kept]
        coded = [place for place, column in enumerate(kept) if column in set(coded)]
    parameters = {
        "objective": "binary" if classes == 2 else "multiclass",
        "num_leaves": 8,
        "learning_rate": RATE,
        "min_data_in_leaf": max(5, min(50, len(y) // 33)),
        "max_bin": 63,
        "lambda_l2": 5.0,
        "seed": 1,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    } | ({"num_class": classes} if classes > 2 else {})
    data = lightgbm.Dataset(matrix, y, categorical_feature=coded, params=parameters)
    booster = lightgbm.Booster(parameters, data)  # train() would write the trees as text and read them again
    for _ in range(ROUNDS):
        booster.update()
    told = np.asarray(booster.predict(held))
    return np.column_stack([1 - told, told]) if classes == 2 else told


def telling(matrix: Floats, y: NDArray[np.int64], classes: int, coded: Sequence[int]) -> list[int]:
    """The places of the columns that tell the classes best alone, in order: by the spread of their means.

    Of numbers it is the share of the variance that lies between the classes; of codes, how far the classes'
    shares within each code lie from those of all rows (Goodman and Kruskal's tau).
    """
    named = set(coded)
    strength = [
        _tau(column, y, classes) if place in named else _between(column, y, classes)
        for place, column in enumerate(matrix.T)
    ]
    best = np.argsort(-np.asarray(strength), kind="stable")[:MOST_COLUMNS]
    return sorted(best.tolist())


def _between(column: Floats, y: NDArray[np.int64], classes: int) -> float:
    present = ~np.isnan(column)
    values, labels = column[present], y[present]
    spread = float(values.var()) if len(values) else 0.0
    if spread == 0:
        return 0.0
    rows = np.bincount(labels, minlength=classes)
    sums = np.bincount(labels, values - values.mean(), classes)
    return float((sums**2 / np.maximum(rows, 1)).sum() / (len(values) * spread))


def _tau(column: Floats, y: NDArray[np.int64], classes: int) -> float:
    codes = np.where(np.isnan(column), MOST_LEVELS + 1, column).astype(np.int64)
    table = np.bincount(codes * classes + y, minlength=(MOST_LEVELS + 2) * classes).reshape(-1, classes)
    rows, shares = table.sum(1), table.sum(0) / len(y)
    within = float((table**2 / np.maximum(rows, 1)[:, None]).sum() / len(y))
    # A code of few rows tells its own rows: what that gains by chance is taken off.
    by_chance = (np.count_nonzero(rows) - 1) / len(y)
    left = 1 - float((shares**2).sum())
    return (within - float((shares**2).sum())) / left - by_chance if left else 0.0
