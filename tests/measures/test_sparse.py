"""SparseMean: coverage by exact enumeration where few rows change, entities, and rows that are all alike."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from airworthy.measures.sparse import SparseMean


def coverage(share: float, rows: int, change: float = 0.4) -> float:
    """The chance that the 95 % interval holds the mean, where a `share` of rows changes by `change`."""
    total = 0.0
    for count in range(rows + 1):
        values = np.zeros(rows)
        values[:count] = change
        low, high = SparseMean(values).interval(0.95)
        total += float(binom.pmf(count, rows, share)) * (low <= share * change <= high)
    return total


@pytest.mark.parametrize("rows", [10, 30, 100, 300])
@pytest.mark.parametrize("share", [0.005, 0.02, 0.05, 0.2, 0.5])
def test_the_interval_holds_the_mean_of_rare_changes(share: float, rows: int) -> None:
    assert coverage(share, rows) >= 0.93


def test_a_plain_t_interval_would_not() -> None:
    assert float(binom.pmf(0, 30, 0.05)) == pytest.approx(0.2146, abs=1e-4)  # these samples show no change


def test_many_changes_leave_students_interval() -> None:
    values = np.array([1.0, -1.0] * 10)
    low, high = SparseMean(values).interval(0.95)
    assert (low, high) == pytest.approx((-0.4802, 0.4802), abs=1e-4)  # 2.0930 * sqrt(20 / 19) / sqrt(20)


def test_rows_of_one_entity_count_once() -> None:
    alone = SparseMean(np.zeros(100)).interval(0.95)
    together = SparseMean(np.zeros(100), "", np.repeat(np.arange(10), 10)).interval(0.95)
    assert together == pytest.approx((-0.3085, 0.3085), abs=1e-4)  # 1 - .025 ** (1 / 10)
    assert together[1] > alone[1]


def test_rows_that_all_change_alike_leave_room_for_others() -> None:
    low, high = SparseMean(np.full(100, 0.2)).interval(0.95)
    unseen = 1 - 0.025**0.01
    assert (low, high) == pytest.approx((0.2 - 1.2 * unseen, 0.2 + 0.8 * unseen))
