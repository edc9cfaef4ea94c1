"""`airworthy privacy` and `airworthy poison` in a workspace that has no version yet."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from typer.testing import CliRunner

from airworthy.cli.main import app

CHARTER = """name = "clinic"
purpose = "Tell who comes back"
task = "{task}"

[[sources]]
name = "visits"
path = "visits.csv"

[target]
column = "{target}"

[search]
learners = ["linear"]

[budget]
time = "600s"
"""


def _place(folder: Path, task: str, target: str) -> Path:
    draw = np.random.default_rng(1)
    age, stay = draw.normal(50, 10, 500).round(), draw.poisson(4, 500)
    returned = np.where(age / 10 + draw.logistic(size=500) > 5, "yes", "no")
    cost = (100 * stay + draw.normal(0, 30, 500)).round(2)
    table = pl.DataFrame({"age": age, "stay": stay, "returned": returned, "cost": cost})
    table.write_csv(folder / "visits.csv")
    (folder / "airworthy.toml").write_text(CHARTER.format(task=task, target=target), "utf-8")
    return folder


def _run(*arguments: str) -> tuple[int, dict[str, Any]]:
    found = CliRunner().invoke(app, [*arguments, "--json"])
    assert found.stdout, found.exception
    return found.exit_code, json.loads(found.stdout)


def test_a_recipe_is_attacked_and_poisoned_and_nothing_of_the_table_is_changed(tmp_path: Path) -> None:
    clinic = str(_place(tmp_path, "binary", "returned"))
    before = (tmp_path / "visits.csv").read_bytes()
    code, found = _run("privacy", "--charter", clinic)
    assert (code, found["version"]) == (0, None)
    assert {result["code"] for result in found["results"]} == {"PRI001"}
    rows = found["results"][0]["details"]
    assert rows["members"] + rows["others"] <= 400  # a fifth is sealed
    assert any("sealed" in note for note in found["notes"])
    code, planted = _run("poison", "--charter", clinic)
    assert (code, planted["metric"], planted["suspects"]) == (0, "AUC", [])
    assert planted["learned"] + planted["measured"] <= 400
    assert (tmp_path / "visits.csv").read_bytes() == before


def test_numbers_have_no_other_label_to_plant(tmp_path: Path) -> None:
    found = CliRunner().invoke(app, ["poison", "--charter", str(_place(tmp_path, "regression", "cost"))])
    assert found.exit_code != 0
    assert "the task is regression" in str(found.exception)
