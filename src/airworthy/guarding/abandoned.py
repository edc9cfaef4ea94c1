"""Commands whose door and keeper were both killed: end what is past its limit, close the other journals."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from airworthy.guarding.boottime import boot_id, boottime
from airworthy.guarding.journal import started
from airworthy.guarding.order import MARK
from airworthy.guarding.orphans import send
from airworthy.kernel.atomic import write_atomic

LONGEST_GRACE = 10.0
"""Seconds that a command past its limit still gets: its own grace is over."""


@dataclass(frozen=True)
class Abandoned:
    """A command that nobody guarded any more, and what was done."""

    id: str
    command: str
    running: int  # processes left alone, for their limit is not reached
    stopped: int

    @property
    def text(self) -> str:
        """One line for a person."""
        if self.running:
            return (
                f"{self.id} lost its guard and still runs ({self.running} processes, {self.command}): "
                "only the next `airworthy guard` or `airworthy spend` here after its limit stops it."
            )
        done = f"{self.stopped} processes stopped" if self.stopped else "nothing of it runs any more"
        return f"{self.id} had lost its guard: {done}, its cost is kept ({self.command})."


def finish_abandoned(folder: Path) -> tuple[Abandoned, ...]:
    """Look through the journals of a workspace; those that a living guard keeps are left alone.

    Parameters
    ----------
    folder : the `.airworthy` folder.
    """
    found = []
    for path in sorted((folder / "spend").glob("*.json")):
        with suppress(OSError, ValueError):  # another guard moved it, or it is no journal of ours
            journal = json.loads(path.read_text(encoding="utf-8"))
            if journal.get("state") == "running" and not _is_guarded(journal["guard"]):
                found.append(_finish(path, journal))
    return tuple(found)


def _is_guarded(guard: dict[str, Any]) -> bool:
    same_boot = guard["boot"] == boot_id()
    return same_boot and any(started(pid) == since is not None for pid, since in guard["guardians"])


def _finish(path: Path, journal: dict[str, Any]) -> Abandoned:
    guard, spend, id = journal["guard"], journal["spend"], journal["id"]
    left = list(marked(id)) if guard["boot"] == boot_id() else []
    passed = boottime() - guard["began_boottime"]
    if left and (guard["limit_seconds"] is None or passed < guard["limit_seconds"]):
        return Abandoned(id, journal["command"], len(left), 0)
    if left:
        _end(id, min(guard["grace_seconds"], LONGEST_GRACE))
        seconds = boottime() - guard["began_boottime"]
        rate = guard["rate_per_hour"]
        spend = {
            **spend,
            "seconds": round(seconds, 3),
            "money": None if rate is None else seconds / 3600 * rate,
        }
    outcome = "stopped late: its guard was killed" if left else "lost: its guard was killed"
    closed = {**journal, "state": "finished", "spend": spend, "outcome": outcome}
    write_atomic(path, json.dumps(closed, indent=1).encode(), mode=0o600)
    return Abandoned(id, journal["command"], 0, len(left))


def _end(id: str, grace: float) -> None:
    send(marked(id), signal.SIGTERM)
    end = boottime() + grace
    while boottime() < end and any(marked(id)):
        time.sleep(0.1)
    for _ in range(100):
        left = list(marked(id))
        if not left:
            return
        send(left, signal.SIGKILL)
        time.sleep(0.02)


def marked(id: str) -> Iterator[int]:
    """Pids of living processes that the guard `id` started, wherever they hang now."""
    mark = f"{MARK}={id}".encode()
    for pid in _pids():
        with suppress(OSError):  # ended meanwhile, or another user's
            if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                yield pid


def _pids() -> Iterable[int]:
    return (int(name) for name in os.listdir("/proc") if name.isdigit())
