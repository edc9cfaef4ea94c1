"""Each user's items once, the latest first: what histories and all sources are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from airworthy.data.interactions import Codes, Floats, Interactions
from airworthy.scoring.recommending.sources import summed

HISTORY = 500
"""Latest items of a user that are read: a user's pairs cost the square of their number."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """m pairs of user and item in the order of users, the latest item first.

    Attributes
    ----------
    user, item
        Codes, shape (m,).
    count, fresh
        Sum of the rows' weights, and the same where weights halve with each half-life of age, shape (m,).
    age
        Half-lives since the pair's last row, shape (m,).
    again
        Whether the user came back for the item at another time, shape (m,).
    start
        Where each user begins, shape (users + 1,).
    """

    user: Codes
    item: Codes
    count: Floats
    fresh: Floats
    age: Floats
    again: npt.NDArray[np.bool_]
    start: Codes
    items: int

    @classmethod
    def of(cls, rows: Interactions, half_life: float) -> Pairs:
        """The pairs of rows in the order of time; `half_life` is in the unit of their time."""
        items, users = len(rows.item_names), len(rows.user_names)
        old = (rows.time[-1] - rows.time) / half_life if rows.ordered and len(rows) else np.zeros(len(rows))
        codes, first, place = np.unique(rows.pair, return_index=True, return_inverse=True)
        last = np.zeros(len(codes), np.int64)
        np.maximum.at(last, place, np.arange(len(rows)))
        count = summed(place, rows.weight, len(codes))
        fresh = summed(place, rows.weight * np.exp2(-old), len(codes))
        user, item = codes // items, codes % items
        order = np.lexsort((item, -last, user))
        start = np.searchsorted(user[order], np.arange(users + 1))
        again = rows.time[last] > rows.time[first] if rows.ordered else np.zeros(len(codes), bool)
        return cls(
            user[order],
            item[order],
            count[order],
            fresh[order],
            old[last][order],
            again[order],
            start,
            items,
        )

    def __len__(self) -> int:
        return len(self.user)

    def matrix(self, values: Floats | None = None) -> Any:
        """Sparse users x items of each user's latest items, of ones or of the given values (m,)."""
        recent = np.arange(len(self)) - self.start[self.user] < HISTORY
        told = np.ones(len(self)) if values is None else values
        shape = (len(self.start) - 1, self.items)
        return sparse.csr_matrix((told[recent], (self.user[recent], self.item[recent])), shape=shape)
