"""From interactions up to one moment to the arrays of a recommender: popularity, histories, ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from airworthy.data.interactions import Interactions
from airworthy.model.recommending.pairs import HISTORY, Pairs
from airworthy.model.recommending.ties import Ties, bm25_ties, ease_ties
from airworthy.scoring.recommending.sources import summed
from airworthy.scoring.recommending.spec import RANKED, Again, Neighbours, Popular, RecommenderSpec, Source
from airworthy.scoring.recommending.store import TIES, Array, Stored

REACH = 60
"""Items that each source hands to the ranker."""
POPULAR, RECENT, AGAIN = "popular", "recent", "again"
BM25, EASE = "bm25", "ease"


@dataclass(frozen=True)
class Frame:
    """What all recommenders of one search share. `half_life` is in the unit of the rows' time."""

    user: str
    item: str
    k: int
    repeats: bool
    half_life: float


def source_of(name: str) -> Source:
    """The source of a name: a baseline, or a kind of ties with the weight that histories have in it.

    >>> source_of("ease-200 fresh").prefix, source_of("ease-200 fresh").weight
    ('ease-200', 'fresh')
    """
    if name in (POPULAR, RECENT):
        return Popular(name=name, scores=name)
    if name == AGAIN:
        return Again(name=name, weight="fresh")
    prefix, _, weight = name.partition(" ")
    return Neighbours(name=name, prefix=prefix, weight=weight or "once")


class Fitting:
    """All that is learned from the rows before one moment; ties are added when they are asked for."""

    def __init__(self, rows: Interactions, frame: Frame) -> None:
        self._rows, self._frame = rows, frame
        self.pairs = Pairs.of(rows, frame.half_life)
        self._arrays = dict(_about(self.pairs))
        self._ties: set[str] = set()

    def add(self, names: Sequence[str]) -> None:
        """Fit the ties of the named sources, where they are not there yet."""
        wanted = [source.prefix for source in map(source_of, names) if isinstance(source, Neighbours)]
        for prefix in dict.fromkeys(wanted):
            if prefix not in self._ties:
                found = _ties(prefix, self.pairs)
                self._arrays |= {f"{prefix}_{part}": values for part, values in found.items()}
                self._ties.add(prefix)

    def stored(
        self, names: Sequence[str], method: str, fallback: str, ranker: bytes = b"", basket: str = ""
    ) -> Stored:
        """A recommender of the named sources, which knows no later row; baskets as users, unless named."""
        others = [name for name in (basket, fallback) if name not in ("", RANKED)]
        self.add([*names, *others])
        sources = tuple(source_of(name) for name in dict.fromkeys([*names, *others]))
        frame, rows = self._frame, self._rows
        spec = RecommenderSpec(
            method=method,
            basket=basket or method,
            k=frame.k,
            repeats=frame.repeats,
            sources=sources,
            fallback=fallback,
            history=HISTORY,
            offers=tuple(names),
            reach=REACH,
            ranked=bool(ranker),
            user=frame.user,
            item=frame.item,
        )
        used = {source.prefix for source in sources if isinstance(source, Neighbours)}
        spare = {f"{prefix}_{part}" for prefix in self._ties - used for part in TIES}
        arrays = {name: values for name, values in self._arrays.items() if name not in spare}
        return Stored(spec, rows.user_names, rows.item_names, arrays, ranker)


def _about(pairs: Pairs) -> Mapping[str, Array]:
    users = summed(pairs.item, np.ones(len(pairs)), pairs.items)
    return {
        POPULAR: users,
        RECENT: summed(pairs.item, np.exp2(-pairs.age), pairs.items),
        "rebought": summed(pairs.item, pairs.again.astype(float), pairs.items) / np.maximum(users, 1.0),
        "history_start": pairs.start.astype(np.int64),
        "history_item": pairs.item.astype(np.int32),
        "history_count": pairs.count,
        "history_fresh": pairs.fresh,
        "history_age": pairs.age,
    }


def _ties(prefix: str, pairs: Pairs) -> Ties:
    if prefix == BM25:
        return bm25_ties(pairs.matrix(pairs.count))
    return ease_ties(pairs.matrix(), penalty=float(prefix.removeprefix(f"{EASE}-")))
