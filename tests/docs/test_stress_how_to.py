"""The how-to on stress runs: its example in Python, and its command for a file, with a page."""

from __future__ import annotations

import doctest
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.assurance.stress.report import StressStopped
from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app
from airworthy.kernel.errors import InputError

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "stress.md"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stress")
    rng = np.random.default_rng(1)
    x = rng.normal(size=(600, 3))
    y = (x[:, 0] + rng.normal(size=600) > 0).astype(int)
    data = lightgbm.Dataset(x, y, feature_name=["a", "b", "c"])
    booster = lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 10)
    booster.save_model(folder / "model.txt")
    rows = pl.DataFrame(x, schema=["a", "b", "c"]).with_columns(income=pl.Series(y))
    rows = rows.with_columns(
        pl.when(pl.int_range(pl.len()) < 7).then(None).otherwise("income").alias("income")
    )
    rows.write_csv(folder / "rows.csv")
    return folder


def test_the_example_in_python_runs() -> None:
    text = PAGE.read_text(encoding="utf-8").replace("```", "")
    example = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, None, None)
    told: list[str] = []
    assert doctest.DocTestRunner(verbose=False).run(example, out=told.append).failed == 0, "".join(told)


def test_the_command_for_a_file_prints_one_document_and_writes_the_page(files: Path) -> None:
    command = next(
        line for line in PAGE.read_text(encoding="utf-8").splitlines() if "--html stress.html" in line
    )
    words = [str(files / word) if "." in word else word for word in command.split()[1:]]
    done = CliRunner().invoke(app, [*words, "--answers", "300", "--json"])
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert document["rows"] == 593, "rows without an outcome are left out"
    assert {curve["kind"] for curve in document["curves"]} >= {"missing", "out-of-range", "rounded"}
    assert document["texts"] == {"not_applicable": "No column holds running text."}
    assert document["copied"]["ways"][0]["points"][0]["queries"] == 100
    page = (files / "stress.html").read_text(encoding="utf-8")
    assert "What messy input costs" in page
    assert "Copies of the model" in page
    assert "<script src" not in page


def test_a_model_without_rows_and_an_unknown_column_are_told(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import typer

    commands = typer.main.get_command(app)
    for words, said in (
        ([str(files / "model.txt")], "has no rows to be tried on"),
        ([str(files / "model.txt"), str(files / "rows.csv"), "--target", "incme"], "income"),
    ):
        with pytest.raises(SystemExit) as left:
            run_at_edge(commands, ["stress", *words])
        assert left.value.code == 2
        assert said in capsys.readouterr().err


class _Impatient:
    """Somebody who presses Ctrl-C when the third part begins."""

    @contextmanager
    def stage(self, name: str, total: float | None = None) -> Iterator[Any]:
        yield self

    def __init__(self) -> None:
        self.parts = 0

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        self.parts += 1

    def note(self, text: str) -> None:
        return None


def test_ctrl_c_keeps_what_was_measured_and_names_the_rest() -> None:
    rows = np.random.default_rng(0).normal(size=(400, 2))
    watcher = _Impatient()

    def model(given: Any) -> Any:
        if watcher.parts == 2:
            raise KeyboardInterrupt
        return 1 / (1 + np.exp(-np.nan_to_num(given)[:, 0]))

    with pytest.raises(StressStopped) as stopped:
        aw.stress(model, rows, rows[:, 0] > 0, progress=watcher)
    found = stopped.value.found
    assert len(found.curves) == 2
    assert found.missing[-1] == "copied model"
    assert "Stopped. Not reached:" in str(found)


def test_what_cannot_be_stressed_says_why() -> None:
    rows = np.zeros((50, 1))
    with pytest.raises(InputError, match="All 50 outcomes are"):
        aw.stress(lambda given: np.full(len(given), 0.5), rows, ["1"] * 50, task="binary", positive="1")


def test_texts_and_several_classes_are_stressed_too() -> None:
    words = {"good": "pos", "bad": "neg", "plain": "mid"}
    rng = np.random.default_rng(0)
    texts = [f"this was really {rng.choice(list(words))} service today, number {i}" for i in range(600)]
    truth = [next(label for word, label in words.items() if word in text) for text in texts]

    def model(given: list[str]) -> np.ndarray:
        return np.array([next((v for k, v in words.items() if k in t.split()), "mid") for t in given])

    found = aw.stress(model, texts, truth, answers=100)
    assert found.figure == "accuracy"
    shares = {name: share.as_json()["value"] for name, share in found.texts.classes}
    assert shares == {"mid": 0.0, "neg": 0.0, "pos": 1.0}, (
        "bad has three letters, and none of them is touched"
    )
    assert "Of 100 rightly decided texts" in str(found)
