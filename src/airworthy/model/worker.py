"""The process that trains, started by `airworthy.model.warden`: one line of JSON an event.

It ends when the pipe on its standard input is closed, whatever the warden does. Where the next trial needs
other libraries, it becomes another program with the same number and pipes: memory is given back only so.
BLAS runs on one thread, because the order of its sums, and so the model, depends on their number.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import NoReturn, TextIO

import msgspec

from airworthy.kernel.errors import AirworthyError
from airworthy.metering.tree import Tree
from airworthy.model.memory_limit import prevent_beyond
from airworthy.model.orders import Event, Order
from airworthy.model.unneeded import hide


def main() -> int:
    """Carry out the order that is the only argument, or the first line of standard input."""
    events = _claim_stdout()
    order = msgspec.json.decode(sys.argv[1] if len(sys.argv) > 1 else sys.stdin.buffer.readline(), type=Order)
    threading.Thread(target=_watch_parent, daemon=True).start()
    hide()
    # Heavy, and it may take seconds: only after the parent is watched.
    from airworthy.model.explore import explore

    if order.memory_bytes is not None:
        prevent_beyond(order.memory_bytes - Tree(os.getpid()).sample().rss_bytes)

    def tell(event: Event) -> None:
        events.write(msgspec.json.encode(event).decode() + "\n")
        events.flush()

    try:
        rest = explore(order, tell)
    except AirworthyError as error:
        tell(Event(kind="refused", text=error.message, remedy=error.remedy))
        return error.exit_code
    if rest is not None:
        _go_on(rest, events)
    tell(Event(kind="end"))
    return 0


def _go_on(order: Order, events: TextIO) -> NoReturn:
    """Become a process that has loaded nothing yet."""
    os.dup2(events.fileno(), sys.stdout.fileno())
    os.execv(
        sys.executable,
        [sys.executable, "-m", "airworthy.model.worker", msgspec.json.encode(order).decode()],
    )


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
