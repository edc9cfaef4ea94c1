"""Gaps between two groups: intervals by squares and sums, the least gap shown, rows that would settle."""

from __future__ import annotations

import numpy as np
import pytest

from airworthy.measures.gaps import (
    CalibrationGap,
    ErrorCost,
    Gap,
    error_cost,
    gap_between,
    least_shown,
    rows_needed,
)
from airworthy.measures.means import Difference, MeanT
from airworthy.measures.power import smallest_gap
from airworthy.measures.proportion import Newcombe, Wilson


def test_squares_and_sums_of_two_shares_are_newcombes_method() -> None:
    pairs = [((56, 70), (48, 80)), ((9, 10), (3, 10)), ((0, 30), (2, 25))]
    for (a, n), (b, m) in pairs:
        found = Gap(Wilson(a, n), Wilson(b, m)).interval(0.95)
        assert found == pytest.approx(Newcombe(a, n, b, m).interval(0.95))


def test_shares_take_newcombe_means_take_welch_and_all_else_squares_and_sums() -> None:
    values = MeanT(np.array([1.0, 2.0, 4.0]))
    assert isinstance(gap_between(Wilson(1, 4), Wilson(2, 4)), Newcombe)
    assert isinstance(gap_between(values, values), Difference)
    assert isinstance(gap_between(CalibrationGap(Wilson(1, 4), 0.2), CalibrationGap(Wilson(1, 4), 0.3)), Gap)


def test_a_group_without_an_error_still_has_a_cost_that_is_not_known_to_be_zero() -> None:
    none = np.zeros(50, bool)
    found = error_cost(none, none, (2.0, 20.0), "EUR per case")
    low, high = found.interval(0.95)
    assert (found.value, low) == (0.0, 0.0)
    # Wilson's upper end of 0 in 50 is z2 / (n + z2) = 3.8415 / 53.8415 = .07135, once at 2 and once at 20.
    assert high == pytest.approx(0.07135 * np.hypot(2, 20), abs=1e-3)


@pytest.mark.parametrize(("alarm", "miss"), [(0.02, 0.01), (0.1, 0.05), (0.3, 0.2)])
def test_the_interval_of_the_cost_of_errors_covers_what_it_says(alarm: float, miss: float) -> None:
    rng, runs, held = np.random.default_rng(4), 600, 0
    true = alarm * 2 + miss * 20
    for counts in rng.multinomial(200, [alarm, miss, 1 - alarm - miss], runs):
        low, high = ErrorCost(Wilson(counts[0], 200), Wilson(counts[1], 200), 2.0, 20.0, "").interval(0.95)
        held += low <= true <= high
    assert held / runs >= 0.93


def test_the_calibration_gap_covers_what_it_says_where_scores_differ_from_row_to_row() -> None:
    rng, runs, held = np.random.default_rng(5), 500, 0
    for _ in range(runs):
        p = rng.beta(1, 3, 120)
        low, high = CalibrationGap(Wilson(int((rng.random(120) < p).sum()), 120), float(p.mean())).interval(
            0.95
        )
        held += low <= 0 <= high
    assert held / runs >= 0.95


def test_the_least_gap_shown_of_shares_counts_entities_and_not_rows() -> None:
    alone = least_shown(Wilson(30, 100), Wilson(90, 300), 0.95)
    again = least_shown(Wilson(150, 500, design_effect=5.0), Wilson(450, 1500, design_effect=5.0), 0.95)
    assert alone == pytest.approx(again)
    assert alone == pytest.approx(smallest_gap(0.3, 100, 300))


def test_the_least_gap_shown_of_means_is_shown_four_times_in_five() -> None:
    rng, runs, n = np.random.default_rng(6), 400, 200
    noise = rng.normal(size=(runs, 2, n))
    gap = least_shown(MeanT(noise[0, 0]), MeanT(noise[0, 1]), 0.95)
    assert gap == pytest.approx(2.8 * (2 / n) ** 0.5, rel=0.15)
    shown = [Difference(one + 2.8 * (2 / n) ** 0.5, other).interval(0.95)[0] > 0 for one, other in noise]
    assert np.mean(shown) == pytest.approx(0.8, abs=0.06)


def test_the_rows_needed_shrink_the_interval_to_the_limit() -> None:
    group, others = Wilson(30, 100), Wilson(400, 2000)  # 30 % against 20 %; is it within 15 points?
    gap = Newcombe.between(group, others)
    arm = gap.interval(0.95)[1] - gap.value
    arms = [
        max(side.value - side.interval(0.95)[0], side.interval(0.95)[1] - side.value)
        for side in (group, others)
    ]
    needed = rows_needed([0.05], (arms[0], 100), (arms[1], 2000))
    assert needed is not None
    assert needed.others == 2000
    then = Newcombe(0.3 * needed.group, needed.group, 400, 2000).interval(0.95)
    assert arm > 0.05
    assert then[1] == pytest.approx(0.15, abs=0.004)


def test_a_gap_on_its_limit_is_settled_by_no_number_of_rows() -> None:
    assert rows_needed([0.0], (0.1, 10), (0.1, 10)) is None
