"""Rows that are all alike, or that stand alone: no interval without width, and none from nothing."""

from __future__ import annotations

import numpy as np
import pytest

from airworthy.measures import (
    Auc,
    AucChange,
    AucDifference,
    Bootstrap,
    CalibrationError,
    Difference,
    MeanT,
    PairedDifference,
    PairedShares,
    unseen_share,
)
from airworthy.measures.bootstrap import Floats

UNSEEN_OF_100 = 1 - 0.025 ** (1 / 100)  # 3.6 %: the upper end of 0 of 100


def mean_of(rows: int, ends: tuple[Floats, Floats] | None = None) -> Bootstrap:
    return Bootstrap.of_means(np.zeros((rows, 1)), lambda m: m[:, 0], unit="EUR", seed=1, ends=ends)


def test_equal_rows_bound_a_mean_by_what_a_row_can_be() -> None:
    ends = (np.array([-5.0]), np.array([10.0]))
    assert mean_of(100).interval(0.95) == (None, None)
    assert mean_of(20, ends).interval(0.95) == (None, None)
    assert mean_of(100, ends).interval(0.95) == pytest.approx((-5 * UNSEEN_OF_100, 10 * UNSEEN_OF_100))
    assert MeanT(np.zeros(100), ends=(-5.0, None)).interval(0.95) == (pytest.approx(-5 * UNSEEN_OF_100), None)
    assert MeanT(np.full(100, 0.1), scale=-1.0, ends=(0.1, 1.1)).interval(0.95) == pytest.approx(
        (-0.1 - UNSEEN_OF_100, -0.1)
    )


def test_groups_whose_rows_are_all_alike_keep_a_width() -> None:
    ones, noisy = np.ones(100), np.arange(100.0) % 2
    low, high = Difference(ones, np.zeros(100), ends=(0.0, 1.0)).interval(0.95)
    assert (low, high) == (pytest.approx(1 - UNSEEN_OF_100 * 2**0.5), pytest.approx(1.0))
    assert Difference(ones, np.zeros(100)).interval(0.95) == (None, None)
    low, high = Difference(ones, noisy, ends=(0.0, 1.0)).interval(0.95)
    alone = MeanT(noisy).interval(0.95)
    assert low == pytest.approx(0.5 - np.hypot(UNSEEN_OF_100, alone[1] - 0.5))
    assert high == pytest.approx(0.5 + 0.5 - alone[0])


def test_a_change_of_nothing_is_not_certain() -> None:
    right = np.arange(100) % 4 > 0
    low, high = PairedDifference.of(right.astype(float), right.astype(float)).interval(0.95)
    assert (low, high) == pytest.approx((-UNSEEN_OF_100, UNSEEN_OF_100))
    low, high = PairedShares.of(right, right).interval(0.95)
    assert (low, high) == pytest.approx((-UNSEEN_OF_100, UNSEEN_OF_100))
    score = np.random.default_rng(0).random(100)
    low, high = AucDifference(right, score, score).interval(0.95)
    assert (low, high) == pytest.approx((-2 * unseen_share(25, 0.95), 2 * unseen_share(25, 0.95)))


def test_periods_of_perfect_ranking_may_still_differ() -> None:
    y = np.arange(40) % 2
    perfect = Auc(y, y.astype(float))
    low, high = AucChange(perfect, (perfect, perfect, perfect)).interval(0.95)
    edge = unseen_share(20, 0.95)
    assert (low, high) == pytest.approx((-edge, edge * 3**0.5 / 3))


def test_a_constant_score_ranks_by_chance_with_a_width() -> None:
    low, high = Auc(np.arange(600) % 2, np.zeros(600)).interval(0.95)
    assert low == pytest.approx(0.5 - unseen_share(300, 0.95))
    assert high == pytest.approx(0.5 + unseen_share(300, 0.95))


@pytest.mark.parametrize("rows", [1, 2, 5, 10, 40, 300])
@pytest.mark.parametrize("event", [0.0, 1.0])
def test_probabilities_of_a_few_rows_are_never_surely_off(rows: int, event: float) -> None:
    low, high = CalibrationError(np.full(rows, event), np.full(rows, abs(event - 0.004))).interval(0.95)
    assert low == 0 < high


@pytest.mark.parametrize("rows", [10, 30, 60, 150])
def test_few_rows_of_rare_events_rarely_fail_a_perfect_model(rows: int) -> None:
    rng, runs = np.random.default_rng(rows), 200
    p = rng.uniform(0.02, 0.06, (runs, rows))
    errors = [CalibrationError((rng.random(rows) < own).astype(float), own) for own in p]
    failed = np.mean([error.interval(0.95)[0] > 0 for error in errors])
    print(f"{rows} rows of rare events: a perfect model is off in {failed:.3f}")
    assert failed <= 0.05


def test_one_entity_tells_nothing() -> None:
    same, y = np.zeros(30, int), np.arange(30) % 2
    assert MeanT(np.arange(30.0), clusters=same).interval(0.95) == (None, None)
    assert CalibrationError(y.astype(float), np.full(30, 0.5), same).interval(0.95) == (None, None)
    assert Auc(y, np.arange(30.0), same).interval(0.95) == (None, None)
