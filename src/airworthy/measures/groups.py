"""Rates by group: how often each is selected, and how often rightly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


@dataclass(frozen=True)
class GroupRates:
    """Counts of one group; rates are None where there is nothing to divide by."""

    rows: int
    selected: int
    positives: int
    true_positives: int
    false_positives: int

    @property
    def selection_rate(self) -> float | None:
        return self.selected / self.rows if self.rows else None

    @property
    def true_positive_rate(self) -> float | None:
        return self.true_positives / self.positives if self.positives else None

    @property
    def false_positive_rate(self) -> float | None:
        negatives = self.rows - self.positives
        return self.false_positives / negatives if negatives else None


def group_rates(y: ArrayLike, selected: ArrayLike, member: ArrayLike) -> GroupRates:
    """Counts over the rows where `member` (n,) is true; `y`, `selected` (n,) are 0/1.

    >>> group_rates([1, 1, 0, 0], [1, 0, 1, 0], [1, 1, 1, 0]).selection_rate   # 2 of 3
    0.6666666666666666
    """
    inside = np.asarray(member).astype(bool)
    event = np.asarray(y).astype(bool)[inside]
    chosen = np.asarray(selected).astype(bool)[inside]
    return GroupRates(
        rows=int(inside.sum()),
        selected=int(chosen.sum()),
        positives=int(event.sum()),
        true_positives=int((event & chosen).sum()),
        false_positives=int((~event & chosen).sum()),
    )
