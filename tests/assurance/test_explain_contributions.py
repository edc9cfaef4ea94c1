"""Contributions of columns: our own models exactly, foreign ones by their libraries, any other by asking."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from math import factorial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from airworthy.assurance.explain.contributions import Contributions, contributions_of, explainable_rows
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.given import ProbeSizes
from airworthy.assurance.predictions import Values
from airworthy.assurance.tables import read_table
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.scoring import Scorer, save_spec
from airworthy.scoring.contract import Column, Contract, LogicalType
from airworthy.scoring.spec import Additive, Number, OneHot, ScorerSpec, Term, Threshold

Floats = np.ndarray[Any, np.dtype[np.float64]]


def rows_of(n: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(rng.normal(size=(n, 4)), columns=["a", "b", "c", "d"])


def outcome_of(frame: pd.DataFrame) -> Any:
    rng = np.random.default_rng(9)
    margin = frame["a"] + frame["b"] * frame["c"]
    return np.where(rng.random(len(frame)) < 1 / (1 + np.exp(-margin)), "yes", "no")


def foreign(model: object, frame: Any, classes: tuple[str, ...] = ("no", "yes")) -> ForeignScorer:
    task = Task.BINARY if len(classes) == 2 else Task.MULTICLASS if classes else Task.REGRESSION
    return ForeignScorer(model, read_table(frame), task, classes)


def explained(scorer: Any, frame: Any, background: Any = None, **options: Any) -> Contributions:
    columns = read_table(frame).columns
    other = columns if background is None else read_table(background).columns
    return contributions_of(scorer, columns, background=other, seed=1, **options)


def test_lightgbm_gives_what_tree_shap_of_another_library_gives() -> None:
    lightgbm, shap = pytest.importorskip("lightgbm"), pytest.importorskip("shap")
    frame = rows_of(300)
    model = lightgbm.LGBMClassifier(n_estimators=30, num_leaves=7, n_jobs=1, verbose=-1)
    model.fit(frame, outcome_of(frame))
    found = explained(foreign(model, frame), frame)
    oracle = shap.TreeExplainer(model.booster_).shap_values(frame)
    np.testing.assert_allclose(found.values, np.asarray(oracle), atol=1e-9)
    np.testing.assert_allclose(found.raw, model.predict(frame, raw_score=True), atol=1e-9)
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, found.raw, atol=1e-9)
    assert (found.unit, found.method, found.exact) == ("log-odds", "exact: tree SHAP", True)


def test_against_the_event_the_same_parts_count_the_other_way_round() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    frame = rows_of(200)
    model = lightgbm.LGBMClassifier(n_estimators=10, n_jobs=1, verbose=-1).fit(frame, outcome_of(frame))
    towards = explained(foreign(model, frame), frame)
    against = explained(foreign(model, frame), frame, output=0)
    np.testing.assert_allclose(towards.values, -against.values)
    turned = explained(foreign(model, frame, ("yes", "no")), frame)
    np.testing.assert_allclose(turned.values, against.values)


@pytest.mark.parametrize("package", ["xgboost", "catboost"])
@pytest.mark.parametrize("classes", [2, 3])
def test_other_boosters_tell_parts_that_make_their_own_answers(package: str, classes: int) -> None:
    library = pytest.importorskip(package)
    frame = rows_of(200)
    y = (frame["a"] > 0).astype(int) + (frame["b"] > 0.8) * (classes == 3)
    if package == "xgboost":
        model = library.XGBClassifier(n_estimators=10, max_depth=3, n_jobs=1)
    else:
        model = library.CatBoostClassifier(
            iterations=10, depth=3, thread_count=1, silent=True, allow_writing_files=False
        )
    model.fit(frame, y)
    labels = tuple(str(label) for label in sorted(set(y)))
    found = explained(foreign(model, frame, labels), frame, output=len(labels) - 1)
    assert found.exact
    if classes == 2:
        p = model.predict_proba(frame)[:, 1]
        np.testing.assert_allclose(found.values.sum(axis=1) + found.base, np.log(p / (1 - p)), atol=1e-3)


def test_a_linear_model_gives_each_weight_times_the_distance_from_the_mean() -> None:
    from sklearn.linear_model import LinearRegression

    frame = pd.DataFrame({"a": [0.0, 2.0, 4.0], "b": [1.0, 0.0, 5.0]})
    model = LinearRegression().fit(frame, [1.0, 7.0, 8.0])
    found = explained(foreign(model, frame, ()), frame)
    np.testing.assert_allclose(found.values[:, 0], model.coef_[0] * np.array([-2.0, 0.0, 2.0]), atol=1e-12)
    np.testing.assert_allclose(found.values[:, 1], model.coef_[1] * np.array([-1.0, -2.0, 3.0]), atol=1e-12)
    assert found.unit == "target"


def test_an_explainable_boosting_machine_gives_its_terms_and_splits_pairs_evenly() -> None:
    glassbox = pytest.importorskip("interpret.glassbox")
    frame = rows_of(400)
    model = glassbox.ExplainableBoostingClassifier(
        interactions=[("b", "c")], outer_bags=1, max_rounds=20, n_jobs=1, random_state=1
    ).fit(frame, outcome_of(frame))
    found = explained(foreign(model, frame), frame)
    assert found.exact
    assert found.method.endswith("pairs split evenly")
    np.testing.assert_allclose(
        found.values.sum(axis=1) + found.base, model.decision_function(frame), atol=1e-9
    )
    terms = model.eval_terms(frame)
    pair = model.term_features_.index((1, 2))
    np.testing.assert_allclose(found.values[:, 1], terms[:, 1] + terms[:, pair] / 2, atol=1e-12)


def by_hand(function: Any, row: Floats, background: Floats) -> Floats:
    """Shapley values by their definition, over all subsets of columns."""
    width = len(row)

    def value(subset: tuple[int, ...]) -> float:
        mixed = background.copy()
        mixed[:, list(subset)] = row[list(subset)]
        return float(np.mean(function(mixed)))

    found = np.zeros(width)
    for column in range(width):
        others = [other for other in range(width) if other != column]
        for size in range(width):
            weight = factorial(size) * factorial(width - size - 1) / factorial(width)
            for subset in combinations(others, size):
                found[column] += weight * (value((*subset, column)) - value(subset))
    return found


def test_sampled_values_meet_the_definition_within_their_standard_errors() -> None:
    background, rows = rows_of(50, 1).to_numpy(), rows_of(6, 2).to_numpy()

    def model(x: Floats) -> Floats:
        return 1 / (1 + np.exp(-(x[:, 0] + 2 * x[:, 1] * x[:, 2])))

    found = explained(foreign(model, rows), rows, background)
    oracle = np.array([by_hand(model, row, background) for row in rows])
    np.testing.assert_allclose(found.values.sum(axis=1) + found.base, found.raw, atol=1e-12)
    assert not found.exact
    assert found.error is not None
    assert found.unit == "probability"
    assert found.method.startswith("sampled Shapley values, 200")
    # 24 values, each with its own error: one beyond 4 of them would come about once in a thousand tests.
    assert (np.abs(found.values - oracle) <= 4 * found.error + 1e-12).all()
    assert (found.values[:, 3] == 0).all(), "the fourth column is never read"


def test_a_wrapped_booster_is_asked_because_its_parts_do_not_make_its_answers() -> None:
    lightgbm = pytest.importorskip("lightgbm")

    class Recalibrated(lightgbm.LGBMClassifier):  # type: ignore[name-defined,misc]
        def predict_proba(self, X: Any, **options: Any) -> Any:  # as in the library
            found = super().predict_proba(X, **options)
            return found if options.get("pred_contrib") else found / 2 + 0.25

    Recalibrated.__module__ = "lightgbm.ours"
    frame = rows_of(60)
    model = Recalibrated(n_estimators=5, n_jobs=1, verbose=-1).fit(frame, outcome_of(frame))
    found = explained(foreign(model, frame), frame.head(5))
    assert not found.exact
    assert found.unit == "probability"


def test_a_model_that_gives_labels_alone_is_explained_by_its_decisions() -> None:
    frame = rows_of(40)

    def model(rows: pd.DataFrame) -> Any:
        return np.where(rows["a"] > 0, "yes", "no")

    found = explained(foreign(model, frame), frame.head(10))
    assert found.unit == "decision"
    assert set(found.raw.tolist()) == {0.0, 1.0}
    assert (found.values[:, 1:] == 0).all()
    np.testing.assert_allclose(found.values[:, 0], found.raw - found.base)


def test_texts_and_gaps_are_put_into_real_rows() -> None:
    frame = pd.DataFrame({"city": ["Rome", "Oslo", None, "Rome"], "age": [1.0, np.nan, 3.0, 4.0]})

    def model(rows: pd.DataFrame) -> Any:
        return 0.5 * (rows["city"] == "Rome").to_numpy(float) + 0.25 * rows["age"].isna().to_numpy(float)

    found = explained(foreign(model, frame), frame)
    # Additive, so each walk credits the same: distance from the mean of the background rows that were drawn.
    np.testing.assert_allclose(
        found.values, [[0.25, -1 / 16], [-0.25, 3 / 16], [-0.25, -1 / 16], [0.25, -1 / 16]]
    )


def test_more_rows_than_may_be_asked_are_refused_with_the_number_that_may() -> None:
    frame = rows_of(50)
    scorer = foreign(lambda rows: np.full(len(rows), 0.5), frame)
    sizes = ProbeSizes(explained=1_200)  # 1,200 / (2 * 3 steps * 10 pairs) = 20 rows
    assert explainable_rows(scorer, read_table(frame).columns, sizes=sizes) == 20
    assert len(explained(scorer, frame.head(20), frame, sizes=sizes)) == 20
    with pytest.raises(InputError, match="Give at most 20 rows"):
        explained(scorer, frame, sizes=sizes)


class Counting:
    """A scorer of our own protocol, three classes, that counts the rows it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def score_columns(self, columns: Mapping[str, Values]) -> Any:
        from airworthy.assurance.foreign import ForeignScores

        x = np.asarray(columns["x"], float)
        self.asked += len(x)
        p = np.column_stack([x, (1 - x) / 4, 3 * (1 - x) / 4])
        labels = ["abc"[i] for i in p.argmax(axis=1)]
        return ForeignScores(p, p, None, labels)


def test_of_several_classes_the_decided_one_is_explained_unless_another_is_asked_for() -> None:
    scorer, columns = Counting(), {"x": np.array([0.9, 0.1]), "y": np.array([1.0, 2.0])}
    decided = contributions_of(scorer, columns, background=columns, seed=1)
    assert decided.outputs.tolist() == [0, 2]
    np.testing.assert_allclose(decided.values, [[0.4, 0.0], [0.3, 0.0]], atol=1e-12)
    other = contributions_of(scorer, columns, background=columns, seed=1, output=1)
    np.testing.assert_allclose(other.values, [[-0.1, 0.0], [0.1, 0.0]], atol=1e-12)
    with pytest.raises(InputError, match="3 classes"):
        contributions_of(scorer, columns, background=columns, seed=1, output=3)


def test_our_own_terms_by_hand(tmp_path: Path) -> None:
    columns = (
        Column(name="age", type=LogicalType.REAL),
        Column(name="city", type=LogicalType.CATEGORY),
        Column(name="unread", type=LogicalType.REAL),
    )
    terms = (
        Term(features=(0,), cuts=((40.0,),), scores=((0.0, -1.0, 2.0),)),
        Term(features=(0, 1), cuts=((40.0,), (0.5,)), scores=((0, 0, 0, 0, 0.5, -0.5, 0, -0.5, 0.5),)),
    )
    spec = ScorerSpec(
        task="binary",
        contract=Contract(columns=columns, classes=("No", "Yes")),
        features=(Number(column="age"), OneHot(column="city", value="Rome")),
        learner=Additive(intercepts=(0.25,), terms=terms),
        decision=Threshold(threshold=0.5),
    )
    save_spec(spec, tmp_path)
    rows: dict[str, Values] = {"age": np.array([50.0, 30.0]), "city": ["Rome", "Rome"], "unread": np.ones(2)}
    found = contributions_of(Scorer.load(tmp_path), rows, background=rows, seed=1)
    assert found.names == ("age", "city", "unread")
    # Of the pair, half each: 50 in Rome +0.5, 30 in Rome -0.5.
    assert found.values.tolist() == [[2.25, 0.25, 0.0], [-1.25, -0.25, 0.0]]
    assert found.base.tolist() == [0.25, 0.25]
    assert found.raw.tolist() == [2.75, -1.25]
    assert (found.unit, found.method) == ("log-odds", "exact: the model's own terms")
