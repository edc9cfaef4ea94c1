"""Copies of a model: a linear one and boosted trees, taught by its answers."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.extraction.encode import Encoder

Floats = NDArray[np.float64]

TREES, MORE_TREES, MANY = 100, 300, 10_000
"""Trees of a copy; more of them where it learns of many rows, of which each answer gives one or two."""
LEAVES, LEAST_IN_LEAF = 15, 10
SEEN = 1e-6
"""A weight below it teaches nothing."""


@dataclass(frozen=True, eq=False)
class Taught:
    """Rows as a copy sees them, and those on which it is measured."""

    dense: Floats | None
    spread: Any
    dense_held: Floats | None
    spread_held: Any
    worded: Sequence[int]

    @classmethod
    def of(cls, encoder: Encoder, asked: Mapping[str, Any], held: Mapping[str, Any]) -> Taught:
        """Encode once for all sizes of a curve. Trees do not read texts."""
        trees = not encoder.has_texts
        return cls(
            encoder.dense(asked) if trees else None,
            encoder.spread_out(asked),
            encoder.dense(held) if trees else None,
            encoder.spread_out(held),
            encoder.worded,
        )


def copied_shares(taught: Taught, answers: Floats, n: int, seed: int) -> dict[str, Floats]:
    """Probabilities (held, k) by each kind of copy that learned the first `n` answers (n, k).

    An answer of probabilities teaches each class by its share; one of a label teaches its class alone.
    """
    rows, labels = np.nonzero(answers[:n] > SEEN)
    weights = answers[rows, labels]
    k = answers.shape[1]
    if len(np.unique(labels)) < 2:  # all answers agree: so does every copy
        return {"constant": np.tile(np.eye(k)[labels[0]], (taught.spread_held.shape[0], 1))}
    made = {"linear": _logistic(taught, rows, labels, weights, k)}
    if taught.dense is not None and taught.dense_held is not None:
        made["trees"] = _boosted_classes(taught, rows, labels, weights, k, seed)
    return made


def copied_numbers(taught: Taught, answers: Floats, n: int, seed: int) -> dict[str, Floats]:
    """Numbers (held,) by each kind of copy that learned the first `n` answers (n,)."""
    from sklearn.linear_model import Ridge  # heavy, and only this probe needs it

    centre, scale = float(answers[:n].mean()), float(answers[:n].std()) or 1.0
    target = (answers[:n] - centre) / scale
    linear = Ridge(alpha=0.01, solver="lsqr").fit(taught.spread[:n], target)
    made = {"linear": np.asarray(linear.predict(taught.spread_held))}
    if taught.dense is not None and taught.dense_held is not None:
        booster = _boosted(taught.dense[:n], target, None, taught.worded, {"objective": "regression"}, seed)
        made["trees"] = booster(taught.dense_held)
    return {name: numbers * scale + centre for name, numbers in made.items()}


def _logistic(
    taught: Taught, rows: NDArray[np.int64], labels: NDArray[np.int64], weights: Floats, k: int
) -> Floats:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression  # heavy, and only this probe needs it

    with warnings.catch_warnings():  # a copy that is nearly there is what a client would take
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(C=100.0, max_iter=200)
        model.fit(taught.spread[rows], labels, sample_weight=weights)
    return _in_place(model.predict_proba(taught.spread_held), model.classes_, k)


def _boosted_classes(
    taught: Taught, rows: NDArray[np.int64], labels: NDArray[np.int64], weights: Floats, k: int, seed: int
) -> Floats:
    assert taught.dense is not None
    assert taught.dense_held is not None
    classes, codes = np.unique(labels, return_inverse=True)
    two = len(classes) == 2
    aim = {"objective": "binary"} if two else {"objective": "multiclass", "num_class": len(classes)}
    booster = _boosted(taught.dense[rows], codes, weights, taught.worded, aim, seed)
    found = booster(taught.dense_held)
    return _in_place(np.column_stack([1 - found, found]) if two else found, classes, k)


def _boosted(
    table: Floats,
    target: NDArray[Any],
    weights: Floats | None,
    worded: Sequence[int],
    aim: Mapping[str, Any],
    seed: int,
) -> Callable[[Floats], Floats]:
    import lightgbm  # heavy, and only this probe needs it here

    settings = {
        "num_leaves": LEAVES,
        "min_data_in_leaf": max(2, min(LEAST_IN_LEAF, len(table) // 40)),
        "learning_rate": 0.1,
        "num_threads": 1,
        "deterministic": True,
        "force_row_wise": True,
        "seed": seed % 2**31,
        "verbosity": -1,
        **aim,
    }
    rows = lightgbm.Dataset(table, target, weight=weights, categorical_feature=list(worded))
    booster = lightgbm.train(settings, rows, TREES if len(table) < MANY else MORE_TREES)
    return lambda held: np.asarray(booster.predict(held, num_threads=1))


def _in_place(found: Any, classes: Any, k: int) -> Floats:
    """Probabilities (n, k) with a column for each class, 0 for those that no answer named."""
    made = np.zeros((len(found), k))
    made[:, np.asarray(classes, np.int64)] = found
    return made
