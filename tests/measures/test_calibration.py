"""The calibration error: right at its limit for every shape of error, and for rows of one entity."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from airworthy.measures import CalibrationError, ece

Shape = Callable[[np.ndarray], np.ndarray]

SHAPES: dict[str, Shape] = {
    "everywhere": lambda p: np.full(len(p), 0.05),
    "upper half": lambda p: np.where(p > 0.45, 0.05 * 2**0.5, 0.0),
    "too extreme": lambda p: (p - 0.45) * 0.05 / np.std(np.linspace(0.1, 0.8, 10)),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_the_interval_covers_whatever_the_shape(shape: str) -> None:
    rng, runs, held = np.random.default_rng(1), 500, 0
    for _ in range(runs):
        p = rng.uniform(0.1, 0.8, 3000)
        event = (rng.random(3000) < p - SHAPES[shape](p)).astype(float)
        low, high = CalibrationError(event, p).interval(0.95)
        held += low <= 0.05 <= high
    print(f"calibration error, {shape}: {held / runs:.3f}")
    assert held / runs >= 0.92


def test_rows_copied_ten_times_do_not_look_more_certain() -> None:
    rng = np.random.default_rng(2)
    p = rng.uniform(0.1, 0.8, 500)
    event = (rng.random(500) < p).astype(float)
    alone = CalibrationError(event, p).interval(0.95)
    codes = np.repeat(np.arange(500), 10)
    copies = CalibrationError(np.repeat(event, 10), np.repeat(p, 10), codes).interval(0.95)
    naive = CalibrationError(np.repeat(event, 10), np.repeat(p, 10)).interval(0.95)
    assert copies[1] == pytest.approx(alone[1], rel=0.1)
    assert naive[0] > copies[0]


def test_in_a_large_sample_of_one_shift_it_is_the_expected_calibration_error() -> None:
    rng = np.random.default_rng(3)
    p = rng.uniform(0.1, 0.8, 200_000)
    event = (rng.random(200_000) < p - 0.1).astype(float)
    assert CalibrationError(event, p).value == pytest.approx(ece(event, p), abs=0.002)
