"""`airworthy stress VERSION`: development rows, the charter's limits and words, and its page."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.workspace import Workspace

CHARTER = """name = "credit"
purpose = "Decide on small credits"
task = "binary"
glossary = { income = "monthly income" }

[[sources]]
name = "people"
path = "people.csv"

[target]
column = "repaid"
positive = "yes"

[search]
learners = ["linear"]

[checks.limits.ROB001]
high = 0.02

[budget]
time = "600s"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stressed")
    draw = np.random.default_rng(5)
    income, debt = draw.normal(2000, 500, 600).round(2), draw.normal(900, 300, 600).round(2)
    repaid = np.where(income - debt + draw.normal(0, 300, 600) > 1100, "yes", "no")
    pl.DataFrame({"income": income, "debt": debt, "repaid": repaid}).write_csv(folder / "people.csv")
    (folder / "airworthy.toml").write_text(CHARTER, encoding="utf-8")
    with Workspace.open(folder) as workspace:
        workspace.run()
    return folder


def test_a_version_is_stressed_on_rows_that_it_learned_by_the_limits_of_its_charter(home: Path) -> None:
    page = home / "stress.html"
    words = ["stress", "v1", "-c", str(home), "--answers", "100", "--html", str(page), "--json"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["name"] == "v1"
    assert "rows that the version has learned" in found["notes"][0]
    curves = {curve["kind"]: curve for curve in found["curves"]}
    assert curves["missing"]["most_lost"] == 0.02, "declared for ROB001"
    assert curves["rounded"]["most_lost"] == 0.05, "shipped"
    assert curves["missing"]["alone"][0]["label"] == "monthly income"
    assert "monthly income" in page.read_text(encoding="utf-8")


def test_the_run_itself_tells_the_curve_and_what_copies_it(home: Path) -> None:
    with Workspace.open(home) as workspace:
        results = {result["code"]: result for result in workspace.show("v1")["results"]}
    assert results["ROB001"]["details"]["severity"]["points"][-1]["dose"] == 0.5
    assert results["SEC001"]["measurement"]["value"] > 0.9, "a linear model is soon copied"
    assert "ROB009" not in results, "no column holds running text"
