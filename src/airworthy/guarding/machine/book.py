"""What must outlive the watch: the accounts, for its restart, and the cost of every reported tree."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from airworthy.guarding.boottime import boot_id
from airworthy.guarding.journal import Page, guarded_by, journal_path, write_page
from airworthy.guarding.machine.account import Booked, TreeAccount
from airworthy.guarding.machine.terms import MachineTerms
from airworthy.kernel.atomic import storage_error, write_atomic
from airworthy.kernel.clock import parse_rfc3339, rfc3339
from airworthy.kernel.errors import WorkspaceBusy, WorkspaceError
from airworthy.metering.spend import Spend

FORMAT = 1


class Book:
    """The files of one watch, below an `.airworthy` folder: `machine.json`, and a journal a reported tree."""

    def __init__(self, folder: Path, terms: MachineTerms) -> None:
        self._folder, self._terms = folder, terms
        self._path = folder / "machine.json"

    def read(self) -> tuple[float | None, list[TreeAccount]]:
        """When the last look was, and its trees; None where nothing is known of this start of the machine.

        A file that cannot be read is as none: everything is counted from now.
        """
        try:
            document = json.loads(self._path.read_text(encoding="utf-8"))
            if document["v"] != FORMAT or document["boot"] != boot_id():
                return None, []
            trees = [TreeAccount.from_json(tree) for tree in document["trees"]]
            return float(document["looked"]), trees
        except (OSError, ValueError, KeyError, TypeError):
            return None, []

    def write(self, looked: float, trees: list[TreeAccount], *, going: bool = True) -> None:
        """Keep the accounts, then the journals of those that were reported.

        Parameters
        ----------
        looked : `boottime` of the look.
        going : False when the watch ends: its journals are closed, and the next watch begins new ones.

        Raises `WorkspaceError` when the disk refuses.
        """
        unwritten: list[tuple[TreeAccount, Booked]] = []
        for tree in trees:
            if tree.reasons:
                self._turn_the_page(tree)
                unwritten.append((tree, tree.written))
                tree.written = _totals(tree)
        document = {
            "v": FORMAT,
            "boot": boot_id(),
            "looked": looked,
            "trees": [tree.as_json() for tree in trees],
        }
        try:
            write_atomic(self._path, json.dumps(document).encode(), mode=0o600)
            while unwritten:
                tree, _ = unwritten[-1]
                write_page(self._journal(tree), self.page(tree, None if going else _LEFT))
                unwritten.pop()
        except WorkspaceError:
            for tree, before in unwritten:
                tree.written = before
            raise

    def close(self, tree: TreeAccount, outcome: str) -> None:
        """Write the last page of a reported tree."""
        self._turn_the_page(tree)
        write_page(self._journal(tree), self.page(tree, outcome))

    def _journal(self, tree: TreeAccount) -> Path:
        return journal_path(self._folder, self.id_of(tree))

    def id_of(self, tree: TreeAccount) -> str:
        """Names a journal, the same after a restart: the ledger takes each id once."""
        return f"machine-{boot_id()[:8]}-{tree.root}-{tree.started:.0f}-{tree.part}"

    def _turn_the_page(self, tree: TreeAccount) -> None:
        """Where somebody closed the journal meanwhile, what follows goes into a new one."""
        if tree.written == Booked() or tree.written == tree.booked:
            return
        try:
            is_open = json.loads(self._journal(tree).read_text(encoding="utf-8"))["state"] == "running"
        except (OSError, ValueError, KeyError):
            is_open = False
        if not is_open:
            tree.booked = tree.written
            tree.part += 1

    def page(self, tree: TreeAccount, outcome: str | None) -> Page:
        """What the tree cost since its last closed journal."""
        terms, booked = self._terms, tree.booked
        began = parse_rfc3339(tree.first_seen_at) + timedelta(seconds=booked.seconds)
        return Page(
            id=self.id_of(tree),
            project=terms.project,
            person=tree.person,
            command=tree.command,
            began_at=rfc3339(began),
            spend=self.spend(tree, booked),
            outcome=outcome,
            guard=guarded_by((os.getpid(),), terms.grace_seconds, tree.first_seen, terms.rate_per_hour),
        )

    def spend(self, tree: TreeAccount, booked: Booked | None = None) -> Spend:
        """What the tree used, less what stands elsewhere already."""
        booked, terms = booked or Booked(), self._terms
        seconds = tree.seconds - booked.seconds
        return Spend(
            seconds=round(seconds, 3),
            cpu_seconds=round(tree.cpu_seconds - booked.cpu_seconds, 3),
            money=terms.money(seconds),
            currency=terms.currency,
            energy_kwh=None,  # what the machine draws cannot be told apart by tree
            energy_source="",
            carbon_g=None,
            peak_memory_bytes=tree.peak_memory_bytes,
            idle_seconds=round(tree.idle_seconds - booked.idle_seconds, 3),
        )


_LEFT = "reported; the watch ended while it ran"


def _totals(tree: TreeAccount) -> Booked:
    return Booked(tree.seconds, tree.cpu_seconds, tree.idle_seconds)


@contextmanager
def only_watch(folder: Path) -> Iterator[None]:
    """Inside the block no other watch uses this folder. Raises `WorkspaceBusy` where one does."""
    path = folder / "machine.lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stream = path.open("a+")
    except OSError as error:
        raise storage_error(error, path) from error
    with stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceBusy(
                f"Another `airworthy guard --machine` keeps its accounts in {folder}.",
                value=str(folder),
                remedy="Read them with `airworthy spend`, or stop the other watch first.",
            ) from None
        yield
