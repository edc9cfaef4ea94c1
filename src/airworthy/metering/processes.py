"""Reading one process: its CPU time, that of the children it waited for, and its resident memory."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """One living process. `pid` and `started` together name it: a pid alone is given again."""

    pid: int
    parent: int
    started: float  # in the system's own unit; only ever compared
    own: float  # CPU seconds, user and system
    waited: float  # CPU seconds of its children that ended and were waited for
    rss_bytes: int


def read_process(pid: int) -> Process | None:
    """The process, or None when it is gone or a zombie that nobody has waited for yet."""
    return _read_linux(pid) if sys.platform == "linux" else _read_elsewhere(pid)


def children_of(pid: int) -> Iterable[int]:
    """Pids of the living children of a process; empty when it is gone."""
    return _children_linux(pid) if sys.platform == "linux" else _children_elsewhere(pid)


def _read_linux(pid: int) -> Process | None:
    """From `/proc/PID/stat` alone: one read of 300 bytes, so that ten samples a second cost nothing."""
    try:
        text = (PROC / str(pid) / "stat").read_bytes()
    except OSError:
        return None
    return parse_stat(pid, stat_fields(text))


def stat_fields(text: bytes) -> list[bytes]:
    """What follows the name in `/proc/PID/stat`: state, parent, group, session and so on (man 5 proc).

    >>> stat_fields(b"7 (a (b) c) S 1 7 7 0")    # the name may hold blanks and brackets
    [b'S', b'1', b'7', b'7', b'0']
    """
    return text[text.rindex(b")") + 2 :].split()


def parse_stat(pid: int, fields: Sequence[bytes]) -> Process:
    """The process whose `stat_fields` these are."""
    tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    user, system, waited_user, waited_system = (int(value) / tick for value in fields[11:15])
    return Process(
        pid=pid,
        parent=int(fields[1]),
        started=float(fields[19]),
        own=user + system,
        waited=waited_user + waited_system,
        rss_bytes=max(0, int(fields[21])) * page,
    )


def _children_linux(pid: int) -> list[int]:
    """Each thread lists its own children; the kernel keeps these lists, so nothing else is scanned."""
    found: list[int] = []
    try:
        threads = os.listdir(PROC / str(pid) / "task")
    except OSError:
        return found
    for thread in threads:
        try:
            text = (PROC / str(pid) / "task" / thread / "children").read_bytes()
        except OSError:  # the thread ended meanwhile
            continue
        found.extend(map(int, text.split()))
    return found


def _read_elsewhere(pid: int) -> Process | None:
    import psutil  # 20 ms to import; Linux never needs it here

    try:
        process = psutil.Process(pid)
        with process.oneshot():
            times = process.cpu_times()
            return Process(
                pid=pid,
                parent=process.ppid(),
                started=process.create_time(),
                own=times.user + times.system,
                waited=getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0),
                rss_bytes=process.memory_info().rss,
            )
    except psutil.Error:
        return None


def _children_elsewhere(pid: int) -> list[int]:
    import psutil  # see above

    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.Error:
        return []
