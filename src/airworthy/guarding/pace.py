"""How soon to look again: seldom where nothing can happen, at once where a limit is near."""

from __future__ import annotations

LONGEST, SHORTEST = 0.2, 0.01
FILLING = 4e9
"""Bytes a second that one process can fill: about what a core writes into fresh pages."""


def pause_before_next(now: float, due: float, free_bytes: float | None) -> float:
    """Seconds to wait.

    Parameters
    ----------
    now, due : `boottime`, and when the next signal must be sent.
    free_bytes : what is left below the limit of memory; None without one.

    >>> pause_before_next(10.0, 10.02, None), pause_before_next(10.0, 99.0, 2e8)
    (0.019999999999999574, 0.05)
    """
    wait = min(LONGEST, max(0.0, due - now))
    if free_bytes is None:
        return wait
    return min(wait, max(SHORTEST, free_bytes / FILLING))
