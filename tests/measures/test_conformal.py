"""Conformal bounds against numpy's order statistics and against simulated coverage."""

from __future__ import annotations

import numpy as np
import pytest

from airworthy.measures.bootstrap import Bootstrap
from airworthy.measures.conformal import (
    adapted_coverage,
    fewest_rows,
    least_probability,
    next_alpha,
    residual_bounds,
)
from airworthy.measures.money import price_of_a_place, review_band, reviewed_costs


@pytest.mark.parametrize(("level", "n"), [(0.5, 3), (0.8, 9), (0.9, 19), (0.95, 39), (0.99, 199)])
def test_the_fewest_rows_are_those_that_have_a_bound_on_both_sides(level: float, n: int) -> None:
    assert fewest_rows(level) == n
    assert residual_bounds(np.arange(n), level) == (0.0, n - 1.0)
    with pytest.raises(ValueError, match=f"{n - 1} rows are too few"):
        residual_bounds(np.arange(n - 1), level)


def test_bounds_hold_at_least_their_level_on_fresh_rows_of_the_same_kind() -> None:
    """Over 2,000 worlds of 49 rows, the next row lies inside in 90 to 92 % (n + 1 = 50: exactly 90 %)."""
    rng = np.random.default_rng(0)
    held = 0
    for world in rng.exponential(size=(2000, 50)):
        low, high = residual_bounds(world[:-1], 0.92)
        held += low <= world[-1] <= high
    assert abs(held / 2000 - 0.92) < 0.02  # ranks 2 and 48 of 50: 46 of 50 places lie between


def test_sets_keep_the_share_of_outcomes() -> None:
    rng = np.random.default_rng(1)
    p = rng.uniform(size=5000)
    assert least_probability(p[:999], 0.9) == np.sort(p[:999])[99]
    assert least_probability([0.7], 0.9) == 0.0  # one row excludes nothing


def test_the_adapted_miss_rate_is_the_sum_that_the_paper_writes() -> None:
    """alpha after T steps = alpha + gamma * (T * target - misses), Gibbs and Candes 2021, eq. 2 unrolled."""
    covered = [True, False, True, True, False, False, True]
    alpha = 0.1
    for one in covered:
        alpha = next_alpha(alpha, one, 0.1, 0.02)
    assert alpha == pytest.approx(0.1 + 0.02 * (7 * 0.1 - 3))


def test_the_adapted_coverage_keeps_the_level_that_a_fixed_width_loses() -> None:
    rng = np.random.default_rng(2)
    past = np.abs(rng.normal(size=500))
    later = np.abs(rng.normal(size=3000)) * np.linspace(1, 1.8, 3000)
    fixed = (later <= np.quantile(past, 0.9)).mean()
    held = adapted_coverage(later, past, 0.9)
    assert fixed < 0.8
    bound = (max(0.1, 0.9) + 0.05) / (0.05 * 3000)  # proposition 4.1
    assert abs(held.mean() - 0.9) <= bound + 1e-9


def test_a_band_makes_both_of_its_ends_indifferent() -> None:
    alarm, miss, price, error = 5.0, 50.0, 1.0, 0.03
    low, high = review_band(alarm, miss, price, error)
    for p, without in ((low, low * miss), (high, (1 - high) * alarm)):
        assert price + error * (p * miss + (1 - p) * alarm) == pytest.approx(without)
    assert review_band(alarm, miss, 5.0) is None
    assert review_band(0.0, 50.0, 0.1) is None


def test_reviewed_rows_cost_the_review_and_the_reviewers_errors() -> None:
    found = reviewed_costs([1, 0, 1], [1, 1, 0], [9, 9, 9], 2.0, 0.1, [[5, 50]] * 3)
    np.testing.assert_allclose(found, [2 + 5.0, 2 + 0.5, 9.0])


def test_a_place_costs_what_the_first_case_without_one_would_have_saved() -> None:
    gains = [3.0, -1.0, 8.0, 5.0]
    assert [price_of_a_place(gains, k) for k in (0, 1, 2, 3, 4)] == [8.0, 5.0, 3.0, 0.0, 0.0]


def test_columns_resampled_together_are_those_resampled_alone() -> None:
    table = np.random.default_rng(5).exponential(size=(300, 2))
    groups = np.arange(300) // 3
    each = Bootstrap.of_each(table, unit="", seed=7, clusters=groups)
    for j in range(2):
        alone = Bootstrap.of_means(table[:, [j]], lambda m: m[:, 0], unit="", seed=7, clusters=groups)
        np.testing.assert_allclose(each[j].draws, alone.draws)
        assert each[j].interval(0.95) == pytest.approx(alone.interval(0.95))
