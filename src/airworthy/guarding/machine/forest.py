"""Putting processes into trees that stay together when a parent dies, and counting what each tree uses."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from airworthy.guarding.journal import shown
from airworthy.guarding.machine.account import TreeAccount
from airworthy.guarding.machine.kinds import Kind, command_of
from airworthy.guarding.machine.look import Seen
from airworthy.guarding.terms import IDLE_SHARE
from airworthy.kernel.clock import parse_rfc3339, rfc3339
from airworthy.metering.gpu import Device, Gpu
from airworthy.metering.processes import Process
from airworthy.metering.tree import unclaimed

LONGEST_COMMAND = 200
"""Letters of another person's command that are kept: who it is, and not all that it was told."""
NO_GROUP = 1
"""Group 1 is init's, and 0 is what a container sees of every group outside of it: they tell nothing, and a
signal to either would reach everybody."""


@dataclass(frozen=True)
class Moment:
    """When a look was taken, and over how long it counts.

    Parameters
    ----------
    now : `boottime`.
    at : UTC, a label.
    span : seconds since the look before; 0 at the first, and after a sleep, in which nobody looked.
    slept : seconds of such a sleep.
    first : nothing is known of this start of the machine: what runs now is counted from now.
    """

    now: float
    at: str
    span: float = 0.0
    slept: float = 0.0
    first: bool = False


@dataclass
class Forest:
    """The trees that are watched. The topmost watched ancestor of a process is the root of its tree.

    Parameters
    ----------
    min_cpu : cores; a tree that uses less, and none of whose GPUs is busy, is idle.
    gpu : the GPUs of the machine, or None.
    """

    min_cpu: float
    gpu: Gpu | None = None
    trees: list[TreeAccount] = field(default_factory=list)
    _last: Mapping[int, Seen] = field(default_factory=dict)

    def take(self, seen: Mapping[int, Seen], moment: Moment) -> list[TreeAccount]:
        """Count one look; return the trees of which nothing lives any more. They leave `trees`."""
        homes = self._homes(seen, moment)
        members: dict[tuple[int, float], dict[int, Process]] = {tree.key: {} for tree in self.trees}
        for pid, tree in homes.items():
            members[tree.key][pid] = seen[pid].process
        foreign = self._ended_strangers(seen, homes)
        held = [] if self.gpu is None else [*zip(self.gpu.holders(), self.gpu.devices(), strict=True)]
        for tree in self.trees:
            mine = [device for pids, device in held if pids & members[tree.key].keys()]
            used = _count(tree, members[tree.key], foreign, moment)
            _remember_groups(tree, seen)
            self._count_gpus(tree, mine, used, moment)
        over = [tree for tree in self.trees if not living(tree, seen)]
        self.trees = [tree for tree in self.trees if living(tree, seen)]
        self._last = seen
        return over

    def _homes(self, seen: Mapping[int, Seen], moment: Moment) -> dict[int, TreeAccount]:
        """The tree of each watched process; new trees are begun."""
        known = {(pid, member.started): tree for tree in self.trees for pid, member in tree.members.items()}
        groups = {group: tree for tree in self.trees for group in tree.groups}
        homes: dict[int, TreeAccount] = {}
        spared: set[int] = set()
        for pid in _parents_first(seen):
            this = seen[pid]
            parent = this.process.parent
            if this.kind is Kind.SPARED or parent in spared:
                spared.add(pid)
            elif this.kind is Kind.WATCHED:
                tree = known.get((pid, this.process.started)) or homes.get(parent)
                if tree is None and _is_orphan(this, seen):
                    tree = next((groups[g] for g in (this.group, this.session) if g in groups), None)
                if tree is None and not this.dead:
                    tree = self._begin(this, moment)
                if tree is not None:
                    homes[pid] = tree
        return homes

    def _begin(self, root: Seen, moment: Moment) -> TreeAccount:
        """A new tree counts from the start of its root, or from the very first look."""
        process = root.process
        words = command_of(process.pid)
        age = 0.0 if moment.first else max(0.0, moment.now - process.started / os.sysconf("SC_CLK_TCK"))
        tree = TreeAccount(
            root=process.pid,
            started=process.started,
            command=shown(words)[:LONGEST_COMMAND] if words else root.name,
            person=_name_of(root.owner),
            first_seen=moment.now - age,
            first_seen_at=rfc3339(parse_rfc3339(moment.at) - timedelta(seconds=age)),
        )
        self.trees.append(tree)
        return tree

    def _ended_strangers(self, seen: Mapping[int, Seen], homes: Mapping[int, TreeAccount]) -> set[int]:
        """Members whose child in another tree, or under a guard, ended: they show its time as their own."""
        owners = {(pid, p.started): tree.key for tree in self.trees for pid, p in tree.members.items()}
        found = set()
        for pid, before in self._last.items():
            parent = before.process.parent
            if pid in seen or parent not in homes or parent not in self._last:
                continue
            if owners.get((pid, before.process.started)) != homes[parent].key:
                found.add(parent)
        return found

    def _count_gpus(self, tree: TreeAccount, mine: list[Device], used: float, moment: Moment) -> None:
        """Add the time in which it held GPUs, and that in which it held them, or ran at all, for nothing."""
        tree.gpus = len(mine)
        tree.gpu_seconds += tree.gpus * moment.span
        if not moment.span:
            tree.idle_since = None if tree.idle_since is None else tree.idle_since + moment.slept
        elif used >= self.min_cpu * moment.span or any((d.busy_share or 0.0) >= IDLE_SHARE for d in mine):
            tree.idle_since = None
        else:
            tree.idle_seconds += moment.span
            tree.idle_since = moment.now - moment.span if tree.idle_since is None else tree.idle_since


def _count(tree: TreeAccount, members: dict[int, Process], foreign: set[int], moment: Moment) -> float:
    """Bring the account up to date; return the processor time used since the look before."""
    tree.lost += unclaimed(tree.members, members)
    for pid in foreign & members.keys() & tree.members.keys():
        tree.lost -= members[pid].waited - tree.members[pid].waited
    total = tree.lost + sum(process.own + process.waited for process in members.values())
    if moment.first:
        tree.before = total
    before, tree.cpu_seconds = tree.cpu_seconds, max(tree.cpu_seconds, total - tree.before)
    tree.members = members
    if members:  # else it ended at some time since the look before
        tree.seconds = moment.now - tree.first_seen
    tree.rss_bytes = sum(process.rss_bytes for process in members.values())
    tree.peak_memory_bytes = max(tree.peak_memory_bytes, tree.rss_bytes)
    return tree.cpu_seconds - before


def _remember_groups(tree: TreeAccount, seen: Mapping[int, Seen]) -> None:
    """Groups of its members, and sessions that one of them began: its orphans are known by them."""
    ours = tree.members.keys() | set(tree.groups)
    here = [seen[pid] for pid in tree.members]
    groups = {one.group for one in here} | {one.session for one in here if one.session in ours}
    tree.groups = sorted(group for group in groups if group > NO_GROUP)


def _is_orphan(this: Seen, seen: Mapping[int, Seen]) -> bool:
    """Whether the parent is not who started it: whoever forks shares a session with the child at first.

    Who leads a group began it, and is no orphan of one: its number was given again.
    """
    parent = seen.get(this.process.parent)
    return this.group != this.process.pid and (parent is None or parent.session != this.session)


def _name_of(owner: int) -> str:
    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:  # of a container
        return str(owner)


def living(tree: TreeAccount, seen: Mapping[int, Seen]) -> list[Process]:
    """Members that can still do something."""
    return [process for pid, process in tree.members.items() if pid in seen and not seen[pid].dead]


def _parents_first(seen: Mapping[int, Seen]) -> Iterable[int]:
    """Pids in an order in which a parent comes before its children."""
    children: dict[int, list[int]] = {}
    for pid, this in seen.items():
        parent = this.process.parent
        children.setdefault(parent if parent in seen and parent != pid else 0, []).append(pid)
    waiting = list(children.get(0, ()))
    while waiting:
        pid = waiting.pop()
        yield pid
        waiting.extend(children.get(pid, ()))
