"""After the last process: keep the cost, stop the bill, tell the sum. Each step once, whoever does it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress

from airworthy.guarding.account import ASKED, Account, Phase
from airworthy.guarding.board import Board
from airworthy.guarding.boottime import boottime
from airworthy.guarding.tell import Teller, say
from airworthy.guarding.terms import Terms
from airworthy.kernel.errors import WorkspaceError
from airworthy.kernel.units import format_duration, format_size

THEN_SECONDS = 300.0
"""How long the command of --then may take."""


def finish(terms: Terms, account: Account, board: Board, teller: Teller, keep: Callable[[], None]) -> None:
    """Go through the phases that are left; the board tells the next guardian where this one came to."""
    if account.phase in (Phase.STARTING, Phase.RUNNING, Phase.STOPPING):
        account.phase = Phase.GONE
        board.write(account)
    if account.phase is Phase.GONE:
        try:
            keep()
            account.kept = True
        except WorkspaceError as error:
            say(f"the cost could not be kept, so it stands here only: {error.message} {error.remedy}")
        account.phase = Phase.KEPT
        board.write(account)
    if account.phase is Phase.KEPT:
        if terms.then is not None and _was_wanted(account):
            account.then_code = run_then(terms.then, board)
        if not terms.quiet:
            for line in summary(terms, account):
                say(line)
        teller.wait()
        account.phase = Phase.DONE
        board.write(account)


def _was_wanted(account: Account) -> bool:
    """Whether the work is over; what could not be executed is a slip that a person corrects first."""
    return account.error is None or account.reason is not None


def run_then(command: str, board: Board) -> int:
    """Exit code of the command that ends the bill; 124 when it took too long, as `timeout` says it."""
    say(f"now: {command}")
    process = subprocess.Popen(["/bin/sh", "-c", command], start_new_session=True)
    end = boottime() + THEN_SECONDS
    while boottime() < end:
        board.beat = boottime()
        with suppress(subprocess.TimeoutExpired):
            code = process.wait(0.1)
            return code if code >= 0 else 128 - code
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    return 124


def summary(terms: Terms, account: Account) -> list[str]:
    """What a person reads in the end: how it ended, what it used, what was wasted, what still costs."""
    if not _was_wanted(account):
        return [f"{_how(terms, account)} Check that its first line names an interpreter that exists."]
    lines = [_how(terms, account), f"used {_used(terms, account)}."]
    if account.idle_seconds >= 1:
        wasted = terms.money(account.idle_seconds)
        cost = "" if wasted is None else f": {terms.price(wasted)}"
        lines.append(
            f"idle for {format_duration(account.idle_seconds)} of {format_duration(account.seconds)}{cost}."
        )
    if account.left:
        pids = ", ".join(map(str, account.left))
        lines.append(f"still running, and not ours to end: process {pids}. End it with: sudo kill -9 {pids}")
    if account.kept:
        lines.append(f"kept as {terms.id}; `airworthy spend` adds it up.")
    lines.extend(_bill(terms, account))
    return lines


def _how(terms: Terms, account: Account) -> str:
    if account.error is not None:
        return f"never started: {account.error}."
    if account.reason is None and account.status is None:
        return "the command ended; its exit code is unknown, for the guards that waited for it were killed."
    if account.reason is None:
        return f"the command ended with exit code {account.exit_code}."
    if account.reason == ASKED:
        return f"the command ended with exit code {account.exit_code}; what it left behind was stopped."
    force = "SIGKILL" if account.killed else "SIGTERM"
    return f"stopped at the limit of {limit_words(terms, account.reason)} by {force}."


def limit_words(terms: Terms, reason: str) -> str:
    """The limit that was reached, with its figure and unit."""
    return {
        "time": f"time, {format_duration(terms.max_seconds or 0)}",
        "cost": f"cost, {terms.price(terms.max_cost)}",
        "energy": f"energy, {terms.max_kwh or 0:.3g} kWh",
        "memory": f"memory, {format_size(terms.max_memory_bytes or 0)}",
        "idle": f"idleness, {format_duration(terms.idle_seconds or 0)}",
        "no improvement": f"patience, {format_duration(terms.patience_seconds or 0)} without improvement",
    }[reason]


def _used(terms: Terms, account: Account) -> str:
    spend = account.spend(terms)
    parts = [format_duration(spend.seconds)]
    if spend.money is not None:
        parts.insert(0, terms.price(spend.money))
    parts.append(f"{format_duration(spend.cpu_seconds)} of processor time")
    if spend.energy_kwh is not None:
        parts.append(f"{spend.energy_kwh:.3g} kWh ({spend.energy_source.partition(':')[0]})")
    parts.append(f"at most {format_size(spend.peak_memory_bytes)} of memory")
    return ", ".join(parts)


def _bill(terms: Terms, account: Account) -> list[str]:
    if terms.then is not None and _was_wanted(account):
        if account.then_code == 0:
            return [f"`{terms.then}` ended with exit code 0."]
        return [f"`{terms.then}` failed with exit code {account.then_code}: this machine may still cost."]
    if terms.rate_per_hour is None:
        return []
    rate = f"{terms.price(terms.rate_per_hour)}/h"
    how = "stopped" if account.reason else "ended"
    return [f"process {how}; this machine still costs {rate} until you stop it (--then COMMAND does)."]
