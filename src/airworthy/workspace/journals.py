"""Journals that guards leave behind: each is taken into the ledger once, whatever is killed meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airworthy.kernel.errors import AirworthyError, WorkspaceError
from airworthy.metering.accounts import Entry
from airworthy.metering.grid import Intensity
from airworthy.metering.journals import journal_entry
from airworthy.metering.spend import Spend

if TYPE_CHECKING:
    from airworthy.registry.registry import Registry


@dataclass
class Taken:
    """What became of some journals."""

    count: int = 0  # brought into the ledger by this call
    outside: list[Entry] = field(default_factory=list)  # still running, or refused by the ledger
    notes: list[str] = field(default_factory=list)


def take_journals(registry: Registry, journals: Iterable[Path], grid: Intensity | None = None) -> Taken:
    """Bring finished journals into the ledger, each once.

    The entry is written before the file goes, and an id that the ledger knows is not written again: a kill
    between the two leaves a file that the next call takes away.

    Parameters
    ----------
    grid : of the workspace, for the carbon of commands whose energy is known.
    """
    taken = Taken()
    for path in journals:
        try:
            document = json.loads(path.read_text("utf-8"))
            spend = _spend_of(document, grid)
            entry = journal_entry({**document, "spend": spend.as_json()})
        except FileNotFoundError:  # another `airworthy spend` took it
            continue
        except (OSError, ValueError, KeyError, TypeError, AirworthyError) as error:
            taken.notes.append(f"{path} cannot be read and is left where it is: {_words(error)}")
            continue
        if entry.running or not _recorded(registry, document, spend, taken):
            taken.outside.append(entry)
        else:
            path.unlink(missing_ok=True)
    return taken


def _words(error: Exception) -> str:
    return f"it has no {error}" if isinstance(error, KeyError) else str(error)


def _recorded(registry: Registry, document: Mapping[str, Any], spend: Spend, taken: Taken) -> bool:
    names = ("project", "person", "command", "outcome", "began", "ended")
    told = {name: str(document[name]) for name in names}
    try:
        taken.count += registry.record_command_spend(str(document["id"]), spend, **told)
    except WorkspaceError as error:  # read-only, or a full disk: it is shown all the same
        taken.notes.append(f"{document['id']} is not in the ledger yet: {error}")
        return False
    return True


def _spend_of(document: Mapping[str, Any], grid: Intensity | None) -> Spend:
    spend = Spend.from_json(document["spend"])
    if spend.carbon_g is None and spend.energy_kwh is not None and grid is not None:
        return replace(spend, carbon_g=grid.carbon_g(spend.energy_kwh))
    return spend
