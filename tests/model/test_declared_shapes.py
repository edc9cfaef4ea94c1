"""Directions and interactions: kept by every published scorer, by learners that can, and by their blend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from model_worlds import problem

from airworthy.charter.model import Direction, SearchRules, Task
from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.model import Problem, Trained, train
from airworthy.model.job import CANDIDATES
from airworthy.model.learners.additive import _directed
from airworthy.scoring import Scorer
from airworthy.scoring.columns import Row, row_at

INPUTS = ("income", "age", "score", "member", "city")
ALL = (
    "linear",
    "additive",
    "additive-pairs",
    "lightgbm-31",
    "lightgbm-6",
    "xgboost",
    "catboost",
    "extra-trees",
)
PAIRED = ("linear", "additive-pairs", "lightgbm-31", "xgboost")
# The world falls with age, so that one direction goes against it.
AGAINST = {"age": Direction.UP, "score": Direction.UP}


def trained(
    rules: SearchRules,
    folder: Path,
    task: Task,
    inputs: tuple[str, ...] = INPUTS,
    names: tuple[str, ...] = ALL,
) -> Trained:
    given = problem(task, 300, only=inputs)
    return run(replace(given, charter=replace(given.charter, search=rules)), folder, names)


def run(given: Problem, folder: Path, names: tuple[str, ...] = ALL) -> Trained:
    return train(given, folder, Budget(600), QuietProgress(), threads=1, replay=names)


def scorers(folder: Path) -> dict[str, Scorer]:
    kept = sorted((folder / CANDIDATES).glob("*/artefact"))
    return {home.parent.name: Scorer.load(home) for home in kept}


def rows_of(given: Problem, count: int = 40) -> list[Row]:
    records = given.rows.select(INPUTS).head(count).to_dicts()
    return [dict(record) for record in records]


def curve(scorer: Scorer, row: Row, name: str, values: list[float]) -> np.ndarray:
    scores = [scorer.score_row({**row, name: value}) for value in values]
    return np.array([s.prediction if s.probability is None else s.probability[1] for s in scores])


def test_every_published_scorer_keeps_declared_directions(tmp_path: Path) -> None:
    made = trained(SearchRules(monotone=AGAINST), tmp_path, Task.BINARY)
    found = scorers(tmp_path)
    assert {"linear", "additive", "lightgbm-31", "xgboost", "catboost", "blend"} <= set(found)
    assert "additive-pairs" not in found
    # Missing incomes: scikit-learn's forest cannot keep a direction then, and says so.
    assert "extra-trees" not in found
    left_out = {c.name: c.note for c in made.candidates}
    assert "numbers are missing" in left_out["extra-trees"]
    require_directions(found, problem(Task.BINARY, 300, only=INPUTS))
    given = problem(Task.BINARY, 300, only=INPUTS)
    columns = columns_for_scoring(given.rows.head(50), given.contract)
    for scorer in found.values():
        batch = scorer.score_columns(columns).raw
        alone = [scorer.score_row(row_at(scorer.contract, columns, i)).raw for i in range(50)]
        assert np.array(alone).tobytes() == batch.tobytes()


def test_models_of_numbers_keep_declared_directions(tmp_path: Path) -> None:
    names = ("linear", "additive", "lightgbm-31")
    trained(SearchRules(monotone=AGAINST), tmp_path, Task.REGRESSION, names=names)
    require_directions(scorers(tmp_path), problem(Task.REGRESSION, 300, only=INPUTS))


def require_directions(found: dict[str, Scorer], given: Problem) -> None:
    """Along a grid that leaves the training range on both sides."""
    for name, scorer in found.items():
        for row in rows_of(given, 20):
            ages = [17.0, *(float(age) for age in range(18, 82, 4)), 99.0]
            assert (np.diff(curve(scorer, row, "age", ages)) >= 0).all(), name
            assert (np.diff(curve(scorer, row, "score", list(np.linspace(-4, 4, 17)))) >= 0).all(), name


def test_a_forest_keeps_directions_where_nothing_is_missing(tmp_path: Path) -> None:
    trained(
        SearchRules(monotone=AGAINST), tmp_path, Task.BINARY, ("age", "score", "member"), ("extra-trees",)
    )
    scorer = scorers(tmp_path)["extra-trees"]
    for row in rows_of(problem(Task.BINARY, 300), 20):
        assert (np.diff(curve(scorer, row, "age", [float(age) for age in range(18, 80, 4)])) >= 0).all()


def test_without_interactions_a_column_moves_every_row_alike(tmp_path: Path) -> None:
    made = trained(SearchRules(interactions=()), tmp_path, Task.REGRESSION)
    found = scorers(tmp_path)
    assert {"linear", "additive", "lightgbm-31", "lightgbm-6", "xgboost"} <= set(found)
    assert not {"catboost", "extra-trees", "additive-pairs"} & set(found)
    notes = {c.name: c.note for c in made.candidates}
    assert "cannot keep search.interactions" in notes["catboost"]
    rows = rows_of(problem(Task.REGRESSION, 300, only=INPUTS), 12)
    for scorer in found.values():
        moved = [np.diff(curve(scorer, row, "age", [20.0, 50.0, 75.0])) for row in rows]
        assert np.ptp(np.array(moved), axis=0) == pytest.approx(0, abs=1e-9)


def test_only_declared_columns_act_together(tmp_path: Path) -> None:
    trained(SearchRules(interactions=(("age", "score"),)), tmp_path, Task.REGRESSION, names=PAIRED)
    rows = rows_of(problem(Task.REGRESSION, 300, only=INPUTS), 12)
    for name, scorer in scorers(tmp_path).items():
        same = [{**row, "score": 0.3} for row in rows]
        moved = [np.diff(curve(scorer, row, "age", [20.0, 50.0, 75.0])) for row in same]
        assert np.ptp(np.array(moved), axis=0) == pytest.approx(0, abs=1e-9), name


@pytest.mark.parametrize("name", ["city", "remark", "seen", "nowhere"])
def test_a_direction_needs_a_number(tmp_path: Path, name: str) -> None:
    given = problem(Task.BINARY, 300)
    rules = SearchRules(monotone={name: Direction.UP})
    with pytest.raises(InputError, match=f'declares a direction for "{name}"'):
        run(replace(given, charter=replace(given.charter, search=rules)), tmp_path)


def test_a_directed_curve_is_the_nearest_by_least_squares() -> None:
    # By hand: 3 and 1 pool to (3 * 1 + 1 * 3) / 4 = 1.5.
    curve_ = _directed(np.array([0.0, 3.0, 1.0, 4.0]), np.array([1.0, 1.0, 3.0, 1.0]), 1)
    assert list(curve_) == [0.0, 1.5, 1.5, 4.0]
