"""The keeper: starts the command, watches it, ends it. `python -m airworthy.guarding.keeper BOARD ORDER`.

It lies in a process group of its own, so that what a terminal sends reaches the command and not its keeper,
and hears no signal but SIGKILL. When the door died it goes on alone.
"""

from __future__ import annotations

import dataclasses
import os
import select
import signal
import sys

from airworthy.guarding.board import Board
from airworthy.guarding.boottime import boottime
from airworthy.guarding.order import Order, carry_out
from airworthy.guarding.orphans import adopt_orphans
from airworthy.guarding.tee import Tee

DEAF = (
    signal.SIGHUP,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGTERM,
    signal.SIGTSTP,
    signal.SIGUSR1,
    signal.SIGUSR2,
)


def main(board_descriptor: int, order_descriptor: int) -> None:
    """Carry the order out."""
    be_deaf(DEAF)
    board = Board(board_descriptor)
    board.beat = boottime()
    with os.fdopen(order_descriptor) as stream:
        order = dataclasses.replace(Order.from_json(stream.read()), keeper=os.getpid())
    signal.pthread_sigmask(signal.SIG_SETMASK, order.blocked)
    adopt_orphans()
    tee = Tee.of(order, board)
    deaths = wake_at_a_death()

    def pause(seconds: float) -> None:
        if tee is not None and os.getppid() != order.door:
            tee.start()  # the door died; nobody passes the output on any more
        if select.select([deaths], [], [], seconds)[0]:
            os.read(deaths, 4096)

    carry_out(order, board, pause, lambda: tee.close_writers() if tee else None)
    if tee is not None:
        tee.finish()


def be_deaf(numbers: tuple[signal.Signals, ...]) -> None:
    """Ignore signals by a handler that does nothing: a command that is started then hears them again.

    What was ignored before (`nohup`) stays so for the command too.
    """
    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def wake_at_a_death() -> int:
    """A descriptor that can be read once a child ended: a command is over at once, not at the next look."""
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    return reader


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
