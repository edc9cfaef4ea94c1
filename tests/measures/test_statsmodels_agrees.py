"""What statsmodels computes too comes out the same, at counts, levels and weights that nobody chose."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import power_proportions_2indep

from airworthy.measures import chance_to_show, false_discovery, holm, rows_to_show, smallest_gap, step_up

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)
LEVELS = st.floats(0.5, 0.999)
RATES = st.floats(0.02, 0.98)


@given(CHANCES)
@settings(max_examples=60, deadline=None)
def test_many_looks_are_corrected_as_statsmodels_does(chances: list[float]) -> None:
    assert holm(chances) == pytest.approx(multipletests(chances, method="holm")[1])
    assert false_discovery(chances) == pytest.approx(multipletests(chances, method="fdr_bh")[1])


@given(CHANCES, st.floats(0.01, 0.3))
@settings(max_examples=60, deadline=None)
def test_discoveries_by_intervals_are_those_by_chances(chances: list[float], alpha: float) -> None:
    corrected = false_discovery(chances)
    assume(min(abs(corrected - alpha)) > 1e-9)  # a tie is decided by the last digit
    found = step_up(lambda i, level: chances[i] < 1 - level, len(chances), len(chances), alpha)
    assert found == {i for i, chance in enumerate(corrected) if chance < alpha}


@given(RATES, st.floats(-0.9, 0.9), st.integers(5, 2000), st.integers(5, 2000), LEVELS)
@settings(max_examples=60, deadline=None)
def test_the_chance_to_show_a_gap_is_statsmodels(
    rate: float, gap: float, n: int, other: int, level: float
) -> None:
    assume(0.01 <= rate + gap <= 0.99)
    theirs = power_proportions_2indep(gap, rate, n, other / n, 1 - level, return_results=False)
    assert chance_to_show(gap, rate, n, other, level) == pytest.approx(float(theirs), abs=1e-9)


@given(RATES, st.integers(30, 2000), LEVELS)
@settings(max_examples=30, deadline=None)
def test_the_rows_for_the_smallest_gap_are_the_rows_at_hand(rate: float, n: int, level: float) -> None:
    gap = smallest_gap(rate, n, n, level)
    if gap is not None:
        side = 1 if rate <= 0.5 else -1
        assert abs(rows_to_show(side * gap, rate, level) - n) <= 1


def test_no_rows_show_a_gap_of_nothing() -> None:
    with pytest.raises(ValueError, match="no rows show a gap of 0"):
        rows_to_show(0, 0.2)
