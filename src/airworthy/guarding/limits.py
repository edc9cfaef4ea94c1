"""Which limit is how far used, and whether the command must end now."""

from __future__ import annotations

import math
from dataclasses import dataclass

from airworthy.guarding.account import ASKED, Account
from airworthy.guarding.terms import Terms
from airworthy.kernel.units import format_duration, format_size

MARKS = (50, 80, 95)
"""Per cent of a limit at which a person is warned."""


@dataclass(frozen=True)
class Seen:
    """One look at the command: times of `boottime`, watts of late, bytes now."""

    now: float
    watts: float
    memory_bytes: int
    improved: float = 0.0
    asked: float = 0.0


@dataclass(frozen=True)
class Stop:
    """An end: why, when SIGTERM is due and when SIGKILL is."""

    reason: str
    kill_at: float


def must_stop(terms: Terms, account: Account, seen: Seen) -> Stop | None:
    """The end that is due now, or None.

    A limit of time, money or energy is met by SIGTERM a grace before it. Memory gives no grace: a process
    that fills it has none to wait. An idle or useless command gets its grace from now on.

    >>> terms = Terms("a", ("x",), "p", "me", "", max_seconds=60.0, grace_seconds=10.0)
    >>> must_stop(terms, Account(began=100.0), Seen(150.0, 0.0, 0))
    Stop(reason='time', kill_at=160.0)
    """
    end = account.began + terms.limit_seconds
    if terms.max_memory_bytes is not None and seen.memory_bytes > terms.max_memory_bytes:
        return Stop("memory", seen.now)
    if seen.now >= end - terms.grace_seconds:
        return Stop(_time_or_money(terms), end)
    if terms.max_kwh is not None:
        left = terms.max_kwh * 3.6e6 - account.joules
        if left <= seen.watts * terms.grace_seconds:
            return Stop("energy", min(end, seen.now + left / seen.watts if left > 0 else seen.now))
    for reason, due in (
        (ASKED, seen.asked > 0 and account.status is not None),
        ("idle", _lasted(account.idle_since, terms.idle_seconds, seen.now)),
        ("no improvement", _lasted(seen.improved or None, terms.patience_seconds, seen.now)),
    ):
        if due:
            return Stop(reason, min(end, seen.now + terms.grace_seconds))
    return None


def _lasted(since: float | None, limit: float | None, now: float) -> bool:
    return since is not None and limit is not None and now - since >= limit


def _time_or_money(terms: Terms) -> str:
    return "time" if terms.max_seconds is not None and terms.limit_seconds == terms.max_seconds else "cost"


def shares(terms: Terms, account: Account, memory_bytes: int) -> dict[str, float]:
    """How much of each limit is used, by the limit's name; 1 is all of it."""
    used: dict[str, float] = {}
    if math.isfinite(terms.limit_seconds):
        used[_time_or_money(terms)] = account.seconds / terms.limit_seconds
    if terms.max_kwh is not None:
        used["energy"] = account.joules / 3.6e6 / terms.max_kwh
    if terms.max_memory_bytes is not None:
        used["memory"] = memory_bytes / terms.max_memory_bytes
    return used


def mark_reached(share: float, warned: int) -> int | None:
    """The highest mark that was passed and not yet told.

    >>> mark_reached(0.81, 50), mark_reached(0.81, 80), mark_reached(0.99, 0)
    (80, None, 95)
    """
    passed = [mark for mark in MARKS if 100 * share >= mark]
    return passed[-1] if passed and passed[-1] > warned else None


def used_words(limit: str, terms: Terms, account: Account, memory_bytes: int) -> str:
    """How much of a limit is used, with its unit."""
    if limit == "cost":
        return f"{terms.price(terms.money(account.seconds))} of {terms.price(terms.max_cost)}"
    if limit == "energy":
        how = account.energy_source.partition(":")[0]
        return f"{account.joules / 3.6e6:.3g} of {terms.max_kwh:.3g} kWh ({how})"
    if limit == "memory":
        return f"{format_size(memory_bytes)} of {format_size(terms.max_memory_bytes or 0)}"
    return f"{format_duration(account.seconds)} of {format_duration(terms.limit_seconds)}"
