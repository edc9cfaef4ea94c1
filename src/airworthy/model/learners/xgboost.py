"""Gradient boosting by XGBoost, over numbers: categories come as mean outcomes, out of fold."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import xgboost

from airworthy.kernel.seed import derive_seed
from airworthy.model.learners.fitted import NOTHING_TO_SET, Grown
from airworthy.model.learners.foreign_trees import xgboost_base, xgboost_trees
from airworthy.model.learners.written import written
from airworthy.model.part import Part
from airworthy.model.shape import sets_of, signs_of

WEIGHTS = "weights/xgboost.txt"
MAX_ROUNDS, PATIENCE = 3000, 60
DEPTH = 5
OBJECTIVES = {"binary": "binary:logistic", "multiclass": "multi:softprob", "regression": "reg:squarederror"}


def fit_xgboost(part: Part, setting: int | None, threads: int) -> Grown:
    """Fit until the held rows gain nothing more, or for `setting` + 1 rounds."""
    encoded, rows = part.encoded("numbers"), part.rows
    parameters: dict[str, Any] = {
        "objective": OBJECTIVES[rows.task],
        "eta": 0.05,
        "max_depth": DEPTH,
        "subsample": 0.8,
        "colsample_bytree": 0.7,
        "lambda": 5.0,
        "tree_method": "hist",
        "seed": derive_seed(rows.seed, "xgboost") % 2**31,
        "nthread": threads,
        "verbosity": 0,
    }
    features = encoded.learn.features
    if any(signs := signs_of(features, rows.shape)):
        parameters["monotone_constraints"] = tuple(signs)
    if (sets := sets_of(features, rows.shape)) is not None:
        parameters["interaction_constraints"] = json.dumps(sets)
    if rows.outputs > 1:
        parameters["num_class"] = rows.outputs
    data = xgboost.DMatrix(encoded.learn.matrix, rows.y, nthread=1)
    losses = NOTHING_TO_SET
    if setting is not None:
        booster = xgboost.train(parameters, data, setting + 1)
    else:
        assert part.held is not None
        told: dict[str, dict[str, list[float]]] = {}
        booster = xgboost.train(
            parameters,
            data,
            MAX_ROUNDS,
            evals=[(xgboost.DMatrix(encoded.held, part.held.y, nthread=1), "held")],
            evals_result=told,
            early_stopping_rounds=PATIENCE,
            verbose_eval=False,
        )
        losses = np.array(next(iter(told["held"].values())))
    document = json.loads(bytes(booster.save_raw("json")))
    trees = xgboost_trees(document)
    return written(part, trees, xgboost_base(document), losses, DEPTH, WEIGHTS)
