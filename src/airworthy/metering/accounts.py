"""Adding up what was spent, by project, month, person or stage: exactly, and never two currencies in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

DIGITS = 9
"""Decimals kept of a figure: a millionth of a cent is spent in no time, and sums stay exact."""
BETWEEN = "between stages"
"""What a run used outside its stages: starting, saving, writing the dossier."""


@dataclass(frozen=True)
class Entry:
    """What one run or one guarded command cost. Decimals, so that parts add up to their total exactly.

    What is None was not known; `currency` is "" without money.
    """

    kind: str  # "run" or "command"
    name: str  # of the run, or id of the guarded command
    what: str  # for people
    project: str
    person: str
    outcome: str
    ended: datetime  # UTC
    seconds: Decimal
    cpu_seconds: Decimal | None = None
    money: Decimal | None = None
    currency: str = ""
    energy_kwh: Decimal | None = None
    energy_source: str = ""
    carbon_g: Decimal | None = None
    peak_memory_bytes: int = 0
    idle_seconds: Decimal | None = None
    version: str = ""
    stages: Mapping[str, Decimal] = field(default_factory=dict)
    stage_kwh: Mapping[str, Decimal] = field(default_factory=dict)
    stage: str = ""  # where the entry is a part of a run
    running: bool = False  # still under way: the figures are those so far

    @property
    def month(self) -> str:
        """The calendar month, UTC, in which it ended: `2026-11`."""
        return self.ended.strftime("%Y-%m")

    @property
    def idle_money(self) -> Decimal | None:
        """What the idle part of the time cost; None where money or idleness is unknown."""
        if self.money is None or self.idle_seconds is None or not self.seconds:
            return None
        return _cut(self.money * self.idle_seconds / self.seconds)


def decimal(figure: float | str | None) -> Decimal | None:
    """A figure as it is added up: cut to `DIGITS` decimals. None where it is unknown, which text says by "".

    >>> decimal(0.1234567894), decimal("0.5"), decimal("")
    (Decimal('0.123456789'), Decimal('0.5'), None)
    """
    if figure is None or figure == "":
        return None
    return Decimal(figure if isinstance(figure, str) else repr(round(float(figure), DIGITS)))


def figures(record: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of an `Entry` that every record of spend has, in whatever form it was kept."""
    return {
        "seconds": decimal(record["seconds"]) or Decimal(0),
        "cpu_seconds": decimal(record["cpu_seconds"]),
        "money": decimal(record["money"]),
        "currency": str(record["currency"] or ""),
        "energy_kwh": decimal(record["energy_kwh"]),
        "energy_source": str(record["energy_source"]),
        "carbon_g": decimal(record["carbon_g"]),
        "peak_memory_bytes": int(record["peak_memory_bytes"]),
    }


class Group(StrEnum):
    """How entries are put together."""

    PROJECT = "project"
    MONTH = "month"
    PERSON = "person"
    STAGE = "stage"
    VERSION = "version"
    RUN = "run"


@dataclass(frozen=True)
class Line:
    """The sum of some entries; money by currency. `unpriced` and `unmetered` entries have no such figure."""

    key: str
    entries: int
    seconds: Decimal
    cpu_seconds: Decimal
    money: Mapping[str, Decimal]
    unpriced: int
    energy_kwh: Decimal
    estimated_kwh: Decimal
    unmetered: int
    carbon_g: Decimal
    uncounted_carbon: int
    idle_seconds: Decimal
    idle_money: Mapping[str, Decimal]


def lines(entries: Iterable[Entry], group: Group) -> list[Line]:
    """One line for each project, month, person, stage, version or run, in the order of its name."""
    members: dict[str, list[Entry]] = {}
    for entry in entries:
        for part in _stages(entry) if group is Group.STAGE else (entry,):
            members.setdefault(_KEYS[group](part), []).append(part)
    return [total(found, key) for key, found in sorted(members.items())]


_KEYS: Mapping[Group, Callable[[Entry], str]] = {
    Group.PROJECT: lambda entry: entry.project,
    Group.MONTH: lambda entry: entry.month,
    Group.PERSON: lambda entry: entry.person,
    Group.STAGE: lambda entry: entry.stage,
    Group.VERSION: lambda entry: entry.version or "no version",
    Group.RUN: lambda entry: entry.name,
}


def total(entries: Iterable[Entry], key: str = "") -> Line:
    """The sum of all of them."""
    found = list(entries)
    return Line(
        key=key,
        entries=len({(entry.kind, entry.name) for entry in found}),
        seconds=_sum(entry.seconds for entry in found),
        cpu_seconds=_sum(entry.cpu_seconds for entry in found),
        money=by_currency((entry.money, entry.currency) for entry in found),
        unpriced=sum(entry.money is None for entry in found),
        energy_kwh=_sum(entry.energy_kwh for entry in found),
        estimated_kwh=_sum(entry.energy_kwh for entry in found if "estimated" in entry.energy_source),
        unmetered=sum(entry.energy_kwh is None for entry in found),
        carbon_g=_sum(entry.carbon_g for entry in found),
        uncounted_carbon=sum(entry.carbon_g is None for entry in found),
        idle_seconds=_sum(entry.idle_seconds for entry in found),
        idle_money=by_currency((entry.idle_money, entry.currency) for entry in found),
    )


def by_currency(amounts: Iterable[tuple[Decimal | None, str]]) -> dict[str, Decimal]:
    """The sum of each currency, by its code: two currencies are never added.

    >>> by_currency([(Decimal("0.1"), "USD"), (Decimal("2"), "EUR"), (Decimal("0.2"), "USD"), (None, "")])
    {'EUR': Decimal('2'), 'USD': Decimal('0.3')}
    """
    found: dict[str, Decimal] = {}
    for amount, currency in amounts:
        if amount is not None:
            found[currency] = found.get(currency, Decimal(0)) + amount
    return dict(sorted(found.items()))


def _sum(figures: Iterable[Decimal | None]) -> Decimal:
    return sum((figure for figure in figures if figure is not None), Decimal(0))


def _cut(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("1e-9")).normalize()


def _stages(entry: Entry) -> list[Entry]:
    """The entry's parts. Money and carbon are shared by time and by energy; what is left is `BETWEEN`."""
    if entry.kind != "run":
        return [replace(entry, stage="guarded commands")]
    parts: list[Entry] = []
    left = entry
    for name, seconds in entry.stages.items():
        part = _part(entry, name, seconds, left)
        parts.append(part)
        left = _less(left, part)
    return [*parts, replace(left, stage=BETWEEN)] if left.seconds or not parts else parts


def _part(entry: Entry, name: str, seconds: Decimal, left: Entry) -> Entry:
    share = seconds / entry.seconds if entry.seconds else Decimal(0)
    kwh = entry.stage_kwh.get(name)
    if kwh is None and entry.energy_kwh is not None:
        kwh = min(_cut(entry.energy_kwh * share), left.energy_kwh or Decimal(0))
    carbon = None
    if entry.carbon_g is not None and entry.energy_kwh:
        carbon = _cut(entry.carbon_g * (kwh or Decimal(0)) / entry.energy_kwh)
    return replace(
        entry,
        stage=name,
        seconds=seconds,
        cpu_seconds=None if entry.cpu_seconds is None else _cut(entry.cpu_seconds * share),
        money=None if entry.money is None else _cut(entry.money * share),
        energy_kwh=kwh,
        carbon_g=carbon,
    )


def _less(left: Entry, part: Entry) -> Entry:
    def minus(whole: Decimal | None, piece: Decimal | None) -> Decimal | None:
        return whole if whole is None or piece is None else whole - piece

    return replace(
        left,
        seconds=left.seconds - part.seconds,
        cpu_seconds=minus(left.cpu_seconds, part.cpu_seconds),
        money=minus(left.money, part.money),
        energy_kwh=minus(left.energy_kwh, part.energy_kwh),
        carbon_g=minus(left.carbon_g, part.carbon_g),
    )
