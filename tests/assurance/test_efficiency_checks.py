"""Time, memory, size and energy: measured, with intervals where drawn, and judged only by an objective."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from assurance_world import binary, run, scope, scorer

from airworthy.assurance.efficiency import runs
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.given import OVER_A_NETWORK
from airworthy.assurance.tables import read_table
from airworthy.charter.model import BudgetRules, ServingRules, Task
from airworthy.kernel.result import Result, Verdict
from airworthy.metering.energy import Energy
from airworthy.scoring.artefact import save_spec, write_manifest

ROWS = binary(1, 400)


class Clock:
    """Each look at it is a quarter of a second later than the one before."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 0.25
        return self.now


def one(code: str, rules: ServingRules | None = None, **given: object) -> Result:
    held = scope(serving=rules or ServingRules(), budget=given.pop("budget", BudgetRules(seconds=60)))
    (found,) = run(code, ROWS, held, **given)
    return found


def saved(folder: Path) -> Path:
    save_spec(scorer().spec, folder)
    write_manifest(folder)
    return folder


def test_rows_a_second_are_the_rows_of_a_batch_by_its_time() -> None:
    """Batches of 1,000 rows between two looks at the clock: 4,000 rows a second."""
    found = one("EFF001", scorer=scorer(), clock=Clock())
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert found.measurement is not None
    assert (found.measurement.value, found.measurement.low, found.measurement.high) == (4000, 4000, 4000)
    assert "4,000 rows a second in batches of 1,000" in found.finding
    rows = {row["percentile"]: row for row in found.details["percentiles"]}
    assert list(rows) == [50, 95, 99, 99.9]
    assert rows[99.9]["high"] is None  # 1,000 requests cannot bound it
    assert rows[50]["seconds"] == 0.25


@pytest.mark.parametrize(
    ("least", "verdict"), [(3999, Verdict.PASS), (4001, Verdict.FAIL), (None, Verdict.NOT_APPLICABLE)]
)
def test_only_a_declared_throughput_is_judged(least: float | None, verdict: Verdict) -> None:
    found = one("EFF001", ServingRules(throughput=least), scorer=scorer(), clock=Clock())
    assert found.verdict is verdict
    assert found.limit is not None
    assert found.limit.source == (
        "informs only: no objective declared" if least is None else "serving.throughput"
    )


def test_memory_is_that_of_a_fresh_process(tmp_path: Path) -> None:
    found = one("EFF002", ServingRules(memory_bytes=8 << 30), scorer=scorer(), artefact=saved(tmp_path))
    d = found.details
    assert found.verdict is Verdict.PASS
    assert 5e6 < d["empty_bytes"] <= d["loaded_bytes"] <= d["peak_bytes"] < 1e9
    assert one("EFF002", ServingRules(memory_bytes=1000), scorer=scorer(), artefact=tmp_path).verdict is (
        Verdict.FAIL
    )


def test_a_model_that_lives_in_this_process_has_no_memory_of_its_own() -> None:
    found = one("EFF002", scorer=scorer())
    assert (found.verdict, found.measurement) == (Verdict.NOT_APPLICABLE, None)
    assert "beside all else" in found.finding


def test_files_are_added_up(tmp_path: Path) -> None:
    folder = saved(tmp_path / "artefact")
    size = sum(path.stat().st_size for path in folder.iterdir())
    for most, verdict in ((size, Verdict.PASS), (size - 1, Verdict.FAIL)):
        found = one("EFF003", ServingRules(size_bytes=most), scorer=scorer(), artefact=folder)
        assert found.verdict is verdict
        assert found.measurement is not None
        assert found.measurement.value == size
    assert "in 2 files; the largest is scorer.json" in found.finding
    assert one("EFF003", scorer=scorer()).measurement is None


def test_estimated_energy_is_processor_time_at_the_power_of_a_busy_core(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Blocks of 100 requests that take 0.01 s each: 0.035 J, so 0.35 J for 1,000."""
    ticks = iter(np.arange(0, 1000) * 0.01)
    monkeypatch.setattr(runs.time, "process_time", lambda: next(ticks))
    monkeypatch.setattr(runs.EnergyMeter, "reading", lambda self, cpu: Energy(9e9, "estimated: all"))
    found = one("EFF004", scorer=scorer(), clock=time.perf_counter)
    assert found.measurement is not None
    assert math.isclose(found.measurement.value, 0.35)
    assert "estimated: 3.5 W a busy core; 1,000 requests" in found.finding
    assert "carbon is unknown" in found.finding


def test_a_counter_is_read_where_there_is_one_and_the_grid_gives_its_carbon(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A counter that moves by 0.5 J a block of 100: 5 J for 1,000, 1.389e-6 kWh, at 381 g 0.529 mg."""
    state = {"joules": 0.0}

    def reading(self: object, cpu: float) -> Energy:
        state["joules"] += 0.5
        return Energy(state["joules"], "measured: RAPL package")

    monkeypatch.setattr(runs.EnergyMeter, "reading", reading)
    rules = ServingRules(energy_kwh=5 / 3.6e6)
    budget = BudgetRules(seconds=60, region="DE")
    found = one("EFF004", rules, scorer=scorer(), clock=time.perf_counter, budget=budget)
    assert found.measurement is not None
    assert math.isclose(found.measurement.value, 5.0)
    assert found.verdict is Verdict.PASS
    grams = found.details["grams_per_kwh"]
    assert f"{5 / 3.6e6 * grams * 1000:.3g} mg CO2e at {grams:g} g a kWh (Germany" in found.finding
    assert "measured: RAPL package" in found.finding


def test_of_a_model_behind_an_address_only_latency_is_told() -> None:
    far = ForeignScorer(lambda rows: [0.5] * len(rows), read_table(np.zeros((9, 2))), Task.BINARY, ("0", "1"))
    far.sizes = replace(OVER_A_NETWORK)
    for code, said in (("EFF001", "behind an address"), ("EFF003", "an address"), ("EFF004", "elsewhere")):
        found = one(code, scorer=far, clock=Clock())
        assert found.measurement is None
        assert said in found.finding


def test_without_a_model_nothing_is_measured() -> None:
    for code in ("EFF001", "EFF002", "EFF003", "EFF004"):
        assert "Only predictions were given" in one(code).finding
