"""Portions of a large model add up to the model, and a row gets the bits of a batch."""

from __future__ import annotations

import lightgbm
import numpy as np
import pytest

from airworthy.scoring import forest
from airworthy.scoring.forest import Forest, portions


def grown(objective: str, classes: int = 1, rounds: int = 60) -> lightgbm.Booster:
    draw = np.random.default_rng(5)
    x = draw.normal(size=(800, 4))
    y = np.digitize(x[:, 0] + 0.3 * draw.normal(size=800), [0.0] if classes < 3 else [-0.5, 0.5])
    parameters = {"objective": objective, "verbosity": -1, "num_threads": 1}
    if classes > 1:
        parameters["num_class"] = classes
    return lightgbm.train(parameters, lightgbm.Dataset(x, y), rounds)


@pytest.mark.parametrize(("objective", "classes"), [("binary", 1), ("multiclass", 3)])
def test_portions_add_up_to_the_model_and_rows_get_the_bits_of_a_batch(
    objective: str, classes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = grown(objective, classes)
    rows = np.random.default_rng(6).normal(size=(300, 4))
    rows[::7, 1] = np.nan
    text = model.model_to_string()
    monkeypatch.setattr(forest.portions, "__defaults__", (len(text) // 5,))
    cut = Forest(text, 4)
    assert len(list(portions(text))) >= 5
    batch = cut.margins(rows)
    expected = np.asarray(model.predict(rows, raw_score=True)).reshape(batch.shape)
    np.testing.assert_allclose(batch, expected, rtol=1e-12, atol=1e-12)
    assert [cut.margin(row) for row in rows.tolist()] == [tuple(row) for row in batch.tolist()]
    contributions = cut.contributions(rows)
    whole = np.asarray(model.predict(rows, pred_contrib=True)).reshape(contributions.shape)
    np.testing.assert_allclose(contributions, whole, rtol=1e-9, atol=1e-9)


def test_a_small_model_is_scored_as_lightgbm_scores_it_bit_for_bit() -> None:
    model = grown("binary", rounds=20)
    rows = np.random.default_rng(7).normal(size=(200, 4))
    found = Forest(model.model_to_string(), 4).margins(rows)
    assert found.ravel().tobytes() == np.asarray(model.predict(rows, raw_score=True)).tobytes()


def test_a_model_that_averages_its_trees_is_left_whole() -> None:
    text = grown("binary").model_to_string().replace("\nfeature_infos", "\naverage_output\nfeature_infos")
    assert list(portions(text, 1000)) == [text]
