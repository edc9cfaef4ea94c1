"""Which candidate is taken: cheapest for the user, unless a simpler one cannot be told apart from it.

The rule, in full. Every comparison is paired by row, and "cannot be told apart" means that the mean
difference is at most one standard error (the one-standard-error rule of Breiman et al., CART 1984, 3.4.3).

1. Where costs are declared: keep the candidates that cannot be told apart from the one with the least
   expected cost.
2. Of these (of all, without declared costs), keep those that cannot be told apart from the one with the
   least log loss (regression: the least squared error).
3. Of these take the simplest kind: linear, additive, additive with pairs, trees. Within a kind, the least
   loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from airworthy.model.job import Record
from airworthy.model.losses import standard_error
from airworthy.scoring.columns import FloatArray


@dataclass(frozen=True, eq=False)
class Rival:
    """A finished candidate with its loss and its cost of each validation row, shape (n,)."""

    record: Record
    losses: FloatArray
    costs: FloatArray | None


def choose(rivals: Sequence[Rival]) -> Rival:
    """The rival that the rule takes; `rivals` must not be empty."""
    left = list(rivals)
    if all(rival.costs is not None for rival in left):
        left = _level(left, [rival.costs for rival in left if rival.costs is not None])
    left = _level(left, [rival.losses for rival in left])
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
