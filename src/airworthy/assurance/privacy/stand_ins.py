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

LEAST_SPREAD = 1e-12
"""Of a variance: stand-ins may agree to the last bit."""


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


def toss(units: NDArray[np.int64], count: int, rng: np.random.Generator) -> Flags:
    """As `deal`, but a coin decides for each unit and stand-in alone.

    Where stand-ins are attacked in turn: of exactly a half, what the others learned would tell what this one
    did.
    """
    return np.asarray((rng.random((count, int(units.max()) + 1)) < 0.5)[:, units])


@dataclass(frozen=True, eq=False)
class StandIns:
    """How sure k models are of n rows' outcomes, `sure` (k, n), and which of them they `learned` (k, n)."""

    sure: Floats
    learned: Flags

    @classmethod
    def trained(
        cls,
        learn: Learn,
        learned: Flags,
        after: Callable[[int], bool] = lambda made: True,
        fewest: int | None = None,
    ) -> StandIns:
        """One model for each row of `learned`; told how many are made, `after` says whether to go on.

        With `fewest` models made, Ctrl-C keeps them; without it nothing is kept.
        """
        made: list[Floats] = []
        try:
            for rows in learned:
                made.append(learn(np.flatnonzero(rows)))
                if not after(len(made)):
                    break
        except KeyboardInterrupt:
            if fewest is None or len(made) < fewest:
                raise
        return cls(np.array(made), learned[: len(made)])

    def __len__(self) -> int:
        return len(self.sure)

    def unlearned(self) -> Floats:
        """(n,) mean of the stand-ins that did not learn the row."""
        return self._mean(~self.learned)

    def beyond(self, sure: Floats) -> Floats:
        """(n,) how much surer `sure` is than stand-ins that did not learn the row.

        Watson et al., On the Importance of Difficulty Calibration in Membership Inference Attacks, ICLR 2022.
        """
        return np.asarray(sure - self.unlearned())

    def likelihood_ratio(self, sure: Floats) -> Floats:
        """(n,) log of how much likelier `sure` is of a model that learned the row than of one that did not.

        Two normal distributions a row, with the means of its own stand-ins and one spread for all rows:
        Carlini et al., Membership Inference Attacks From First Principles, IEEE S&P 2022, algorithm 1 and
        section VI-B (few stand-ins). A mean of k stand-ins is off by 1 / k of their variance itself. Nothing
        is said, 0, of a row without a stand-in on either side. Needs stand-ins of the model's own recipe.
        """
        told = self.learned.any(axis=0) & ~self.learned.all(axis=0)
        ratio = self._log_density(sure, self.learned) - self._log_density(sure, ~self.learned)
        return np.asarray(np.where(told, ratio, 0.0))

    def _log_density(self, sure: Floats, side: Flags) -> Floats:
        means = self._mean(side)
        freedom = int(side.sum() - side.any(axis=0).sum())
        squares = float((((self.sure - means) ** 2) * side).sum())
        spread = max(LEAST_SPREAD, squares / max(1, freedom)) * (1 + 1 / np.maximum(1, side.sum(axis=0)))
        return np.asarray(-0.5 * ((sure - means) ** 2 / spread + np.log(spread)))

    def _mean(self, side: Flags) -> Floats:
        """(n,) mean over one side; 0 where a row has no stand-in there."""
        return np.asarray((self.sure * side).sum(axis=0) / np.maximum(1, side.sum(axis=0)))


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
