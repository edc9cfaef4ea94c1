"""PER001, PER002 and CAL001: planted defects, clean worlds over many seeds, too little data, broken input."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from assurance_world import binary, multiclass, one, regression, say_rate, scope

from airworthy.assurance import Predictions
from airworthy.charter.model import Costs, Task
from airworthy.kernel.result import Verdict
from airworthy.kernel.units import MoneyRange


def useless(seed: int, n: int = 400) -> Predictions:
    rng = np.random.default_rng(seed)
    return Predictions.of(
        "binary",
        rng.integers(0, 2, n),
        probability=rng.random(n),
        decision=rng.integers(0, 2, n),
        threshold=0.5,
    )


def test_per001_passes_a_model_that_knows_something() -> None:
    found = one("PER001", binary(0, 2000), scope())
    assert found.verdict is Verdict.PASS
    assert "the guess (prior) reaches 0.500" in found.finding


def test_per001_fails_a_model_that_ranks_the_wrong_way_round() -> None:
    rows = binary(0, 2000)
    turned = replace(rows, probability=rows.require_probability()[:, ::-1])
    assert one("PER001", turned, scope()).verdict is Verdict.FAIL


def test_per001_fails_what_repeating_the_last_outcome_beats() -> None:
    y = np.repeat(np.random.default_rng(0).integers(0, 2, 100), 30)
    last = np.concatenate([[np.nan], y[:-1]])
    weak = 0.3 + 0.1 * y + np.random.default_rng(1).normal(0, 0.1, len(y))
    rows = Predictions.of("binary", y, probability=weak.clip(0, 1), last_matured_outcome=last)
    found = one("PER001", rows, scope())
    assert found.verdict is Verdict.FAIL
    assert "last matured outcome" in found.finding


def test_per001_passes_a_useless_model_no_more_often_than_alpha() -> None:
    runs = 400
    passed = sum(one("PER001", useless(seed), scope()).verdict is Verdict.PASS for seed in range(runs))
    assert say_rate("PER001 false PASS of a useless model", passed, runs) <= 0.025 + 3 * (0.025 / runs) ** 0.5


def test_per001_fails_a_good_model_no_more_often_than_alpha() -> None:
    runs = 100
    failed = sum(one("PER001", binary(seed, 300), scope()).verdict is Verdict.FAIL for seed in range(runs))
    assert say_rate("PER001 false FAIL of a good model", failed, runs) == 0


def test_per001_cannot_tell_from_a_dozen_rows_and_says_how_many_would_do() -> None:
    rows = replace(binary(7, 12), y=np.array([0, 1] * 6))
    found = one("PER001", rows, scope())
    assert found.verdict is Verdict.UNSURE
    assert found.rows_to_settle is None or f"{found.rows_to_settle:,}" in found.remedy


def test_per001_fails_a_constant_score() -> None:
    rows = Predictions.of("binary", [0, 1] * 500, probability=np.full(1000, 0.5))
    assert one("PER001", rows, scope()).verdict is not Verdict.PASS


def test_per001_says_why_one_class_cannot_be_ranked() -> None:
    rows = Predictions.of("binary", [1] * 50, probability=np.linspace(0, 1, 50))
    found = one("PER001", rows, scope())
    assert found.verdict is Verdict.NOT_APPLICABLE
    assert "two classes" in found.finding


@pytest.mark.parametrize("make", [regression, multiclass])
def test_per001_judges_other_tasks_by_the_share_of_loss_removed(make: object) -> None:
    rows = make(0, 1500)  # type: ignore[operator]
    within = scope(rows.task)
    assert one("PER001", rows, within).verdict is Verdict.PASS
    if rows.task is Task.REGRESSION:
        noise = np.random.default_rng(0).normal(size=len(rows))
        broken = replace(rows, prediction=rows.prediction + 9 * noise)
    else:
        broken = replace(rows, probability=np.roll(rows.probability, 1, axis=1))
    assert one("PER001", broken, within).verdict is Verdict.FAIL


def test_per001_regression_lead_is_one_minus_the_ratio_of_rmses() -> None:
    rows = regression(0, 3000)
    by_hand = 1 - np.sqrt(np.mean((rows.y - rows.prediction) ** 2)) / np.std(rows.y)
    assert one("PER001", rows, scope(Task.REGRESSION)).measurement.value == pytest.approx(by_hand)


def test_per002_passes_decisions_that_save_and_fails_ones_that_harm() -> None:
    good = one("PER002", binary(0, 3000), scope())
    assert good.verdict is Verdict.PASS
    assert "errors per 1,000 cases" in good.finding
    rows = binary(0, 3000)
    assert one("PER002", replace(rows, decision=1 - rows.decision), scope()).verdict is Verdict.FAIL


def test_per002_names_no_currency_that_nobody_declared() -> None:
    found = one("PER002", binary(0, 1000), scope())
    assert not any(sign in found.finding for sign in ("$", "€", "EUR", "USD"))
    assert "while a miss is worth more than" in found.finding


def test_per002_counts_a_miss_as_the_threshold_implies() -> None:
    found = one("PER002", binary(0, 3000, threshold=0.2), scope())
    assert "a miss counts as 4.00 false alarms" in found.finding


def test_per002_speaks_of_money_once_costs_are_declared() -> None:
    costs = Costs("EUR", MoneyRange(10, 10, "EUR"), MoneyRange(40, 60, "EUR"))
    rows = binary(0, 3000, threshold=1 / 6)
    found = one("PER002", rows, scope(costs=costs))
    alarms = int(((rows.decision == 1) & (rows.y == 0)).sum())
    misses = int(((rows.decision == 0) & (rows.y == 1)).sum())
    assert found.details["cost_per_1000"]["model"] == pytest.approx((10 * alarms + 50 * misses) / 3)
    assert "EUR per 1,000 cases" in found.finding
    low, high = found.details["saved_over_declared_range"]
    assert low <= found.measurement.value <= high


def test_per002_passes_useless_decisions_no_more_often_than_alpha() -> None:
    runs = 300
    passed = sum(one("PER002", useless(seed), scope()).verdict is Verdict.PASS for seed in range(runs))
    assert say_rate("PER002 false PASS of coin tosses", passed, runs) <= 0.025 + 3 * (0.025 / runs) ** 0.5


def test_per002_does_not_pass_decisions_that_copy_the_rule() -> None:
    rows = replace(binary(0, 500), decision=np.zeros(500, int))
    assert one("PER002", rows, scope()).verdict is not Verdict.PASS


def test_per002_cannot_tell_from_a_few_rows() -> None:
    assert one("PER002", binary(3, 15), scope()).verdict is Verdict.UNSURE


def test_per002_without_decisions_does_not_apply() -> None:
    found = one("PER002", replace(binary(0, 50), decision=None), scope())
    assert found.verdict is Verdict.NOT_APPLICABLE


def test_per002_multiclass_and_regression_save_against_their_rules() -> None:
    assert one("PER002", multiclass(0, 1000), scope(Task.MULTICLASS)).verdict is Verdict.PASS
    found = one("PER002", regression(0, 1000), scope(Task.REGRESSION))
    assert found.verdict is Verdict.PASS
    assert "training mean" in found.finding


def shifted(seed: int, n: int, by: float) -> Predictions:
    """Announced `by` higher than true, everywhere."""
    rng = np.random.default_rng(seed)
    p = rng.uniform(0.1, 0.8, n)
    return Predictions.of("binary", (rng.random(n) < p).astype(int), probability=p + by)


def test_cal001_finds_a_shift_of_fifteen_points() -> None:
    found = one("CAL001", shifted(0, 3000, 0.15), scope())
    assert found.verdict is Verdict.FAIL
    assert found.measurement.value == pytest.approx(0.15, abs=0.02)


def test_cal001_is_silent_on_calibrated_scores() -> None:
    runs = 200
    results = [one("CAL001", shifted(seed, 1500, 0.0), scope()) for seed in range(runs)]
    failed = sum(r.verdict is Verdict.FAIL for r in results)
    assert say_rate("CAL001 false FAIL of calibrated scores", failed, runs) <= 0.01
    squares = [r.measurement.value**2 for r in results]
    assert np.mean(squares) < 0.02**2  # noise alone would give 0.036


def test_cal001_errs_at_most_alpha_on_either_side_of_its_limit() -> None:
    runs = 300
    verdicts = [one("CAL001", shifted(seed, 1000, 0.05), scope()).verdict for seed in range(runs)]
    bound = 0.025 + 3 * (0.025 / runs) ** 0.5
    failed = say_rate("CAL001 FAIL exactly at the limit", verdicts.count(Verdict.FAIL), runs)
    passed = say_rate("CAL001 PASS exactly at the limit", verdicts.count(Verdict.PASS), runs)
    assert failed <= bound
    assert passed <= bound


def test_cal001_cannot_tell_from_forty_rows() -> None:
    assert one("CAL001", shifted(1, 40, 0.05), scope()).verdict is Verdict.UNSURE


def test_cal001_regression_is_the_bias_in_standard_deviations() -> None:
    rows = regression(0, 2000)
    assert one("CAL001", rows, scope(Task.REGRESSION)).verdict is Verdict.PASS
    off = replace(rows, prediction=rows.prediction + 0.5 * np.std(rows.y))
    found = one("CAL001", off, scope(Task.REGRESSION))
    assert found.verdict is Verdict.FAIL
    assert found.measurement.value == pytest.approx(0.5, abs=0.05)
    assert "too high" in found.finding


def test_cal001_multiclass_watches_the_most_likely_class() -> None:
    rows = multiclass(0, 3000)
    assert one("CAL001", rows, scope(Task.MULTICLASS)).verdict is Verdict.PASS
    sharp = rows.require_probability() ** 4
    sharp /= sharp.sum(axis=1, keepdims=True)
    assert one("CAL001", replace(rows, probability=sharp), scope(Task.MULTICLASS)).verdict is Verdict.FAIL


def test_a_broken_input_is_an_error_result_not_a_pass() -> None:
    rows = binary(0, 50)
    broken = replace(rows, probability=rows.require_probability()[:20])
    for code in ("PER001", "CAL001"):
        assert one(code, broken, scope()).verdict is Verdict.ERROR
