"""The journal of one command: a file that says it began, what it used so far, and in the end what it cost."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from airworthy.guarding.account import Account, Phase
from airworthy.guarding.boottime import boot_id
from airworthy.guarding.terms import Terms
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.clock import parse_rfc3339, rfc3339
from airworthy.metering.processes import read_process
from airworthy.metering.spend import Spend

FORMAT = 1
_SECRET = re.compile(r"(?i)(pass|secret|token|(api|access|private)[-_]?key|credential)")
_LOGIN = re.compile(r"(?<=://)[^/@\s]*(?=@)")


def journal_path(folder: Path, id: str) -> Path:
    """Where the journal of one command lies below the `.airworthy` folder."""
    return folder / "spend" / f"{id}.json"


@dataclass(frozen=True)
class Page:
    """What stands in a journal, whoever guards.

    Parameters
    ----------
    began_at : UTC, a label.
    outcome : None while it runs.
    guard : who guards it, and how: what is needed to finish the journal when they died.
    """

    id: str
    project: str
    person: str
    command: str
    began_at: str
    spend: Spend
    outcome: str | None
    guard: Mapping[str, Any]


def write_page(path: Path, page: Page) -> None:
    """Write what is known now; a later call replaces it whole.

    `state` is "running" until there is an outcome, then "finished", and then nothing changes any more.

    Raises `WorkspaceError` when the disk refuses.
    """
    document: dict[str, Any] = {
        "v": FORMAT,
        "id": page.id,
        "state": "finished" if page.outcome else "running",
        "spend": page.spend.as_json(),
        "project": page.project,
        "person": page.person,
        "command": page.command,
        "outcome": page.outcome or "running",
        "began": page.began_at,
        "ended": _later(page.began_at, page.spend.seconds),
        "guard": dict(page.guard),
    }
    write_atomic(path, json.dumps(document, indent=1).encode(), mode=0o600)


def write_journal(path: Path, terms: Terms, account: Account, guardians: Sequence[int]) -> None:
    """Write the page of a wrapped command; `guardians` are the pids of those who guard it.

    Raises `WorkspaceError` when the disk refuses.
    """
    over = account.phase in (Phase.GONE, Phase.KEPT, Phase.DONE)
    limits = {
        "limit_seconds": None if terms.limit_seconds == float("inf") else terms.limit_seconds,
        "max_cost": terms.max_cost,
        "max_kwh": terms.max_kwh,
        "max_memory_bytes": terms.max_memory_bytes,
        "idle_seconds": terms.idle_seconds,
    }
    page = Page(
        id=terms.id,
        project=terms.project,
        person=terms.person,
        command=shown(terms.command),
        began_at=terms.began_at,
        spend=account.spend(terms),
        outcome=account.outcome if over else None,
        guard=guarded_by(guardians, terms.grace_seconds, account.began, terms.rate_per_hour) | limits,
    )
    write_page(path, page)


def guarded_by(
    guardians: Sequence[int], grace_seconds: float, began: float, rate_per_hour: float | None
) -> dict[str, Any]:
    """The part of a page that names the processes that guard, so that it is seen when all of them died."""
    return {
        "guardians": [[pid, started(pid)] for pid in guardians if pid],
        "grace_seconds": grace_seconds,
        "boot": boot_id(),
        "began_boottime": began,
        "rate_per_hour": rate_per_hour,
        "limit_seconds": None,
    }


def shown(command: Sequence[str]) -> str:
    """The command as it may be kept for years: values that look like secrets are left out.

    >>> shown(["python", "t.py", "--api-key=abc", "--token", "xyz", "--lr", "3"])
    'python t.py --api-key=*** --token *** --lr 3'
    >>> shown(["run", "--env", '{"KEY": "abc"}', "postgres://me:abc@host/db"])
    'run --env {…} postgres://***@host/db'
    """
    words: list[str] = []
    hide = False
    for word in command:
        name, equals, _ = word.partition("=")
        secret = bool(_SECRET.search(name))
        if hide:
            words.append("***")
        elif secret and equals:
            words.append(f"{name}=***")
        elif word.lstrip().startswith("{"):  # a JSON document, which may hold anything
            words.append("{…}")
        else:
            words.append(_LOGIN.sub("***", word))
        hide = not hide and secret and word.startswith("-") and not equals
    return " ".join(words)


def _later(began_at: str, seconds: float) -> str:
    """The end by the same clock that began it: the time of day may have been set since."""
    return rfc3339(parse_rfc3339(began_at) + timedelta(seconds=seconds)) if began_at else ""


def started(pid: int) -> float | None:
    """When a living process started, in the system's own unit; None when it is gone."""
    process = read_process(pid)
    return None if process is None else process.started
