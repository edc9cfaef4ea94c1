"""Clocks: the system's, and a fixed one for tests and replays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class FixedClock:
    """A clock that stands still until it is moved."""

    time: datetime

    def now(self) -> datetime:
        return self.time


def rfc3339(time: datetime) -> str:
    """UTC with microseconds and `Z`.

    >>> rfc3339(datetime(2026, 1, 2, tzinfo=UTC))
    '2026-01-02T00:00:00.000000Z'
    """
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_rfc3339(text: str) -> datetime:
    """The inverse of `rfc3339`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
