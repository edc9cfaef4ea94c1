"""The meter of a budget: this process and all that descends from it, read in the background."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from airworthy.kernel.budget import Budget, Reading
from airworthy.metering.energy import EnergyMeter
from airworthy.metering.processes import PROC
from airworthy.metering.tree import Tree

EVERY_SECONDS = 0.1


class Family:
    """What this process and its descendants use; `whole` counts from the process's start, not from here."""

    def __init__(self, energy: EnergyMeter | None = None, whole: bool = False) -> None:
        self._tree = Tree(os.getpid())
        self._energy = energy or EnergyMeter()
        self._before = 0.0 if whole else self._tree.sample().cpu_seconds
        self._lock = threading.Lock()

    def __call__(self) -> Reading:
        with self._lock:  # a tree remembers its last look, and two threads must not look at once
            sample = self._tree.sample()
            cpu = max(0.0, sample.cpu_seconds - self._before)
            energy = self._energy.reading(cpu)
        return Reading(cpu, energy.joules, energy.source, sample.rss_bytes)


@contextmanager
def metered(budget: Budget, family: Family) -> Iterator[None]:
    """Inside the block the budget sees what the family uses, ten times a second."""
    ended = threading.Event()
    budget.meter = family

    def watch() -> None:
        while not ended.wait(EVERY_SECONDS):
            budget.observe()

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
