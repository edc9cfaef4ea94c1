"""What each source says of every item, given one history. Sums run in one fixed order: no BLAS, same bits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from airworthy.scoring.recommending.spec import Again, Neighbours, Popular, Source
from airworthy.scoring.recommending.store import TIES, Array

Codes = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class History:
    """What one user had, the latest first, each item once; all of shape (h,).

    Attributes
    ----------
    items
        Codes.
    count
        How often (the sum of the rows' weights).
    fresh
        The same, where a row halves in weight with each half-life that it is old.
    age
        Half-lives since the item was last taken.
    """

    items: Codes
    count: Floats
    fresh: Floats
    age: Floats

    @classmethod
    def now(cls, items: Codes) -> History:
        """Items taken just now, once each: a basket."""
        ones = np.ones(len(items))
        return cls(items, ones, ones, np.zeros(len(items)))

    def __len__(self) -> int:
        return len(self.items)

    def weight(self, kind: str) -> Floats:
        """The weight of each item: `once` is 1, `count` and `fresh` as above."""
        return np.ones(len(self.items)) if kind == "once" else self.fresh if kind == "fresh" else self.count


@dataclass(frozen=True, eq=False)
class Ties:
    """From each item to those that are taken by the same users."""

    start: Codes
    item: Array
    tie: Array

    def edges(self, items: Codes) -> tuple[Codes, Codes]:
        """(position in `items`, position in `item` and `tie`) of every tie of the given items.

        >>> ties = Ties(np.array([0, 2, 2, 3]), np.array([1, 2, 0]), np.array([0.5, 0.25, 0.5]))
        >>> [part.tolist() for part in ties.edges(np.array([2, 0]))]
        [[0, 1, 1], [2, 0, 1]]
        """
        first, length = self.start[items], self.start[items + 1] - self.start[items]
        owner = np.repeat(np.arange(len(items)), length)
        ends = np.cumsum(length)
        return owner, np.arange(len(owner)) + np.repeat(first - ends + length, length)

    def scores(self, items: Codes, weight: Floats) -> Floats:
        """The sum of weight * tie over the given items, one number an item of the catalogue."""
        owner, at = self.edges(items)
        return summed(self.item[at], weight[owner] * self.tie[at], len(self.start) - 1)

    def strongest(self, items: Codes, weight: Floats, to: Codes) -> dict[int, int]:
        """For each item of `to` the one of `items` that adds most to its score, where one adds anything."""
        owner, at = self.edges(items)
        told = weight[owner] * self.tie[at]
        found: dict[int, int] = {}
        for target in to.tolist():
            hits = np.flatnonzero((self.item[at] == target) & (items[owner] != target) & (told > 0))
            if len(hits):
                found[target] = int(items[owner[hits[np.argmax(told[hits])]]])
        return found


class Asked:
    """The sources of one recommender, ready to be asked."""

    def __init__(self, sources: tuple[Source, ...], arrays: Mapping[str, Array], items: int) -> None:
        self._items = items
        self._popular = {s.name: arrays[s.scores].astype(float) for s in sources if isinstance(s, Popular)}
        # Sorted once: to pick the best of 20,000 items anew for each user took a third of all time.
        self._order = {name: best(scores, items) for name, scores in self._popular.items()}
        prefixes = {s.prefix for s in sources if isinstance(s, Neighbours)}
        self._ties = {
            prefix: Ties(*(arrays[f"{prefix}_{part}"] for part in TIES)) for prefix in sorted(prefixes)
        }

    def scores(self, source: Source, history: History) -> Floats:
        """One number an item; only those above 0 are offered."""
        if isinstance(source, Popular):
            return self._popular[source.name]
        weight = history.weight(source.weight)
        if isinstance(source, Again):
            return summed(history.items, weight, self._items)
        return self._ties[source.prefix].scores(history.items, weight)

    def best(self, source: Source, scores: Floats, barred: Codes, most: int) -> Codes:
        """The items with the highest scores above 0 that are not barred, at most so many; ties by item."""
        if isinstance(source, Popular):
            first = self._order[source.name][: most + len(barred)]
            return first[~np.isin(first, barred)][:most] if len(barred) else first
        if len(barred):
            scores = scores.copy()
            scores[barred] = 0.0
        return best(scores, most)

    def reasons(self, source: Neighbours, history: History, to: Codes) -> dict[int, int]:
        """The item of the history that is tied most to each item of `to`."""
        return self._ties[source.prefix].strongest(history.items, history.weight(source.weight), to)


def summed(items: Array, values: Floats, most: int) -> Floats:
    """The sum of the values of each item below `most`, added one after the other."""
    return np.bincount(items, values, minlength=most).astype(np.float64)


def best(scores: Floats, most: int) -> Codes:
    """The items with the highest scores above 0, at most so many; ties by item.

    >>> best(np.array([0.5, 2.0, 0.5, 0.0]), 2).tolist()
    [1, 0]
    """
    offered = np.flatnonzero(scores > 0)
    if len(offered) > most:
        least = np.partition(scores[offered], len(offered) - most)[len(offered) - most]
        offered = offered[scores[offered] >= least]
    return offered[np.argsort(-scores[offered], kind="stable")][:most]
