"""The door: what a person started. It hires the keeper, passes signals on, and takes over when it dies."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
from pathlib import Path

from airworthy.guarding.account import Account, Phase
from airworthy.guarding.board import Board
from airworthy.guarding.boottime import boottime, own_start
from airworthy.guarding.journal import journal_path, write_journal
from airworthy.guarding.last import stand_by
from airworthy.guarding.order import Order, carry_out
from airworthy.guarding.orphans import adopt_orphans, bury, send
from airworthy.guarding.tee import Tee
from airworthy.guarding.terms import Terms
from airworthy.kernel.errors import InputError

TICK = 0.1
STILL_TICKS = 15
"""Ticks of the door without a beat after which a keeper counts as stopped; own ticks: both may have slept."""
FIRST_BEAT_TICKS = 300
FROM_KERNEL = 0x80  # SI_KERNEL: sent by the terminal, which the command heard itself
PASSED_ON = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
HEARD = {*PASSED_ON, signal.SIGCHLD}


def guard(terms: Terms, folder: Path, *, to_error: bool = False) -> Account:
    """Run a command under its terms; return its account once nothing of it runs any more.

    Parameters
    ----------
    folder : the `.airworthy` folder, whose `spend` holds the journals.
    to_error : send the command's standard output to standard error.

    Raises `WorkspaceError`, before anything starts, when the journal cannot be written.
    """
    if sys.platform != "linux":
        raise InputError(
            "airworthy guard needs Linux.",
            value=sys.platform,
            remedy="Run it inside a Linux container or virtual machine.",
        )
    journal = journal_path(folder, terms.id)
    account = Account(began=own_start())
    write_journal(journal, terms, account, (os.getpid(),))
    board = Board()
    board.write(account)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pipes = (os.pipe(), os.pipe()) if terms.pattern else ()
    order = Order(
        terms=terms,
        journal=str(journal.resolve()),
        group=os.getpgrp(),
        blocked=tuple(int(number) for number in blocked),
        door=os.getpid(),
        readers=tuple(reader for reader, _ in pipes),
        writers=tuple(writer for _, writer in pipes),
        to_error=to_error,
    )
    last, lifeline = stand_by(order, board)
    adopt_orphans()  # not before: the last guardian is to be nobody's child
    try:
        return Door(dataclasses.replace(order, last=last), board, lifeline).stand()
    finally:
        os.close(lifeline)


class Door:
    """Waits for the end, hears signals, and watches the keeper."""

    def __init__(self, order: Order, board: Board, lifeline: int) -> None:
        self._order, self._board, self._lifeline = order, board, lifeline
        self._tee = Tee.of(order, board)
        self._beat, self._still = 0.0, 0

    def stand(self) -> Account:
        """Return the account when the work is done, by the keeper or, without it, by this process."""
        if self._tee is not None:
            self._tee.start()
        keeper = self._hire()
        while keeper not in bury().codes:
            self.pause(TICK)
            if self._tee is not None and self._board.read().phase is not Phase.STARTING:
                self._tee.close_writers()
            if self._is_still():
                send([keeper], signal.SIGKILL)
        if self._board.read().phase is not Phase.DONE:
            carry_out(self._order, self._board, self.pause, self._command_runs)
        if self._tee is not None:
            self._tee.finish()
        return self._board.read()

    def _hire(self) -> int:
        """Start the keeper; the order goes through a pipe, for `ps` shows arguments to everybody."""
        reader, writer = os.pipe()
        ends = (*self._order.readers, *self._order.writers)
        mine = (self._board.descriptor, reader, self._lifeline, *ends)  # the keeper holds the lifeline too
        process = subprocess.Popen(
            [sys.executable, "-m", "airworthy.guarding.keeper", str(self._board.descriptor), str(reader)],
            pass_fds=mine,
            process_group=0,
        )
        os.close(reader)
        with os.fdopen(writer, "w") as stream:
            stream.write(self._order.to_json())
        process.returncode = 0  # `bury` waits for it
        return process.pid

    def _command_runs(self) -> None:
        if self._tee is not None:
            self._tee.close_writers()

    def _is_still(self) -> bool:
        """Whether the keeper showed no life for so long that this process must do its work."""
        beat = self._board.beat
        self._still = 0 if beat != self._beat else self._still + 1
        self._beat = beat
        return self._still >= (STILL_TICKS if beat else FIRST_BEAT_TICKS)

    def pause(self, seconds: float) -> None:
        """Wait, hearing signals: those that were sent to this process alone go on to the command."""
        end = boottime() + seconds
        while (left := end - boottime()) > 0:
            heard = signal.sigtimedwait(HEARD, left)
            if heard is None:
                return
            if heard.si_signo == signal.SIGCHLD:
                return
            if heard.si_code != FROM_KERNEL:
                self._pass_on(signal.Signals(heard.si_signo))
            else:
                self._ask_for_the_rest()

    def _pass_on(self, number: signal.Signals) -> None:
        account = self._board.read()
        if account.root is not None and account.status is None:
            send([account.root], number)
        if number == signal.SIGTERM or account.status is not None:
            self._board.asked = boottime()

    def _ask_for_the_rest(self) -> None:
        """Ctrl-C after the command ended: a person wants out, so what it left behind must end too."""
        if self._board.read().status is not None:
            self._board.asked = boottime()
