"""Which candidate is taken, by the charter's `search.prefer`: the most valuable, or the simplest as good.

Every comparison is paired by row, and "cannot be told apart" means that the mean difference is at most one
standard error (the one-standard-error rule of Breiman et al., CART 1984, 3.4.3).

By value: of the candidates whose expected cost, where costs are declared, cannot be told apart from the
least, the one with the least loss; a simpler one whose loss is the same up to a ten-thousandth. Costs alone
are not enough: rows near the threshold are few, and the least of many noisy sums is chance.

Simple, in full:

1. Where costs are declared: keep the candidates that cannot be told apart from the one with the least
   expected cost.
2. Of these (of all, without declared costs), keep those that cannot be told apart from the one with the
   least log loss (regression: the least squared error).
3. Of these take the simplest kind: linear, additive, additive with pairs, trees, a blend. Within a kind, the
   least loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.charter.model import Preference
from airworthy.model.job import Record
from airworthy.model.losses import standard_error
from airworthy.scoring.columns import FloatArray


@dataclass(frozen=True, eq=False)
class Rival:
    """A finished candidate with its loss and its cost of each measured row, shape (n,)."""

    record: Record
    losses: FloatArray
    costs: FloatArray | None

    def at(self, places: npt.NDArray[np.intp]) -> Rival:
        """On the rows at `places` only."""
        costs = None if self.costs is None else self.costs[places]
        return Rival(self.record, self.losses[places], costs)


SAME = 1e-4
"""Losses that differ by this share of them are the same."""


def choose(rivals: Sequence[Rival], prefer: Preference = Preference.VALUE) -> Rival:
    """The rival that the rule takes; `rivals` must not be empty."""
    left = list(rivals)
    if all(rival.costs is not None for rival in left):
        left = _level(left, [rival.costs for rival in left if rival.costs is not None])
    if prefer is Preference.SIMPLE:
        left = _level(left, [rival.losses for rival in left])
    else:
        least = min(float(rival.losses.mean()) for rival in left)
        left = [rival for rival in left if float(rival.losses.mean()) <= least * (1 + SAME)]
    return min(left, key=lambda rival: (rival.record.rank, float(rival.losses.mean()), rival.record.name))


def _level(rivals: Sequence[Rival], figures: Sequence[FloatArray]) -> list[Rival]:
    """Those whose mean figure is within one standard error of the least."""
    best = min(range(len(rivals)), key=lambda i: (float(figures[i].mean()), rivals[i].record.name))
    return [rival for rival, own in zip(rivals, figures, strict=True) if within_noise(own - figures[best])]


def within_noise(differences: FloatArray) -> bool:
    """Whether a mean paired difference, shape (n,), is at most one standard error above 0.

    >>> import numpy as np
    >>> within_noise(np.array([1.0, -1.0, 0.5, -0.5])), within_noise(np.array([1.0, 1.1, 0.9, 1.0]))
    (True, False)
    """
    return float(differences.mean()) <= standard_error(differences)
