"""Reweighing: rows weigh what they would be expected to, were groups and outcomes independent.

Kamiran and Calders, Data preprocessing techniques for classification without discrimination, Knowledge and
Information Systems 33 (2012) 1, algorithm 3. Events of a group that has few of them weigh more and its other
rows less; in sum every group and every outcome weighs what it did. No group is read at the decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from airworthy.charter.groups import Group, members
from airworthy.model.rows import IntArray, Rows
from airworthy.scoring.columns import FloatArray


def reweighing(y: ArrayLike, group: ArrayLike) -> FloatArray:
    """Weights (n,), one on average: rows of the group times rows of the outcome, over n times rows of both.

    Parameters
    ----------
    y : (n,) codes of the outcome.
    group : (n,) codes of the group.

    >>> reweighing([1, 1, 1, 0, 1, 0, 0, 0], [0, 0, 0, 0, 1, 1, 1, 1]).round(3).tolist()   # 4 x 4 / (8 x 3)
    [0.667, 0.667, 0.667, 2.0, 2.0, 0.667, 0.667, 0.667]
    """
    outcomes, outcome = np.unique(np.asarray(y), return_inverse=True)
    groups, code = np.unique(np.asarray(group), return_inverse=True)
    table = np.zeros((len(groups), len(outcomes)))
    np.add.at(table, (code, outcome), 1)
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / max(1, len(code))
    return np.asarray((expected / np.maximum(table, 1))[code, outcome])


def reweighed(rows: Rows, columns: Sequence[Sequence[Group]]) -> Rows:
    """`rows` with such weights; groups are the combinations of all protected columns' groups."""
    return replace(rows, weights=reweighing(rows.y, crossed_groups(rows, columns)))


def crossed_groups(rows: Rows, columns: Sequence[Sequence[Group]]) -> IntArray:
    """The combination of protected groups that each row belongs to, as a code, shape (n,).

    A row without a value is in a group of its own.
    """
    code = np.zeros(len(rows), dtype=np.int64)
    for groups in columns:
        own = np.zeros(len(rows), dtype=np.int64)
        for place, group in enumerate(groups, 1):
            own[members(group, rows.told.protected)] = place
        code = np.unique(code * (own.max() + 1) + own, return_inverse=True)[1].astype(np.int64)
    return code
