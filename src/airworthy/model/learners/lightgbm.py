"""Gradient boosting by LightGBM: rounds chosen inside the training rows, one fit on all of them.

The same bits for any number of threads: `deterministic` and `force_row_wise` (LightGBM parameters page).
"""

from __future__ import annotations

import lightgbm
import numpy as np
import numpy.typing as npt

from airworthy.kernel.seed import derive_seed
from airworthy.model.encode import Encoding, encode_for_trees
from airworthy.model.learners.fitted import Fitted, means_of
from airworthy.model.learners.settings import Trees
from airworthy.model.rows import MANY_ROWS, Rows
from airworthy.model.text import TextFeatures
from airworthy.scoring.spec import Boosted

WEIGHTS = "weights/lightgbm.txt"
MAX_ROUNDS = 4000
PATIENCE = 60
# Few rows are learned on one thread: with two on a busy machine they took 4 s instead of 0.3 s (measured).

Parameters = dict[str, str | int | float | bool]


def fit_lightgbm(rows: Rows, text: TextFeatures, trees: Trees, threads: int) -> Fitted:
    """Fit `trees`; `threads` changes the time, never the model."""
    encoding = encode_for_trees(rows, text)
    parameters = _parameters(rows, trees, threads)
    rounds = _rounds(rows, encoding, parameters)
    booster = _train(rows, encoding, parameters, rounds, np.arange(len(rows)))
    return Fitted(
        features=encoding.features,
        learner=Boosted(weights=WEIGHTS, outputs=rows.outputs),
        baseline=means_of(encoding),
        rows=len(rows),
        weights={WEIGHTS: portable_text(booster)},
        note=f"{rounds} rounds of {trees.leaves} leaves",
    )


def _parameters(rows: Rows, trees: Trees, threads: int) -> Parameters:
    objective = {"binary": "binary", "multiclass": "multiclass", "regression": "regression"}[rows.task]
    found: Parameters = {
        "objective": objective,
        "num_leaves": trees.leaves,
        "learning_rate": trees.learning_rate,
        "feature_fraction": trees.columns,
        "bagging_fraction": trees.rows,
        "bagging_freq": 1,
        "lambda_l2": trees.penalty,
        "min_data_in_leaf": max(2, min(trees.leaf_rows, len(rows) // 50)),
        "seed": derive_seed(rows.seed, "lightgbm") % 2**31,
        "deterministic": True,
        "force_row_wise": True,
        "feature_pre_filter": False,
        "num_threads": threads if len(rows) >= MANY_ROWS else 1,
        "verbosity": -1,
    }
    return found | {"num_class": rows.outputs} if objective == "multiclass" else found


def _rounds(rows: Rows, encoding: Encoding, parameters: Parameters) -> int:
    """The mean of the best rounds over the inner holdouts."""
    best = [
        _train(rows, encoding, parameters, MAX_ROUNDS, inside, outside).best_iteration
        for inside, outside in rows.holdouts()
    ]
    return max(1, round(sum(best) / len(best)))


def _train(
    rows: Rows,
    encoding: Encoding,
    parameters: Parameters,
    rounds: int,
    inside: npt.NDArray[np.intp],
    outside: npt.NDArray[np.intp] | None = None,
) -> lightgbm.Booster:
    names = [f"f{i}" for i in range(len(encoding.features))]
    data = lightgbm.Dataset(
        encoding.matrix[inside],
        rows.y[inside],
        feature_name=names,
        categorical_feature=list(encoding.codes),
        params=parameters,
    )
    if outside is None:
        return lightgbm.train(parameters, data, rounds)
    measure = lightgbm.Dataset(encoding.matrix[outside], rows.y[outside], reference=data)
    stop = lightgbm.early_stopping(PATIENCE, verbose=False)
    return lightgbm.train(parameters, data, rounds, valid_sets=[measure], callbacks=[stop])


def portable_text(booster: lightgbm.Booster) -> bytes:
    """The model's text without its training parameters: they hold the number of threads."""
    text: str = booster.model_to_string()
    trees = text.partition("\nparameters:\n")[0]
    return (trees + "\n").encode("utf-8")
