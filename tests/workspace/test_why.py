"""`airworthy why`: the picture that a run painted, rows of a file, and models elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.kernel.errors import AirworthyError
from airworthy.workspace import Workspace

sys.path.insert(0, str(Path(__file__).parents[1] / "adapters"))
from model_servers import model_server, records_server

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
"""


def people(rows: int = 300) -> pl.DataFrame:
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
    case = pl.DataFrame({"income": [900, 9_000], "debt": [1200, 0], "town": ["Ash", "Cedar"]})
    case.write_csv(folder / "case.csv")
    with Workspace.open(folder) as workspace:
        workspace.run()
    return folder


def document(*arguments: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, ["why", *arguments, "--json"])
    assert done.exit_code == 0, done.output
    return dict(json.loads(done.stdout))


def test_the_run_painted_a_picture_that_the_command_and_the_dossier_show(home: Path) -> None:
    found = document("v1", "-c", str(home))
    assert [part["name"] for part in found["parts"][:2]] == ["income", "debt"]
    assert found["parts"][0]["label"] == "monthly income"
    assert found["explained"] == "yes"
    assert found["method"] == "exact: the model's own terms"
    rising = [
        point["value"] for shape in found["shapes"] for point in shape["points"] if shape["name"] == "income"
    ]
    assert rising == sorted(rising)
    page = (home / ".airworthy" / "dossiers" / "v1.html").read_text("utf-8")
    section = page.split("Why it decides so", 1)[1].split("What it has seen", 1)[0]
    assert section.count('class="shape"') == 1 + min(3, len(found["shapes"]))
    assert "monthly income" in section


def test_what_a_test_of_the_reasons_found_stands_above_the_picture(home: Path) -> None:
    with Workspace.open(home) as workspace:
        cautions = workspace.show("v1")["explanation"]["picture"]["cautions"]
    page = (home / ".airworthy" / "dossiers" / "v1.html").read_text("utf-8")
    section = page.split("Why it decides so", 1)[1]
    assert section.count('class="caution"') == len(cautions)
    for caution in cautions:
        assert section.index(caution.replace("'", "&#39;")) < section.index("<svg")


def test_a_row_is_explained_in_the_charters_words_and_units(home: Path) -> None:
    found = document("v1", str(home / "case.csv"), "--row", "1", "-c", str(home))
    assert found["row"] == 1
    assert found["decided"] == "no"
    told = "\n".join(found["sentences"])
    assert "monthly income, 900 EUR, lowers the probability that repaid is" in told
    second = document("v1", str(home / "case.csv"), "--row", "2", "-c", str(home))
    values = {reason["name"]: reason for reason in second["reasons"]}
    assert values["income"]["contribution"] > 0
    other = document("v1", str(home / "case.csv"), "--row", "1", "--class", "no", "-c", str(home))
    assert other["score"] == pytest.approx(1 - found["score"])


def test_a_version_on_rows_with_outcomes_shuffles_columns_too(home: Path, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    asked = [str(home / "people.csv"), "--target", "repaid", "--html", str(page), "-c", str(home)]
    found = document("v1", *asked)
    assert found["parts"][0]["rise"] > 0.1
    assert found["page"] == str(page)
    assert "Why v1 decides so" in page.read_text("utf-8")


def test_a_model_file_is_asked_where_it_tells_nothing(home: Path, tmp_path: Path) -> None:
    rows = people(300).select("income", "debt", "repaid")
    data = lightgbm.Dataset(
        rows.select("income", "debt").to_numpy(),
        (rows["repaid"] == "yes").to_numpy(),
        feature_name=["income", "debt"],
    )
    model = tmp_path / "model.txt"
    lightgbm.train({"objective": "binary", "verbose": -1, "num_threads": 1}, data, 5).save_model(model)
    rows.write_csv(tmp_path / "rows.csv")
    found = document(str(model), str(tmp_path / "rows.csv"), "--target", "repaid", "--row", "4")
    assert {reason["name"] for reason in found["reasons"]} == {"income", "debt"}
    total = found["base"] + sum(reason["contribution"] for reason in found["reasons"])
    assert total == pytest.approx(found["score"])


def test_a_model_behind_an_address_is_asked_no_more_than_a_network_bears(tmp_path: Path) -> None:
    people(300).select("income", "debt").write_csv(tmp_path / "rows.csv")

    def score(row: dict[str, Any]) -> float:
        return float(1 / (1 + np.exp(-(row["income"] - row["debt"]) / 300)))

    with model_server(records_server(score)) as server:
        address = [f"{server.url}/score", str(tmp_path / "rows.csv"), "--input", "*", "--format", "records"]
        found = document(*address, "--row", "4")
        asked = sum(len(call.document) for call in server.calls if isinstance(call.document, list))
    # 201 rows at first, the row and the background again, then 100 pairs of permutations of two columns.
    assert asked < 1_000
    assert found["shown"] == "probability"
    assert found["reasons"][0]["error"] is not None
    truth = score(people(300).row(3, named=True))
    assert found["score"] == pytest.approx(truth)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["v1", "--row", "3"], "from a file of rows"),
        (["v9"], "There is no version 'v9'"),
        (["v1", "case.csv", "--row", "7"], "has no data row 7"),
        (["v1", "case.csv", "--row", "1", "--html", "p.html"], "not one row"),
        (["v1", "case.csv", "--row", "1", "--class", "maybe"], "knows no class 'maybe'"),
        (["v1", "case.csv", "--target", "repaidd"], "no column 'repaidd'"),
        (["case.csv"], "needs rows"),
    ],
)
def test_what_cannot_be_explained_is_told(
    home: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(home)
    done = CliRunner().invoke(app, ["why", *arguments])
    assert isinstance(done.exception, AirworthyError)
    assert says in str(done.exception)
