"""From the options of `airworthy guard --machine` to its end: a signal, or one look with `--once`."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from airworthy.guarding.abandoned import finish_abandoned
from airworthy.guarding.boottime import boottime
from airworthy.guarding.machine.account import TreeAccount
from airworthy.guarding.machine.book import Book, only_watch
from airworthy.guarding.machine.judge import called
from airworthy.guarding.machine.look import Looker
from airworthy.guarding.machine.terms import MachineAsked, MachineTerms, Rule, agree_on_machine
from airworthy.guarding.machine.watch import MachineWatch
from airworthy.guarding.tell import Messenger, say
from airworthy.kernel.errors import InputError
from airworthy.kernel.home import HOME
from airworthy.kernel.units import format_duration
from airworthy.metering.gpu import Gpu

ENDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True)
class Watched:
    """What a watch saw and did.

    Parameters
    ----------
    ended_by : the signal that ended it; None after `--once`.
    """

    terms: MachineTerms
    watch: MachineWatch
    ended_by: int | None

    @property
    def exit_code(self) -> int:
        """0 when a service manager ended it, 130 after Ctrl-C; after one look 1 when a tree was reported."""
        if self.ended_by is None:
            return int(self.watch.tally.stopped > 0 or any(tree.reasons for tree in self.watch.forest.trees))
        return 130 if self.ended_by == signal.SIGINT else 0

    def lines(self, most: int) -> list[str]:
        """What one look saw, for people: the trees that used most first."""
        trees = sorted(self.watch.forest.trees, key=lambda tree: (-tree.cpu_seconds, tree.root))
        shown = [_line(tree) for tree in trees[:most]]
        return [*shown, f"… and {len(trees) - most} more trees; --json has them."] if trees[most:] else shown

    def as_json(self) -> dict[str, object]:
        """The JSON document of the command."""
        terms, tally = self.terms, self.watch.tally
        trees = sorted(self.watch.forest.trees, key=lambda tree: (-tree.cpu_seconds, tree.root))
        return {
            "rule": terms.rule.value,
            "allow_seconds": terms.allow_seconds,
            "idle_seconds": terms.idle_seconds,
            "rate_per_hour": terms.rate_per_hour,
            "looks": tally.looks,
            "reported": tally.reported,
            "stopped": tally.stopped,
            "trees": [self.watch.describe(tree) for tree in trees],
        }


def _line(tree: TreeAccount) -> str:
    used, held = format_duration(tree.cpu_seconds), format_duration(tree.gpu_seconds)
    reported = f", reported: {', '.join(tree.reasons)}" if tree.reasons else ""
    here = format_duration(tree.seconds)
    return f"{used:>12} of a core, {held:>8} of GPUs in {here}: {called(tree)}{reported}"


def watch_machine(
    asked: MachineAsked,
    place: Path,
    *,
    once: bool = False,
    quiet: bool = False,
    pids: Callable[[], Iterable[int]] | None = None,
    look_seconds: float | None = None,
) -> Watched:
    """Watch until a signal comes, or take one look, and end what it stopped.

    Parameters
    ----------
    place : a charter, or the folder beside which `.airworthy` lies; there need be no charter.
    pids : the processes that exist for this watch; all of the machine unless given.
    look_seconds : between two looks.

    Raises `WorkspaceBusy` when another watch uses the folder.
    """
    if sys.platform != "linux":
        raise InputError(
            "airworthy guard needs Linux.",
            value=sys.platform,
            remedy="Run it inside a Linux container or virtual machine.",
        )
    terms = agree_on_machine(asked, project=socket.gethostname())
    if look_seconds is not None:
        terms = replace(terms, look_seconds=look_seconds)
    home = (place.parent if place.is_file() else place) / HOME
    with only_watch(home):
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDS)
        messenger = Messenger(terms.webhook, terms.mail)
        watch = MachineWatch(
            terms,
            Book(home, terms),
            Looker(terms.rules, pids),
            messenger,
            lambda: datetime.now(UTC),
            Gpu.open(),
        )
        watch.look()
        for left in finish_abandoned(home):
            say(left.text)
        if not quiet:
            say(_agreed(terms, len(watch.forest.trees), once))
        if terms.idle_seconds is not None and watch.forest.gpu is None:
            say("no GPU is found here (NVML), so --idle finds nothing.")
        ended_by = _go_on(watch, once)
        watch.write(going=once)
        messenger.wait()
    return Watched(terms, watch, ended_by)


def _go_on(watch: MachineWatch, once: bool) -> int | None:
    wait = 0.0
    while not once or watch.is_stopping:
        if heard := _pause(wait):
            return heard
        wait = watch.look()
    return None


def _pause(seconds: float) -> int | None:
    end = boottime() + seconds
    heard = signal.sigtimedwait(ENDS, max(0.0, end - boottime()))
    return None if heard is None else heard.si_signo


def _agreed(terms: MachineTerms, trees: int, once: bool) -> str:
    """One line that says what was understood."""
    limits = []
    if terms.allow_seconds is not None:
        limits.append(f"{format_duration(terms.allow_seconds)} of a core or GPU")
    if terms.idle_seconds is not None:
        limits.append(f"{format_duration(terms.idle_seconds)} of holding a GPU without work")
    then = "stops" if terms.rule is Rule.STOP else "reports"
    whose = "every user" if terms.rules.user == 0 else f"user {os.environ.get('USER') or terms.rules.user}"
    look = "one look" if once else f"a look every {format_duration(terms.look_seconds)}"
    return f"watches {trees} process trees of {whose}; {then} each past {' or '.join(limits)}; {look}."
