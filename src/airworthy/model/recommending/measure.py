"""What lists are worth on later rows: each user's list from what was known, against what was then taken."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from airworthy.data.interactions import Codes, Floats, Interactions
from airworthy.kernel.seed import derive_seed
from airworthy.measures.topk import ndcg_at_k, recall_at_k

MOST_USERS = 5_000
"""Users who are measured, drawn by the seed: the interval of their mean is then about +-0.006."""


@dataclass(frozen=True, eq=False)
class Later:
    """What users with a history took later: `items[start[u]:start[u + 1]]` of the user `users[u]`.

    Attributes
    ----------
    repeated
        Share of all later pairs of known users that they had before.
    new
        Users of later rows who have no history.
    """

    users: Codes
    items: Codes
    start: Codes
    repeated: float
    pairs: int
    new: int

    @classmethod
    def of(cls, known: Interactions, later: Interactions, repeats: bool, seed: int) -> Later:
        """Who is measured: users of both, with something to find that may be recommended."""
        had, found = np.unique(known.pair), np.unique(later.pair)
        items = len(known.item_names)
        user, item = found // items, found % items
        old = np.isin(user, np.unique(known.users))
        again = np.isin(found, had, assume_unique=True)
        wanted = old if repeats else old & ~again
        user, item = user[wanted], item[wanted]
        users = np.unique(user)
        if len(users) > MOST_USERS:
            rng = np.random.default_rng(derive_seed(seed, "recommending", "measured users"))
            users = np.sort(rng.choice(users, MOST_USERS, replace=False))
            kept = np.isin(user, users)
            user, item = user[kept], item[kept]
        start = np.append(np.searchsorted(user, users), len(user))
        return cls(
            users,
            item,
            start,
            float(again.sum() / old.sum()) if old.any() else 0.0,
            int(old.sum()),
            len(np.unique(found[~old] // items)),
        )

    def __len__(self) -> int:
        return len(self.users)

    def taken(self, place: int) -> Codes:
        """The items of the user in this place."""
        return self.items[self.start[place] : self.start[place + 1]]


@dataclass(frozen=True, eq=False)
class Measured:
    """n lists: codes, -1 where nothing is left, shape (n, k); `microseconds` are those of one."""

    lists: Codes
    ndcg: Floats
    recall: Floats
    microseconds: float


class GivesLists(Protocol):
    """A recommender, or one under other codes."""

    def every_list(self, users: Iterable[int], k: int) -> Iterable[tuple[int, Codes, Floats]]:
        """(user, items, scores) of many users, as codes."""
        ...


def measure(recommender: GivesLists, later: Later, k: int) -> Measured:
    """Measure the lists of one recommender for all users of `later`."""
    lists = np.full((len(later), k), -1, np.int64)
    hits = np.zeros((len(later), k), bool)
    began = time.monotonic()
    for place, (_, found, _) in enumerate(recommender.every_list(later.users.tolist(), k)):
        lists[place, : len(found)] = found
        hits[place, : len(found)] = np.isin(found, later.taken(place))
    taken = np.diff(later.start)
    spent = (time.monotonic() - began) / max(1, len(later)) * 1e6
    return Measured(lists, ndcg_at_k(hits, taken), recall_at_k(hits, taken), spent)
