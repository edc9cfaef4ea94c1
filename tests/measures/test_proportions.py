"""Shares and their differences: exact coverage, published examples, small samples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from airworthy.measures import Exact, Newcombe, Wilson

RATES = np.arange(0.02, 0.981, 0.01)


def coverage(n: int, rate: float) -> float:
    """Exact: the chance of every count whose interval holds the rate."""
    chances = stats.binom.pmf(np.arange(n + 1), n, rate)
    held = [low <= rate <= high for low, high in (Wilson(k, n).interval(0.95) for k in range(n + 1))]
    return float(chances[held].sum())


@pytest.mark.parametrize("n", [20, 30, 50, 100, 300])
def test_wilson_covers_on_average_within_94_to_97_percent_and_never_below_90(n: int) -> None:
    found = [coverage(n, rate) for rate in RATES]
    print(f"Wilson n={n}: mean {np.mean(found):.3f}, least {min(found):.3f}")
    assert 0.94 <= np.mean(found) <= 0.97
    assert min(found) >= 0.90


def test_the_facts_page_coverages_of_wilson_come_out() -> None:
    exact = {(0.10, 20): 0.957, (0.30, 50): 0.957}
    for (rate, n), expected in exact.items():
        assert coverage(n, rate) == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize("n", [1, 5, 10, 19])
def test_below_twenty_rows_the_interval_is_conservative(n: int) -> None:
    assert min(coverage(n, rate) for rate in RATES) >= 0.95


@pytest.mark.parametrize(("k", "n"), [(0, 40), (7, 40), (40, 40), (81, 263)])
def test_wilson_is_scipys(k: int, n: int) -> None:
    other = stats.binomtest(k, n).proportion_ci(0.95, method="wilson")
    assert Wilson(k, n).interval(0.95) == pytest.approx((other.low, other.high), abs=1e-12)


@pytest.mark.parametrize(("k", "n"), [(0, 5), (1, 1), (3, 12), (19, 19)])
def test_small_samples_are_scipysclopper_pearson(k: int, n: int) -> None:
    other = stats.binomtest(k, n).proportion_ci(0.95, method="exact")
    assert Wilson(k, n).interval(0.95) == pytest.approx((other.low, other.high), abs=1e-9)


def test_a_design_effect_of_four_halves_the_effective_precision() -> None:
    assert Wilson(50, 400, design_effect=4.0).interval(0.95) == pytest.approx(
        Wilson(12.5, 100).interval(0.95)
    )


@pytest.mark.parametrize(
    ("counts", "expected"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70, 48, 80), (0.0524, 0.3339)),
        ((9, 10, 3, 10), None),
        ((29, 29, 27, 29), None),
    ],
)
def test_newcombes_published_intervals(
    counts: tuple[int, int, int, int], expected: tuple[float, float] | None
) -> None:
    low, high = Newcombe(*counts).interval(0.95)
    if expected:
        assert (low, high) == pytest.approx(expected, abs=5e-5)
    assert -1 <= low <= counts[0] / counts[1] - counts[2] / counts[3] <= high <= 1


def test_newcombe_covers_the_true_difference() -> None:
    rng, runs = np.random.default_rng(3), 4000
    for n, m, p, q in [(40, 60, 0.3, 0.2), (25, 500, 0.1, 0.1), (200, 200, 0.05, 0.02), (12, 300, 0.5, 0.5)]:
        a, b = rng.binomial(n, p, runs), rng.binomial(m, q, runs)
        held = 0
        for i in range(runs):
            low, high = Newcombe(int(a[i]), n, int(b[i]), m).interval(0.95)
            held += low <= p - q <= high
        print(f"Newcombe {n}/{m}: {held / runs:.3f}")
        assert held / runs >= 0.93


@pytest.mark.parametrize("level", [0.95, 0.99, 0.999])
def test_rare_events_at_their_limit_rarely_fail_at_any_level(level: float) -> None:
    counts, errors = np.arange(160), []
    lows = np.array([Wilson(int(k), 1000).interval(level)[0] for k in counts])
    for rate in np.linspace(0.0002, 0.05, 100):
        errors.append(float(stats.binom.pmf(counts, 1000, rate)[lows > rate].sum()))
    print(f"level {level}: chance that the lower bound lies above the rate: mean {np.mean(errors):.5f}")
    assert np.mean(errors) <= 1 - level
    assert max(errors) <= max(0.075, 3 * (1 - level)) if level < 0.99 else max(errors) <= 2.5 * (1 - level)


def test_entities_that_all_agree_count_once_each() -> None:
    twenty = np.repeat(np.arange(20), 100)
    low, high = Wilson.of(np.zeros(2000), twenty).interval(0.95)
    assert low == 0.0
    assert high == pytest.approx(stats.beta.ppf(0.975, 1, 20), abs=0.03)  # 0 of 20 entities: at most 17 %


def test_shares_of_few_entities_cover() -> None:
    rng, runs, held = np.random.default_rng(8), 1500, 0
    entity = np.repeat(np.arange(20), 10)
    for _ in range(runs):
        rate = rng.beta(0.7, 1.63, 20)  # mean 0.3, correlation 0.3 within an entity
        low, high = Wilson.of(rng.random(200) < rate[entity], entity).interval(0.95)
        held += low <= 0.7 / 2.33 <= high
    print(f"20 entities of 10 rows: {held / runs:.3f}")
    assert 0.93 <= held / runs <= 0.975


def test_a_group_of_one_is_never_certain() -> None:
    low, high = Wilson(1, 1).interval(0.95)
    assert (low, high) == pytest.approx((0.025, 1.0))


def test_counts_that_are_no_share_are_refused() -> None:
    with pytest.raises(ValueError, match="5 of 4"):
        Wilson(5, 4)
    with pytest.raises(ValueError, match="at least one row"):
        Wilson(0, 0)


def test_an_exact_count_has_no_width() -> None:
    assert Exact(2, "rows", 10).interval(0.99) == (2.0, 2.0)
    assert math.isfinite(Exact(2, "rows", 10).value)
