"""The next period, the last outcome that had matured, and percentiles of latency."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from airworthy.measures import NextPeriod, OrderStatistic, forecast_interval, last_matured


def test_the_forecast_is_the_textbook_prediction_interval() -> None:
    values = [0.71, 0.69, 0.74, 0.70, 0.72]
    half = stats.t.ppf(0.95, 4) * np.std(values, ddof=1) * (1 + 1 / 5) ** 0.5
    mean = np.mean(values)
    assert forecast_interval(values, 0.9) == pytest.approx((mean - half, mean + half))


def test_only_the_last_twelve_periods_count() -> None:
    assert forecast_interval([9.0] * 5 + [1.0, 2.0] * 6) == forecast_interval([1.0, 2.0] * 6)


def test_the_next_period_falls_into_its_interval_as_often_as_said() -> None:
    rng, runs, held = np.random.default_rng(0), 2000, 0
    for _ in range(runs):
        series = rng.normal(0.7, 0.02, 9)
        low, high = NextPeriod(tuple(series[:8])).interval(0.9)
        held += low <= series[8] <= high
    print(f"next period at 90 %: {held / runs:.3f}")
    assert 0.88 <= held / runs <= 0.92


def test_one_period_foresees_nothing() -> None:
    assert forecast_interval([0.7]) == (None, None)


def test_the_last_outcome_is_the_newest_that_had_matured() -> None:
    # Decided at 0, 10, 20; known at 100, 15, 25: at 30 the newest known is the one decided at 20.
    got = last_matured([5.0, 16.0, 30.0, 200.0], [0.0, 10.0, 20.0], [100.0, 15.0, 25.0], [7.0, 8.0, 9.0])
    assert np.isnan(got[0])
    assert got[1:].tolist() == [8.0, 9.0, 9.0]


def test_last_matured_agrees_with_a_plain_search() -> None:
    rng = np.random.default_rng(1)
    when = rng.random(200) * 100
    known = when + rng.random(200) * 30
    outcome = rng.integers(0, 5, 200).astype(float)
    at = rng.random(300) * 140
    for moment, guess in zip(at, last_matured(at, when, known, outcome), strict=True):
        open_ = known <= moment
        if not open_.any():
            assert np.isnan(guess)
        else:
            assert guess == outcome[open_][np.argmax(when[open_])]


def test_the_quantile_interval_covers_whatever_the_distribution() -> None:
    rng, runs, held = np.random.default_rng(2), 1000, 0
    truth = stats.lognorm.ppf(0.99, 1.0)
    for _ in range(runs):
        low, high = OrderStatistic(rng.lognormal(size=1000), 0.99).interval(0.95)
        held += low <= truth <= high
    print(f"p99 of 1,000 lognormal latencies: {held / runs:.3f}")
    assert held / runs >= 0.94


def test_a_small_sample_leaves_the_99th_percentile_open_above() -> None:
    values = np.arange(1.0, 368.0)
    assert OrderStatistic(values, 0.99).interval(0.95)[1] is None
    assert OrderStatistic(np.append(values, 368.0), 0.99).interval(0.95)[1] == 368.0
