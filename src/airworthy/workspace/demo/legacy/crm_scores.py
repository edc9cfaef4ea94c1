"""What the CRM takes back: scores of its customers, once by key, or again and again without one."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from airworthy.kernel.seed import derive_seed

MOST_A_BATCH = 50


@dataclass(frozen=True)
class Taken:
    """What became of one request: its status and document."""

    status: int
    document: dict[str, Any]


@dataclass
class Scores:
    """One collection of scores, as a table of rows with a number each.

    `POST` appends a row, `PUT` replaces the row of its customer. An idempotency key, of the request or of
    a row (`idempotency_key`), makes sure that a repeated `POST` appends nothing.
    """

    customers: frozenset[str]
    key: str
    seed: int
    _rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    writes: int = 0  # rows appended or replaced, so that doubled work shows
    _answers: dict[str, Taken] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _of: dict[str, list[int]] = field(default_factory=dict)
    _partials: int = 0

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every row as it stands, in the order of writing."""
        return list(self._rows.values())

    def take(self, rows: Sequence[Any], *, replace: bool, key: str, locked: bool, partial: bool) -> Taken:
        """Write what can be written.

        Parameters
        ----------
        rows : documents with the customer's key and a `score` from 0 to 1.
        replace : `PUT`, otherwise `POST`.
        key : idempotency key of the whole request; empty without one.
        locked : whether one customer in twenty takes no score, ever.
        partial : whether half of the rows are not taken this time.
        """
        with self._lock:
            if key and key in self._answers:
                return self._answers[key]
            refused = self._refusals(rows, locked, partial)
            for place, row in enumerate(rows):
                if place not in refused:
                    self._write(row, replace)
            answer = _answer(len(rows), refused)
            if key and not partial:
                self._answers[key] = answer
            return answer

    def count(self, customer: str = "") -> int:
        """Rows of one customer, or of all."""
        return len(self._of.get(customer, ())) if customer else len(self._rows)

    def _refusals(self, rows: Sequence[Any], locked: bool, partial: bool) -> dict[int, dict[str, Any]]:
        why = {place: self._why_not(row, locked) for place, row in enumerate(rows)}
        refused = {place: {"error": text, "again": False} for place, text in why.items() if text}
        if partial and len(rows) > 1:
            self._partials += 1
            draw = random.Random(derive_seed(self.seed, "crm", f"partial {self._partials}"))
            for place in draw.sample(range(len(rows)), len(rows) // 2):
                refused.setdefault(place, {"error": "busy, send this row again", "again": True})
        return {place: {"place": place, **said} for place, said in sorted(refused.items())}

    def _why_not(self, row: Any, locked: bool) -> str:
        if not isinstance(row, dict) or not row.get(self.key):
            return f"no {self.key}"
        customer, score = str(row[self.key]), row.get("score")
        if customer not in self.customers:
            return f"customer {customer} is not known"
        if isinstance(score, bool) or not isinstance(score, (int, float)) or not 0 <= score <= 1:
            return "score is not a number from 0 to 1"
        if locked and derive_seed(self.seed, "crm", f"locked {customer}") % 20 == 0:
            return f"customer {customer} is locked"
        return ""

    def _write(self, row: dict[str, Any], replace: bool) -> None:
        once = str(row.get("idempotency_key") or "")
        if once and once in self._seen:
            return
        self._seen.add(once)
        self.writes += 1
        standing = self._of.setdefault(str(row[self.key]), [])
        if replace:
            for number in standing:
                del self._rows[number]
            standing.clear()
        standing.append(self.writes)
        self._rows[self.writes] = dict(row)


def _answer(sent: int, refused: dict[int, dict[str, Any]]) -> Taken:
    document = {"accepted": sent - len(refused), "refused": list(refused.values())}
    if not refused:
        return Taken(201, document)
    return Taken(422 if len(refused) == sent else 207, document)
