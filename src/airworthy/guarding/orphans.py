"""Adopting what loses its parent, taking leave of what ended, and signals to the rest."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterable
from contextlib import suppress

from airworthy.kernel.errors import AirworthyError

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER, linux/prctl.h


def adopt_orphans() -> None:
    """From now on a descendant that loses its parent becomes a child of this process, in any session."""
    if ctypes.CDLL(None, use_errno=True).prctl(_SUBREAPER, 1, 0, 0, 0) != 0:
        raise AirworthyError(
            "This kernel lets no process adopt orphans, so a command could run away from its guard.",
            value=os.strerror(ctypes.get_errno()),
            remedy="Use Linux 3.4 or later.",
        )


def bury() -> dict[int, int]:
    """Exit codes, by pid, of the children that ended; 128 + signal where a signal ended one."""
    ended: dict[int, int] = {}
    with suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                break
            code = os.waitstatus_to_exitcode(status)
            ended[pid] = code if code >= 0 else 128 - code
    return ended


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each that still lives; a stopped one is woken to hear it."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
            if number != signal.SIGKILL:
                os.kill(pid, signal.SIGCONT)
