"""Impact ratios: Katz beside, exact chances, coverage of the ratio to the truly highest category."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import contingency, fisher_exact

from airworthy.measures import ImpactRatio, ShareRatio, Wilson, chance_if_equal, holm

RACE = (157, 2435, 235, 2435)  # Bertrand and Mullainathan 2004, callbacks of two sets of names


def ratio(k: int, n: int, j: int, m: int) -> ShareRatio:
    return ShareRatio(Wilson(k, n), Wilson(j, m))


def test_with_many_rows_the_interval_is_katzs() -> None:
    found = ratio(*RACE)
    katz = contingency.relative_risk(*RACE).confidence_interval(0.95)
    assert (found.low(0.95), found.high(0.95)) == pytest.approx((katz.low, katz.high), abs=0.001)


def test_exchanging_the_sides_inverts_the_interval() -> None:
    one, other = ratio(30, 80, 45, 70), ratio(45, 70, 30, 80)
    assert one.low(0.95) == pytest.approx(1 / other.high(0.95))
    assert one.high(0.95) == pytest.approx(1 / other.low(0.95))


def test_a_count_of_zero_has_an_interval_too() -> None:
    none = ratio(0, 30, 10, 40)
    assert none.low(0.95) == 0
    assert 0 < none.high(0.95) < 1
    assert ratio(10, 40, 0, 30).high(0.95) == math.inf
    assert ratio(0, 30, 0, 30).low(0.95) == 0


@pytest.mark.parametrize(
    ("n", "m", "p", "q"), [(40, 60, 0.2, 0.4), (15, 300, 0.5, 0.5), (200, 200, 0.05, 0.08)]
)
def test_the_interval_covers_the_true_ratio(n: int, m: int, p: float, q: float) -> None:
    rng, runs = np.random.default_rng(3), 2000
    first, second = rng.binomial(n, p, runs), rng.binomial(m, q, runs)
    pairs = (ratio(int(k), n, int(j), m) for k, j in zip(first, second, strict=True))
    held = np.mean([found.low(0.95) <= p / q <= found.high(0.95) for found in pairs])
    print(f"ratio {p}/{q} of {n} and {m} rows: covered {held:.3f}")
    assert held >= 0.94


@pytest.mark.parametrize("rates", [(0.3,) * 7, (0.24, 0.3, 0.3, 0.3), (0.2, 0.3)])
def test_the_ratio_to_the_highest_is_covered_although_the_highest_is_picked(rates: tuple[float, ...]) -> None:
    rng, runs, true = np.random.default_rng(1), 800, rates[0] / max(rates)
    held = bare = 0
    for _ in range(runs):
        shares = [Wilson(int(rng.binomial(100, rate)), 100) for rate in rates]
        found = ImpactRatio(shares[0], tuple(shares[1:]))
        low, high = found.interval(0.95)
        held += low <= true <= high
        bare += found.value < 0.8
    print(f"{len(rates)} categories: covered {held / runs:.3f}, bare ratio below 0.8 in {bare / runs:.2f}")
    assert held / runs >= 0.94


def test_the_highest_category_has_a_ratio_of_one_and_an_open_lower_end() -> None:
    top = ImpactRatio(Wilson(60, 100), (Wilson(30, 100), Wilson(55, 100)))
    assert top.value == 1
    assert top.interval(0.95)[1] == 1
    assert top.interval(0.95)[0] == pytest.approx(ratio(60, 100, 55, 100).low(0.95))


def test_two_categories_have_fishers_exact_chance() -> None:
    found = chance_if_equal([157, 235], [2435, 2435], np.random.default_rng(0))
    table = [[157, 2435 - 157], [235, 2435 - 235]]
    assert found[0] == pytest.approx(fisher_exact(table, "less").pvalue)
    assert found[1] == pytest.approx(1)


def test_the_drawn_chance_of_three_categories_is_that_of_counting_all_arrangements() -> None:
    # Three of six rows are selected, two rows a category: of 20 arrangements 12 leave a category without any,
    # each category in 4 of them.
    found = chance_if_equal([0, 2, 1], [2, 2, 2], np.random.default_rng(0), draws=20_000)
    assert found[0] == pytest.approx(4 / 20, abs=0.01)
    assert found[1] == 1


def test_holms_steps_never_fall() -> None:
    assert holm([0.02, 0.01, 0.9]).tolist() == pytest.approx([0.04, 0.03, 0.9])
