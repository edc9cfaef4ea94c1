"""Signals to a whole tree: never to a pid that was given again, and faster than it can fork."""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Callable, Iterable
from contextlib import suppress

from airworthy.metering.processes import Process, read_process

ROUNDS = 20
"""Looks at a tree that keeps growing while it is frozen; each leaves fewer that can still fork."""


def signal_process(process: Process, number: signal.Signals) -> bool:
    """Send a signal to exactly this process; False when it is gone or belongs to somebody else.

    A descriptor of the process is opened before its start is compared, so that a pid that was given again in
    between gets nothing.
    """
    with suppress(ProcessLookupError, PermissionError):
        try:
            descriptor = os.pidfd_open(process.pid)
        except OSError as error:
            if error.errno != errno.ENOSYS:
                raise
            return _signal_old_kernel(process, number)
        try:
            if _is_still(process):
                signal.pidfd_send_signal(descriptor, number)
                return True
        finally:
            os.close(descriptor)
    return False


def _signal_old_kernel(process: Process, number: signal.Signals) -> bool:
    """Before Linux 5.3 a microsecond remains between the comparison and the signal."""
    if not _is_still(process):
        return False
    os.kill(process.pid, number)
    return True


def _is_still(process: Process) -> bool:
    now = read_process(process.pid)
    return now is not None and now.started == process.started


def ask_to_end(processes: Iterable[Process]) -> None:
    """SIGTERM; a stopped process is woken to hear it."""
    for process in processes:
        if signal_process(process, signal.SIGTERM):
            signal_process(process, signal.SIGCONT)


def kill_all(find: Callable[[], tuple[Iterable[Process], Iterable[int]]]) -> None:
    """SIGKILL to all that `find` finds, after they were frozen.

    Who is stopped cannot fork, and stays a parent by which its children are found. A group hears a signal as
    a whole, also those of it that change their pid faster than anybody can look.

    Parameters
    ----------
    find : looks, and returns processes, and the process groups of which nobody else is a member.
    """
    frozen: dict[int, float] = {}
    found: list[Process] = []
    groups: Iterable[int] = ()
    for _ in range(ROUNDS):
        processes, groups = find()
        found = list(processes)
        moving = [process for process in found if frozen.get(process.pid) != process.started]
        if not moving:
            break
        for process in moving:
            signal_process(process, signal.SIGSTOP)
            frozen[process.pid] = process.started
    for process in found:
        signal_process(process, signal.SIGKILL)
    for group in groups:
        if group <= 1:
            raise AssertionError("a signal to group 0 or 1 reaches everybody")
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
