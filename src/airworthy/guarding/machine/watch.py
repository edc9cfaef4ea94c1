"""The watch of a machine: look, count, report once, and stop where that was declared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from airworthy.guarding.boottime import boottime
from airworthy.guarding.machine import judge
from airworthy.guarding.machine.account import Stage, TreeAccount
from airworthy.guarding.machine.book import Book
from airworthy.guarding.machine.forest import NO_GROUP, Forest, Moment, living
from airworthy.guarding.machine.look import Looker, Seen
from airworthy.guarding.machine.stop import ask_to_end, kill_all
from airworthy.guarding.machine.terms import MachineTerms, Rule
from airworthy.guarding.tell import Messenger
from airworthy.guarding.watch import STUCK_AFTER, TOLD_FIRST
from airworthy.kernel.clock import rfc3339
from airworthy.kernel.errors import WorkspaceError
from airworthy.kernel.units import format_duration
from airworthy.metering.gpu import Gpu
from airworthy.metering.processes import Process

WRITE_EVERY = 30.0
"""Seconds between accounts on disk: what a power cut may take from them."""
WHILE_STOPPING, WHILE_KILLING = 0.5, 0.1


@dataclass
class Tally:
    """What a watch did since it began."""

    looks: int = 0
    reported: int = 0
    stopped: int = 0


class MachineWatch:
    """Watches process trees.

    Parameters
    ----------
    book : keeps the accounts; what it holds of this start of the machine is gone on with.
    looker, gpu : where processes and GPUs are read.
    messenger : whom to tell.
    today : UTC, for labels only.
    clock : `boottime`, or a planted one.
    """

    def __init__(
        self,
        terms: MachineTerms,
        book: Book,
        looker: Looker,
        messenger: Messenger,
        today: Callable[[], datetime],
        gpu: Gpu | None = None,
        clock: Callable[[], float] = boottime,
    ) -> None:
        self._terms, self._book, self._looker, self._messenger = terms, book, looker, messenger
        self._today, self._clock = today, clock
        self._looked, trees = book.read()
        self.forest = Forest(terms.min_cpu, gpu, trees)
        self.tally = Tally()
        self._unwritten: list[TreeAccount] = []
        self._next_write = 0.0

    def look(self) -> float:
        """Look once and do what is due; return how many seconds may pass until the next look."""
        now = self._clock()
        self._take(self._moment(now))
        self.tally.looks += 1
        for tree in self.forest.trees:
            self._judge(tree, now)
        for tree in [tree for tree in self.forest.trees if tree.kill_at is not None]:
            self._go_on_stopping(tree, now)
        if now >= self._next_write:
            self.write()
        return self._wait()

    def _moment(self, now: float) -> Moment:
        before, self._looked = self._looked, now
        at = rfc3339(self._today())
        if before is None:
            return Moment(now, at, first=True)
        span = now - before
        slept = span > 3 * self._terms.look_seconds + 5
        return Moment(now, at, span=0.0 if slept else span, slept=span if slept else 0.0)

    def _take(self, moment: Moment) -> Mapping[int, Seen]:
        """Count a look, and close the accounts of what ended."""
        seen = self._looker.look()
        for ended in self.forest.take(seen, moment):
            if ended.reasons:
                self._end(ended)
        return seen

    def _find(self, tree: TreeAccount, now: float) -> tuple[list[Process], set[int]]:
        """What lives of a tree, and its process groups; none where it is over."""
        seen = self._take(Moment(now, rfc3339(self._today())))
        alive = living(tree, seen) if tree in self.forest.trees else []
        groups = {group for process in alive if (group := seen[process.pid].group) > NO_GROUP}
        return alive, groups - {other.group for pid, other in seen.items() if pid not in tree.members}

    def _judge(self, tree: TreeAccount, now: float) -> None:
        """Say each reason once, and begin to stop, also what was reported before the rule was to stop.

        It is written down before the first signal, for a restart goes on from there.
        """
        due = judge.reasons(self._terms, tree, now)
        new = [reason for reason in due if reason not in tree.reasons]
        tree.reasons += new
        self.tally.reported += bool(new)
        if due and self._terms.rule is Rule.STOP and tree.stage is Stage.WATCHED:
            tree.stage, tree.kill_at = Stage.STOPPING, now + self._terms.grace_seconds
            new = new or due
        if new:
            self.write()
        for reason in new:
            self._tell(tree, judge.report(self._terms, tree, reason, now))

    def _go_on_stopping(self, tree: TreeAccount, now: float) -> None:
        kill_at = tree.kill_at or now
        if tree.stage is Stage.STOPPING and now < kill_at:
            self._ask(tree, now >= kill_at - (1 - TOLD_FIRST) * self._terms.grace_seconds)
        elif tree.stage is Stage.STUCK:
            return
        elif now > kill_at + STUCK_AFTER and tree.stage is Stage.STOPPED:
            tree.stage = Stage.STUCK
            pids = ", ".join(map(str, tree.members))
            self._tell(tree, f"{judge.called(tree)} did not end: process {pids} hangs, or is another user's.")
        else:
            tree.stage = Stage.STOPPED
            kill_all(lambda: self._find(tree, now))

    def _ask(self, tree: TreeAccount, all_of_it: bool) -> None:
        """SIGTERM to each once: the root first, so that a trainer can save before its workers die."""
        alone = tree.root in tree.members and not all_of_it
        asked = [
            process
            for pid, process in tree.members.items()
            if tree.heard.get(pid) != process.started and (pid == tree.root or not alone)
        ]
        tree.heard |= {process.pid: process.started for process in asked}
        ask_to_end(asked)

    def _end(self, tree: TreeAccount) -> None:
        if tree.stage is Stage.STOPPING:
            tree.stage = Stage.STOPPED
        self.tally.stopped += tree.stage is Stage.STOPPED
        self._close(tree)
        how = "was stopped" if tree.stage is Stage.STOPPED else "ended"
        cost = f" at {self._terms.price(tree.seconds)}" if self._terms.rate_per_hour is not None else ""
        bill = ""
        if self._terms.rate_per_hour is not None:
            bill = f" This machine still costs {self._terms.price(3600)}/h until you stop it."
        self._tell(tree, f"{judge.called(tree)} {how} after {format_duration(tree.seconds)}{cost}.{bill}")

    def _close(self, tree: TreeAccount) -> None:
        try:
            self._book.close(tree, judge.outcome(tree))
        except WorkspaceError as error:
            self._unwritten.append(tree)
            self._complain(error)

    def write(self, *, going: bool = True) -> None:
        """Keep the accounts; a full disk is said, and holds nothing up."""
        self._next_write = self._clock() + WRITE_EVERY
        left, self._unwritten = self._unwritten, []
        for tree in left:
            self._close(tree)
        try:
            self._book.write(self._looked or 0.0, self.forest.trees, going=going)
        except WorkspaceError as error:
            self._complain(error)

    def _complain(self, error: WorkspaceError) -> None:
        self._messenger.say_once(f"the accounts could not be kept: {error.message}")

    def _tell(self, tree: TreeAccount, text: str) -> None:
        document: dict[str, object] = {"id": self._book.id_of(tree), "tree": self.describe(tree)}
        self._messenger.send(text, self._terms.project, document)

    def describe(self, tree: TreeAccount) -> dict[str, object]:
        """A tree for a program."""
        return {
            "process": tree.root,
            "command": tree.command,
            "person": tree.person,
            "processes": len(tree.members),
            "gpu_seconds": round(tree.gpu_seconds, 3),
            "gpus": tree.gpus,
            "memory_bytes": tree.rss_bytes,
            "reported": list(tree.reasons),
            "stage": tree.stage.value,
            "spend": self._book.spend(tree).as_json(),
        }

    @property
    def is_stopping(self) -> bool:
        """Whether SIGTERM was sent to something that still lives."""
        return any(tree.stage in (Stage.STOPPING, Stage.STOPPED) for tree in self.forest.trees)

    def _wait(self) -> float:
        stages = {tree.stage for tree in self.forest.trees}
        if Stage.STOPPED in stages:
            return WHILE_KILLING
        return WHILE_STOPPING if Stage.STOPPING in stages else self._terms.look_seconds
