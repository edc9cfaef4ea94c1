"""The meter of a budget: this process and all that descends from it, read in the background."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from airworthy.kernel.budget import Budget, Reading
from airworthy.metering.energy import EnergyMeter
from airworthy.metering.processes import PROC
from airworthy.metering.tree import Tree

EVERY_SECONDS = 0.1
LAST_SECONDS = 0.8
"""For saying why, and for the system to take back a process."""


class Family:
    """What this process and its descendants use; `whole` counts from the process's start, not from here."""

    def __init__(self, energy: EnergyMeter | None = None, whole: bool = False) -> None:
        self._tree = Tree(os.getpid())
        self._energy = energy or EnergyMeter()
        self._before = 0.0 if whole else self._tree.sample().cpu_seconds
        self._lock = threading.Lock()

    def end_descendants(self) -> None:
        """Kill all that descends from this process."""
        with self._lock:
            pids = self._tree.sample().pids
        for pid in pids:
            if pid != self._tree.pid:
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)

    def __call__(self) -> Reading:
        with self._lock:  # a tree remembers its last look, and two threads must not look at once
            sample = self._tree.sample()
            cpu = max(0.0, sample.cpu_seconds - self._before)
            energy = self._energy.reading(cpu)
        return Reading(cpu, energy.joules, energy.source, sample.rss_bytes)


def overdue(budget: Budget) -> float:
    """Seconds after its limit when a run is ended whatever it does: no run exceeds 2 % or 2 s by more.

    >>> overdue(Budget(60)), overdue(Budget(3600))
    (1.2, 71.2)
    """
    return max(0.02 * budget.limit_seconds, 2.0) - LAST_SECONDS


@contextmanager
def metered(
    budget: Budget, family: Family, overrun: Callable[[Budget], None] | None = None
) -> Iterator[None]:
    """Inside the block the budget sees what the family uses, ten times a second.

    `overrun` is called, in a thread of its own, when the budget was used up `overdue` seconds ago.
    """
    ended = threading.Event()
    budget.meter = family
    budget.count_start()

    def watch() -> None:
        empty_since: float | None = None
        while not ended.wait(EVERY_SECONDS):
            budget.observe()
            if budget.remaining() > 0:
                empty_since = None
                continue
            empty_since = budget.monotonic() if empty_since is None else empty_since
            if overrun is not None and budget.monotonic() - empty_since >= overdue(budget):
                overrun(budget)
                return

    watcher = threading.Thread(target=watch, name="airworthy-meter", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def process_age() -> float:
    """Seconds since this process began: what starting Python and its imports took; 0 where nobody knows.

    >>> 0 <= process_age() < 1e6
    True
    """
    if sys.platform != "linux":
        return 0.0
    text = (PROC / "self" / "stat").read_bytes()
    started = int(text[text.rindex(b")") + 2 :].split()[19]) / os.sysconf("SC_CLK_TCK")
    return max(0.0, time.clock_gettime(time.CLOCK_BOOTTIME) - started)
