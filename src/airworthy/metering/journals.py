"""What guards leave behind as files: the cost of a command until the ledger has it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from airworthy.kernel.clock import parse_rfc3339
from airworthy.kernel.errors import AirworthyError
from airworthy.metering.accounts import Entry
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
        seconds=_decimal(spend.seconds) or Decimal(0),
        cpu_seconds=_decimal(spend.cpu_seconds),
        money=_decimal(spend.money),
        currency=spend.currency or "",
        energy_kwh=_decimal(spend.energy_kwh),
        energy_source=spend.energy_source,
        carbon_g=_decimal(spend.carbon_g),
        peak_memory_bytes=spend.peak_memory_bytes,
        idle_seconds=_decimal(spend.idle_seconds),
        running=document["state"] == "running",
    )


def pending_entries(home: Path, known: frozenset[str] = frozenset()) -> list[Entry]:
    """Entries of journals whose id is not `known`; `airworthy spend` names those that cannot be read."""
    found: list[Entry] = []
    for path in journal_paths(home):
        try:
            entry = journal_entry(json.loads(path.read_text("utf-8")))
        except (OSError, ValueError, KeyError, TypeError, AirworthyError):
            continue
        if entry.name not in known:
            found.append(entry)
    return found


def _decimal(number: float | None) -> Decimal | None:
    return None if number is None else Decimal(repr(round(float(number), 9)))
