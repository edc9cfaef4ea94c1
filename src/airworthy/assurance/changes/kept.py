"""Relations between columns as they hold in real rows: to which decimal, how often, and set anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.charter.relations import AT_MOST, EQUAL, Relation
from airworthy.kernel.errors import InputError

Floats = NDArray[np.float64]
MOST_DECIMALS = 6
CLOSE = 1e-9
"""Relative difference that is rounding in float64, for sums of a few terms."""


@dataclass(frozen=True)
class Kept:
    """A relation that every changed row keeps.

    `decimals` are those with which its left side is written in the reference rows; `sets` names the column
    that is computed anew after a change.
    """

    relation: Relation
    decimals: int | None
    sets: str | None

    def holds(self, columns: Mapping[str, Floats]) -> NDArray[np.bool_]:
        """In which rows (n,) it holds; a row where a value is missing cannot break it."""
        with np.errstate(all="ignore"):
            left = np.asarray(self.relation.left.of(columns), float)
            right = np.asarray(self.relation.right.of(columns), float)
        room = CLOSE * np.maximum(np.abs(left), np.abs(right)) + 1e-12
        if self.relation.sign == EQUAL:
            if self.decimals is not None:
                room = room + 0.5 * 10.0**-self.decimals
            kept = np.abs(left - right) <= room
        else:
            kept = left <= right + room if self.relation.sign == AT_MOST else left + room >= right
        return np.asarray(kept | np.isnan(left) | np.isnan(right))

    def computed(self, columns: Mapping[str, Floats]) -> Floats:
        """The column that follows (n,), from the others."""
        with np.errstate(all="ignore"):
            found = np.asarray(self.relation.right.of(columns), float)
        found = np.where(np.isfinite(found), found, np.nan)
        return found if self.decimals is None else np.asarray(np.round(found, self.decimals))


def decimals_of(values: Floats) -> int | None:
    """How many decimals the finite values need; None for more than six.

    >>> decimals_of(np.array([1.5, 2.25])), decimals_of(np.array([3.0]))
    (2, 0)
    """
    known = values[np.isfinite(values)]
    for decimals in range(MOST_DECIMALS + 1):
        if np.allclose(np.round(known, decimals), known, rtol=1e-12, atol=1e-12):
            return decimals
    return None


def keep(relation: Relation, columns: Mapping[str, Any], max_broken: float, sets: bool) -> Kept:
    """The relation, once the reference rows have shown that they keep it.

    Raises
    ------
    InputError : it names a column that holds no numbers, or more than `max_broken` of the rows break it.
    """
    for name in relation.columns:
        if not isinstance(columns[name], np.ndarray):
            raise InputError(
                f'The relation "{relation.text}" names {name!r}, which holds no numbers.',
                value=name,
                remedy="Name columns of numbers only.",
            )
    numbers = {name: np.asarray(columns[name], float) for name in relation.columns}
    follows = relation.follows
    left = np.asarray(relation.left.of(numbers), float)
    made = Kept(relation, decimals_of(left), follows if sets else None)
    broken = ~made.holds(numbers)
    if broken.mean() > max_broken:
        first = int(np.argmax(broken))
        shown = ", ".join(f"{name} = {numbers[name][first]:g}" for name in relation.columns)
        raise InputError(
            f'The relation "{relation.text}" is broken in {int(broken.sum()):,} of {len(broken):,} rows, '
            f"first in data row {first + 1:,} ({shown}).",
            value=int(broken.sum()),
            remedy="Correct the relation, or raise max_broken where such rows are known errors.",
        )
    return made
