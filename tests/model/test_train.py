"""Training end to end: the artefact, its digest, what is kept, and what a re-run does."""

from __future__ import annotations

import json
import socket
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from model_worlds import frame, problem

from airworthy.charter.model import Costs, Task
from airworthy.data import columns_for_scoring
from airworthy.kernel.budget import Budget
from airworthy.kernel.digest import digest_tree
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.units import MoneyRange
from airworthy.measures import auc, log_loss, rmse
from airworthy.model import Problem, Trained, train
from airworthy.scoring import Scorer, row_at
from airworthy.scoring.columns import Columns

QUICK = ("linear", "lightgbm-6")


def fit(given: Problem, folder: Path, threads: int = 1, replay: tuple[str, ...] | None = QUICK) -> Trained:
    return train(given, folder, Budget(600), QuietProgress(), threads=threads, replay=replay)


def held_out(given: Problem) -> tuple[Columns, pl.DataFrame]:
    rows = frame(1000, given.task, seed=99)
    return columns_for_scoring(rows, given.contract), rows


def test_the_reloaded_artefact_beats_the_naive_answer_on_new_rows(trained: tuple[Problem, Trained]) -> None:
    given, result = trained
    columns, rows = held_out(given)
    scores = Scorer.load(result.artefact).score_columns(columns)
    if given.task is Task.REGRESSION:
        y = rows["__target__"].to_numpy()
        assert scores.prediction is not None
        assert rmse(y, scores.prediction) < 0.7 * y.std()
        return
    y = np.array([given.contract.classes.index(value) for value in rows["__target__"].to_list()])
    prior = np.bincount(y) / len(y)
    assert scores.probability is not None
    assert log_loss(y, scores.probability) < log_loss(y, np.tile(prior, (len(y), 1))) - 0.1
    if given.task is Task.BINARY:
        assert auc(y, scores.positive) > 0.75


def test_a_row_scores_as_the_batch_does(trained: tuple[Problem, Trained]) -> None:
    given, result = trained
    columns, _ = held_out(given)
    scorer = Scorer.load(result.artefact)
    batch = scorer.score_columns(columns)
    for i in range(50):
        assert scorer.score_row(row_at(given.contract, columns, i)).raw == tuple(batch.raw[i].tolist())


def test_every_candidate_tells_its_loss_time_and_latency(trained: tuple[Problem, Trained]) -> None:
    _, result = trained
    assert result.schedule == ("additive", "lightgbm-6", "linear")
    assert sum(candidate.chosen for candidate in result.candidates) == 1
    for candidate in result.candidates:
        assert candidate.quality is not None
        assert candidate.latency_us is not None
        assert candidate.seconds > 0
        assert 0 < candidate.latency_us < 50_000
    json.dumps([candidate.as_json() for candidate in result.candidates], allow_nan=False)
    json.dumps(dict(result.decision), allow_nan=False)


def test_the_artefact_holds_no_pickle_path_host_or_thread_count(trained: tuple[Problem, Trained]) -> None:
    _, result = trained
    files = [path for path in result.artefact.rglob("*") if path.is_file()]
    assert {"MLmodel", "scorer.json", "manifest.json", "requirements.txt", "python_env.yaml"} <= {
        path.name for path in files
    }
    for path in files:
        assert path.suffix not in (".pkl", ".joblib", ".npy")
        text = path.read_text(encoding="utf-8")
        assert str(result.artefact.parent) not in text
        assert socket.gethostname() not in text
        assert "num_threads" not in text


def test_the_same_data_charter_and_seed_give_the_same_digest(tmp_path: Path) -> None:
    given = problem(Task.BINARY, n=600)
    first = fit(given, tmp_path / "a", threads=1)
    second = fit(given, tmp_path / "b", threads=2)
    assert digest_tree(first.artefact) == digest_tree(second.artefact)


def test_another_seed_or_one_changed_cell_gives_another_digest(tmp_path: Path) -> None:
    given = problem(Task.BINARY, n=400)
    first = fit(given, tmp_path / "a", replay=("lightgbm-6",))
    reseeded = fit(replace(given, seed=7), tmp_path / "b", replay=("lightgbm-6",))
    rows = given.rows.with_columns(
        pl.when(pl.col("__row__") == 3).then(1e4).otherwise("score").alias("score")
    )
    edited = fit(replace(given, rows=rows), tmp_path / "c", replay=("lightgbm-6",))
    assert len({digest_tree(result.artefact) for result in (first, reseeded, edited)}) == 3


def test_a_second_run_keeps_what_was_finished_and_other_rows_drop_it(tmp_path: Path) -> None:
    given = problem(Task.REGRESSION, n=400)
    first = fit(given, tmp_path, replay=("linear",))
    record = tmp_path / "candidates" / "linear" / "record.json"
    written = record.stat().st_mtime_ns
    again = fit(given, tmp_path)
    assert record.stat().st_mtime_ns == written
    assert again.schedule == ("lightgbm-6", "linear")
    fit(replace(given, rows=given.rows.head(300)), tmp_path, replay=("linear",))
    assert record.stat().st_mtime_ns != written
    assert not (tmp_path / "candidates" / "lightgbm-6").exists()
    assert first.schedule == ("linear",)


def test_declared_costs_move_the_threshold_and_fill_the_decision_document(tmp_path: Path) -> None:
    costs = Costs(
        currency="EUR",
        false_positive=MoneyRange(10, 10, "EUR"),
        false_negative=MoneyRange(30, 50, "EUR"),
    )
    result = fit(problem(Task.BINARY, n=600, costs=costs), tmp_path)
    decision = dict(result.decision)
    assert decision["threshold"] == pytest.approx(10 / (10 + 40))
    assert decision["currency"] == "EUR"
    ends = decision["at_cost_range"]
    assert isinstance(ends, list)
    assert [end["threshold"] for end in ends] == pytest.approx([10 / 60, 10 / 40])
    money = decision["money_per_1000"]
    assert isinstance(money, dict)
    assert money["low"] < money["value"] < money["high"]
    assert all(candidate.cost_per_1000 is not None for candidate in result.candidates)


def test_without_declared_costs_no_currency_appears(trained: tuple[Problem, Trained]) -> None:
    _, result = trained
    decision = dict(result.decision)
    assert decision["currency"] is None
    assert decision["money_per_1000"] is None
    assert decision["costs_declared"] is False
    assert "No costs were declared" in str(decision["note"])


def test_unit_costs_of_a_regression_shift_the_decision_to_their_quantile(tmp_path: Path) -> None:
    costs = Costs(currency="EUR", over=MoneyRange(1, 1, "EUR"), under=MoneyRange(4, 4, "EUR"))
    given = problem(Task.REGRESSION, n=800, costs=costs)
    result = fit(given, tmp_path, replay=("linear",))
    columns, rows = held_out(given)
    scores = Scorer.load(result.artefact).score_columns(columns)
    above = float((rows["__target__"].to_numpy() > np.array(scores.decision, dtype=float)).mean())
    # 4 / (4 + 1) of outcomes should lie below the decision; 1,000 rows: standard error 0.013.
    assert above == pytest.approx(0.2, abs=0.05)


def test_one_class_or_no_input_is_refused_with_a_way_out() -> None:
    given = problem(Task.BINARY, n=100)
    with pytest.raises(InputError, match="too few to learn from") as caught:
        replace(given, rows=given.rows.with_columns(pl.lit("No").alias("__target__")))
    assert "split" in caught.value.remedy
    with pytest.raises(InputError, match="No column is left"):
        problem(Task.BINARY, n=100, only=())


def test_text_alone_is_enough_to_learn_from(tmp_path: Path) -> None:
    given = problem(Task.BINARY, n=800, only=("remark",))
    result = fit(given, tmp_path, replay=("linear",))
    columns, rows = held_out(given)
    y = (rows["__target__"] == "Yes").to_numpy()
    assert auc(y, Scorer.load(result.artefact).score_columns(columns).positive) > 0.58


def test_hostile_columns_do_not_stop_training(tmp_path: Path) -> None:
    given = problem(Task.BINARY, n=400)
    empty = given.rows.with_columns(
        pl.lit(None, dtype=pl.Float64).alias("income"),
        pl.lit(1, dtype=pl.Int64).alias("age"),
        pl.col("score") * 1e300,
        pl.lit(None, dtype=pl.String).alias("remark"),
        (pl.lit("city") + pl.col("__row__").cast(pl.String)).alias("city"),
    )
    result = fit(replace(given, rows=empty), tmp_path, replay=("linear", "lightgbm-6", "additive"))
    assert len(result.schedule) >= 2
    columns, _ = held_out(given)
    assert np.isfinite(Scorer.load(result.artefact).score_columns(columns).raw).all()
