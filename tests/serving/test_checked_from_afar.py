"""Real servers are checked as the model behind them is: our own, and MLflow's."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import polars as pl
import pytest
import uvicorn
from scoring_worlds import CLASSES, columns_of, random_rows
from serving_world import NOON, release

import airworthy as aw
from airworthy.adapters.foreign import load_foreign
from airworthy.adapters.remote import RemoteModel
from airworthy.assurance import foreign, given
from airworthy.assurance.given import ProbeSizes
from airworthy.kernel.clock import FixedClock
from airworthy.kernel.result import Verdict
from airworthy.scoring import Scorer
from airworthy.serving import create_app
from airworthy.workspace.check import Columns, check_files
from airworthy.workspace.check_model_file import FileModel

FEW = ProbeSizes(noisy=100, permuted=100, scored=900, timed=20, sent=20, all_sealed=False)


@pytest.fixture(autouse=True)
def few_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Probes that ask little: what they find is tested elsewhere, here that they can ask."""
    monkeypatch.setattr(RemoteModel, "probe_sizes", FEW)
    monkeypatch.setattr(foreign, "FEW_REQUESTS", FEW)


@contextmanager
def listening(app: Any) -> Iterator[str]:
    """The application under uvicorn in a thread, on a free port of loopback."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        sleep(0.01)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.mark.server
@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_our_own_server_gives_the_scores_of_the_saved_scorer(tmp_path: Path, task: str) -> None:
    release(tmp_path, task=task, fallback=None)
    raw = random_rows(60)
    expected = Scorer.load(tmp_path / "models" / "v1").score_columns(columns_of(raw))
    rows = pl.DataFrame(raw, infer_schema_length=None)
    with listening(create_app(tmp_path, clock=FixedClock(NOON))) as url:
        model = aw.remote(url, batch=50)
        answers = model.answers(rows.with_columns(never_sent=pl.lit("private")))
        assert set(model.inputs) == set(raw[0])
        report = aw.check(model, rows, outcomes_of(expected, task), protected=["city"])
        assert aw.remote(f"{url}/v1/predict").kind == model.kind == "airworthy"
    if task == "binary":
        assert answers.values.tolist() == expected.probability[:, 1].tolist()
        assert model.classes == CLASSES[task]
    else:
        found = expected.probability if expected.prediction is None else expected.prediction
        assert answers.values.tolist() == found.tolist()
    if task != "regression":
        assert list(answers.decided or ()) == expected.decision
    results = {result.code: result for result in report.results}
    assert {"CAL001", "EXP001", "PER001", "ROB001", "ROB002", "ROB003", "SRV001", "SRV002"} <= set(results)
    assert results["SRV002"].verdict is Verdict.PASS
    assert Verdict.ERROR not in {result.verdict for result in report.results}


def outcomes_of(expected: Any, task: str) -> list[Any]:
    """Outcomes drawn from the scores themselves."""
    rng = np.random.default_rng(4)
    if task == "regression":
        return (expected.prediction + rng.normal(size=len(expected.prediction))).tolist()
    return [rng.choice(CLASSES[task], p=row / row.sum()) for row in expected.probability]


def test_an_artefact_answers_with_its_own_scores_and_decisions(tmp_path: Path) -> None:
    release(tmp_path)
    raw = random_rows(60)
    folder = tmp_path / "models" / "v1"
    expected = Scorer.load(folder).score_columns(columns_of(raw))
    answers = FileModel(load_foreign(folder)).answers(pl.DataFrame(raw, infer_schema_length=None))
    assert answers.values.tolist() == expected.probability[:, 1].tolist()
    assert list(answers.decided or ()) == expected.decision


def test_the_owner_of_the_server_can_tell_the_rows_of_a_check(tmp_path: Path) -> None:
    release(tmp_path)
    with listening(create_app(tmp_path, clock=FixedClock(NOON))) as url:
        aw.remote(url).answers(pl.DataFrame(random_rows(3), infer_schema_length=None))
    logged = b"".join(
        path.read_bytes() for path in tmp_path.rglob("*") if "prediction" in str(path) and path.is_file()
    )
    assert b"airworthy-check-" in logged


@pytest.mark.server
def test_an_mlflow_server_and_its_model_in_process_give_the_same_report(tmp_path: Path) -> None:
    mlflow = pytest.importorskip("mlflow", reason="needs mlflow")
    pytest.importorskip("fastapi", reason="MLflow's server needs fastapi")
    from mlflow.pyfunc.scoring_server import init

    class Sigmoid(mlflow.pyfunc.PythonModel):  # type: ignore[misc,name-defined]
        def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
            return 1 / (1 + np.exp(-model_input["a"] + 0.2 * model_input["b"].fillna(0)))

    rng = np.random.default_rng(0)
    rows = pl.DataFrame({"a": rng.normal(size=200), "b": rng.normal(size=200)}).to_pandas()
    y = (rng.random(200) < Sigmoid().predict(None, rows)).astype(int)
    mlflow.pyfunc.save_model(tmp_path / "m", python_model=Sigmoid())
    model = mlflow.pyfunc.load_model(tmp_path / "m")
    here = aw.check(model, rows, y)
    with listening(init(model)) as url:
        assert aw.remote(url).kind == aw.remote(f"{url}/invocations").kind == "mlflow"
        there = aw.check(aw.remote(url), rows, y)
        records = aw.remote(url, format="mlflow-records").answers(rows).values
    assert {name: figure.value for name, figure in there.metrics.items()} == {
        name: figure.value for name, figure in here.metrics.items()
    }
    assert [r.code for r in there.results] == [r.code for r in here.results]
    assert np.array_equal(records, Sigmoid().predict(None, rows))


def test_an_artefact_is_checked_as_a_version_is_and_not_as_a_stranger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given, "OUR_SCORER", FEW)
    release(tmp_path)
    raw, folder = random_rows(60), tmp_path / "models" / "v1"
    expected = Scorer.load(folder).score_columns(columns_of(raw))
    rows = pl.DataFrame(raw, infer_schema_length=None)
    rows = rows.with_columns(pl.Series("outcome", outcomes_of(expected, "binary")))
    rows.write_parquet(tmp_path / "rows.parquet")
    report = check_files(folder, tmp_path / "rows.parquet", Columns("outcome"))
    results = {result.code: result for result in report.results}
    assert results["PRI003"].verdict is Verdict.PASS
    assert "a fresh process that serves" in str(results["EFF002"].finding)
    assert results["SRV002"].verdict is Verdict.PASS
