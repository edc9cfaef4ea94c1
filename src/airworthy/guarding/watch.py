"""The watch: look, count, warn, stop. The keeper runs it; when it died the door, and in the end the last."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from airworthy.guarding.account import Account, Phase
from airworthy.guarding.board import Board
from airworthy.guarding.boottime import boottime
from airworthy.guarding.idle import Idleness
from airworthy.guarding.limits import Seen, Stop, mark_reached, must_stop, shares, used_words
from airworthy.guarding.orphans import bury, send
from airworthy.guarding.pace import SHORTEST, pause_before_next
from airworthy.guarding.tell import Teller
from airworthy.guarding.terms import Terms
from airworthy.kernel.errors import WorkspaceError
from airworthy.metering.energy import EnergyMeter
from airworthy.metering.gpu import Gpu
from airworthy.metering.tree import Sample, Tree

JOURNAL_EVERY = 30.0
"""Seconds between journals: what a power cut may take from the account."""
TOLD_FIRST = 0.25
"""Share of the grace in which only the command itself has been told to end, not yet what it started."""
STUCK_AFTER = 10.0
"""Seconds after SIGKILL; what still runs then belongs to another user or hangs in the kernel."""


MOST_NAMED = 100
"""Of what still runs; the board has room for no more."""


@dataclass
class Window:
    """A second of work, over which power and idleness are told."""

    began: float
    cpu_seconds: float
    joules: float


class Family(Protocol):
    """What is watched."""

    def sample(self) -> Sample:
        """One look at it."""


class Watch:
    """Watches what this process adopted, or another `family`, until none of it is left.

    Parameters
    ----------
    account : figures so far; changed in place, and put on the board at every look.
    pause : waits so many seconds; the door hears signals meanwhile.
    keep : writes the journal.
    clock : `boottime`, or a planted one.
    """

    def __init__(
        self,
        terms: Terms,
        account: Account,
        board: Board,
        teller: Teller,
        *,
        pause: Callable[[float], None],
        keep: Callable[[], None],
        family: Family | None = None,
        clock: Callable[[], float] = boottime,
    ) -> None:
        self.terms, self.account, self.board, self.teller = terms, account, board, teller
        self._pause, self._keep, self._clock = pause, keep, clock
        self._adopted = family is None
        self._tree = family or Tree(os.getpid(), children_only=True)
        self._gpu = Gpu.open()
        self._meter = EnergyMeter(gpu=self._gpu)
        self._before = account.cpu_seconds, account.joules
        self._window = Window(clock(), account.cpu_seconds, account.joules)
        self._idleness = Idleness(self._gpu)
        self._watts = 0.0
        self._next_journal = clock()  # at once: the journal names who guards now

    def until_gone(self) -> None:
        """Return when no process of the command is left, or when what is left cannot be ended."""
        while True:
            now = self._clock()
            some_left = self._take_leave()
            sample = self._tree.sample()
            some_left = some_left or (not self._adopted and sample.alive > 0)
            self._count(now, sample, last=not some_left)
            if not some_left:
                break
            self._warn(sample.rss_bytes)
            self._act(now, sample)
            self._note(now)
            if self.account.killed and now > (self.account.kill_at or now) + STUCK_AFTER:
                self.account.left = list(sample.pids[:MOST_NAMED])
                break
            self._pause(self._wait(sample))

    def _take_leave(self) -> bool:
        """Whether anything is left."""
        buried = bury()
        if self.account.root is not None and self.account.status is None:
            self.account.status = buried.codes.get(self.account.root)
        return buried.some_left

    def _count(self, now: float, sample: Sample, *, last: bool) -> None:
        account = self.account
        account.seconds = now - account.began
        account.cpu_seconds = self._before[0] + sample.cpu_seconds
        account.peak_memory_bytes = max(account.peak_memory_bytes, sample.rss_bytes)
        over = now - self._window.began >= (0.1 if last else 1.0)
        if over or last or self.terms.max_kwh is not None:
            energy = self._meter.reading(sample.cpu_seconds)
            account.joules, account.energy_source = self._before[1] + energy.joules, energy.source
        if over:
            self._close_window(now)

    def _close_window(self, now: float) -> None:
        account, window = self.account, self._window
        span = now - window.began
        self._watts = (account.joules - window.joules) / span
        self._idleness.count(account, window.began, span, account.cpu_seconds - window.cpu_seconds)
        self._window = Window(now, account.cpu_seconds, account.joules)

    def _warn(self, memory_bytes: int) -> None:
        for limit, share in shares(self.terms, self.account, memory_bytes).items():
            mark = mark_reached(share, self.account.warned.get(limit, 0))
            if mark is not None and self.account.phase is Phase.RUNNING:
                self.account.warned[limit] = mark
                used = used_words(limit, self.terms, self.account, memory_bytes)
                self.teller.warn(self.terms, self.account, limit, mark, used)

    def _act(self, now: float, sample: Sample) -> None:
        seen = Seen(now, self._watts, sample.rss_bytes, self.board.improved, self.board.asked)
        if self.account.phase is Phase.RUNNING and (stop := must_stop(self.terms, self.account, seen)):
            self._begin_to_stop(now, stop)
        if self.account.phase is Phase.STOPPING:
            self._go_on_stopping(now, sample)

    def _begin_to_stop(self, now: float, stop: Stop) -> None:
        """Write the decision down before the first signal: who takes over must not decide anew."""
        account = self.account
        account.phase, account.reason = Phase.STOPPING, stop.reason
        account.stop_at, account.kill_at = now, stop.kill_at
        self.board.write(account)
        if stop.kill_at > now and account.root is not None and account.status is None:
            send([account.root], signal.SIGTERM)
        self.teller.stopping(self.terms, account)

    def _go_on_stopping(self, now: float, sample: Sample) -> None:
        account, terms = self.account, self.terms
        full = terms.max_memory_bytes is not None and sample.rss_bytes > terms.max_memory_bytes
        spent = terms.max_kwh is not None and account.joules >= terms.max_kwh * 3.6e6
        if account.stop_at is None or account.kill_at is None:
            raise AssertionError("a stop has its times")
        account.kill_at = min(account.kill_at, now if full or spent else account.kill_at)
        alone_until = account.stop_at + TOLD_FIRST * (account.kill_at - account.stop_at)
        if now >= account.kill_at:
            account.killed = True
            send(sample.pids, signal.SIGKILL)
        elif not account.all_told and (account.status is not None or now >= alone_until):
            account.all_told = True
            send([pid for pid in sample.pids if pid != account.root], signal.SIGTERM)

    def _note(self, now: float) -> None:
        self.board.write(self.account)
        self.board.beat = now
        patience = self.terms.patience_seconds
        if patience is not None and self.board.improved == 0 and self.account.seconds >= patience:
            self.teller.say_once(
                f"no line has matched {self.terms.pattern!r} yet, so patience has not begun."
            )
        if now >= self._next_journal:
            self._next_journal = now + JOURNAL_EVERY
            try:
                self._keep()
            except WorkspaceError as error:
                self.teller.say_once(f"the cost so far could not be kept: {error.message}")

    def _wait(self, sample: Sample) -> float:
        account, limit = self.account, self.terms.max_memory_bytes
        if account.killed:
            return SHORTEST
        due = account.began + self.terms.limit_seconds - self.terms.grace_seconds
        if account.phase is Phase.STOPPING and account.kill_at is not None:
            due = account.kill_at
        return pause_before_next(self._clock(), due, None if limit is None else limit - sample.rss_bytes)
