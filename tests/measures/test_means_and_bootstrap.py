"""t-intervals and the bootstrap: simulated coverage, clusters, strata, the same draws from the same seed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from airworthy.measures import Bootstrap, Difference, MeanT, PairedDifference, design_effect


def first(means: np.ndarray) -> np.ndarray:
    return means[:, 0]


def test_the_mean_interval_is_scipys() -> None:
    values = np.random.default_rng(0).normal(size=17)
    other = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert MeanT(values).interval(0.95) == pytest.approx((other.low, other.high))


def test_the_paired_interval_is_scipys() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.normal(size=30), rng.normal(size=30)
    other = stats.ttest_rel(a, b).confidence_interval(0.9)
    assert PairedDifference.of(a, b).interval(0.9) == pytest.approx((other.low, other.high))


def test_the_difference_of_groups_is_welchs() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.normal(1, 1, 25), rng.normal(0, 3, 40)
    other = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
    assert Difference(a, b).interval(0.95) == pytest.approx((other.low, other.high))


def test_clustered_means_cover_where_naive_ones_do_not() -> None:
    rng, runs, naive, clustered = np.random.default_rng(3), 400, 0, 0
    codes = np.repeat(np.arange(40), 10)
    for _ in range(runs):
        values = rng.normal(size=40)[codes] + rng.normal(size=400) * 0.5
        low, high = MeanT(values).interval(0.95)
        naive += low <= 0 <= high
        low, high = MeanT(values, clusters=codes).interval(0.95)
        clustered += low <= 0 <= high
    print(f"clusters of 10: naive {naive / runs:.3f}, clustered {clustered / runs:.3f}")
    assert naive / runs < 0.6
    assert clustered / runs > 0.92


def test_design_effect_of_identical_copies_is_the_copy_count() -> None:
    hits = np.random.default_rng(4).integers(0, 2, 200)
    effect = design_effect(np.repeat(hits, 5), np.repeat(np.arange(200), 5))
    assert effect == pytest.approx(5, rel=0.01)
    assert design_effect(hits, None) == 1.0


@pytest.mark.parametrize("n", [15, 50, 400])
def test_bootstrap_of_a_skewed_mean_covers(n: int) -> None:
    rng, runs, held = np.random.default_rng(5), 400, 0
    for seed in range(runs):
        values = rng.exponential(size=n)
        low, high = Bootstrap.of_means(values[:, None], first, unit="", seed=seed).interval(0.95)
        held += low <= 1 <= high
    print(f"bootstrap of an exponential mean, n={n}: {held / runs:.3f}")
    assert held / runs >= (0.87 if n < 20 else 0.91)  # an exponential's skew costs every symmetric method


def test_bootstrap_of_entities_covers() -> None:
    rng, runs, held = np.random.default_rng(6), 300, 0
    codes = np.repeat(np.arange(60), 5)
    for seed in range(runs):
        values = rng.normal(size=60)[codes] + rng.normal(size=300) * 0.3
        found = Bootstrap.of_means(values[:, None], first, unit="", seed=seed, clusters=codes)
        low, high = found.interval(0.95)
        held += low <= 0 <= high
    print(f"clustered bootstrap: {held / runs:.3f}")
    assert found.units == 60
    assert held / runs > 0.91


def test_above_the_cap_the_spread_is_that_of_all_rows() -> None:
    values = np.random.default_rng(7).normal(size=100_000)
    low, high = Bootstrap.of_means(values[:, None], first, unit="", seed=1).interval(0.95)
    expected = MeanT(values).interval(0.95)
    assert high - low == pytest.approx(expected[1] - expected[0], rel=0.08)


def test_strata_keep_their_sizes() -> None:
    y = np.array([0] * 90 + [1] * 10)
    found = Bootstrap.of_means(y[:, None].astype(float), first, unit="", seed=0, strata=y)
    assert found.draws.min() == found.draws.max() == pytest.approx(0.1)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    values = np.random.default_rng(8).normal(size=(50, 1))
    a, b, c = (Bootstrap.of_means(values, first, unit="", seed=s).interval(0.95) for s in (1, 1, 2))
    assert a == b != c


def test_row_weights_and_means_agree() -> None:
    values = np.random.default_rng(9).normal(size=80)
    a = Bootstrap.of_means(values[:, None], first, unit="", seed=3)
    b = Bootstrap.of_rows(lambda w: float(w @ values / w.sum()), 80, unit="", seed=3)
    assert a.draws == pytest.approx(b.draws)


def test_one_independent_unit_leaves_the_interval_open() -> None:
    found = Bootstrap.of_means(np.ones((5, 1)), first, unit="", seed=0, clusters=np.zeros(5, np.int64))
    assert found.interval(0.95) == (None, None)
    assert MeanT(np.array([3.0])).interval(0.95) == (None, None)


def test_a_stricter_level_is_wider_also_beyond_the_resamples() -> None:
    found = Bootstrap.of_means(np.random.default_rng(10).normal(size=(200, 1)), first, unit="", seed=0)
    widths = [high - low for low, high in (found.interval(level) for level in (0.9, 0.99, 0.9999, 0.999999))]
    assert widths == sorted(widths)
    assert widths[-1] > widths[1] * 1.5


def test_rare_costs_are_covered_from_both_sides() -> None:
    rng, below, above, runs = np.random.default_rng(5), 0, 0, 120
    for seed in range(runs):
        cost = 50.0 * (rng.random(200) < 0.02)
        low, high = Bootstrap.of_means(cost[:, None], lambda m: m[:, 0], unit="EUR", seed=seed).interval(0.95)
        below, above = below + (low is not None and low > 1), above + (high is not None and high < 1)
    print(f"mean cost of a 2 % event in 200 rows: {below / runs:.3f} below, {above / runs:.3f} above")
    assert below / runs <= 0.03
    assert above / runs <= 0.05
