"""A process and all its descendants as one thing: CPU seconds, of the dead too, and resident memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from airworthy.metering.processes import Process, children_of, read_process


@dataclass(frozen=True)
class Sample:
    """One look at a tree. Memory that processes share counts in each of them."""

    cpu_seconds: float
    rss_bytes: int
    alive: int
    pids: tuple[int, ...] = ()


class Tree:
    """A process and its descendants, also those that leave it by a double fork after they were seen once.

    What was born and left between two samples is not seen, unless the root is a child subreaper (`prctl`),
    to which it comes back.

    A process that ends gives its CPU time to the parent that waits for it, and the parent shows it. Where
    nobody waited (the parent ignores SIGCHLD, or died first) the last figure seen is added, so that what ran
    after the last sample is lost: sample often.

    Parameters
    ----------
    pid : the root.
    children_only : leave out the root's own CPU time and memory, and what its children used before now.
    """

    def __init__(self, pid: int, children_only: bool = False) -> None:
        self.pid = pid
        self.children_only = children_only
        self.peak_rss_bytes = 0
        self._seen: dict[int, Process] = {}
        self._lost = 0.0
        self._before = 0.0
        self._last = 0.0
        if children_only:
            self.count_from_here()

    def count_from_here(self) -> None:
        """Leave out what was used before now."""
        self._before += self.sample().cpu_seconds
        self._last = self.peak_rss_bytes = 0

    def adopt(self, pids: Iterable[int]) -> None:
        """These belong to the tree too, and what descends from them."""
        for pid in pids:
            if pid not in self._seen and (process := read_process(pid)) is not None:
                self._seen[pid] = process

    def sample(self) -> Sample:
        """CPU seconds so far, resident bytes and the number of processes now; remembers the peak."""
        living = self._living()
        self._lost += unclaimed(self._seen, living)
        self._seen = living
        counted = [p for p in living.values() if not (self.children_only and p.pid == self.pid)]
        cpu = self._lost + sum(p.own for p in counted) + sum(p.waited for p in living.values())
        self._last = max(self._last, cpu - self._before)
        rss = sum(p.rss_bytes for p in counted)
        self.peak_rss_bytes = max(self.peak_rss_bytes, rss)
        return Sample(self._last, rss, len(counted), tuple(p.pid for p in counted))

    def _living(self) -> dict[int, Process]:
        """Everything reachable from the root and from whatever belonged to the tree before."""
        found: dict[int, Process] = {}
        waiting = [self.pid, *self._seen]
        while waiting:
            pid = waiting.pop()
            process = None if pid in found else read_process(pid)
            if process is None or self._is_another(process):
                continue
            found[pid] = process
            waiting.extend(children_of(pid))
        return found

    def _is_another(self, process: Process) -> bool:
        """Whether the pid was given to a new process since the last look, which does not belong here."""
        before = self._seen.get(process.pid)
        return before is not None and before.started != process.started


def unclaimed(before: dict[int, Process], now: dict[int, Process]) -> float:
    """CPU seconds of the processes that ended since, as far as no living ancestor took them over.

    >>> parent, child = Process(1, 0, 0.0, 1.0, 0.0, 0), Process(2, 1, 0.0, 5.0, 0.0, 0)
    >>> waited = Process(1, 0, 0.0, 1.0, 5.2, 0)
    >>> unclaimed({1: parent, 2: child}, {1: waited}), unclaimed({1: parent, 2: child}, {1: parent})
    (0.0, 5.0)
    """
    ended: dict[int, float] = {}
    for process in before.values():
        if process.pid not in now:
            heir = process.parent
            while heir in before and heir not in now:
                heir = before[heir].parent
            ended[heir] = ended.get(heir, 0.0) + process.own + process.waited
    lost = 0.0
    for heir, seconds in ended.items():
        taken = now[heir].waited - before[heir].waited if heir in now and heir in before else 0.0
        lost += max(0.0, seconds - taken)
    return lost
