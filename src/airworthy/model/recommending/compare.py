"""Candidates side by side: quality beside popularity for the same users, coverage, and popular items."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from airworthy.data.interactions import Codes, Floats
from airworthy.kernel.seed import derive_seed
from airworthy.measures.bootstrap import Bootstrap
from airworthy.model.recommending.fit import AGAIN, POPULAR, RECENT
from airworthy.model.recommending.measure import Measured
from airworthy.scoring.recommending.spec import RANKED

LEVEL = 0.95
TOP_SHARE = 0.01
"""The items that are counted as the most popular: one in a hundred."""
BASELINES = (POPULAR, RECENT, AGAIN)
WORDS = {
    POPULAR: "the items that most users took",
    RECENT: "the items that most users took lately",
    AGAIN: "what the user took most, lately",
    RANKED: "boosted trees that order what all others offer",
}


@dataclass(frozen=True)
class Figure:
    """A mean over `n` users with its 95 % interval; an open bound is None."""

    value: float
    low: float | None
    high: float | None
    n: int

    @classmethod
    def of(cls, found: Bootstrap) -> Figure:
        return cls(found.value, *found.interval(LEVEL), found.n)

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.value:.3f}"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True)
class Compared:
    """One way of recommending, measured on users' later rows that nothing before had seen.

    Attributes
    ----------
    ndcg, recall
        Of the first k items, a mean over users.
    gain
        NDCG above that of the most popular items, of the same users; None for these themselves.
    coverage
        Share of the catalogue that stands in any measured user's list: a count, not a sample.
    popular
        Share of recommended items that are among the 1 % that most users took.
    microseconds
        Time of one list, measured here.
    note
        What it is, or why it was not tried (then all figures are None).
    """

    name: str
    chosen: bool
    baseline: bool
    ndcg: Figure | None = None
    recall: Figure | None = None
    gain: Figure | None = None
    coverage: float | None = None
    popular: Figure | None = None
    microseconds: float | None = None
    note: str = ""

    def as_json(self) -> dict[str, object]:
        """The document of one candidate."""
        told: dict[str, object] = {}
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            told[name] = dict(vars(value)) if isinstance(value, Figure) else value
        return told


def words(name: str) -> str:
    """What a candidate does, in a few words.

    >>> words("bm25 fresh")
    'items taken by the same users as the history, lately above all'
    """
    if name in WORDS:
        return WORDS[name]
    kind, _, weight = name.partition(" ")
    penalty = kind.partition("-")[2]
    what = f"linear weights (EASE, penalty {penalty}) of" if penalty else "items taken by the same users as"
    return f"{what} the history" + (", lately above all" if weight else "")


def compare(measured: Mapping[str, Measured], users: Floats, chosen: str, seed: int) -> tuple[Compared, ...]:
    """Figures of every candidate on the same users, the best first.

    Parameters
    ----------
    users : how many users took each item before, shape (items,).
    """
    names, top = list(measured), _top(users)
    shares = {name: _share(measured[name].lists, top) for name in names}
    base = measured[POPULAR].ndcg
    columns = [
        column
        for name in names
        for column in (measured[name].ndcg, measured[name].recall, shares[name], measured[name].ndcg - base)
    ]
    drawn = derive_seed(seed, "recommending", "compare")
    figures = [Figure.of(f) for f in Bootstrap.of_each(np.column_stack(columns), unit="", seed=drawn)]
    found = []
    for place, name in enumerate(names):
        ndcg, recall, popular, gain = figures[4 * place : 4 * place + 4]
        lists = measured[name].lists
        found.append(
            Compared(
                name,
                name == chosen,
                name in BASELINES,
                ndcg,
                recall,
                None if name == POPULAR else gain,
                len(np.unique(lists[lists >= 0])) / len(users),
                popular,
                measured[name].microseconds,
                words(name),
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.ndcg.value if one.ndcg else 0.0, one.name)))


def choose(measured: Mapping[str, Measured], seed: int) -> str:
    """The best mean NDCG; the best baseline where the paired interval of the difference reaches zero.

    The 5 % of chance is shared among all that are no baseline: the best of many is often lucky.
    """
    means = {name: float(found.ndcg.mean()) for name, found in measured.items()}
    best = _highest(means, list(means))
    plain = _highest(means, [name for name in means if name in BASELINES])
    if best == plain:
        return best
    differences = (measured[best].ndcg - measured[plain].ndcg)[:, None]
    drawn = derive_seed(seed, "recommending", "choose")
    clever = sum(name not in BASELINES for name in measured)
    (lead,) = Bootstrap.of_each(differences, unit="", seed=drawn, ends=(-1.0, 1.0))
    low, _ = lead.interval(1 - (1 - LEVEL) / clever)
    return best if low is not None and low > 0 else plain


def _highest(means: Mapping[str, float], names: Sequence[str]) -> str:
    return max(names, key=lambda name: means[name])  # the first of those that are equal: the simplest


def _top(users: Floats) -> Codes:
    """The 1 % of items with the most users, at least one item; ties by item."""
    return np.argsort(-users, kind="stable")[: max(1, round(TOP_SHARE * len(users)))]


def _share(lists: Codes, top: Codes) -> Floats:
    """Share of each list that is among the most popular items."""
    filled = np.maximum((lists >= 0).sum(axis=1), 1)
    return np.asarray(np.isin(lists, top).sum(axis=1) / filled, float)
