"""What the door hands to the keeper, and how either starts or goes on with the work."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from airworthy.guarding.account import Account, Phase
from airworthy.guarding.board import Board
from airworthy.guarding.boottime import boottime
from airworthy.guarding.ending import finish
from airworthy.guarding.journal import write_journal
from airworthy.guarding.limits import Seen, must_stop
from airworthy.guarding.tell import Teller
from airworthy.guarding.terms import Terms
from airworthy.guarding.watch import Family, Watch
from airworthy.metering.processes import children_of

MARK = "AIRWORTHY_GUARD"
"""Stands in the environment of everything below a guard, so that survivors can be found."""


@dataclass(frozen=True)
class Order:
    """Terms, and where things are.

    Parameters
    ----------
    journal : its path.
    group : process group of the door, which the command joins: Ctrl-C, Ctrl-Z and the terminal are as without
        a guard.
    blocked : signals that whoever started the door had blocked.
    readers, writers : pipes for standard output and error where a pattern is read from them, else empty.
    to_error : what the command writes to standard output goes to standard error.
    door, keeper, last : pids of the guardians; 0 while there is none.
    """

    terms: Terms
    journal: str
    group: int
    blocked: tuple[int, ...]
    door: int
    readers: tuple[int, ...] = ()
    writers: tuple[int, ...] = ()
    to_error: bool = False
    keeper: int = 0
    last: int = 0

    def to_json(self) -> str:
        return json.dumps({**asdict(self), "terms": self.terms.as_json()})

    @classmethod
    def from_json(cls, text: str) -> Order:
        document: dict[str, Any] = json.loads(text)
        document["terms"] = Terms.from_json(document["terms"])
        for name in ("blocked", "readers", "writers"):
            document[name] = tuple(document[name])
        return cls(**document)


def carry_out(
    order: Order, board: Board, pause: Callable[[float], None], started: Callable[[], None]
) -> None:
    """From wherever the board says that the work stands to its end.

    Parameters
    ----------
    pause : waits so many seconds.
    started : called once the command runs.
    """
    account = board.read()
    if account.phase is Phase.STARTING:
        _start(order, account)
        board.write(account)
    started()
    carry_on(order, board, pause)


def carry_on(
    order: Order, board: Board, pause: Callable[[float], None], family: Family | None = None
) -> None:
    """The same of a command that has been started; `family` is what to watch where it is no descendant."""
    terms, account = order.terms, board.read()
    teller = Teller(terms)

    def keep() -> None:
        write_journal(Path(order.journal), terms, account, (order.door, order.keeper, order.last))

    if account.phase in (Phase.RUNNING, Phase.STOPPING):
        Watch(terms, account, board, teller, pause=pause, keep=keep, family=family).until_gone()
    finish(terms, account, board, teller, keep)


def _start(order: Order, account: Account) -> None:
    """Start the command; or, where a keeper died between the start and its note of it, go on with that."""
    account.phase = Phase.RUNNING
    for pid in children_of(os.getpid()):
        account.root = pid
        return
    stop = must_stop(order.terms, account, Seen(boottime(), 0.0, 0))
    if stop is not None:
        account.phase, account.reason = Phase.GONE, stop.reason
        account.seconds = boottime() - account.began
        account.error = "the limit was over before it could start"
        return
    out, err = order.writers or (2 if order.to_error else None, None)
    try:
        process = subprocess.Popen(
            order.terms.command,
            stdout=out,
            stderr=err,
            process_group=order.group if _group_lives(order.group) else 0,
            env={**os.environ, MARK: order.terms.id},
        )
    except OSError as error:
        account.phase, account.status = Phase.GONE, 127 if isinstance(error, FileNotFoundError) else 126
        account.error = f"{order.terms.command[0]}: {error.strerror}"
        return
    account.root = process.pid
    process.returncode = 0  # the watch waits for it, as for everything else; Popen must not


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True
