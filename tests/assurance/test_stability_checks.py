"""STA001, STA002 and the expected next period."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from assurance_world import binary, multiclass, one, regression, run, say_rate, scope

from airworthy.assurance import Predictions, SplitNote
from airworthy.assurance.periods import period_codes
from airworthy.charter.model import Task
from airworthy.kernel.result import Verdict

WITHIN = scope(timed=True)


def decaying(seed: int, n: int = 4000, *, last: float) -> Predictions:
    """Good until the last quarter of the rows, whose share `last` has outcomes drawn by a coin."""
    rows = binary(seed, n, days=120)
    rng = np.random.default_rng(seed)
    late = np.arange(n) >= n * 0.9
    tossed = late & (rng.random(n) < last)
    return replace(rows, y=np.where(tossed, rng.integers(0, 2, n), rows.y))


def test_sta001_finds_a_latest_period_that_lost_its_quality() -> None:
    found = one("STA001", decaying(0, last=1.0), WITHIN)
    assert found.verdict is Verdict.FAIL
    assert "worse in AUC than the mean of the 11 periods before it" in found.finding
    assert len(found.details["periods"]) == 12


def test_sta001_is_silent_on_a_stable_model() -> None:
    runs = 100
    failed = sum(one("STA001", binary(s, 1200, days=60), WITHIN).verdict is Verdict.FAIL for s in range(runs))
    assert say_rate("STA001 false FAIL of a stable model", failed, runs) <= 0.025 + 3 * (0.025 / runs) ** 0.5


def test_sta001_cannot_tell_from_sixty_rows() -> None:
    assert one("STA001", binary(2, 60, days=10), WITHIN).verdict is Verdict.UNSURE


@pytest.mark.parametrize("make", [regression, multiclass])
def test_sta001_compares_losses_of_other_tasks(make: object) -> None:
    rows = make(0, 3000, days=90)  # type: ignore[operator]
    within = scope(rows.task, timed=True)
    assert one("STA001", rows, within).verdict is Verdict.PASS
    late = np.arange(3000) >= 2700
    if rows.task is Task.REGRESSION:
        worse = replace(rows, y=np.where(late, rows.prediction + 3 * (rows.y - rows.prediction), rows.y))
    else:
        worse = replace(rows, y=np.where(late, (rows.y + 1) % 3, rows.y))
    assert one("STA001", worse, within).verdict is Verdict.FAIL


def test_without_a_declared_time_nothing_is_planned() -> None:
    for code in ("STA001", "STA002"):
        assert run(code, binary(0, 100), scope()) == []


def test_rows_without_times_do_not_apply() -> None:
    for code in ("STA001", "STA002"):
        assert one(code, binary(0, 100), WITHIN).verdict is Verdict.NOT_APPLICABLE


def test_broken_times_are_left_out_and_all_broken_does_not_apply() -> None:
    rows = binary(0, 800, days=30)
    holes = np.where(np.arange(800) % 10 == 0, np.nan, rows.time)
    assert one("STA001", replace(rows, time=holes), WITHIN).measurement.n == 720
    assert one("STA001", replace(rows, time=np.full(800, np.nan)), WITHIN).verdict is Verdict.NOT_APPLICABLE


def test_sta002_expects_a_good_model_to_lead_and_puts_the_random_split_beside_it() -> None:
    found = one("STA002", binary(0, 3000, days=90), WITHIN, split=SplitNote("by time", random_split=0.91))
    assert found.verdict is Verdict.PASS
    assert "A random split promised a quality of 0.910." in found.finding


def test_sta002_prefers_backtests_to_periods() -> None:
    note = SplitNote("by time", backtests=(0.20, 0.22, 0.24))
    found = one("STA002", binary(0, 500, days=90), WITHIN, split=note)
    # The documented example: .22 -+ 4.303 * .02 * sqrt(4/3)
    assert (found.measurement.low, found.measurement.high) == pytest.approx((0.1206, 0.3194), abs=1e-4)


def test_sta002_fails_a_lead_that_turned_into_a_lag() -> None:
    note = SplitNote("by time", backtests=(-0.05, -0.06, -0.055, -0.052))
    assert one("STA002", binary(0, 500, days=90), WITHIN, split=note).verdict is Verdict.FAIL


def test_sta002_cannot_tell_from_periods_that_differ_wildly() -> None:
    note = SplitNote("by time", backtests=(0.30, -0.05, 0.22))
    found = one("STA002", binary(0, 500, days=90), WITHIN, split=note)
    assert found.verdict is Verdict.UNSURE
    assert "periods differ too much" in found.remedy


def test_sta002_passes_a_useless_model_no_more_often_than_alpha() -> None:
    runs, passed = 200, 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        rows = Predictions.of(
            "binary", rng.integers(0, 2, 1000), probability=rng.random(1000), time=np.arange(1000) * 3600.0
        )
        passed += one("STA002", rows, WITHIN).verdict is Verdict.PASS
    assert say_rate("STA002 false PASS of a useless model", passed, runs) <= 0.025 + 3 * (0.025 / runs) ** 0.5


def test_rows_of_one_instant_stay_in_one_period() -> None:
    codes = period_codes(np.repeat([1.0, 2.0, 3.0, 4.0], 50), rows_a_period=60)
    assert [len(set(codes[i : i + 50])) for i in range(0, 200, 50)] == [1, 1, 1, 1]
    assert codes.max() == 2 - 1 or codes.max() == 3 - 1
