"""`airworthy counterfactual` and `airworthy surrogate` in a workspace, by what [changes] permits, and in money."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.cli.edge import run_at_edge
from airworthy.cli.main import app
from airworthy.kernel.errors import InputError
from airworthy.workspace import Workspace

CHARTER = """name = "credit"
purpose = "Decide on small credits"
task = "binary"
glossary = { income = "monthly income" }
units = { income = "EUR" }

[[sources]]
name = "people"
path = "people.csv"

[target]
column = "repaid"
positive = "yes"

[fairness]
protected = ["gender"]

[search]
learners = ["linear"]

[budget]
time = "600s"

[changes.income]
may = "up"
step = 50
price = "2 EUR per 50"

[changes.debt]
may = "down"
price = "1 EUR per 10"

[changes.town]
may = "never"
"""


def people(rows: int = 800) -> pl.DataFrame:
    draw = np.random.default_rng(3)
    income = draw.integers(10, 60, rows) * 50
    debt = draw.integers(0, 200, rows) * 10
    chance = 1 / (1 + np.exp(-(income - debt - 900) / 150))
    return pl.DataFrame(
        {
            "income": income,
            "debt": debt,
            "town": draw.choice(["Ash", "Birch"], rows),
            "gender": draw.choice(["woman", "man"], rows),
            "repaid": np.where(draw.random(rows) < chance, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("credit")
    people().write_csv(folder / "people.csv")
    (folder / "airworthy.toml").write_text(CHARTER, encoding="utf-8")
    poor = pl.DataFrame({"income": [900], "debt": [1200], "town": ["Ash"]})
    poor.write_csv(folder / "case.csv")
    with Workspace.open(folder) as workspace:
        workspace.run()
    return folder


def asked(home: Path, *arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["counterfactual", "v1", *arguments, "-c", str(home), "--json"])
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_a_rejected_row_is_told_the_cheapest_way_in_money(home: Path) -> None:
    found = asked(home, str(home / "case.csv"))
    assert found["decision"] == "no"
    costs = [one["money"]["amount"] for one in found["found"]]
    assert costs == sorted(costs)
    for one in found["found"]:
        assert one["decision"] == "yes"
        priced = {"income": 2 / 50, "debt": 1 / 10}
        spent = sum(abs(change["by"]) * priced[change["column"]] for change in one["changes"])
        assert one["money"]["amount"] == pytest.approx(spent)
        for change in one["changes"]:
            assert (change["by"] > 0) == (change["column"] == "income")
            assert change["column"] == "debt" or change["by"] % 50 == 0
    assert set(found["free"]) <= {"monthly income", "debt"}


def test_the_sentence_uses_the_words_of_the_glossary(home: Path) -> None:
    case = str(home / "case.csv")
    done = CliRunner().invoke(app, ["counterfactual", "v1", case, "-c", str(home), "--quiet"])
    assert "If monthly income were " in done.stdout
    assert "instead of 900 EUR (+" in done.stdout
    assert "Nothing is promised" in done.stdout


def test_the_rate_counts_rows_and_groups(home: Path) -> None:
    found = asked(home, "--rate", "--want", "yes", "--rows", "60")
    assert found["rows"] == 60
    # Any income and any debt lead to a yes within the ranges of the training rows.
    assert found["share"]["value"] == 1.0
    assert found["share"]["low"] < 1.0
    assert [group["column"] for group in found["groups"]] == ["gender"]
    assert found["money"]["currency"] == "EUR"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["case.csv", "--row", "2"], "no data row 2"),
        (["case.csv", "--rate"], "--rate searches rows"),
        ([], "No row was given"),
        (["case.csv", "--rows", "5"], "counts rows for --rate"),
        (["case.csv", "--want", "no"], "decided 'no' already"),
        (["--rate"], "The wanted decision is None"),
        (["bare.csv"], "lack 1 of the model's columns: debt"),
    ],
)
def test_what_cannot_be_asked_is_told_as_json(
    home: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "bare.csv").write_text("income,town\n900,Ash\n")
    given = [str(home / one) if one.endswith(".csv") else one for one in arguments]
    import typer

    with pytest.raises(SystemExit) as left:
        run_at_edge(typer.main.get_command(app), ["counterfactual", "v1", *given, "-c", str(home), "--json"])
    assert left.value.code == 2
    assert says in json.loads(capsys.readouterr().out)["error"]["message"]


def test_a_scorecard_of_the_version_is_measured_and_written_as_a_page(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "card.html"
    given = ["surrogate", "v1", "--kind", "scorecard", "--html", str(page), "-c", str(home), "--json"]
    done = CliRunner().invoke(app, given)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["of"] == "v1"
    # The model is linear in both, and knows nothing else.
    assert {one["column"] for one in found["scorecard"]["columns"]} >= {"income", "debt"}
    assert [one["column"] for one in found["fidelity"]["groups"]] == ["gender"]
    assert "monthly income" in page.read_text(encoding="utf-8")


def test_a_surrogate_that_no_hand_applies_is_refused(home: Path) -> None:
    done = CliRunner().invoke(app, ["surrogate", "v1", "--depth", "12", "-c", str(home)])
    assert isinstance(done.exception, InputError)
    assert "depth is 12" in done.exception.message
