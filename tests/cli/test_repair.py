"""`airworthy repair` proposes, keeps answers, and tells what is wrong with a recipe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl


def repair(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airworthy.cli.main", "repair", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


def test_answers_are_kept_beside_the_table_and_can_be_taken_back(tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    pl.DataFrame(
        {
            "wage": [-999 if i % 12 == 0 else 40 + i % 37 for i in range(600)],
            "pay": [f"{i % 90}.5 kg" for i in range(600)],
        }
    ).write_csv(file)
    before = file.read_bytes()
    first = repair(str(file), "--accept-safe", "--as", "Ada", "--then-audit", "--json")
    assert first.returncode == 0, first.stderr
    document = json.loads(first.stdout)
    told = {step["id"]: step for step in document["steps"]}
    assert told["sentinel-to-null:wage"]["state"] == "accepted"
    assert told["sentinel-to-null:wage"]["by"] == "Ada"
    assert told["parse-number:pay"]["examples"]
    assert {(r["code"], r["subject"]) for r in document["audit"]["gone"]} >= {("DAT005", "column:wage")}
    undone = repair(str(file), "--undo", "sentinel-to-null:wage")
    assert undone.returncode == 0, undone.stderr
    again = json.loads(repair(str(file), "--json", "--quiet").stdout)
    assert {step["id"]: step["state"] for step in again["steps"]}["sentinel-to-null:wage"] == "proposed"
    assert again["active"] == document["active"] - 1
    assert file.read_bytes() == before

    recipe = Path(document["recipe"])
    recipe.write_text(recipe.read_text().replace('state = "accepted"', 'state = "acepted"'))
    wrong = repair(str(file), "--json")
    assert wrong.returncode == 2
    error = json.loads(wrong.stdout)["error"]
    assert error["code"] == "bad-recipe"
    assert 'Did you mean "accepted"' in error["remedy"]
