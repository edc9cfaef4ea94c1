"""Batch, one row, reloaded and JSON give the same bits, whatever the values."""

from __future__ import annotations

import struct
from pathlib import Path

import lightgbm
import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scoring_worlds import ROW, columns_of, endings, random_rows, save_world

from airworthy.scoring import Score, Scorer, Scores, row_at

CASES = [
    (kind, task, ending)
    for kind in ("boosted", "linear", "additive", "averaged", "network", "blend")
    for task in ("binary", "multiclass", "regression")
    if (kind, task) != ("averaged", "regression")
    for ending in range(len(endings(task)))
]
_scorers: dict[tuple[str, str, int], tuple[Scorer, Scorer]] = {}


def bits(values: object) -> bytes:
    return b"".join(struct.pack("<d", value) for value in values)  # type: ignore[attr-defined]


@pytest.fixture(params=CASES, ids=lambda case: "-".join(map(str, case)))
def scorers(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Scorer, Scorer]:
    """One scorer, and the same artefact loaded a second time."""
    kind, task, ending = request.param
    if request.param not in _scorers:
        folder = tmp_path_factory.mktemp("artefact")
        save_world(folder, kind, task, *endings(task)[ending])
        _scorers[request.param] = Scorer.load(folder), Scorer.load(folder)
    return _scorers[request.param]


def assert_same(batch: Scores, index: int, single: Score) -> None:
    assert bits(batch.raw[index]) == bits(single.raw)
    if batch.probability is not None:
        assert single.probability is not None
        assert bits(batch.probability[index]) == bits(single.probability)
        assert abs(sum(single.probability) - 1.0) < 1e-12
    else:
        assert batch.prediction is not None
        assert bits([batch.prediction[index]]) == bits([single.prediction])
    assert batch.decision[index] == single.decision


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_every_path_gives_the_same_bits(
    scorers: tuple[Scorer, Scorer], rows: list[dict[str, object]]
) -> None:
    scorer, reloaded = scorers
    columns = columns_of(rows)
    few = scorer.score_columns(columns)
    many = reloaded.score_columns(columns_of(rows * 9))  # another length: other loops inside numpy
    for index, row in enumerate(rows):
        single = scorer.score_row(row)
        assert np.isfinite(single.raw).all()
        assert_same(few, index, single)
        assert_same(many, index + len(rows), single)
        decoded = reloaded.decode(msgspec.json.encode(row))[0]
        assert_same(few, index, reloaded.score_row(decoded))
        rebuilt = msgspec.json.encode(row_at(scorer.contract, columns, index))
        assert_same(few, index, scorer.score_row(scorer.decode(rebuilt)[0]))


def test_matrix_and_single_row_features_are_equal_on_ordinary_rows(scorers: tuple[Scorer, Scorer]) -> None:
    scorer, _ = scorers
    rows = random_rows(300, seed=3)
    matrix = scorer.matrix(columns_of(rows))
    singles = np.array([scorer.feature_values(row) for row in rows])
    assert matrix.tobytes() == singles.tobytes()


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_boosted_margins_equal_those_of_the_lightgbm_package(task: str, tmp_path: Path) -> None:
    save_world(tmp_path, "boosted", task)
    scorer = Scorer.load(tmp_path)
    columns = columns_of(random_rows(2_000, seed=5))
    booster = lightgbm.Booster(model_file=tmp_path / "model.txt")
    expected = booster.predict(scorer.matrix(columns), raw_score=True, num_threads=1)
    scores = scorer.score_columns(columns)
    assert scores.raw.tobytes() == np.asarray(expected).reshape(2_000, -1).tobytes()
    if task == "binary":
        usual = booster.predict(scorer.matrix(columns), num_threads=1)
        np.testing.assert_allclose(scores.positive, usual, rtol=1e-14)


@pytest.mark.parametrize("kind", ["boosted", "linear", "additive", "network"])
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_no_rows_give_no_scores(kind: str, task: str, tmp_path: Path) -> None:
    save_world(tmp_path, kind, task)
    scores = Scorer.load(tmp_path).score_columns(columns_of([]))
    assert len(scores.decision) == 0
    assert scores.raw.shape == (0, 3 if task == "multiclass" else 1)
