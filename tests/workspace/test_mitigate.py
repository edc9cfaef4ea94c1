"""`airworthy mitigate` in a workspace: measured once, adopted by one line, refused early where nothing can come of it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import airworthy as aw
from airworthy.assurance.mitigation.report import Action, Mitigation
from airworthy.charter.parse import load_charter
from airworthy.cli.main import app
from airworthy.kernel.errors import InputError
from airworthy.workspace import Workspace

CHARTER = """name = "screener"
purpose = "Choose whom to invite"
task = "binary"

[[sources]]
name = "people"
path = "people.csv"

[target]
column = "hired"
positive = "yes"

[costs]
currency = "EUR"
false_positive = 300   # an interview for nothing
false_negative = 500

[fairness]   # agreed with the works council
protected = ["gender"]
max_gap = 0.05
min_rows = 50

[search]
learners = ["linear"]

[budget]
time = "600s"
"""


def people(rows: int = 900) -> pl.DataFrame:
    draw = np.random.default_rng(7)
    woman = draw.random(rows) < 0.45
    score = draw.normal(60, 12, rows)
    hired = (score + draw.normal(0, 6, rows) > 60) & ~(woman & (draw.random(rows) < 0.6))
    return pl.DataFrame(
        {
            "score": score.round(1),
            "college": np.where(woman == (draw.random(rows) < 0.9), "Ash", "Birch"),
            "gender": np.where(woman, "woman", "man"),
            "hired": np.where(hired, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("screener")
    people().write_csv(folder / "people.csv")
    (folder / "airworthy.toml").write_text(CHARTER, "utf-8")
    return folder


@pytest.fixture(scope="module")
def found(place: Path) -> Mitigation:
    with Workspace.open(place) as workspace:
        return workspace.mitigate()


def test_all_remedies_are_measured_on_development_rows_alone(found: Mitigation, place: Path) -> None:
    # 900 rows, a fifth of them sealed, and a fifth of the rest set aside to measure.
    assert found.learned + found.rows <= 720
    assert found.rows == pytest.approx(144, abs=2)
    assert found.present.model == "linear"
    assert {effect.action for effect in found.effects} | set(found.not_measured) >= set(Action) - {
        Action.PLAIN
    }
    with Workspace.open(place) as workspace:
        assert workspace.versions() == []
        assert [row["status"] for row in workspace.context.registry.runs()] == ["stopped"]


def test_the_price_is_in_declared_money(found: Mitigation) -> None:
    assert found.present.money is not None
    assert found.present.money.now.unit == "EUR per 1,000"
    dropped = found.of(Action.DROPPING)
    assert dropped is not None
    assert dropped.money is not None
    assert dropped.money.change is not None


def test_adopting_changes_one_line_and_the_charter_is_still_read(
    found: Mitigation, place: Path, tmp_path: Path
) -> None:
    (tmp_path / "people.csv").write_bytes((place / "people.csv").read_bytes())
    (tmp_path / "airworthy.toml").write_text(CHARTER, "utf-8")
    with Workspace.open(tmp_path) as workspace:
        assert workspace.adopt(found, "dropping") == ['[data] exclude = ["college"]']
        assert workspace.adopt(found, "reweighing") == ['[fairness] mitigate = ["reweighing"]']
    text = (tmp_path / "airworthy.toml").read_text("utf-8")
    kept = [line for line in text.split("\n") if line in CHARTER.split("\n")]
    assert [line for line in kept if line] == [line for line in CHARTER.split("\n") if line]
    charter = load_charter(tmp_path / "airworthy.toml")
    assert charter.data.exclude == ("college",)
    assert [str(one) for one in charter.fairness.mitigate] == ["reweighing"]


def test_what_was_not_measured_cannot_be_adopted(found: Mitigation, place: Path) -> None:
    before = (place / "airworthy.toml").read_bytes()
    with (
        Workspace.open(place) as workspace,
        pytest.raises(InputError, match="was not measured: none was asked for"),
    ):
        workspace.adopt(found, "monotone")
    assert (place / "airworthy.toml").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--write", "debias"], "names no remedy"),
        (["--monotone", "score"], "names no column and direction"),
        (["--monotone", "college=up"], 'declares a direction for "college"'),
        (["--strength", "0.4"], "no AUC that tells a stand-in from chance"),
        (["v9"], "v9"),
    ],
)
def test_what_cannot_be_measured_is_refused_in_words(tmp_path: Path, arguments: list[str], said: str) -> None:
    people(300).write_csv(tmp_path / "people.csv")
    (tmp_path / "airworthy.toml").write_text(CHARTER, "utf-8")
    done = CliRunner().invoke(app, ["mitigate", *arguments, "--charter", str(tmp_path), "--json", "--quiet"])
    assert isinstance(done.exception, InputError)
    assert said in done.exception.message


def test_without_a_protected_column_or_two_outcomes_nothing_is_trained(tmp_path: Path) -> None:
    people(60).write_csv(tmp_path / "people.csv")
    plain = CHARTER.split("[fairness]")[0] + '[budget]\ntime = "60s"\n'
    (tmp_path / "airworthy.toml").write_text(plain, "utf-8")
    with Workspace.open(tmp_path) as workspace, pytest.raises(InputError, match="No column is protected"):
        workspace.mitigate()
    with pytest.raises(InputError, match="between two answers"):
        aw.mitigate(people(60), "score", protected="gender")


def test_costs_without_a_currency_and_unknown_words_are_refused() -> None:
    with pytest.raises(InputError, match="no currency"):
        aw.mitigate(people(60), "hired", protected="gender", costs=(1.0, 2.0))
    with pytest.raises(InputError, match='learner = "forest" is not known'):
        aw.mitigate(people(60), "hired", protected="gender", learner="forest")


def test_the_document_is_one_json_object(found: Mitigation) -> None:
    document = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert document["lines"]["dropping"] == [{"table": "data", "key": "exclude", "value": ["college"]}]
