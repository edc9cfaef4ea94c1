"""The small fixed learner that stands in for the chosen model wherever past rows are scored anew."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from airworthy.charter.model import Charter, Task
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.outlook.rows import Past
from airworthy.measures import PastPeriod, period_of, promised
from airworthy.scoring.contract import Contract

Floats = NDArray[np.float64]
Learner = Callable[[Floats], Floats]
"""Features (m, d) to probabilities of the event (m,), of each class (m, classes), or numbers (m,)."""
FEWEST_PAST = 20
TREES = 80


def metric_of(task: Task) -> str:
    """The headline figure of a task."""
    return {Task.BINARY: "auc", Task.MULTICLASS: "log_loss", Task.REGRESSION: "rmse"}[task]


def period_by(
    learner: Learner | None, features: Floats, past: Past, block: slice, charter: Charter
) -> PastPeriod | None:
    """The block as the learner of the rows before it scores it; None where either shows too little."""
    y = past.target[block]
    if learner is None or (charter.task is Task.BINARY and len(np.unique(y)) < 2):
        return None
    metric, answer = metric_of(charter.task), answer_of(learner(features[block]), past, block, charter.task)
    return period_of(metric, y, answer, promised(metric, answer))


def answer_of(output: Floats, past: Past, block: slice, task: Task) -> Floats:
    """What the learner says of the outcome, where it only corrects a forecast."""
    return past.forecast[block] + past.size[block] * output if task is Task.REGRESSION else output


def learner_of(
    features: Floats, past: Past, before: slice, charter: Charter, contract: Contract
) -> Learner | None:
    """The stand-in for the chosen model, of the rows `before`; None where they are too few."""
    known = past.target[before]
    if len(known) < FEWEST_PAST:
        return None
    if charter.task is not Task.REGRESSION and len(np.unique(known)) < max(2, len(contract.classes)):
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
    return lambda rows: np.asarray(model.predict(rows, num_threads=1))
