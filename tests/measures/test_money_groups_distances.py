"""Costs, group rates and distances against hand counts, Fairlearn's example, scipy and scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import mutual_info_score

from airworthy.measures import (
    PopulationStability,
    binary_costs,
    categorical_distance,
    cost_optimal_threshold,
    cramers_v,
    decide_by_cost,
    expected_cost,
    group_rates,
    ks_distance,
    ks_significance,
    matrix_costs,
    mutual_information,
    psi,
    psi_significance,
    useful_cost_ratios,
)


def test_fairlearns_documented_example() -> None:
    """User guide of Fairlearn 0.15, Performing a Fairness Assessment: `mf.by_group`."""
    y = [0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    chosen = [0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0, 1, 1, 0]
    group = np.array(list("bbabbcccaacabccbcc"))
    expected = {"a": (0.5, 1.0, 0.75, 4), "b": (0.6, 0.0, 0.5, 6), "c": (0.4, 2 / 3, 0.5, 8)}
    for name, (found, alarms, selected, rows) in expected.items():
        rates = group_rates(y, chosen, group == name)
        got = (rates.true_positive_rate, rates.false_positive_rate, rates.selection_rate, rates.rows)
        assert got == pytest.approx((found, alarms, selected, rows))


def test_an_empty_group_has_no_rate() -> None:
    rates = group_rates([1, 0], [1, 1], [0, 0])
    assert (rates.selection_rate, rates.true_positive_rate, rates.false_positive_rate) == (None, None, None)


def test_the_best_threshold_beats_every_other_one() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(300).round(2)
    y = (rng.random(300) < p).astype(int)
    threshold, cost = cost_optimal_threshold(y, p, 1.0, 5.0)
    assert cost == pytest.approx(expected_cost(y, p, threshold, 1.0, 5.0))
    tried = [expected_cost(y, p, t, 1.0, 5.0) for t in np.linspace(0, 1.01, 400)]
    assert cost <= min(tried) + 1e-12


def test_the_best_threshold_of_calibrated_scores_is_elkans() -> None:
    rng = np.random.default_rng(1)
    p = rng.random(200_000)
    y = (rng.random(200_000) < p).astype(int)
    threshold, _ = cost_optimal_threshold(y, p, 1.0, 5.0)
    assert threshold == pytest.approx(1 / 6, abs=0.02)


def test_a_miss_that_costs_nothing_selects_nobody() -> None:
    assert cost_optimal_threshold([0, 1], [0.2, 0.9], 1.0, 0.0) == (math.inf, 0.0)


def test_useful_cost_ratios_are_where_the_costs_cross() -> None:
    y = [1] * 100 + [0] * 900
    chosen = [1] * 60 + [0] * 40 + [1] * 40 + [0] * 860
    low, high = useful_cost_ratios(y, chosen)
    assert (low, high) == pytest.approx((40 / 60, 860 / 40))
    for ratio, rule in ((low, [0] * 1000), (high, [1] * 1000)):
        assert binary_costs(y, chosen, 1, ratio).mean() == pytest.approx(
            binary_costs(y, rule, 1, ratio).mean()
        )


def test_matrix_costs_and_decisions_by_hand() -> None:
    costs = [[0, 1, 4], [2, 0, 1], [9, 3, 0]]
    assert matrix_costs([0, 1, 2], [2, 0, 1], costs).tolist() == [4, 2, 3]
    # p = (.5, .3, .2): deciding 0 costs .3*2+.2*9=2.4, 1 costs .5+.6=1.1, 2 costs 2+.3=2.3
    assert decide_by_cost([[0.5, 0.3, 0.2]], costs).tolist() == [1]


def test_psi_false_alarms_are_near_nominal() -> None:
    rng, runs, flagged = np.random.default_rng(2), 4000, 0
    for _ in range(runs):
        a, b = rng.multinomial(2000, [0.1] * 10), rng.multinomial(3000, [0.1] * 10)
        flagged += psi_significance(a, b) < 0.01
    print(f"PSI at nominal 1 %: {100 * flagged / runs:.2f} %")
    assert 0.003 <= flagged / runs <= 0.02


def test_psi_significance_finds_what_chi_square_finds() -> None:
    a, b = [500, 500, 500], [420, 520, 560]
    chi = stats.chi2_contingency([a, b], correction=False).pvalue
    assert psi_significance(a, b) == pytest.approx(chi, rel=0.25)
    assert psi(a, a) == 0


def test_psi_interval_covers_the_true_drift() -> None:
    p, q = np.array([0.25] * 4), np.array([0.20, 0.25, 0.25, 0.30])
    truth = float(((q - p) * np.log(q / p)).sum())
    rng, runs, held = np.random.default_rng(3), 1000, 0
    for _ in range(runs):
        low, high = PopulationStability(rng.multinomial(800, p), rng.multinomial(600, q)).interval(0.95)
        held += low <= truth <= high
    print(f"PSI interval: {held / runs:.3f}")
    assert held / runs >= 0.92


def test_an_empty_bin_does_not_make_psi_infinite() -> None:
    assert math.isfinite(psi([10, 0], [5, 5]))


def test_kolmogorov_smirnov_is_scipys() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=400).round(1), rng.normal(0.2, 1, 300).round(1)
    other = stats.ks_2samp(a, b, method="asymp")
    assert ks_distance(a, b) == pytest.approx(other.statistic)
    assert ks_significance(other.statistic, 400, 300) == pytest.approx(
        stats.kstwobign.sf(other.statistic * (400 * 300 / 700) ** 0.5)
    )


def test_mutual_information_is_scikit_learns() -> None:
    rng = np.random.default_rng(5)
    a = rng.integers(0, 4, 500)
    b = (a + rng.integers(0, 2, 500)) % 3
    assert mutual_information(a, b) == pytest.approx(mutual_info_score(a, b))


def test_cramers_v_is_scipys_with_its_bias_taken_off() -> None:
    rng = np.random.default_rng(6)
    a, b = rng.integers(0, 3, 5000), rng.integers(0, 4, 5000)
    assert cramers_v(a, b) < 0.03
    c = np.where(rng.random(5000) < 0.6, a, rng.integers(0, 3, 5000))
    table = np.array([[np.sum((a == i) & (c == j)) for j in range(3)] for i in range(3)])
    assert cramers_v(a, c) == pytest.approx(stats.contingency.association(table, method="cramer"), abs=0.005)
    assert cramers_v(["x"] * 5, [1, 2, 3, 4, 5]) == 0.0


def test_categorical_distance_is_half_the_sum_of_gaps() -> None:
    assert categorical_distance({"a": 1.0}, {"b": 1.0}) == 1.0
    assert categorical_distance({"a": 0.5, "b": 0.5}, {"a": 0.5, "b": 0.5}) == 0.0
