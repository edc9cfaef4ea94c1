"""A change of unit is named where the numbers can tell it, and left unnamed where they cannot."""

from __future__ import annotations

import numpy as np

from airworthy.monitoring.profile import ColumnProfile
from airworthy.monitoring.units import likely_unit


def _profile(values: np.ndarray) -> ColumnProfile:
    distinct, times = np.unique(values, return_counts=True)
    return ColumnProfile(
        name="x",
        low=float(values.min()),
        high=float(values.max()),
        common=tuple(float(v) for v in distinct[times >= len(values) / 100]),
    )


def _thermometer(celsius: np.ndarray) -> np.ndarray:
    """°F as a thermometer of tenths of °C reports them: two decimals, in uneven steps."""
    return np.round(celsius.round() * 9 / 5 + 32, 2)


def test_a_thermometer_gives_its_unit_away_on_a_day_unlike_the_day_before() -> None:
    draw = np.random.default_rng(0)
    before = _thermometer(draw.normal(8, 5, 5000))
    frost = _thermometer(draw.normal(1, 3, 300))
    found = likely_unit(_profile(before), (frost - 32) * 5 / 9, _thermometer(draw.normal(12, 1, 300)))
    assert found is not None
    assert found.name == "°F became °C"


def test_values_that_still_fit_the_grain_have_their_old_unit() -> None:
    draw = np.random.default_rng(1)
    before = _thermometer(draw.normal(15, 5, 5000))
    today = _thermometer(draw.normal(14, 5, 300))
    assert likely_unit(_profile(before), today, _thermometer(draw.normal(14, 5, 300))) is None


def test_numbers_without_a_grain_are_told_by_level_and_spread_alone() -> None:
    draw = np.random.default_rng(2)
    before, today = draw.normal(50, 5, 5000), draw.normal(50, 5, 300)
    found = likely_unit(_profile(before), today / 10, draw.normal(50, 5, 300))
    assert found is not None
    assert found.name == "a tenth as large"
    assert found.formula == "new = old x 0.1"


def test_the_grain_names_no_unit_in_two_hundred_streams_of_other_instruments() -> None:
    named = 0
    for seed in range(200):
        draw = np.random.default_rng(seed)
        known = draw.integers(0, 60, 3000).astype(float)
        other = draw.normal(100, 10, 300).round(1) + 0.037
        named += likely_unit(_profile(known), other, draw.normal(1000, 10, 300)) is not None
    assert named == 0, f"{named} of 200 named a unit"
