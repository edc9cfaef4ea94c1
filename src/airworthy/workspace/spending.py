"""What was spent in some workspaces: guards' journals go into the ledger, then everything is added up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from airworthy.kernel.clock import SystemClock
from airworthy.kernel.errors import AirworthyError, InputError
from airworthy.kernel.home import HOME
from airworthy.kernel.ports import Clock
from airworthy.metering.accounts import Entry
from airworthy.metering.grid import Intensity
from airworthy.metering.journals import journal_paths, pending_runs
from airworthy.metering.month import MonthLeft, left_of_month
from airworthy.serving.usage import ServingUse, serving_use
from airworthy.workspace.journals import take_journals
from airworthy.workspace.place import CHARTER

if TYPE_CHECKING:  # its package reads files with numpy at hand
    from airworthy.charter.model import Charter


@dataclass(frozen=True)
class Spent:
    """What one workspace, or several, spent."""

    entries: tuple[Entry, ...]
    budgets: tuple[MonthLeft, ...] = ()
    serving: tuple[Served, ...] = ()
    taken: int = 0  # journals that this call brought into the ledger
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Served:
    """What answering cost one version, and the grid that powered it, where it is declared."""

    project: str
    use: ServingUse
    grid: Intensity | None


@dataclass
class _Found:
    entries: list[Entry] = field(default_factory=list)
    taken: int = 0
    notes: list[str] = field(default_factory=list)


def spent_in(places: Sequence[Path], now: datetime, month: str | None = None) -> Spent:
    """What was spent in the workspaces of `places`, each counted once.

    Parameters
    ----------
    places : charters, or folders that hold `.airworthy`; there need be no charter.
    now : UTC; the month whose budget is looked at, unless `month` names one.
    month : `2026-11`; entries of other months are left out. None takes all.

    Raises `InputError` where nothing was ever run or guarded.
    """
    from airworthy.charter.spending import grid_of  # the charter's package takes 0.1 s to import

    clock = SystemClock()
    found = _Found()
    charters: dict[Path, Charter | None] = {}
    served: list[Served] = []
    for folder in dict.fromkeys(_folder(place) for place in places):
        charters[folder] = charter = _charter(folder, found)
        grid = None if charter is None else grid_of(charter.budget)
        found.notes += [] if charter is None else _old(charter, grid, now)
        _gather(folder, clock, found, grid)
        name = folder.name if charter is None else charter.name
        served += [Served(name, use, grid) for use in serving_use(folder / HOME) if use.predictions]
    entries = tuple(e for e in found.entries if month is None or e.month == month)
    budgets = _budgets(found.entries, charters.values(), month or f"{now:%Y-%m}")
    return Spent(entries, budgets, tuple(served), found.taken, tuple(found.notes))


def _folder(place: Path) -> Path:
    folder = (place.parent if place.is_file() else place).resolve()
    home = folder / HOME
    if not home.is_dir():
        raise InputError(
            f"Nothing was spent in {folder}: there is no {HOME} folder.",
            value=str(place),
            remedy="Name a folder in which `airworthy run` or `airworthy guard` was used.",
        )
    return folder


def _gather(folder: Path, clock: Clock, found: _Found, grid: Intensity | None) -> None:
    from airworthy.adapters.open_registry import DATABASE, create_registry, open_registry
    from airworthy.guarding.abandoned import finish_abandoned

    home = folder / HOME
    found.notes += [left.text for left in finish_abandoned(home)]
    journals = journal_paths(home)
    if not (home / DATABASE).exists() and not journals:
        return
    opened = open_registry if (home / DATABASE).exists() else create_registry
    registry = opened(home, clock)
    taken = take_journals(registry, journals, grid)
    kept = registry.spends()
    under_way = pending_runs(home, frozenset(entry.name for entry in kept))
    found.entries += [*kept, *taken.outside, *under_way]
    found.taken += taken.count
    found.notes += taken.notes


def _charter(folder: Path, found: _Found) -> Charter | None:
    """The charter beside the workspace, where there is one that can be read."""
    from airworthy.charter import load_charter

    if not (folder / CHARTER).is_file():
        return None
    try:
        return load_charter(folder / CHARTER)
    except AirworthyError as error:
        found.notes.append(f"Its monthly budget is not looked at: {error}")
        return None


def _old(charter: Charter, grid: Intensity | None, now: datetime) -> list[str]:
    """Sentences about listed figures that have grown old."""
    from airworthy.charter.spending import price_of  # see above

    dated = (price_of(charter.budget), grid)
    return [note for figure in dated if figure is not None and (note := figure.note(now.date()))]


def _budgets(
    entries: Iterable[Entry], charters: Iterable[Charter | None], month: str
) -> tuple[MonthLeft, ...]:
    declared = {c.name: c.budget.monthly for c in charters if c is not None and c.budget.monthly is not None}
    every = list(entries)
    return tuple(left_of_month(every, name, limit, month) for name, limit in sorted(declared.items()))
