"""The last guardian: asleep beside door and keeper, it goes on with the work when both were killed."""

from __future__ import annotations

import dataclasses
import os
import signal
import time
from collections.abc import Callable

from airworthy.guarding.abandoned import marked
from airworthy.guarding.account import Phase
from airworthy.guarding.board import Board
from airworthy.guarding.keeper import DEAF, be_deaf
from airworthy.guarding.order import Order, carry_on
from airworthy.guarding.tee import Tee
from airworthy.guarding.tell import say
from airworthy.metering.tree import Sample, Tree

SCAN_SECONDS = 1.0
"""Between two looks through all processes for the mark; children of known ones are seen at every look."""

SETTLE_SECONDS = 0.5
"""A keeper killed while it started the command may have left a process that bears no mark yet."""


class Marked:
    """What a guard started, found by the mark in its environment: the last guardian is no ancestor of it."""

    def __init__(self, id: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._id, self._clock, self._next = id, clock, 0.0
        self._tree = Tree(0)
        self.sample()
        self._tree.count_from_here()

    def sample(self) -> Sample:
        """As `Tree.sample`."""
        if self._clock() >= self._next:
            self._tree.adopt(marked(self._id))
            self._next = self._clock() + SCAN_SECONDS
        return self._tree.sample()


def stand_by(order: Order, board: Board) -> tuple[int, int]:
    """Start the last guardian; return its pid and the lifeline that door and keeper hold open.

    It is forked, so it costs no start and hardly any memory, and belongs to nobody: a child would look as if
    something of the command were left. It has a session of its own, and sleeps in one read.
    """
    lifeline, held = os.pipe()
    telling, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            if pid := os.fork():
                os.write(told, str(pid).encode())
            else:
                for descriptor in (held, telling, told, *order.writers):
                    os.close(descriptor)
                _wait(lifeline, order, board)
        finally:
            os._exit(0)  # whatever happened: the door's own code must not run twice
    for descriptor in (lifeline, told):
        os.close(descriptor)
    pid = int(os.read(telling, 16))
    os.close(telling)
    os.waitpid(child, 0)
    return pid, held


def _wait(lifeline: int, order: Order, board: Board) -> None:
    """Until nobody holds the other end any more; then nothing, unless the work is not done."""
    be_deaf(DEAF)
    signal.pthread_sigmask(signal.SIG_SETMASK, order.blocked)
    os.read(lifeline, 1)
    if board.read().phase is not Phase.DONE:
        _take_over(dataclasses.replace(order, writers=(), last=os.getpid()), board)


def _take_over(order: Order, board: Board) -> None:
    account = board.read()
    if account.phase is Phase.STARTING:
        time.sleep(SETTLE_SECONDS)
    family = Marked(order.terms.id)
    some = family.sample().alive > 0
    if account.phase is Phase.STARTING:
        account.phase = Phase.RUNNING if some else Phase.GONE
        account.error = None if some else "its guards were killed before it started"
        board.write(account)
    if some:
        say("both guardians were killed; the last one goes on in their place.")
    if (tee := Tee.of(order, board)) is not None:
        tee.start()
    carry_on(order, board, time.sleep, family)
    if tee is not None:
        tee.finish()
