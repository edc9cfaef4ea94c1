"""Contributions that a foreign model's own library tells, recognised by its module and never trusted blindly.

Whatever a library tells must make the model's own answers, else it is not used: a wrapped or recalibrated
model, or one that stopped early, would be explained by parts that do not add up to what it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.extra import native_of
from airworthy.assurance.explain.told import LOG_ODDS, TARGET, Exact, Told
from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Values

Floats = NDArray[np.float64]
CLOSE = 1e-4
"""How far what the parts make may lie from the model's own answers: some libraries add up in 32 bits."""
Parts = NDArray[Any]
"""(n, d + 1), or (n, k, d + 1) of k classes; the last is the base."""


def library_contributions(
    scorer: ScoresColumns, columns: Mapping[str, Values], background: Mapping[str, Values], told: Told
) -> Exact | None:
    """Contributions by the model's own library; None where it tells none, or none that make its answers."""
    held, known = native_of(scorer, columns), native_of(scorer, background)
    told_by = None if held is None else _teller(held.model)
    if held is None or known is None or told_by is None:
        return None
    names, (method, tell) = tuple(columns), told_by
    found = tell(held.model, held.table, known.table)
    if found is None or found.shape[-1] != len(names) + 1:
        return None
    parts = _of_outputs(np.asarray(found, float), held.labels, held.event, told)
    if parts is None:
        return None
    unit = LOG_ODDS if told.classes else TARGET
    values, base = np.ascontiguousarray(parts[:, :-1]), parts[:, -1]
    return Exact(names, values, base, parts.sum(axis=1), unit, f"exact: {method}")


def _of_outputs(parts: Floats, labels: Sequence[str], event: str | None, told: Told) -> Floats | None:
    """(n, d + 1) of the explained outputs, where they make the model's answers."""
    rows = np.arange(len(parts))
    if not told.classes:
        made = parts.sum(axis=-1)
        return parts if parts.ndim == 2 and np.allclose(made, told.raw, rtol=CLOSE, atol=CLOSE) else None
    if parts.ndim == 2 and len(told.classes) == 2 and len(labels) == 2:
        # The margin is of the second class of the model's own two.
        against = np.array([label != labels[1] for label in told.classes])[told.outputs]
        signed = np.where(against, -1.0, 1.0)[:, None] * parts
        made = 1 / (1 + np.exp(-signed.sum(axis=1)))
    elif parts.ndim == 3 and event is None and set(told.classes) <= set(labels):
        at = np.array([labels.index(name) for name in told.classes])[told.outputs]
        signed, margins = parts[rows, at], parts.sum(axis=2)
        odds = np.exp(margins - margins.max(axis=1, keepdims=True))
        made = odds[rows, at] / odds.sum(axis=1)
    else:
        return None
    if told.scores.probability is None or not np.allclose(made, told.raw, rtol=0, atol=CLOSE):
        return None
    return signed


Tell = Callable[[Any, Any, Any], "Parts | None"]
"""(model, table, background table) to parts."""


def _teller(model: Any) -> tuple[str, Tell] | None:
    """How this model's library explains, in words, and the call; None where it is not known to."""
    if hasattr(model, "contributions"):
        return "tree SHAP", lambda own, table, _: own.contributions(table)
    package, kind = type(model).__module__.partition(".")[0], type(model).__module__
    if package == "lightgbm":
        return "tree SHAP", _lightgbm
    if package == "xgboost" and hasattr(model, "get_booster"):
        return "tree SHAP", _xgboost
    if package == "catboost":
        return "tree SHAP", _catboost
    if package == "interpret" and hasattr(model, "eval_terms"):
        return "the model's own terms, pairs split evenly", _additive
    if kind.startswith("sklearn.linear_model") and hasattr(model, "coef_"):
        return "the model's own terms", _linear
    return None


def _lightgbm(model: Any, table: Any, background: Any) -> Parts:
    found = np.asarray(model.predict(table, pred_contrib=True, num_threads=1), float)
    return by_class(found, _width(table) + 1)


def by_class(flat: Floats, width: int) -> Parts:
    """(n, k, d + 1) of the columns of k classes side by side; (n, d + 1) where there is one.

    >>> by_class(np.zeros((5, 8)), 4).shape
    (5, 2, 4)
    """
    return flat if flat.shape[1] == width else flat.reshape(len(flat), -1, width)


def _width(table: Any) -> int:
    return int(np.shape(table)[1])


def _xgboost(model: Any, table: Any, background: Any) -> Parts:
    import xgboost  # the model is one of its own, so it is there

    last = getattr(model, "best_iteration", None)
    data = xgboost.DMatrix(table, missing=model.missing, enable_categorical=True, nthread=1)
    trees = (0, 0) if last is None else (0, last + 1)
    return np.asarray(model.get_booster().predict(data, pred_contribs=True, iteration_range=trees), float)


def _catboost(model: Any, table: Any, background: Any) -> Parts:
    import catboost  # the model is one of its own, so it is there

    pool = catboost.Pool(table, cat_features=model.get_cat_feature_indices())
    return np.asarray(model.get_feature_importance(pool, type="ShapValues", thread_count=1), float)


def _additive(model: Any, table: Any, background: Any) -> Parts:
    """Terms of one or two columns, halved between two."""
    terms = np.asarray(model.eval_terms(table), float)  # (n, terms) or (n, terms, k)
    several = terms.ndim == 3
    stacked = terms if several else terms[:, :, None]
    parts = np.zeros((len(stacked), stacked.shape[2], len(model.feature_names_in_) + 1))
    for index, columns in enumerate(model.term_features_):
        for column in columns:
            parts[:, :, column] += stacked[:, index] / len(columns)
    parts[:, :, -1] = np.atleast_1d(model.intercept_)
    return parts if several else parts[:, 0]


def _linear(model: Any, table: Any, background: Any) -> Parts | None:
    """Weight times distance from the background's mean: the Shapley values of a linear model."""
    rows, usual = _matrix(table), _matrix(background)
    if rows is None or usual is None:
        return None
    weights = np.atleast_2d(np.asarray(model.coef_, float))
    start = np.atleast_1d(np.asarray(model.intercept_, float))
    if weights.shape[1] != rows.shape[1] or len(start) != len(weights):
        return None
    mean = usual.mean(axis=0)
    moved = weights[None, :, :] * (rows - mean)[:, None, :]
    base = np.broadcast_to((start + (weights * mean).sum(axis=1))[None, :, None], (*moved.shape[:2], 1))
    parts = np.concatenate([moved, base], axis=2)
    return parts[:, 0] if len(weights) == 1 else parts


def _matrix(table: Any) -> Floats | None:
    try:
        return np.asarray(table, float)
    except (TypeError, ValueError):
        return None
