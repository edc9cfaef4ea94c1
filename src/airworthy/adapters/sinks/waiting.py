"""When to ask again: no faster than declared, later after each failure, as a server asks within reason."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic, sleep
from typing import TypeVar

from airworthy.adapters.sinks.letter import Unanswered

AnswerT = TypeVar("AnswerT")
FIRST = 0.5
"""Seconds to wait after a first failure, where the server does not say; then twice as long each time."""


def seconds_asked(text: str | None, now: datetime) -> float | None:
    """What a `Retry-After` asks for: seconds, or a date; None where it says neither.

    >>> seconds_asked("120", datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    >>> seconds_asked("Thu, 01 Jan 2026 00:00:05 GMT", datetime(2026, 1, 1, tzinfo=UTC))
    5.0
    """
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
        seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds) if not math.isnan(seconds) else None


@dataclass
class Pace:
    """A token bucket that holds one token: `rate` requests a second at most, None for any number."""

    rate: float | None = None
    clock: Callable[[], float] = monotonic
    wait: Callable[[float], None] = sleep
    _free: float = field(default=-math.inf, init=False)

    def next(self) -> None:
        """Wait until the next request may start."""
        if self.rate is None:
            return
        now = self.clock()
        if now < self._free:
            self.wait(self._free - now)
            now = self._free
        self._free = now + 1 / self.rate


@dataclass
class Patience:
    """How often and how long to try; `shortest` also counts where a server says that no wait is needed."""

    tries: int = 6
    shortest: float = 0.5
    longest: float = 60.0
    wait: Callable[[float], None] = sleep
    retried: int = field(default=0, init=False)

    def seconds(self, asked: float | None, attempt: int) -> float:
        """Seconds until the next attempt after number `attempt`, from 0.

        >>> Patience().seconds(0.0, 0), Patience().seconds(1e9, 0), Patience().seconds(None, 3)
        (0.5, 60.0, 4.0)
        """
        wished = FIRST * 2**attempt if asked is None else asked
        return min(self.longest, max(self.shortest, wished))

    def asking(self, ask: Callable[[], AnswerT], tries: int | None = None) -> AnswerT:
        """The answer, asked for again while there is none. Raises the last `Unanswered`."""
        most = self.tries if tries is None else tries
        for attempt in range(most):
            try:
                return ask()
            except Unanswered as error:
                if attempt == most - 1:
                    raise
                self.retried += 1
                self.wait(self.seconds(error.wait, attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")
