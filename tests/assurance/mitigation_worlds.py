"""Rows for tests of remedies, small enough to count by hand."""

from __future__ import annotations

import numpy as np

from airworthy.assurance.mitigation.effects import Bench, Decided, Side
from airworthy.assurance.mitigation.report import Action

WOMAN = np.array([True] * 40 + [False] * 60)
EVENT = np.array([1.0] * 20 + [0.0] * 20 + [1.0] * 30 + [0.0] * 30)


def side() -> Side:
    return Side("sex", "f", WOMAN, ~WOMAN, -1.0, WOMAN, (~WOMAN,))


def bench() -> Bench:
    return Bench(EVENT, None, (side(),), seed=1, unit="EUR per 1,000")


def model(action: Action, women: tuple[int, int], men: tuple[int, int], cost: float | None = None) -> Decided:
    """Decides so many events and non-events of women and of men positive."""
    positive = np.zeros(100, dtype=bool)
    for start, count in zip((0, 20, 40, 70), (*women, *men), strict=True):
        positive[start : start + count] = True
    wrong = positive != (EVENT == 1)
    costs = None if cost is None else cost * wrong
    return Decided(action, str(action), positive, np.where(positive, 0.8, 0.3), costs)
