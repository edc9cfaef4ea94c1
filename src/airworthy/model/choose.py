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
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from airworthy.charter.model import Preference
from airworthy.model.gaps import GroupGap
from airworthy.model.job import Record
from airworthy.model.losses import standard_error
from airworthy.scoring.columns import FloatArray


@dataclass(frozen=True, eq=False)
class Rival:
    """A finished candidate with its loss and its cost of each measured row, shape (n,).

    Attributes
    ----------
    event
        Of two classes: the probability of the event, shape (n,).
    gap
        The largest gap between a protected group and the rest, on all measured rows.
    """

    record: Record
    losses: FloatArray
    costs: FloatArray | None
    event: FloatArray | None = None
    gap: GroupGap | None = None

    @property
    def name(self) -> str:
        return self.record.name

    @property
    def loss(self) -> float:
        """Mean loss."""
        return float(self.losses.mean())

    def at(self, places: npt.NDArray[np.intp]) -> Rival:
        """On the rows at `places` only."""
        costs = None if self.costs is None else self.costs[places]
        event = None if self.event is None else self.event[places]
        return replace(self, losses=self.losses[places], costs=costs, event=event)


SAME = 1e-4
"""Losses that differ by this share of them are the same."""


def choose(rivals: Sequence[Rival], prefer: Preference = Preference.VALUE) -> Rival:
    """The rival that the rule takes; `rivals` must not be empty."""
    left = level_in_cost(rivals)
    if prefer is Preference.SIMPLE:
        left = level_in_loss(left)
    else:
        least = min(rival.loss for rival in left)
        left = [rival for rival in left if rival.loss <= least * (1 + SAME)]
    return min(left, key=lambda rival: (rival.record.rank, rival.loss, rival.name))


def level_in_cost(rivals: Sequence[Rival]) -> list[Rival]:
    """Those whose expected cost cannot be told from the least; all where nobody declared a cost."""
    costs = [rival.costs for rival in rivals if rival.costs is not None]
    return _level(rivals, costs) if len(costs) == len(rivals) else list(rivals)


def level_in_loss(rivals: Sequence[Rival]) -> list[Rival]:
    """Those whose loss cannot be told from the least."""
    return _level(rivals, [rival.losses for rival in rivals])


def _level(rivals: Sequence[Rival], figures: Sequence[FloatArray]) -> list[Rival]:
    """Those whose mean figure is within one standard error of the least."""
    best = min(range(len(rivals)), key=lambda i: (float(figures[i].mean()), rivals[i].name))
    return [rival for rival, own in zip(rivals, figures, strict=True) if within_noise(own - figures[best])]


def within_noise(differences: FloatArray) -> bool:
    """Whether a mean paired difference, shape (n,), is at most one standard error above 0.

    >>> import numpy as np
    >>> within_noise(np.array([1.0, -1.0, 0.5, -0.5])), within_noise(np.array([1.0, 1.1, 0.9, 1.0]))
    (True, False)
    """
    return float(differences.mean()) <= standard_error(differences)
