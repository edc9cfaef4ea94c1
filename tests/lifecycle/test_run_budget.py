"""A run holds its budget as a whole: what does not fit is named, and nothing starts that cannot be paid."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy.lifecycle.run as run_module
from airworthy.kernel.budget import Budget, Reading
from airworthy.kernel.errors import BudgetStopped
from airworthy.kernel.result import Verdict
from airworthy.lifecycle.spending import budget_of
from airworthy.workspace import Workspace

CHARTER = """
name = "calls"
purpose = "Choose whom to call"
task = "binary"
[[sources]]
name = "main"
path = "rows.csv"
[target]
column = "answer"
positive = "yes"
[search]
learners = ["linear"]
[budget]
time = "120s"
rate_per_hour = 3.6
currency = "EUR"
region = "FR"
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    rng = np.random.default_rng(4)
    x, z = rng.normal(size=(2, 600))
    answer = np.where(x + rng.normal(size=600) > 0, "yes", "no")
    pl.DataFrame({"x": x, "z": z, "answer": answer}).write_csv(tmp_path / "rows.csv")
    (tmp_path / "airworthy.toml").write_text(CHARTER)
    return tmp_path


def test_a_run_without_time_for_the_checks_says_so_and_writes_its_dossier(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained = run_module.trained_model

    def late(run: run_module.Run, *rest: object) -> object:
        found = trained(run, *rest)  # type: ignore[arg-type]
        run.budget.spent_before += run.budget.remaining()  # all that was left is gone
        return found

    monkeypatch.setattr(run_module, "trained_model", late)
    with Workspace.open(home) as workspace:
        document = workspace.run()
        again = workspace.show("v1")
    verdicts = [result["verdict"] for result in document["results"]]
    assert verdicts.count(str(Verdict.NOT_RUN)) > len(verdicts) / 2  # a quick one fits into its last breath
    assert any("of the checks" in text and "budget.time" in text for text in document["left_out"])
    assert again["not_run"] == [*document["left_out"], *document["put_off"]]
    assert any("membership-inference" in text and "Nothing waits" in text for text in document["put_off"])
    assert "left no time" in Path(document["dossier"]).read_text(encoding="utf-8")
    assert document["gate"]["open"] is False
    assert document["ended_early"] is None


def test_a_run_that_leaves_much_of_its_time_says_why_and_a_second_one_that_reuses_it_does_not(
    home: Path,
) -> None:
    with Workspace.open(home) as workspace:
        assert (
            "of budget.time (2 min 0 s): further candidates were not tried" in workspace.run()["ended_early"]
        )
        assert workspace.run()["ended_early"] is None


def test_spend_is_kept_by_stage_and_candidate_and_adds_up(home: Path) -> None:
    with Workspace.open(home) as workspace:
        spend = workspace.run()["spend"]
    pieces = {(piece["kind"], piece["name"]): piece for piece in spend["pieces"]}
    assert {"prepare", "audit", "train", "assure"} <= {name for kind, name in pieces if kind == "stage"}
    linear = pieces["candidate", "linear"]
    assert 0 < linear["seconds"] < pieces["stage", "train"]["seconds"] < spend["seconds"] < 120
    assert spend["money"] == pytest.approx(spend["seconds"] / 1000, rel=1e-3)  # 3.6 EUR an hour
    assert spend["carbon_g"] == pytest.approx(
        spend["energy_kwh"] * 56, rel=0.01
    )  # France: 56 g a kWh (Ember, 2023)
    assert max(piece["peak_memory_bytes"] for piece in spend["pieces"]) <= spend["peak_memory_bytes"]
    stages = [piece["seconds"] for piece in spend["pieces"] if piece["kind"] == "stage"]
    assert sum(stages) <= spend["seconds"]


def test_nothing_starts_that_cannot_be_afforded(home: Path) -> None:
    charter = home / "airworthy.toml"
    charter.write_text(charter.read_text().replace("[budget]", '[budget]\nmax_cost = "0.0005 EUR"'))
    with Workspace.open(home) as workspace, pytest.raises(BudgetStopped, match=r"budget\.max_cost") as caught:
        workspace.run()
    assert "an estimate" in caught.value.remedy
    assert "EUR" in caught.value.remedy
    assert not list((home / ".airworthy").rglob("candidates"))
    assert json.loads(json.dumps(caught.value.as_json()))["error"]["code"] == "budget-stopped"


def test_the_limit_that_is_reached_first_binds_and_is_named() -> None:
    used = Reading(cpu_seconds=5.0, joules=3600.0, energy_source="measured: RAPL package")
    budget = Budget(
        100, 3.6, "EUR", monotonic=lambda: 0.0, spent_before=10, max_money=0.05, meter=lambda: used
    )
    assert budget.remaining() == pytest.approx(40)  # 0.05 EUR are 50 s, and 10 are spent
    assert budget.binding == "budget.max_cost (0.05 EUR)"
    tight = replace(budget, max_kwh=0.0015)  # 5,400 J, at 360 W so far: 5 s more
    tight.observe()
    assert tight.remaining() == pytest.approx(5)
    assert tight.binding == "budget.max_energy (1.5 Wh)"
    spent = replace(budget, max_kwh=0.001)
    spent.observe()
    assert spent.remaining() == 0


def test_a_rented_machine_brings_its_price(home: Path) -> None:
    with Workspace.open(home) as workspace:
        rules = replace(
            workspace.context.charter.budget,
            rate_per_hour=None,
            currency=None,
            machine="aws p3.2xlarge us-east-1",
        )
        budget = budget_of(replace(workspace.context.charter, budget=rules))
    assert (budget.rate_per_hour, budget.currency) == (
        3.06,
        "USD",
    )  # the list price on which the table stands
