"""The recommender: a saved specification, reloaded and asked. Every list comes from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np

from airworthy.kernel.errors import InputError
from airworthy.scoring.lightgbm_library import BoosterHandle
from airworthy.scoring.recommending.features import feature_names, offered_rows
from airworthy.scoring.recommending.sources import Asked, Codes, Floats, History
from airworthy.scoring.recommending.spec import RANKED, Again, Neighbours
from airworthy.scoring.recommending.store import ABOUT_ITEMS, Stored, load

NOTHING_KNOWN = "Nothing of this history is known: these are the most popular items."
NOTHING_LEFT = "Nothing is left to recommend: this history holds every item."
NEW_USER = "No history of this user: these are the most popular items."


NOBODY = History.now(np.empty(0, np.int64))


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One recommended item. Scores rank within one list; those of two lists cannot be compared.

    `reason` names the item of the history that is tied most to this one, or says that it is popular.
    """

    item: str
    score: float
    reason: str = ""


class Recommended(msgspec.Struct, frozen=True, kw_only=True):
    """The items for one user, the best first. `known` is false where no history told anything."""

    items: tuple[Item, ...]
    known: bool = True
    note: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The items alone."""
        return tuple(item.item for item in self.items)


class Recommender:
    """Lists of items for a user or a basket, the same bits for one and for all; ties go by item."""

    def __init__(self, stored: Stored) -> None:
        spec = stored.spec
        self.spec, self.users, self.items = spec, stored.users, stored.items
        self._arrays = stored.arrays
        self._code = {name: code for code, name in enumerate(stored.items)}
        self._user = {name: code for code, name in enumerate(stored.users)}
        self._asked = Asked(spec.sources, stored.arrays, len(stored.items))
        self._about = {name: stored.arrays[name] for name in ABOUT_ITEMS}
        self._fallback = spec.source(spec.fallback)
        self._ranker: BoosterHandle | None = None
        if spec.method == RANKED:
            names = feature_names([source.name for source in spec.sources])
            self._ranker = BoosterHandle(stored.ranker.decode("utf-8"), len(names))

    @classmethod
    def load(cls, folder: str | Path) -> Recommender:
        """The recommender saved in `folder`; errors as of `airworthy.scoring.recommending.store.load`."""
        return cls(load(Path(folder)))

    def for_user(self, user: object, k: int | None = None) -> Recommended:
        """The k items for a user; the most popular ones, and a note, for who has no history."""
        code = self._user.get(_text(user, self.spec.user))
        if code is None:
            return self._told(NOBODY, k, NEW_USER)
        return self._told(self.history(code), k, "")

    def for_history(self, items: Sequence[object], k: int | None = None) -> Recommended:
        """The k other items that go with those of a basket, its latest last; the note names unknown items."""
        if isinstance(items, str | bytes):
            raise InputError(
                "A history is a list of items, not one text.", value=items, remedy=f"Write [{items!r}]."
            )
        names = list(dict.fromkeys(_text(item, self.spec.item) for item in reversed(items)))
        codes = [self._code[name] for name in names if name in self._code]
        unknown = [name for name in names if name not in self._code]
        if not codes:
            return self._told(NOBODY, k, NOTHING_KNOWN)
        note = f"{len(unknown):,} of {len(names):,} items are not known: {', '.join(unknown[:5])}."
        basket = History.now(np.array(codes[: self.spec.history]))
        return self._told(basket, k, note if unknown else "", repeats=False)

    def history(self, user: int) -> History:
        """What the user with this code had: the latest items."""
        first, last = (int(self._arrays["history_start"][user + one]) for one in (0, 1))
        part = slice(first, min(last, first + self.spec.history))
        item, count, fresh, age = (
            self._arrays[f"history_{name}"][part] for name in ("item", "count", "fresh", "age")
        )
        return History(item.astype(np.int64), count.astype(float), fresh.astype(float), age.astype(float))

    def ranked(self, history: History, k: int, repeats: bool | None = None) -> tuple[Codes, Floats]:
        """Codes and scores of the k best items; what fills the list up by popularity has the score NaN.

        Items of the history may stand in it where `repeats`, else as the specification says.
        """
        barred = history.items[:0] if (self.spec.repeats if repeats is None else repeats) else history.items
        if self._ranker is not None and len(history):
            return self._filled(*self._by_ranker(self._ranker, history, barred, k), barred, k)
        source = self.spec.source(self.spec.method) if len(history) else self._fallback
        scores = self._asked.scores(source, history)
        found = self._asked.best(source, scores, barred, k)
        return self._filled(found, scores[found], barred, k)

    def offers(self, history: History, barred: Codes | None = None) -> tuple[Codes, Floats]:
        """What the sources offer together, in the order of items, and what the ranker reads of each.

        `barred` items are not offered; by default those of the history, where the specification bars them.
        """
        if barred is None:
            barred = history.items[:0] if self.spec.repeats else history.items
        told = [self._asked.scores(source, history) for source in self.spec.sources]
        asked = zip(self.spec.sources, told, strict=True)
        reach = [self._asked.best(source, scores, barred, self.spec.reach) for source, scores in asked]
        offered = np.unique(np.concatenate(reach))
        return offered, offered_rows(told, self._about, history, offered)

    def _by_ranker(
        self, ranker: BoosterHandle, history: History, barred: Codes, k: int
    ) -> tuple[Codes, Floats]:
        offered, rows = self.offers(history, barred)
        margins = ranker.margins(rows)[:, 0]
        order = np.argsort(-margins, kind="stable")[:k]
        return offered[order], margins[order]

    def _filled(self, found: Codes, scores: Floats, barred: Codes, k: int) -> tuple[Codes, Floats]:
        if len(found) >= k:
            return found, scores
        popular = self._asked.scores(self._fallback, NOBODY)
        taken = np.concatenate([barred, found])
        more = self._asked.best(self._fallback, popular, taken, k - len(found))
        return np.concatenate([found, more]), np.concatenate([scores, np.full(len(more), np.nan)])

    def _told(self, history: History, k: int | None, note: str, repeats: bool | None = None) -> Recommended:
        wanted = self.spec.k if k is None else k
        if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
            raise InputError(f"k is {wanted!r}.", value=wanted, remedy="Give a whole number from 1.")
        found, scores = self.ranked(history, wanted, repeats)
        reasons = self._reasons(history, found)
        items = (
            Item(item=self.items[code], score=0.0 if np.isnan(score) else score, reason=reason)
            for code, score, reason in zip(found.tolist(), scores.tolist(), reasons, strict=True)
        )
        if not len(found):
            note = NOTHING_LEFT
        return Recommended(items=tuple(items), known=len(history) > 0, note=note)

    def _reasons(self, history: History, found: Codes) -> list[str]:
        """The plainest thing that is known of each item; it need not be all that ranked it."""
        ties = [source for source in self.spec.sources if isinstance(source, Neighbours)]
        own = next((s for s in ties if s.name == self.spec.method), ties[0] if ties else None)
        told = self._asked.reasons(own, history, found) if own is not None and len(history) else {}
        had = dict(zip(history.items.tolist(), history.count.tolist(), strict=True))
        again = self.spec.method == RANKED or isinstance(self.spec.source(self.spec.method), Again)
        return [self._reason(code, told, had, again) for code in found.tolist()]

    def _reason(self, code: int, told: dict[int, int], had: dict[int, float], again: bool) -> str:
        if code in had and (again or code not in told):
            return "taken before"
        return f"often taken with {self.items[told[code]]}" if code in told else "popular"

    def every_list(self, users: Iterable[int], k: int) -> Iterable[tuple[int, Codes, Floats]]:
        """(user, items, scores) of many users, as codes."""
        for user in users:
            yield (user, *self.ranked(self.history(user), k))


def _text(name: object, column: str) -> str:
    """A name as it stands in the table: text, or a whole number."""
    if isinstance(name, str | int) and not isinstance(name, bool):
        return str(name)
    if isinstance(name, float | np.integer | np.floating) and float(name).is_integer():
        return str(int(name))
    raise InputError(
        f"{name!r} is no {column}.",
        value=name,
        remedy="Give it as text or as a whole number, as in the table.",
    )
