"""The how-to on a run's budget, done as it is written: its script, its charter, its call, its messages."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from airworthy.cli.main import app
from airworthy.kernel.errors import BudgetStopped

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "set-a-budget.md"
TEXT = PAGE.read_text("utf-8")
WIDER = {
    'time = "3m"': 'time = "15m"',
    '"0.03 EUR"': '"1 EUR"',
    "5Wh": "500Wh",
    "5 Wh": "500 Wh",
    "=120": "=900",
}
"""Machines that are slow, busy, or large and hungry must come to the end too."""


def blocks(language: str) -> list[str]:
    return [part.split("```", 1)[0] for part in TEXT.split(f"```{language}\n")[1:]]


def widened(text: str) -> str:
    for narrow, wide in WIDER.items():
        text = text.replace(narrow, wide)
    return text


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield


def run(folder: Path, *words: str) -> Result:
    with inside(folder):
        return CliRunner().invoke(app, list(words))


def refused(folder: Path) -> str:
    """What a run that is refused says, and advises."""
    error = run(folder, "run", "--quiet").exception
    assert isinstance(error, BudgetStopped)
    assert error.exit_code == 3
    return f"{error.message} -> {error.remedy}"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the page's table, and its charter for one quick learner."""
    folder = tmp_path_factory.mktemp("members")
    with inside(folder):
        exec(compile(blocks("python")[0], "how-to", "exec"), {})
    (folder / "airworthy.toml").write_text(
        widened(blocks("toml")[0]) + '\n[search]\nlearners = ["linear"]\n', "utf-8"
    )
    return folder


@pytest.fixture(scope="module")
def answer(home: Path) -> dict[str, object]:
    done = run(home, "run", "--json", "--quiet")
    assert done.exit_code == 0, done.output[-500:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_run_says_what_it_used_beside_every_limit(home: Path, answer: dict[str, object]) -> None:
    spend = answer["spend"]
    assert isinstance(spend, dict)
    assert spend["money"] == pytest.approx(spend["seconds"] * 0.4 / 3600, rel=1e-3)
    assert spend["max_energy_kwh"] == 0.5
    assert spend["limit_memory_bytes"] == 2 * 10**9
    assert "Germany" in spend["grid"]
    shown = " ".join(run(home, "show", "v1").output.split())
    for words in ("Further limits: ", "Wh, 2 GB of memory.", "Rows: 900."):
        assert words in shown
        assert words in TEXT


def test_a_limit_that_pays_for_nothing_starts_nothing(home: Path, tmp_path: Path) -> None:
    shutil.copy(home / "members.csv", tmp_path)
    charter = (home / "airworthy.toml").read_text("utf-8").replace('"1 EUR"', '"0.0001 EUR"')
    (tmp_path / "airworthy.toml").write_text(charter, "utf-8")
    said = refused(tmp_path)
    for words in (
        "Nothing was started: budget.max_cost (0.0001 EUR) leaves ",
        "of data, and no model can be made in that.",
        "-> Raise budget.max_cost in airworthy.toml: the cheapest useful run takes about ",
        "EUR here (an estimate).",
    ):
        assert words in said
        assert words in " ".join(TEXT.split())
    assert not list(tmp_path.rglob("candidates"))


def test_a_month_that_is_used_up_lets_nothing_begin(home: Path, answer: dict[str, object]) -> None:
    assert answer["version"] == "v1"
    charter = (home / "airworthy.toml").read_text("utf-8")
    (home / "airworthy.toml").write_text(charter.replace('"25 EUR"', '"0.00001 EUR"'), "utf-8")
    said = refused(home)
    assert "members has spent" in said
    assert "budget.monthly allows 0.00001 EUR" in said
    assert "`members has spent … in 2026-11, and budget.monthly allows …`" in TEXT


def test_the_call_in_python_says_what_it_used(home: Path) -> None:
    printed = StringIO()
    with inside(home), redirect_stdout(printed):
        exec(compile(widened(blocks("python")[1]), "how-to", "exec"), {})
    line, money = printed.getvalue().splitlines()
    assert float(money) > 0
    for words in (
        "s of at most ",
        " EUR of at most ",
        "Wh of at most ",
        " g CO2e, peak memory ",
        "B of at most 2 GB",
    ):
        assert words in line
        assert words in TEXT
