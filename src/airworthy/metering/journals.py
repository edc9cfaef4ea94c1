"""The cost of guarded commands, and of runs under way, as files: until the ledger has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from airworthy.kernel.clock import parse_rfc3339
from airworthy.kernel.errors import AirworthyError
from airworthy.metering.accounts import Entry, decimal, figures
from airworthy.metering.processes import read_process
from airworthy.metering.spend import Spend

FOLDER = "spend"


def journal_paths(home: Path) -> list[Path]:
    """The journals of a workspace, oldest first; `home` is its `.airworthy` folder."""
    return sorted((home / FOLDER).glob("*.json"))


def journal_entry(document: Mapping[str, Any]) -> Entry:
    """The entry that a journal holds.

    Raises `InputError`, `KeyError`, `TypeError` or `ValueError` for what is none.
    """
    spend = Spend.from_json(document["spend"])
    return Entry(
        kind="command",
        name=str(document["id"]),
        what=str(document["command"]),
        project=str(document["project"]),
        person=str(document["person"]),
        outcome=str(document["outcome"]),
        ended=parse_rfc3339(str(document["ended"])),
        idle_seconds=decimal(spend.idle_seconds),
        **figures(spend.as_json()),
        running=document["state"] == "running",
    )


def run_journal_path(home: Path, run: str) -> Path:
    """Where a run writes what it has cost so far."""
    return home / FOLDER / "runs" / f"{run}.json"


def _run_entry(document: Mapping[str, Any]) -> Entry:
    spend, process = document["spend"], read_process(int(document["pid"]))
    alive = process is not None and process.started == document["started"]
    return Entry(
        kind="run",
        name=str(document["run"]),
        what=f"run {document['run']}",
        project=str(document["project"]),
        person=str(document["person"]),
        outcome="running" if alive else "killed",
        ended=parse_rfc3339(str(document["time"])),
        **figures(spend),
        stages={name: decimal(seconds) or Decimal(0) for name, seconds in spend["stages"].items()},
        running=alive,
    )


def pending_runs(home: Path, known: frozenset[str] = frozenset()) -> list[Entry]:
    """Runs under way, and killed ones that the next run will close, unless their name is `known`."""
    found = (_read(path, _run_entry) for path in sorted((home / FOLDER / "runs").glob("*.json")))
    return [entry for entry in found if entry is not None and entry.name not in known]


def _read(path: Path, parse: Callable[[Mapping[str, Any]], Entry]) -> Entry | None:
    try:
        return parse(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AirworthyError):
        return None


def pending_entries(home: Path, known: frozenset[str] = frozenset()) -> list[Entry]:
    """Commands and runs whose name is not `known`; `airworthy spend` names files that cannot be read."""
    found = (_read(path, journal_entry) for path in journal_paths(home))
    commands = [entry for entry in found if entry is not None and entry.name not in known]
    return [*commands, *pending_runs(home, known)]
