"""The recommender: a saved specification, reloaded and asked. Every list comes from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from pathlib import Path

import msgspec
import numpy as np

from airworthy.kernel.errors import InputError
from airworthy.scoring.lightgbm_library import BoosterHandle
from airworthy.scoring.recommending.features import feature_names, offered_rows
from airworthy.scoring.recommending.sources import Asked, Codes, Floats, History
from airworthy.scoring.recommending.spec import RANKED, Neighbours
from airworthy.scoring.recommending.store import ABOUT_ITEMS, Stored, load

NOTHING_KNOWN = "Nothing of this history is known: these are the most popular items."
NOTHING_LEFT = "Nothing is left to recommend: every item was had or is excluded."
NEW_USER = "No history of this user: these are the most popular items."


NONE = np.empty(0, np.int64)
NOBODY = History.now(NONE)


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
        self._offering = tuple(spec.source(name) for name in spec.offers)
        self._ranker: BoosterHandle | None = None
        if stored.ranker:
            columns = len(feature_names(spec.offers))
            self._ranker = BoosterHandle(stored.ranker.decode("utf-8"), columns)

    @classmethod
    def load(cls, folder: str | Path) -> Recommender:
        """The recommender saved in `folder`; errors as of `airworthy.scoring.recommending.store.load`."""
        return cls(load(Path(folder)))

    def for_user(self, user: object, k: int | None = None, exclude: Sequence[object] = ()) -> Recommended:
        """The k items for a user, none of `exclude`; the most popular ones, and a note, without a history."""
        code = self._user.get(_text(user, self.spec.user))
        without = self._codes(exclude)
        if code is None:
            return self._told(NOBODY, k, NEW_USER, without)
        return self._told(self.history(code), k, "", without)

    def for_history(
        self, items: Sequence[object], k: int | None = None, exclude: Sequence[object] = ()
    ) -> Recommended:
        """The k other items that go with those of a basket, its latest last; the note names unknown items."""
        names = list(reversed(self._names(items)))
        without = self._codes(exclude)
        codes = [self._code[name] for name in names if name in self._code]
        unknown = [name for name in names if name not in self._code]
        if not codes:
            return self._told(NOBODY, k, NOTHING_KNOWN, without)
        note = f"{len(unknown):,} of {len(names):,} items are not known: {', '.join(unknown[:5])}."
        basket = History.now(np.array(codes[: self.spec.history]))
        return self._told(basket, k, note if unknown else "", without, basket=True)

    def popular(
        self, k: int | None = None, exclude: Sequence[object] = (), note: str = NEW_USER
    ) -> Recommended:
        """The list that everybody without a history gets; `note` says why."""
        return self._told(NOBODY, k, note, self._codes(exclude))

    def _names(self, items: Sequence[object]) -> list[str]:
        """Items as they stand in the table, each once, where it stands last."""
        if isinstance(items, str | bytes):
            raise InputError(
                "Items come as a list of items, not as one text.", value=items, remedy=f"Write [{items!r}]."
            )
        return list(dict.fromkeys(_text(item, self.spec.item) for item in reversed(items)))[::-1]

    def _codes(self, items: Sequence[object]) -> Codes:
        """Codes of those of the items that are known: what is not known stands in no list anyway."""
        known = [self._code[name] for name in self._names(items) if name in self._code]
        return np.array(known, np.int64) if known else NONE

    def history(self, user: int) -> History:
        """What the user with this code had: the latest items."""
        first, last = (int(self._arrays["history_start"][user + one]) for one in (0, 1))
        part = slice(first, min(last, first + self.spec.history))
        item, count, fresh, age = (
            self._arrays[f"history_{name}"][part] for name in ("item", "count", "fresh", "age")
        )
        return History(item.astype(np.int64), count.astype(float), fresh.astype(float), age.astype(float))

    def ranked(
        self, history: History, k: int, basket: bool = False, exclude: Codes = NONE
    ) -> tuple[Codes, Floats]:
        """Codes and scores of the k best items; what fills the list up by popularity has the score NaN.

        Items of the history may stand in it where the specification allows repeats; those of a basket and of
        `exclude` never.
        """
        barred = exclude if self.spec.repeats and not basket else np.concatenate([history.items, exclude])
        method = self.spec.basket if basket else self.spec.method
        if method == RANKED and self._ranker is not None and len(history):
            return self._filled(*self._by_ranker(self._ranker, history, k, exclude), barred, k)
        source = self.spec.source(method) if len(history) else self._fallback
        scores = self._asked.scores(source, history)
        found = self._asked.best(source, scores, barred, k)
        return self._filled(found, scores[found], barred, k)

    def offers(self, history: History, exclude: Codes = NONE) -> tuple[Codes, Floats]:
        """What the sources offer together, in the order of items, and what the ranker reads of each."""
        barred = exclude if self.spec.repeats else np.concatenate([history.items, exclude])
        told = [self._asked.scores(source, history) for source in self._offering]
        asked = zip(self._offering, told, strict=True)
        reach = [self._asked.best(source, scores, barred, self.spec.reach) for source, scores in asked]
        offered = np.unique(np.concatenate(reach))
        return offered, offered_rows(told, self._about, history, offered)

    def _by_ranker(
        self, ranker: BoosterHandle, history: History, k: int, exclude: Codes
    ) -> tuple[Codes, Floats]:
        offered, rows = self.offers(history, exclude)
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

    def _told(
        self, history: History, k: int | None, note: str, exclude: Codes, basket: bool = False
    ) -> Recommended:
        wanted = self.spec.k if k is None else k
        if isinstance(wanted, bool) or not isinstance(wanted, int) or wanted < 1:
            raise InputError(f"k is {wanted!r}.", value=wanted, remedy="Give a whole number from 1.")
        found, scores = self.ranked(history, wanted, basket, exclude)
        reasons = self._reasons(history, found, self.spec.basket if basket else self.spec.method)
        items = (
            Item(item=self.items[code], score=0.0 if np.isnan(score) else score, reason=reason)
            for code, score, reason in zip(found.tolist(), scores.tolist(), reasons, strict=True)
        )
        if not len(found):
            note = NOTHING_LEFT
        return Recommended(items=tuple(items), known=len(history) > 0, note=note)

    def _reasons(self, history: History, found: Codes, method: str) -> list[str]:
        """The plainest thing that is known of each item; it need not be all that ranked it."""
        asked = self._offering if method == RANKED else (self.spec.source(method),)
        near = next((source for source in asked if isinstance(source, Neighbours)), None)
        told = self._asked.reasons(near, history, found) if near is not None and len(history) else {}
        had = set(history.items.tolist())
        return [self._reason(code, told, had) for code in found.tolist()]

    def _reason(self, code: int, told: Mapping[int, int], had: Set[int]) -> str:
        if code in had:
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
