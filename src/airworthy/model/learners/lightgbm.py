"""Gradient boosting by LightGBM: stopped on held rows, its rounds fixed by the search.

The same bits for any number of threads: `deterministic` and `force_row_wise` (LightGBM parameters page).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

import lightgbm
import numpy as np

from airworthy.kernel.seed import derive_seed
from airworthy.model.learners.fitted import NOTHING_TO_SET, Fitted, Grown, means_of
from airworthy.model.learners.settings import Trees
from airworthy.model.part import Encoded, Part
from airworthy.model.rows import MANY_ROWS, Rows
from airworthy.model.shape import Shape, sets_of, signs_of
from airworthy.scoring.spec import Boosted, Feature

WEIGHTS = "weights/lightgbm.txt"
MAX_ROUNDS = 4000
PATIENCE = 60
_DIRECTIONS = re.compile(r"(?m)^monotone_constraints=.*\n")

Parameters = dict[str, str | int | float | bool | list[int] | list[list[int]]]


def fit_lightgbm(part: Part, setting: int | None, trees: Trees, threads: int) -> Grown:
    """Fit `trees` until the held rows gain nothing more, or for `setting` + 1 rounds.

    `threads` changes the time, never the model.
    """
    encoded, rows = part.encoded("trees"), part.rows
    losses: list[float] = []
    parameters = _parameters(rows, trees, threads) | _limits(encoded.learn.features, rows.shape)
    booster = _train(part, encoded, parameters, setting, losses)
    # Of the table only what the model needs: a fold's booster waits for those of all others.
    features, baseline, outputs, taught = (
        encoded.learn.features,
        means_of(encoded.learn),
        rows.outputs,
        len(rows),
    )

    def fitted(at: int) -> Fitted:
        rounds = min(at + 1, booster.num_trees() // outputs)
        return Fitted(
            features=features,
            learner=Boosted(weights=WEIGHTS, outputs=outputs),
            baseline=baseline,
            rows=taught,
            weights={WEIGHTS: portable_text(booster, rounds)},
            note=f"{rounds} rounds of {trees.leaves} leaves",
        )

    return Grown(np.array(losses) if losses else NOTHING_TO_SET, fitted)


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


def _limits(features: Sequence[Feature], shape: Shape) -> Parameters:
    found: Parameters = {}
    if any(signs := signs_of(features, shape)):
        found["monotone_constraints"] = signs
    if (sets := sets_of(features, shape)) is not None:
        found["interaction_constraints"] = sets
    return found


def _train(
    part: Part, encoded: Encoded, parameters: Parameters, setting: int | None, losses: list[float]
) -> lightgbm.Booster:
    encoding = encoded.learn
    data = lightgbm.Dataset(
        encoding.matrix,
        part.rows.y,
        weight=part.rows.weights,
        feature_name=[f"f{i}" for i in range(len(encoding.features))],
        categorical_feature=list(encoding.codes),
        params=parameters,
    )
    if setting is not None:
        return lightgbm.train(parameters, data, setting + 1)
    assert encoded.held is not None
    assert part.held is not None
    measure = lightgbm.Dataset(encoded.held, part.held.y, weight=part.held.weights, reference=data)
    told: dict[str, dict[str, list[float]]] = {}
    callbacks: list[Callable[..., Any]] = [
        lightgbm.early_stopping(PATIENCE, verbose=False),
        lightgbm.record_evaluation(told),
    ]
    booster = lightgbm.train(parameters, data, MAX_ROUNDS, valid_sets=[measure], callbacks=callbacks)
    losses += next(iter(told["valid_0"].values()))
    return booster


def portable_text(booster: lightgbm.Booster, rounds: int | None = None) -> bytes:
    """The model's text without its training parameters: they hold the number of threads.

    Directions go too: they bound the fitting, and a bag reads more features than each of its models.
    """
    text: str = booster.model_to_string(num_iteration=rounds or -1)
    trees = _DIRECTIONS.sub("", text.partition("\nparameters:\n")[0])
    return (trees + "\n").encode("utf-8")
