"""How many rows of one person are learned from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from airworthy.charter.private import ROW
from airworthy.kernel.seed import derive_seed
from airworthy.model.private.plan import Plan
from airworthy.model.rows import Rows


def capped(rows: Rows, plan: Plan) -> npt.NDArray[np.intp]:
    """Positions of the rows to learn from: of each unit so many as the plan allows, drawn by the seed."""
    if plan.unit == ROW or rows.groups is None:
        return np.arange(len(rows))
    return few_of_each(rows.groups, plan.rows_per_unit, derive_seed(rows.seed, "rows-per-unit"))


def few_of_each(groups: npt.NDArray[np.int64], most: int, seed: int) -> npt.NDArray[np.intp]:
    """Positions, ascending, of at most `most` rows of each group.

    >>> few_of_each(np.array([7, 7, 7, 8]), 3, seed=0)
    array([0, 1, 2, 3])
    >>> len(few_of_each(np.array([7, 7, 7, 8]), 1, seed=0))
    2
    """
    drawn = np.random.default_rng(seed).permutation(len(groups))
    order = drawn[np.argsort(groups[drawn], kind="stable")]
    sorted_groups = groups[order]
    begins = np.flatnonzero(np.r_[True, sorted_groups[1:] != sorted_groups[:-1]])
    rank = np.arange(len(groups)) - np.repeat(begins, np.diff(np.r_[begins, len(groups)]))
    return np.sort(order[rank < most])
