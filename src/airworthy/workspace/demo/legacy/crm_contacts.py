"""The contacts of the CRM and how it cuts them into pages, well or badly."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from airworthy.kernel.seed import derive_seed

Row = Mapping[str, Any]

MOST_A_PAGE = 1000


@dataclass(frozen=True)
class Page:
    """One answer to a reader: its document, and the query of the page after it."""

    document: dict[str, Any]
    following: str | None
    rows: int


@dataclass(frozen=True)
class Wanted:
    """A part of the table: from which row on, how many, changed since when.

    `scroll` is the number of the reading that a cursor belongs to: all its cursors expire together.
    """

    start: int
    size: int
    since: str
    style: str  # "page", "offset" or "cursor": how the reader counts
    scroll: int = 0

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """Read a query. Raises `ValueError` for what is no number."""
        size = min(MOST_A_PAGE, max(1, int(query.get("per_page") or query.get("limit") or 100)))
        since = query.get("since", "")
        if "offset" in query:
            return cls(max(0, int(query["offset"])), size, since, "offset")
        if "cursor" in query or "page" not in query:
            scroll, start = _place(query.get("cursor", ""))
            return cls(start, size, since, "cursor", scroll)
        return cls((max(1, int(query["page"])) - 1) * size, size, since, "page")


class Contacts:
    """The table, in the order in which the CRM hands it out; a fault may change that order for good."""

    def __init__(self, rows: Sequence[Row], key: str, seed: int) -> None:
        self.rows = [dict(row) for row in rows]
        self._key, self._seed, self._moves, self._scrolls = key, seed, 0, 0
        self.expired: set[int] = set()
        self._lock = threading.Lock()

    def page(self, wanted: Wanted, fault: str | None, *, wrong_total: bool = False) -> Page:
        """One page, spoiled by `fault`."""
        with self._lock:
            if fault == "skip":
                self._move(wanted)
            if wanted.style == "cursor" and not wanted.scroll:
                self._scrolls += 1
                wanted = replace(wanted, scroll=self._scrolls)
            table = [row for row in self.rows if str(row.get("changed_at", "")) >= wanted.since]
        size = max(1, wanted.size // 2) if fault == "resize" else wanted.size
        start = wanted.start * size // wanted.size if wanted.style == "page" else wanted.start
        after = start if fault == "empty-page" else start + size
        rows = self._spoiled(table[start : start + size], fault, table[max(0, start - 5) : start])
        total = len(table) + (7 if wrong_total else 0)
        following = after if after < len(table) or (fault == "empty-page" and start < len(table)) else None
        meta = {"total": total, "next_cursor": None if following is None else _cursor(wanted, following)}
        return Page({"contacts": rows, "meta": meta}, _query(wanted, following, fault), len(rows))

    def _move(self, wanted: Wanted) -> None:
        """Bring a row that the reader has not seen yet to the front, where it will not look again."""
        end = wanted.start + wanted.size
        if end >= len(self.rows):
            return
        draw = random.Random(derive_seed(self._seed, "crm", f"move {self._moves}"))
        self.rows.insert(0, self.rows.pop(draw.randrange(end, len(self.rows))))
        self._moves += 1

    def _spoiled(self, rows: Sequence[Row], fault: str | None, before: Sequence[Row]) -> list[Any]:
        if fault == "overlap":
            return [*before, *rows]
        if fault == "empty-page":
            return []
        if fault == "duplicates":
            return [*rows, *rows[:3]]
        if fault == "broken-rows":
            return [*rows[:2], "-- 1 record hidden --", {"note": "no key"}, *rows[2:]]
        if fault == "fields" and rows:
            lost = next(
                (name for name in reversed(list(rows[0])) if name not in (self._key, "changed_at")), ""
            )
            return [{**{k: v for k, v in row.items() if k != lost}, "legacy_code": "L1"} for row in rows]
        if fault == "types":
            return [{name: _as_text(value) for name, value in row.items()} for row in rows]
        return list(rows)


def _as_text(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _cursor(wanted: Wanted, position: int) -> str:
    return f"c{wanted.scroll:06x}{position * 7919 + 17:08x}"


def _place(cursor: str) -> tuple[int, int]:
    """Number of the reading and position in the table that a cursor stands for."""
    if not cursor:
        return 0, 0
    return int(cursor[1:7], 16), (int(cursor[7:], 16) - 17) // 7919


def _query(wanted: Wanted, following: int | None, fault: str | None) -> str | None:
    """The query of the next page in the reader's own style, for the Link header."""
    if following is None:
        return None
    more = {"since": wanted.since} if wanted.since else {}
    if wanted.style == "page":
        page = wanted.start // wanted.size + (1 if fault == "empty-page" else 2)
        return urlencode({"page": page, "per_page": wanted.size, **more})
    place = {"offset": following} if wanted.style == "offset" else {"cursor": _cursor(wanted, following)}
    return urlencode({**place, "limit": wanted.size, **more})
