"""The process that trains: `python -m airworthy.model.worker`, one line of JSON an event.

It dies with its parent: on Linux the kernel kills it, everywhere else the closed pipe on its standard input
does. BLAS runs on one thread, because the order of its sums, and so the model, depends on their number.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TextIO

import msgspec

from airworthy.kernel.errors import AirworthyError
from airworthy.model.orders import Event, Order

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main() -> int:
    """Carry out the order on the first line of standard input."""
    _die_with_parent()
    events = _claim_stdout()
    order = msgspec.json.decode(sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_watch_parent, daemon=True).start()
    # Heavy, and it may take seconds: only after the parent is watched.
    from airworthy.model.explore import explore

    def tell(event: Event) -> None:
        events.write(msgspec.json.encode(event).decode() + "\n")
        events.flush()

    try:
        explore(order, tell)
    except AirworthyError as error:
        tell(Event(kind="refused", text=error.message, remedy=error.remedy))
        return error.exit_code
    tell(Event(kind="end"))
    return 0


def _die_with_parent() -> None:
    """Ask Linux to kill this process when the thread that started it ends."""
    if sys.platform != "linux":
        return
    import ctypes  # only where prctl exists

    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _claim_stdout() -> TextIO:
    """Keep standard output for events; what libraries print goes to standard error."""
    kept = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return os.fdopen(kept, "w", encoding="utf-8")


def _watch_parent() -> None:
    # Nothing more is ever sent: the read ends when the parent's end closes, also after its kill -9.
    sys.stdin.buffer.read()
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
