"""`airworthy check`: the first answer that a stranger gets, held against scikit-learn."""

from __future__ import annotations

import json
import os
import pickle
import time
from pathlib import Path

import lightgbm
import numpy as np
import polars as pl
import pytest
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    balanced_accuracy_score,
    brier_score_loss,
    log_loss,
    mean_absolute_error,
    r2_score,
    roc_auc_score,
    root_mean_squared_error,
)
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.kernel.errors import InputError

WIDE = 80


@pytest.fixture
def table() -> pl.DataFrame:
    """2,000 cases: a calibrated score, a group that is selected less often, and an age."""
    rng = np.random.default_rng(3)
    n = 2000
    sex = rng.choice(["f", "m"], n, p=[0.4, 0.6])
    p = 1 / (1 + np.exp(-(1.5 * rng.normal(size=n) + np.where(sex == "m", 0.6, -1.0))))
    y = np.where(rng.random(n) < p, "good", "bad")
    return pl.DataFrame({"y": y, "p": p, "sex": sex, "age": rng.integers(18, 80, n)})


def ask(tmp_path: Path, table: pl.DataFrame, *options: str) -> tuple[int, str]:
    path = tmp_path / "predictions.csv"
    table.write_csv(path)
    return run(str(path), *options)


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner(env={"COLUMNS": str(WIDE)}).invoke(app, ["check", *arguments])
    if isinstance(done.exception, Exception) and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout


def metrics_of(printed: str) -> dict[str, float]:
    return {name: metric["value"] for name, metric in json.loads(printed)["metrics"].items()}


def test_binary_figures_are_those_of_scikit_learn(tmp_path: Path, table: pl.DataFrame) -> None:
    code, printed = ask(tmp_path, table, "--score", "p", "--positive", "good", "--json")
    y, p = (table["y"] == "good").to_numpy().astype(int), table["p"].to_numpy()
    found = metrics_of(printed)
    assert code == 0
    assert found["auc"] == pytest.approx(roc_auc_score(y, p), abs=1e-15)
    assert found["average_precision"] == pytest.approx(average_precision_score(y, p), abs=1e-14)
    assert found["log_loss"] == pytest.approx(log_loss(y, p), abs=1e-14)
    assert found["brier"] == pytest.approx(brier_score_loss(y, p), abs=1e-15)
    assert found["accuracy"] == pytest.approx(accuracy_score(y, p >= 0.5), abs=1e-15)


def test_the_answer_fits_80_columns_and_tells_every_part(tmp_path: Path, table: pl.DataFrame) -> None:
    code, printed = ask(tmp_path, table, "--score", "p", "--protected", "sex", "--protected", "age")
    assert code == 1, "the gap between the sexes is planted"
    assert max(map(len, printed.splitlines())) <= WIDE
    for part in ("How good", "Ranking (AUC)", "Groups of sex", "What the checks say", "FAIL  FAI001"):
        assert part in printed
    for part in ("What could not be told", "Money: nobody declared", "Next", "airworthy explain FAI001"):
        assert part in printed


def test_the_event_is_read_off_the_score_and_said_aloud(tmp_path: Path, table: pl.DataFrame) -> None:
    _, printed = ask(tmp_path, table, "--score", "p", "--json")
    document = json.loads(printed)
    assert "The event is taken to be 'good'" in document["notes"][0]
    assert list(document["dataset"]["outcomes"]) == ["bad", "good"]


def test_decisions_alone_do_not_say_which_outcome_is_the_event(tmp_path: Path, table: pl.DataFrame) -> None:
    with pytest.raises(InputError, match="cannot be told"):
        ask(tmp_path, table.with_columns(d=pl.col("y")), "--decision", "d")


def test_ages_are_compared_in_bands(tmp_path: Path, table: pl.DataFrame) -> None:
    _, printed = ask(tmp_path, table, "--score", "p", "--protected", "age", "--json")
    subjects = {r["subject"] for r in json.loads(printed)["results"] if r["code"] == "FAI001"}
    assert len(subjects) == 4
    assert any(subject.startswith("group:age=under ") for subject in subjects)


def test_a_gap_of_a_tiny_group_is_shown_and_fails_nothing(tmp_path: Path, table: pl.DataFrame) -> None:
    tiny = table.with_row_index().with_columns(
        site=pl.when(pl.col("index") < 40).then(pl.lit("x")).otherwise(pl.lit("o"))
    )
    tiny = tiny.with_columns(p=pl.when(pl.col("site") == "x").then(0.001).otherwise("p"))
    code, printed = ask(tmp_path, tiny, "--score", "p", "--protected", "site")
    assert code == 0
    assert "few rows: shown only" in printed or "shown only: site=x" in printed


def test_several_outcomes_take_a_score_column_each(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    classes = np.array(["high", "low", "mid"])
    p = rng.dirichlet([1, 2, 1], 900)
    y = np.array([rng.choice(classes, p=row) for row in p])
    table = pl.DataFrame({"y": y, "p_low": p[:, 1], "p_mid": p[:, 2], "p_high": p[:, 0], "site": y})
    options = ("--score", "p_low", "--score", "p_mid", "--score", "p_high")
    code, printed = ask(tmp_path, table, *options, "--protected", "site", "--json")
    found, decided = metrics_of(printed), classes[p.argmax(axis=1)]
    failed = [r["code"] for r in json.loads(printed)["results"] if r["verdict"] == "FAIL"]
    assert (code, failed) == (1, ["PER003"]), "the site is the outcome, and the model errs most at mid"
    assert found["log_loss"] == pytest.approx(log_loss(y, p, labels=list(classes)), abs=1e-14)
    assert found["accuracy"] == pytest.approx(accuracy_score(y, decided), abs=1e-15)
    assert found["macro_recall"] == pytest.approx(balanced_accuracy_score(y, decided), abs=1e-15)
    assert "--positive 'high'" in json.loads(printed)["notes"][-1], "how to compare groups is said"
    _, printed = ask(tmp_path, table, *options, "--positive", "low", "--json")
    assert metrics_of(printed)["auc"] == pytest.approx(roc_auc_score(y == "low", p[:, 1]), abs=1e-15)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--score", "p_low", "--score", "p_mid"), "none is for 'high'"),
        (("--score", "p_low", "--score", "p_mid", "--score", "other"), "cannot be told"),
        (("--score", "p_low", "--score", "p_mid", "--score", "raw_high"), "add up to 9"),
        (("--score", "p_low", "--positive", "lwo"), "No outcome is 'lwo'"),
    ],
)
def test_score_columns_that_cannot_be_meant_are_refused(
    tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    y = ["low", "mid", "high"] * 50
    columns = {"p_low": 0.5, "p_mid": 0.5, "other": 0.0, "raw_high": 8.0}
    with pytest.raises(InputError, match=message):
        ask(
            tmp_path,
            pl.DataFrame({"y": y}).with_columns(**{k: pl.lit(v) for k, v in columns.items()}),
            *options,
        )


def test_regression_figures_are_those_of_scikit_learn(tmp_path: Path) -> None:
    rng = np.random.default_rng(8)
    y = rng.normal(50, 9, 700)
    p = y + rng.normal(0, 4, 700)
    _, printed = ask(tmp_path, pl.DataFrame({"y": y, "p": p}), "--score", "p", "--json")
    found = metrics_of(printed)
    assert found["rmse"] == pytest.approx(root_mean_squared_error(y, p), rel=1e-14)
    assert found["mae"] == pytest.approx(mean_absolute_error(y, p), rel=1e-14)
    assert found["r2"] == pytest.approx(r2_score(y, p), abs=1e-13)


def test_fifty_thousand_rows_take_less_than_five_seconds(tmp_path: Path, table: pl.DataFrame) -> None:
    many = pl.concat([table] * 25)
    path = tmp_path / "many.csv"
    many.write_csv(path)
    before = time.process_time()
    run(str(path), "--score", "p", "--protected", "sex")
    spent = time.process_time() - before
    print(f"50,000 rows: {spent:.2f} CPU-seconds")
    assert spent < 5


def test_a_native_model_is_asked_what_messy_input_does_to_it(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(1500, 3))
    y = (x[:, 0] + rng.normal(size=1500) > 0).astype(int)
    data = lightgbm.Dataset(x, y, feature_name=["a", "b", "c"])
    booster = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 20)
    booster.save_model(tmp_path / "m.txt")
    rows = pl.DataFrame(x, schema=["a", "b", "c"]).with_columns(y=pl.Series(y), extra=pl.lit("kept out"))
    rows = rows.with_columns(y=pl.when(pl.int_range(pl.len()) < 7).then(None).otherwise("y"))
    rows.write_csv(tmp_path / "rows.csv")
    _, printed = run(str(tmp_path / "m.txt"), str(tmp_path / "rows.csv"), "--json")
    document = json.loads(printed)
    assert metrics_of(printed)["auc"] == pytest.approx(
        roc_auc_score(y[7:], booster.predict(x[7:])), abs=1e-15
    )
    assert {"EXP001", "ROB001", "ROB003"} <= {result["code"] for result in document["results"]}
    assert document["notes"][0] == "7 rows without an outcome were left out."


class _Writes:
    """Opening this pickle would make a file."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, ("pickle_was_opened",)


def test_a_pickle_is_refused_with_the_way_out_and_never_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("model.pkl").write_bytes(pickle.dumps(_Writes()))
    Path("rows.csv").write_text("a,y\n1,0\n2,1\n")
    with pytest.raises(InputError, match="would run the code inside it") as refused:
        run("model.pkl", "rows.csv")
    assert "save_model" in refused.value.remedy
    assert not Path("pickle_was_opened").exists()
