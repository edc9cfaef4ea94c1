"""How long to wait before a request is sent again: as asked, within bounds, longer each time."""

from __future__ import annotations

import math
import time
from email.utils import parsedate_to_datetime


def asked_wait(header: str | None, now: float) -> float | None:
    """Seconds that a `Retry-After` asks for, as a number or a date; None when it asks for nothing readable.

    >>> asked_wait("7", 0.0), asked_wait("Thu, 01 Jan 1970 00:00:09 GMT", 4.0), asked_wait("soon", 0.0)
    (7.0, 5.0, None)
    """
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(header).timestamp() - now
        except (ValueError, OverflowError):
            return None
    return seconds if math.isfinite(seconds) else None


def next_wait(attempt: int, header: str | None, *, least: float, most: float) -> float:
    """Seconds before the next attempt.

    A server that asks for 0 would see all attempts in one moment, so `least` doubles with each of them;
    one that asks for years is asked again after `most`.

    Parameters
    ----------
    attempt : how many have failed, from 1.

    >>> [next_wait(attempt, "0", least=0.5, most=3) for attempt in (1, 2, 3, 4)]
    [0.5, 1.0, 2.0, 3.0]
    >>> next_wait(1, "315360000", least=0.5, most=120)
    120.0
    """
    own = least * 2.0 ** min(attempt - 1, 30)
    asked = asked_wait(header, time.time())
    return float(min(most, max(own, asked or 0.0)))
