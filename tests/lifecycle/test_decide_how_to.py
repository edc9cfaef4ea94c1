"""The how-to on deciding in money, done as it is written: its script, its charter, and what `show` then says."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from airworthy.cli.main import app
from airworthy.scoring import Scorer

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "decide-in-money.md"


def block(language: str, number: int = 0) -> str:
    return PAGE.read_text("utf-8").split(f"```{language}\n")[number + 1].split("```", 1)[0]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    folder = tmp_path_factory.mktemp("payments")
    before = Path.cwd()
    os.chdir(folder)
    try:
        exec(compile(block("python"), "how-to", "exec"), {})
        # One kind of learner says all that the page says, and is done long before this limit.
        charter = block("toml").replace('time = "60s"', 'time = "180s"')
        Path("airworthy.toml").write_text(charter + '\n[search]\nlearners = ["linear"]\n', "utf-8")
        done = CliRunner().invoke(app, ["run", "--json", "--quiet"])
        assert done.exit_code == 0, done.output[:500]
    finally:
        os.chdir(before)
    return folder, json.loads(done.stdout)


def test_the_example_runs_and_beats_the_rules_beside_it(world: tuple[Path, dict[str, object]]) -> None:
    decision = world[1]["decision"]
    rules = {rule["name"]: rule for rule in decision["rules"]}
    assert list(rules) == ["model", "nobody", "everyone", "present", "naive"]
    assert rules["nobody"]["dearer_by"]["low"] > 0
    assert rules["everyone"]["beyond_capacity"]
    assert decision["capacity"]["binding"]
    assert decision["capacity"]["positive_a_window"] == pytest.approx(12, abs=0.2)
    assert decision["coverage"]["rows"] == "later rows"
    assert decision["precision"]["volume"] == 12


def test_serving_skew_and_worth_know_the_amounts(world: tuple[Path, dict[str, object]]) -> None:
    results = {result["code"]: result for result in world[1]["results"]}
    assert results["SRV002"]["verdict"] == "PASS"
    assert "amount that the charter declares" in results["PER002"]["finding"]


def test_the_numbers_of_the_page_are_those_of_the_rule(world: tuple[Path, dict[str, object]]) -> None:
    folder, document = world
    name = document["digest"].removeprefix("sha256:")[:16]
    scorer = Scorer.load(folder / ".airworthy" / "models" / name)
    alarm, miss = scorer.costs.row({"amount": 400.0})
    assert (alarm, miss) == (8.0, 335.0)
    assert round(alarm / (alarm + miss), 3) == 0.023
    alarm, miss = scorer.costs.row({"amount": 5.0})
    assert f"{alarm / (alarm + miss):.2f}" == "0.30"
    rows = pl.read_csv(folder / "payments.csv").head(150)
    when = rows["paid_at"].str.to_datetime().dt.replace_time_zone("UTC").dt.epoch("us").to_numpy() / 1e6
    day = {
        "paid_at": when,
        "amount": rows["amount"].to_numpy(),
        "abroad": (rows["abroad"].cast(pl.String).str.to_lowercase() == "true").cast(pl.Float64).to_numpy(),
        "account_days": rows["account_days"].cast(pl.Float64).to_numpy(),
    }
    decided = np.array(scorer.score_window({name: np.asarray(v, float) for name, v in day.items()}).decision)
    assert (decided == "yes").sum() == 12


def test_show_and_the_dossier_hold_the_table(world: tuple[Path, dict[str, object]]) -> None:
    folder, _ = world
    done = CliRunner().invoke(app, ["show", "v1", "--charter", str(folder / "airworthy.toml")])
    said = " ".join(done.stdout.split())
    assert "do nothing" in said
    assert "People can take 12 cases a window" in said
    page = (folder / ".airworthy" / "dossiers" / "v1.html").read_text("utf-8")
    assert "The rule beside other rules" in page
    assert "What errors cost at each threshold" in page
