"""Adopting what loses its parent, taking leave of what ended, and signals to the rest."""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Buried:
    """Children that ended, and whether this process still has any.

    Parameters
    ----------
    codes : by pid; 128 + signal where a signal ended one.
    some_left : the kernel's word. Who adopts orphans and has no child has no descendant either; a list of
        processes can miss one that forks and exits all the time.
    """

    codes: Mapping[int, int]
    some_left: bool


def bury() -> Buried:
    """Take leave of every child that ended."""
    codes: dict[int, int] = {}
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return Buried(codes, some_left=False)
        if pid == 0:
            return Buried(codes, some_left=True)
        code = os.waitstatus_to_exitcode(status)
        codes[pid] = code if code >= 0 else 128 - code


def send(pids: Iterable[int], number: signal.Signals) -> None:
    """Send a signal to each that still lives; a stopped one is woken to hear it."""
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
            if number != signal.SIGKILL:
                os.kill(pid, signal.SIGCONT)
