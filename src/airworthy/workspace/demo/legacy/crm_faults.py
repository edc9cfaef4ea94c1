"""What goes wrong at the CRM, and at which request: seeded, so that every load meets the same weather."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed

ANSWERS = {
    "429-seconds": "too many requests, `Retry-After` in seconds",
    "429-date": "too many requests, `Retry-After` as a date",
    "429-zero": "too many requests, `Retry-After: 0`",
    "429-absent": "too many requests, without `Retry-After`",
    "429-absurd": "too many requests, come back in ten years",
    "500": "an internal error",
    "outage": "service unavailable for several requests in a row",
    "hang": "the request is taken and never answered",
    "reset": "the connection is reset",
    "cut": "the body ends before its Content-Length",
    "cut-json": "the body is JSON that ends in the middle",
    "html": "an error page in HTML, with status 200",
    "drip": "the body comes a few bytes at a time",
    "redirect": "the address moved, on the same host",
    "token-expiry": "the token is no longer known (401)",
}
"""Faults of any answer, reading or writing; the request has had no effect."""

READING = {
    "overlap": "a page repeats the last rows of the one before",
    "skip": "a row moves to the front while the pages are read",
    "resize": "a page is half as long as was asked for",
    "empty-page": "a page in the middle has no rows",
    "expired-cursor": "all cursors of a reading are no longer known (410, then 400)",
    "fields": "a page lacks a field and brings another",
    "types": "numbers come as text",
    "duplicates": "rows stand twice in a page",
    "broken-rows": "a page holds a text and a row without its key",
    "wrong-total": "the declared total is 7 rows too high, always",
}
"""Faults of what is read."""

WRITING = {
    "accepted-500": "the rows are taken, and the answer is an internal error",
    "accepted-cut": "the rows are taken, and the answer is cut off",
    "partial": "some rows of a batch are not taken this time (207)",
    "refused-rows": "one row in twenty is never taken (422)",
    "too-large": "batches above fifty rows are not taken (413)",
}
"""Faults of what is written."""

FAULTS = {**ANSWERS, **READING, **WRITING}
ALWAYS = frozenset({"wrong-total", "refused-rows", "too-large"})
"""Faults of every request; the others come at seeded ones."""

_TIMES = {"skip": 2, "expired-cursor": 2, "outage": 1, "hang": 2, "drip": 2, "token-expiry": 2}


@dataclass(frozen=True)
class Asked:
    """What a fault needs to know of a request before it can happen to it."""

    writing: bool
    first: bool  # of a load: nothing was read before
    cursor: bool  # the request goes on from a cursor


class Weather:
    """Which fault a request meets: one request in three, at seeded places, each kind in turn.

    A request is never spoiled more than twice in a row, but for an outage, which takes `outage` requests.
    """

    EVERY = 3

    def __init__(self, faults: Iterable[str], seed: int, *, outage: int = 5) -> None:
        self.faults = tuple(dict.fromkeys(faults))
        for fault in self.faults:
            if fault not in FAULTS:
                raise InputError(
                    f"{fault} is no fault of the CRM.", value=fault, remedy=f"One of: {', '.join(FAULTS)}"
                )
        self._seed, self._outage = seed, outage
        order = [fault for fault in self.faults if fault not in ALWAYS]
        random.Random(derive_seed(seed, "crm", "order")).shuffle(order)
        self._turn = order
        self._requests = {False: 0, True: 0}
        self._left = {fault: _TIMES[fault] for fault in order if fault in _TIMES}
        self._down = 0
        self._lock = threading.Lock()

    def always(self, fault: str) -> bool:
        """Whether a fault of every request is switched on."""
        return fault in self.faults

    def at(self, asked: Asked) -> str | None:
        """The fault of the next request, if any."""
        with self._lock:
            number = self._requests[asked.writing]
            self._requests[asked.writing] += 1
            if self._down:
                self._down -= 1
                return "outage"
            block, place = divmod(number, self.EVERY)
            if place != derive_seed(self._seed, "crm", f"{asked.writing} {block}") % self.EVERY:
                return None
            return self._next(asked)

    def _next(self, asked: Asked) -> str | None:
        for fault in self._turn:
            if self._left.get(fault, 1) > 0 and _can_happen(fault, asked):
                self._turn.remove(fault)
                self._turn.append(fault)
                if fault in self._left:
                    self._left[fault] -= 1
                if fault == "outage":
                    self._down = self._outage - 1
                return fault
        return None


def _can_happen(fault: str, asked: Asked) -> bool:
    if fault in ANSWERS:
        return True
    if asked.writing:
        return fault in WRITING
    if fault == "expired-cursor":
        return asked.cursor
    return fault in READING and not (asked.first and fault in ("overlap", "skip", "empty-page"))
