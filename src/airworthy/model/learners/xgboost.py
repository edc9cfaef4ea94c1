"""Gradient boosting by XGBoost, over numbers: categories come as mean outcomes, out of fold."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import xgboost

from airworthy.kernel.seed import derive_seed
from airworthy.model.encode import Encoding, encode_for_numbers
from airworthy.model.learners.fitted import Fitted, means_of
from airworthy.model.learners.foreign_trees import xgboost_base, xgboost_trees
from airworthy.model.learners.tree_text import model_text
from airworthy.model.rows import Rows
from airworthy.model.text import TextFeatures
from airworthy.scoring.spec import Boosted

WEIGHTS = "weights/xgboost.txt"
MAX_ROUNDS, PATIENCE = 3000, 60
OBJECTIVES = {"binary": "binary:logistic", "multiclass": "multi:softprob", "regression": "reg:squarederror"}


def fit_xgboost(rows: Rows, text: TextFeatures, threads: int) -> Fitted:
    """Rounds chosen on rows held out inside the training rows, one fit on all of them."""
    encoding = encode_for_numbers(rows, text)
    parameters: dict[str, Any] = {
        "objective": OBJECTIVES[rows.task],
        "eta": 0.05,
        "max_depth": 5,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "lambda": 5.0,
        "tree_method": "hist",
        "seed": derive_seed(rows.seed, "xgboost") % 2**31,
        "nthread": threads,
        "verbosity": 0,
    }
    if rows.outputs > 1:
        parameters["num_class"] = rows.outputs
    rounds = _rounds(rows, encoding, parameters)
    booster = xgboost.train(parameters, _data(rows, encoding, np.arange(len(rows))), rounds)
    document = json.loads(bytes(booster.save_raw("json")))
    trees = xgboost_trees(document)
    return Fitted(
        features=encoding.features,
        learner=Boosted(weights=WEIGHTS, outputs=rows.outputs),
        baseline=means_of(encoding),
        rows=len(rows),
        weights={WEIGHTS: model_text(trees, len(encoding.features), rows.outputs, xgboost_base(document))},
        note=f"{rounds} rounds of depth 5",
    )


def _data(rows: Rows, encoding: Encoding, chosen: npt.NDArray[np.intp]) -> xgboost.DMatrix:
    return xgboost.DMatrix(encoding.matrix[chosen], rows.y[chosen], nthread=1)


def _rounds(rows: Rows, encoding: Encoding, parameters: dict[str, Any]) -> int:
    best = []
    for inside, outside in rows.holdouts():
        found = xgboost.train(
            parameters,
            _data(rows, encoding, inside),
            MAX_ROUNDS,
            evals=[(_data(rows, encoding, outside), "rest")],
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        best.append(found.best_iteration + 1)
    return max(1, round(sum(best) / len(best)))
