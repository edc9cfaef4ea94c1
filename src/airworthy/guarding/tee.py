"""Passing a command's output on while reading one figure in it; only where a pattern was given.

Both guardians hold the reading ends, so that the command never loses its output with one of them. Memory
stays flat under a flood: a block is passed on before the next is read, and of a line only 4 KB are searched.
"""

from __future__ import annotations

import math
import os
import re
import threading

from airworthy.guarding.board import Board
from airworthy.guarding.boottime import boottime
from airworthy.guarding.order import Order

BLOCK = 1 << 16
LINE = 4096


class Lowest:
    """The lowest figure that a pattern found, and when it last fell.

    >>> lowest = Lowest(rb"loss=(\\S+)")
    >>> [lowest.fell(text) for text in (b"loss=2\\nlo", b"ss=1\\n", b"loss=3\\n", b"loss=nan\\n")]
    [True, True, False, False]
    """

    def __init__(self, pattern: bytes) -> None:
        self._pattern = re.compile(pattern)
        self._rest = b""
        self.value = math.inf

    def fell(self, block: bytes) -> bool:
        """Whether a whole line of what was written so far holds a lower figure than all before."""
        lines = (self._rest + block).replace(b"\r", b"\n").split(b"\n")  # progress bars end lines by a return
        self._rest = lines.pop()[:LINE]
        before = self.value
        for line in lines:
            if (found := self._pattern.search(line[:LINE])) and found[1] is not None:
                self.value = min(self.value, _number(found[1]))
        return self.value < before


def _number(text: bytes) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.inf
    return math.inf if math.isnan(value) else value


class Tee:
    """Two pipes and a thread for each, started in one guardian at a time."""

    def __init__(self, order: Order, board: Board) -> None:
        self._board = board
        self._pattern = (order.terms.pattern or "").encode()
        self._readers, self._writers = order.readers, order.writers
        self._targets = (2, 2) if order.to_error else (1, 2)
        self._threads: list[threading.Thread] = []

    @classmethod
    def of(cls, order: Order, board: Board) -> Tee | None:
        """The tee of an order, or None where the command writes to the terminal itself."""
        return cls(order, board) if order.readers else None

    def close_writers(self) -> None:
        """Let go of the ends that belong to the command, or its end would never show."""
        for descriptor in self._writers:
            os.close(descriptor)
        self._writers = ()

    def start(self) -> None:
        """Pass on from now on; once."""
        if not self._threads:
            for reader, target in zip(self._readers, self._targets, strict=True):
                self._threads.append(threading.Thread(target=self._pass, args=(reader, target), daemon=True))
            for thread in self._threads:
                thread.start()

    def _pass(self, reader: int, target: int) -> None:
        lowest, deaf = Lowest(self._pattern), False
        while block := os.read(reader, BLOCK):
            if lowest.fell(block):
                self._board.improved = boottime()
            while block and not deaf:
                try:
                    block = block[os.write(target, block) :]
                except OSError:
                    deaf = True

    def finish(self, seconds: float = 5.0) -> None:
        """Wait for what is still on its way, if a reader takes it."""
        for thread in self._threads:
            thread.join(seconds)
