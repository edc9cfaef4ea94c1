"""Forecasts of learning curves: right on planted power laws, honest about few divisions, never below zero."""

from __future__ import annotations

import numpy as np
import pytest

from airworthy.kernel.errors import InputError
from airworthy.measures.learning_curve import LearningCurve, interval_score, losses_at

SIZES = np.array([100.0, 200.0, 400.0, 800.0])


def planted(seed: int, rate: float, noise: float = 0.004) -> tuple[LearningCurve, float]:
    """A curve with a floor of .2, and its true loss at 16,000 rows; each division has luck of its own."""
    rng = np.random.default_rng(seed)
    error = 0.003

    def true(rows: np.ndarray) -> np.ndarray:
        return 0.2 + 0.15 * (rows / 100) ** -rate

    seen = true(SIZES) + error * rng.normal() + noise * rng.normal(size=(10, 4))
    return LearningCurve(SIZES, seen, error), float(true(np.array([16_000.0]))[0])


@pytest.mark.parametrize("rate", [0.25, 0.45, 0.8])
def test_four_of_five_intervals_hold_the_truth(rate: float) -> None:
    held = 0
    for seed in range(60):
        curve, truth = planted(seed, rate)
        low, high = np.quantile(losses_at(curve, 16_000, seed), [0.1, 0.9])
        held += low <= truth <= high
    assert 0.65 <= held / 60 <= 1.0


def test_a_flat_curve_promises_little_and_more_rows_never_promise_worse() -> None:
    rng = np.random.default_rng(0)
    flat = LearningCurve(SIZES, 0.3 + 0.0005 * rng.normal(size=(10, 4)), 0.001)
    assert np.median(losses_at(flat, 80_000)) > 0.29
    curve, _ = planted(1, 0.45)
    medians = [float(np.median(losses_at(curve, rows))) for rows in (800, 1_600, 8_000, 80_000, 1e12)]
    assert medians == sorted(medians, reverse=True)


def test_losses_are_never_below_zero_and_the_same_seed_gives_the_same_draws() -> None:
    steep = LearningCurve(SIZES, np.tile([0.08, 0.04, 0.02, 0.01], (5, 1)), 0.02)
    draws = losses_at(steep, 1e6, 3)
    assert (draws >= 0).all()
    assert np.array_equal(draws, losses_at(steep, 1e6, 3))


@pytest.mark.parametrize("losses", [np.ones((2, 4)), np.ones((5, 3)), np.full((5, 4), np.nan), np.ones(4)])
def test_what_is_no_curve_is_refused(losses: np.ndarray) -> None:
    with pytest.raises(InputError, match="three sizes and three divisions"):
        LearningCurve(SIZES, losses, 0.01)


def test_an_interval_that_misses_pays_by_how_far() -> None:
    assert interval_score(0.2, 0.3, 0.25) == pytest.approx(0.1)
    assert interval_score(0.2, 0.3, 0.33) == pytest.approx(0.1 + 10 * 0.03)
