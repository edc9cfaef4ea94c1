"""Trees of other libraries, written as LightGBM text, predict what the libraries themselves predict."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from airworthy.model.learners.foreign_trees import (
    catboost_base,
    catboost_trees,
    forest_trees,
    xgboost_base,
    xgboost_trees,
)
from airworthy.model.learners.tree_text import TreeArrays, model_text
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.lightgbm_library import BoosterHandle

WIDTH = 5
CASES = [("binary", 1), ("multiclass", 3), ("regression", 1)]


def world(task: str, outputs: int) -> tuple[FloatArray, FloatArray]:
    """600 rows of 32-bit numbers with a tenth missing, and an outcome they tell."""
    rng = np.random.default_rng(3)
    matrix = rng.normal(size=(600, WIDTH)).astype(np.float32).astype(np.float64)
    z = matrix[:, 0] + matrix[:, 1] ** 2 + rng.normal(0, 0.3, 600)
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    if task == "regression":
        return matrix, z * 40 + 900
    levels = max(2, outputs)
    return matrix, np.digitize(z, np.quantile(z, np.arange(1, levels) / levels)).astype(np.float64)


def scored(trees: list[TreeArrays], outputs: int, base: list[float], matrix: FloatArray) -> FloatArray:
    handle = BoosterHandle(model_text(trees, WIDTH, outputs, base).decode(), WIDTH)
    margins = handle.margins(matrix)
    parts = handle.contributions(matrix[:20])
    assert np.allclose(parts.sum(axis=2), margins[:20], atol=1e-9 * np.abs(margins).max())
    assert all(
        handle.margin(row) == tuple(m) for row, m in zip(matrix.tolist(), margins.tolist(), strict=True)
    )
    return margins


@pytest.mark.parametrize(("task", "outputs"), CASES)
def test_a_forest_of_scikit_learn_votes_alike(task: str, outputs: int) -> None:
    matrix, y = world(task, outputs)
    kind = ExtraTreesRegressor if task == "regression" else ExtraTreesClassifier
    model = kind(12, min_samples_leaf=5, random_state=1).fit(matrix, y)
    margins = scored(forest_trees(model.estimators_, outputs, task != "regression"), outputs, [], matrix)
    own = (
        model.predict(matrix)[:, None] if task == "regression" else model.predict_proba(matrix)[:, -outputs:]
    )
    assert np.allclose(margins, own, rtol=1e-12)


@pytest.mark.parametrize(("task", "outputs"), CASES)
def test_xgboost_predicts_alike(task: str, outputs: int) -> None:
    xgboost = pytest.importorskip("xgboost", reason="xgboost-cpu is an extra")
    matrix, y = world(task, outputs)
    objective = {
        "binary": "binary:logistic",
        "multiclass": "multi:softprob",
        "regression": "reg:squarederror",
    }
    settings = {"objective": objective[task], "max_depth": 4, "nthread": 1}
    data = xgboost.DMatrix(matrix, y)
    model = xgboost.train(settings | ({"num_class": 3} if outputs == 3 else {}), data, 12)
    document = json.loads(bytes(model.save_raw("json")))
    base = xgboost_base(document)
    own = model.predict(data, output_margin=True).reshape(len(matrix), -1)
    # XGBoost adds in 32 bits.
    assert np.allclose(scored(xgboost_trees(document), outputs, base, matrix), own, rtol=2e-6, atol=2e-6)


@pytest.mark.parametrize(("task", "outputs"), CASES)
def test_catboost_predicts_alike(task: str, outputs: int, tmp_path: Path) -> None:
    catboost = pytest.importorskip("catboost", reason="catboost is an extra")
    matrix, y = world(task, outputs)
    kind = catboost.CatBoostRegressor if task == "regression" else catboost.CatBoostClassifier
    model = kind(iterations=12, depth=4, verbose=0, thread_count=1, allow_writing_files=False).fit(matrix, y)
    model.save_model(str(tmp_path / "model.json"), format="json")
    document = json.loads((tmp_path / "model.json").read_text())
    own = np.reshape(model.predict(matrix, prediction_type="RawFormulaVal"), (len(matrix), -1))
    found = scored(catboost_trees(document, outputs), outputs, catboost_base(document), matrix)
    assert np.allclose(found, own, rtol=1e-12)
