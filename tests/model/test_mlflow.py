"""Plain MLflow loads what Airworthy wrote, without pickle, and gives the Scorer's own figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from model_worlds import frame

from airworthy.charter.model import Task
from airworthy.data import columns_for_scoring
from airworthy.model import Problem, Trained
from airworthy.scoring import Scorer

pandas = pytest.importorskip("pandas", reason="MLflow hands over pandas frames")
pyfunc = pytest.importorskip("mlflow.pyfunc", reason="mlflow is an extra and not installed")


@pytest.fixture(autouse=True)
def _no_pickle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", str(tmp_path))


def test_plain_mlflow_predicts_what_the_scorer_does(trained: tuple[Problem, Trained]) -> None:
    given, result = trained
    rows = frame(500, given.task, seed=7)
    columns = columns_for_scoring(rows, given.contract)
    assert sum(np.isnan(columns["income"])) > 20
    assert columns["city"].count(None) > 10
    expected = Scorer.load(result.artefact).score_columns(columns)

    table = rows.select([column.name for column in given.contract.inputs]).to_pandas()
    table["seen"] = table["seen"].dt.tz_convert(None)  # MLflow takes times without a zone only
    answer = pyfunc.load_model(str(result.artefact)).predict(table)

    assert list(answer["decision"]) == list(expected.decision)
    if given.task is Task.REGRESSION:
        assert np.array_equal(answer["prediction"], expected.prediction)
        return
    names = [f"probability_{name}" for name in given.contract.classes]
    assert np.array_equal(answer[names].to_numpy(), expected.probability)


def test_the_written_input_example_is_scored_by_mlflow(trained: tuple[Problem, Trained]) -> None:
    _, result = trained
    loaded = pyfunc.load_model(str(result.artefact))
    table = loaded.metadata.load_input_example(str(result.artefact))
    assert isinstance(table, pandas.DataFrame)
    assert len(loaded.predict(table)) == 1
    assert loaded.metadata.metadata["airworthy"]["charter"]
    assert not list(result.artefact.rglob("*.pkl"))


def test_mlflow_refuses_a_table_without_a_required_column(trained: tuple[Problem, Trained]) -> None:
    given, result = trained
    table = (
        frame(5, given.task).select([c.name for c in given.contract.inputs if c.name != "age"]).to_pandas()
    )
    with pytest.raises(Exception, match="age"):
        pyfunc.load_model(str(result.artefact)).predict(table)
