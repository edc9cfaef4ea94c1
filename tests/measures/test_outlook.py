"""The next period's figure: what it rests on, and what widens or narrows it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from airworthy.measures import Outlook, PastPeriod, period_of, promised
from airworthy.measures.promise import promised_auc


def past(values: np.ndarray, error: float = 0.01, promises: np.ndarray | None = None) -> list[PastPeriod]:
    said = [None] * len(values) if promises is None else promises.tolist()
    return [PastPeriod(float(v), error, p) for v, p in zip(values, said, strict=True)]


def width(outlook: Outlook) -> float:
    low, high = outlook.interval(0.9)
    assert low is not None
    assert high is not None
    return high - low


def test_without_drift_and_promise_it_is_the_textbook_t_interval_with_three_prior_periods() -> None:
    values = np.array([1.0, 1.2, 0.9, 1.1, 1.05])
    low, high = Outlook(past(values, 0.1), "rmse", drifts=(0.0,)).interval(0.9)
    y, noise = np.log(values), np.median(0.1 / values) ** 2
    freedom = 3 + len(y) - 1
    spread = np.sqrt((3 * noise + ((y - y.mean()) ** 2).sum()) / freedom * (1 + 1 / len(y)))
    half = stats.t.ppf(0.95, freedom) * spread
    assert np.log([low, high]) == pytest.approx([y.mean() - half, y.mean() + half], abs=1e-9)


def test_intervals_hold_the_next_figure_about_as_often_as_they_say() -> None:
    rng = np.random.default_rng(1)
    held = []
    for _ in range(150):
        level = rng.normal(0, 0.3) + np.cumsum(rng.normal(0, 0.05, 13)) + rng.normal(0, 0.1, 13)
        low, high = Outlook(past(np.exp(level[:12]), 0.05), "rmse").interval(0.9)
        assert low is not None
        assert high is not None
        held.append(low <= np.exp(level[12]) <= high)
    assert 0.83 <= np.mean(held) <= 0.97  # 0.9 -+ 2.9 standard errors of 150 draws


def test_a_promise_that_was_kept_narrows_the_interval_and_moves_it() -> None:
    rng = np.random.default_rng(2)
    truth = 0.75 + 0.08 * np.sin(np.arange(14))
    figures = truth[:-1] + rng.normal(0, 0.003, 13)
    told = Outlook(past(figures, 0.003, truth[:-1]), "auc", float(truth[-1]))
    untold = Outlook(past(figures, 0.003), "auc", float(truth[-1]))
    assert width(told) < 0.5 * width(untold)
    assert told.value == pytest.approx(truth[-1], abs=0.01)


def test_fewer_coming_rows_widen_the_interval() -> None:
    values = past(np.array([0.7, 0.72, 0.74, 0.71]), 0.02)
    assert width(Outlook(values, "auc", rows_ratio=10)) > 1.3 * width(Outlook(values, "auc"))


def test_a_model_that_always_ranked_perfectly_may_do_so_again() -> None:
    low, high = Outlook(past(np.ones(12), 0.02), "auc").interval(0.9)
    assert high == 1.0
    assert low is not None
    assert 0.9 < low < 1.0


@pytest.mark.parametrize("metric", ["auc", "r2", "rmse", "log_loss"])
def test_one_period_shows_no_spread(metric: str) -> None:
    only = Outlook(past(np.array([0.7])), metric)
    assert only.interval(0.9) == (None, None)
    assert only.value == 0.7


def test_the_promise_of_calibrated_scores_is_what_comes() -> None:
    rng = np.random.default_rng(3)
    p = rng.beta(1, 2, 20_000)
    y = (rng.random(20_000) < p).astype(float)
    assert period_of("auc", y, p).figure == pytest.approx(promised_auc(p), abs=0.01)
    assert period_of("log_loss", y, np.column_stack([1 - p, p])).figure == pytest.approx(
        promised("log_loss", np.column_stack([1 - p, p])), abs=0.01
    )


@pytest.mark.parametrize("metric", ["r2", "rmse"])
def test_the_sampling_error_of_a_period_is_that_of_many_periods(metric: str) -> None:
    rng = np.random.default_rng(4)
    y = rng.normal(size=(400, 300))
    said = y + rng.normal(0, 0.5, y.shape)
    found = [period_of(metric, a, b) for a, b in zip(y, said, strict=True)]
    assert np.mean([f.error for f in found]) == pytest.approx(np.std([f.figure for f in found]), rel=0.12)
