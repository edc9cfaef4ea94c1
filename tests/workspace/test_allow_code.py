"""`airworthy check MODEL DATA --allow-code`: refused without, opened with it, and written down in a workspace."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression
from typer.testing import CliRunner

from airworthy.adapters.open_registry import create_registry
from airworthy.adapters.sandbox.process import SandboxFailed
from airworthy.cli.main import app
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.digest import digest_file
from airworthy.kernel.errors import InputError
from airworthy.kernel.home import HOME
from airworthy.workspace.allow_code import Allowance, open_allowed

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's own")


@pytest.fixture
def model(tmp_path: Path) -> Path:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 2))
    y = (x[:, 0] + rng.normal(size=400) > 0).astype(int)
    pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": y}).write_csv(tmp_path / "rows.csv")
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(LogisticRegression().fit(x, y)))
    return path


def test_a_person_allows_a_file_by_its_digest_and_every_check_runs_on_it(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(model.parent)
    digest = digest_file(model)
    words = ["check", "model.pkl", "rows.csv", "--json"]
    refused = CliRunner().invoke(app, words)
    assert isinstance(refused.exception, InputError)
    assert refused.exception.value == digest
    done = CliRunner().invoke(app, [*words, "--allow-code", digest, "--allow-weak-sandbox"])
    document = json.loads(done.stdout)
    verdicts = {result["code"]: result["verdict"] for result in document["results"]}
    assert verdicts["PER001"] == "PASS"
    assert any("ran in a" in note for note in document["notes"])
    told = {result["code"]: result["measurement"] for result in document["results"]}
    assert told["EFF003"]["value"] == model.stat().st_size
    assert told["EFF002"]["value"] > 1e6


@pytest.mark.parametrize(
    ("further", "said"),
    [
        (["rows.csv", "--as", "Ann"], "--as needs --allow-code"),
        (["rows.csv", "--allow-weak-sandbox"], "--allow-weak-sandbox needs --allow-code"),
        (["--allow-code", "sha256:0"], "is for a model file with its rows"),
        (["rows.csv", "--allow-code", "sha256:0"], "not the file that was allowed"),
    ],
)
def test_options_that_allow_nothing_are_clear_errors(
    model: Path, monkeypatch: pytest.MonkeyPatch, further: list[str], said: str
) -> None:
    monkeypatch.chdir(model.parent)
    done = CliRunner().invoke(app, ["check", "model.pkl", *further])
    assert isinstance(done.exception, InputError)
    assert said in done.exception.message
    assert done.exception.remedy


def test_the_ledger_says_who_allowed_which_file_also_where_it_did_not_open(model: Path) -> None:
    place = model.parent
    registry = create_registry(place / HOME, SystemClock())
    broken = place / "broken.pkl"
    broken.write_bytes(pickle.dumps({"weights": 1}))
    allowed = Allowance(digest_file(model), weak=True, person="Ann")
    open_allowed(model, allowed, place).close()
    with pytest.raises(SandboxFailed):
        open_allowed(broken, Allowance(digest_file(broken), weak=True, person="Bo"), place)
    notes = [entry.document for entry in registry.store.entries() if entry.kind == "note"]
    assert [(note["actor"], note["payload"]["about"]) for note in notes] == [
        ("Ann", digest_file(model)),
        ("Bo", digest_file(broken)),
    ]
    assert "model.pkl" in notes[0]["payload"]["text"]
