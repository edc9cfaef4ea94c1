"""Models that an attacker would train: each on a random half of the rows, every row in half of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

Learn = Callable[[Places], Floats]
"""Told which rows to learn from: how sure the model made of them is of every row's outcome, (n,)."""

LEAST_SPREAD = 1e-6


def deal(units: NDArray[np.int64], count: int, rng: np.random.Generator) -> Flags:
    """(count, n) which rows each of `count` stand-ins learns from: every unit is in exactly half of them.

    Parameters
    ----------
    units : (n,) codes of what belongs together: copies of a row, or rows of one entity.
    count : even.

    >>> dealt = deal(np.array([0, 1, 1, 2]), 4, np.random.default_rng(0))
    >>> dealt.sum(axis=0).tolist(), bool((dealt[:, 1] == dealt[:, 2]).all())
    ([2, 2, 2, 2], True)
    """
    ranks = rng.random((count, int(units.max()) + 1)).argsort(axis=0).argsort(axis=0)
    return np.asarray((ranks < count // 2)[:, units])


@dataclass(frozen=True, eq=False)
class StandIns:
    """How sure k models are of n rows' outcomes, `sure` (k, n), and which of them they `learned` (k, n)."""

    sure: Floats
    learned: Flags

    @classmethod
    def trained(cls, learn: Learn, learned: Flags, told: Callable[[], None] = lambda: None) -> StandIns:
        """One model for each row of `learned`; `told` is called after each."""
        made = np.empty(learned.shape)
        for at, rows in enumerate(learned):
            made[at] = learn(np.flatnonzero(rows))
            told()
        return cls(made, learned)

    def __len__(self) -> int:
        return len(self.sure)

    def unlearned(self) -> Floats:
        """(n,) mean of the stand-ins that did not learn the row."""
        out = ~self.learned
        return np.asarray((self.sure * out).sum(axis=0) / np.maximum(1, out.sum(axis=0)))

    def beyond(self, sure: Floats) -> Floats:
        """(n,) how much surer `sure` is than stand-ins that did not learn the row.

        Watson et al., On the Importance of Difficulty Calibration in Membership Inference Attacks, ICLR 2022.
        """
        return np.asarray(sure - self.unlearned())

    def likelihood_ratio(self, sure: Floats) -> Floats:
        """(n,) log of how much likelier `sure` is of a model that learned the row than of one that did not.

        Two normal distributions a row, means of its own stand-ins and one spread for all rows: Carlini et
        al., Membership Inference Attacks From First Principles, IEEE S&P 2022, algorithm 1 and section VI-B
        (few stand-ins). Needs stand-ins of the model's own recipe.
        """
        inside = self.learned.sum(axis=0)
        learned = (self.sure * self.learned).sum(axis=0) / np.maximum(1, inside)
        return np.asarray(
            _log_density(sure, learned, self._spread(learned, self.learned))
            - _log_density(sure, self.unlearned(), self._spread(self.unlearned(), ~self.learned))
        )

    def _spread(self, means: Floats, side: Flags) -> float:
        """Standard deviation around each row's mean, over all rows of one side."""
        freedom = int(side.sum() - side.any(axis=0).sum())
        squares = float((((self.sure - means) ** 2) * side).sum())
        return max(LEAST_SPREAD, float(np.sqrt(squares / max(1, freedom))))


def _log_density(values: Floats, means: Floats, spread: float) -> Floats:
    return np.asarray(-0.5 * ((values - means) / spread) ** 2 - np.log(spread))


def in_turn(stand_ins: StandIns, rng: np.random.Generator) -> tuple[Flags, Floats, Floats]:
    """Each row attacked once, on one stand-in drawn for it, by what all the others say.

    Returns
    -------
    Whether the attacked model had learned the row, how sure it is, and the likelihood ratio; each (n,).
    """
    count, n = stand_ins.sure.shape
    target = rng.permutation(np.arange(n) % count)
    member, sure, ratio = np.empty(n, bool), np.empty(n), np.empty(n)
    for at in range(count):
        rows, others = np.flatnonzero(target == at), np.arange(count) != at
        rest = StandIns(stand_ins.sure[others][:, rows], stand_ins.learned[others][:, rows])
        member[rows], sure[rows] = stand_ins.learned[at, rows], stand_ins.sure[at, rows]
        ratio[rows] = rest.likelihood_ratio(sure[rows])
    return member, sure, ratio
