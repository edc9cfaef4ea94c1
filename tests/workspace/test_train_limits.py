"""`aw.train` within money, energy and memory: bad words are refused, and what was used stands beside its limit."""

from __future__ import annotations

import json
import re

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.budget import OF_CALL, Budget, Piece, Reading
from airworthy.kernel.errors import BudgetStopped, InputError
from airworthy.metering.search_spend import spent_of
from airworthy.workspace.call_budget import Limits, budget_of_call


def table() -> pl.DataFrame:
    rng = np.random.default_rng(1)
    x, z = rng.normal(size=(2, 300))
    return pl.DataFrame({"x": x, "z": z, "y": np.where(x + rng.normal(size=300) > 0, "yes", "no")})


@pytest.mark.parametrize(
    ("limits", "message", "remedy"),
    [
        ({"rate": "3.6/h"}, "names no currency", "EUR/h"),
        ({"rate": "-1 EUR/h"}, "is not above zero", "3.06"),
        ({"rate": "1 EUR/h", "max_cost": 0}, "is not above zero", "50"),
        ({"rate": "1 EUR/h", "max_cost": "nan"}, "is not a finite number", "50"),
        ({"rate": "1 EUX/h"}, "names no currency", "EUR"),
        ({"rate": "no such machine"}, "no such machine", ""),
        ({"max_cost": "1 EUR"}, "max_cost needs rate", "rate="),
        ({"rate": "1 EUR/h", "max_cost": "1 USD"}, "max_cost is in USD, and rate in EUR", "both in EUR"),
        ({"max_energy": "much"}, "is not an amount of energy", "2kWh"),
        ({"max_energy": "0Wh"}, "is not above zero", "2kWh"),
        ({"max_memory": "1 PB"}, "is not an amount of memory", "500MB"),
        ({"max_memory": "500000GB"}, "is more than this machine has", "less than"),
        ({"region": "XX"}, 'No grid intensity is known for "XX"', "grid.toml"),
    ],
)
def test_what_cannot_be_a_limit_is_refused_before_anything_starts(
    limits: dict[str, object], message: str, remedy: str
) -> None:
    with pytest.raises(InputError, match=re.escape(message)) as caught:
        aw.train("no table at all", "y", **limits)  # type: ignore[arg-type]
    assert remedy in caught.value.remedy


def test_a_call_that_cannot_be_paid_starts_nothing_and_says_what_it_would_cost() -> None:
    with pytest.raises(BudgetStopped, match=r"max_cost=0\.0001 EUR leaves for training") as caught:
        aw.train(table(), "y", rate="3.6 EUR/h", max_cost="0.0001 EUR")
    assert caught.value.remedy.startswith("Raise max_cost so that training gets at least")
    assert "EUR" in caught.value.remedy
    assert "airworthy.toml" not in str(caught.value)


def test_too_little_memory_names_the_argument() -> None:
    with pytest.raises(BudgetStopped, match="before a first model") as caught:
        aw.train(table(), "y", max_memory="50MB")
    assert caught.value.remedy.startswith("Raise max_memory above")


def test_a_listed_machine_brings_its_rate_and_its_currency() -> None:
    budget = budget_of_call(60, Limits(rate="aws p3.2xlarge us-east-1", max_cost=0.0017))
    assert (budget.rate_per_hour, budget.currency) == (3.06, "USD")  # the list price in the table
    assert budget.remaining() == pytest.approx(2.0, abs=0.1)  # 0.0017 USD at 0.00085 a second
    assert budget.binding == "max_cost=0.0017 USD"


def test_what_each_candidate_used_is_counted_in_money_energy_and_carbon() -> None:
    clock = iter([0.0] + [36.0] * 20)
    used = Reading(cpu_seconds=30.0, joules=7200.0, energy_source="estimated: 3.5 W a busy core")
    budget = Budget(
        60,
        10.0,
        "EUR",
        monotonic=lambda: next(clock),
        max_money=0.2,
        max_kwh=0.01,
        memory_bytes=2 * 10**9,
        meter=lambda: used,
        grams_per_kwh=56.0,
        grid="France",
        names=OF_CALL,
    )
    budget.pieces.append(Piece("stage", "train", 30.0))
    budget.pieces.append(Piece("candidate", "linear", 18.0, 15.0, 3600.0, 10**8))
    spend = spent_of(budget)
    assert spend.total.money == pytest.approx(0.1)  # 36 s of an hour that costs 10
    assert spend.total.energy_kwh == pytest.approx(0.002)  # 7,200 J
    assert spend.total.carbon_g == pytest.approx(0.112)  # of 56 g a kWh
    assert list(spend.candidates) == ["linear"]
    assert spend.candidates["linear"].money == pytest.approx(0.05)
    assert spend.candidates["linear"].carbon_g == pytest.approx(0.056)
    assert str(spend) == (
        "36 s of at most 1 min 0 s, 0.10 EUR of at most 0.20 EUR, 2 Wh of at most 10 Wh (estimated), "
        "0.11 g CO2e, peak memory 0 B of at most 2 GB"
    )
    assert json.loads(json.dumps(spend.as_json()))["candidates"]["linear"]["cpu_seconds"] == 15.0


def test_a_model_says_what_finding_it_used() -> None:
    model = aw.train(
        table(),
        "y",
        seconds=120,
        rate="3.6 EUR/h",
        max_cost="0.1 EUR",
        region="FR",
        learners="linear",
        threads=1,
    )
    spend = model.spend
    assert {"linear"} <= set(spend.candidates)
    assert spend.total.money == pytest.approx(spend.total.seconds / 1000, rel=1e-3)
    assert 0 < spend.candidates["linear"].seconds < spend.total.seconds < 100  # 0.1 EUR are 100 s
    assert spend.total.peak_memory_bytes >= spend.candidates["linear"].peak_memory_bytes > 10**7
    assert f"Spent: {spend}" in str(model)
    assert "max_cost=0.1" in repr(model)
    assert model.choose(model.chosen.name).spend == spend
