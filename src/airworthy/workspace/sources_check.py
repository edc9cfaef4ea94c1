"""A test of every source before anything depends on it: what is wrong, and who should be asked."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from airworthy.adapters.sources import SourceKind, kind_of
from airworthy.adapters.sources.probe import Probe, prober_of
from airworthy.charter import check_columns
from airworthy.charter.model import Charter, Source
from airworthy.charter.parse import load_charter
from airworthy.data.source import OpenedSource, open_source
from airworthy.kernel.errors import AirworthyError
from airworthy.kernel.ports import Progress
from airworthy.kernel.units import format_duration
from airworthy.workspace.place import charter_path
from airworthy.workspace.sources import Known, known

SLOW_SECONDS = 10.0
SKEW_SECONDS = 60.0
"""Two clocks that differ by more put rows into the wrong hour, and make logins fail."""
ANSWERABLE = ("owner", "purpose", "legal_basis")


@dataclass(frozen=True)
class Wrong:
    """One fault: what it is, and what to do."""

    what: str
    remedy: str


@dataclass
class Checked:
    """One source as it was found."""

    source: Source
    saw: str = ""
    seconds: float = 0.0
    columns: Sequence[str] | None = None
    wrong: list[Wrong] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def blank(self) -> list[str]:
        """What nobody declared."""
        return [name for name in ANSWERABLE if not getattr(self.source, name)]

    def as_json(self) -> dict[str, object]:
        return {
            "source": self.source.name,
            "kind": str(kind_of(self.source)),
            "place": self.source.place,
            "owner": self.source.owner,
            "ask": self.source.owner if self.wrong else None,
            "saw": self.saw,
            "seconds": round(self.seconds, 3),
            "wrong": [{"what": one.what, "remedy": one.remedy} for one in self.wrong],
            "notes": self.notes,
            "not_declared": self.blank,
        }


@dataclass(frozen=True)
class SourcesCheck:
    """All sources, and columns that the charter names and no table has.

    Names are compared only where all tables could be looked into: `unseen` are the others.
    """

    sources: tuple[Checked, ...]
    charter: tuple[Wrong, ...]
    unseen: tuple[str, ...]

    @property
    def fit(self) -> bool:
        return not self.charter and not any(one.wrong for one in self.sources)

    def as_json(self) -> dict[str, object]:
        return {
            "fit": self.fit,
            "sources": [one.as_json() for one in self.sources],
            "columns_not_compared": list(self.unseen),
            "charter": [{"what": one.what, "remedy": one.remedy} for one in self.charter],
        }


def check_sources(place: Path, progress: Progress) -> SourcesCheck:
    """Test every source of a charter: reachable, readable, as expected, with the columns that are named."""
    charter = load_charter(charter_path(place))
    found = []
    with progress.stage("Check the sources", total=len(charter.sources)) as stage:
        for source in charter.sources:
            found.append(_checked(source, charter))
            stage.advance(1, source.name)
    unseen = tuple(one.source.name for one in found if one.columns is None)
    return SourcesCheck(tuple(found), () if unseen else _named_columns(charter, found), unseen)


def _checked(source: Source, charter: Charter) -> Checked:
    checked, began = Checked(source), time.monotonic()
    if source.remote:
        _without_error(checked, lambda: _looked(checked, prober_of(source)(source, charter)))
        _without_error(checked, lambda: _landed(checked, known(source, charter), charter))
    else:
        _without_error(checked, lambda: _opened(checked, open_source(source, charter)))
    checked.seconds = time.monotonic() - began
    if checked.seconds > SLOW_SECONDS:
        checked.notes.append(f"slow: looking at it took {format_duration(checked.seconds)}")
    return checked


def _without_error(checked: Checked, look: Callable[[], None]) -> None:
    try:
        look()
    except AirworthyError as error:
        checked.wrong.append(Wrong(error.message, error.remedy))


def _looked(checked: Checked, probe: Probe) -> None:
    source = checked.source
    checked.saw = probe.saw
    if kind_of(source) is SourceKind.DATABASE:  # an interface's first page may lack a field
        checked.columns = [source.rename.get(name, name) for name in probe.columns]
    if source.rows is not None and probe.rows is not None and probe.rows != source.rows:
        checked.wrong.append(
            Wrong(
                f"There are {probe.rows:,} rows; the charter expects {source.rows:,}.",
                "Find out which rows came or went, or correct sources.rows in airworthy.toml.",
            )
        )
    skew = probe.ahead_seconds
    if skew is not None and abs(skew) > SKEW_SECONDS:
        side = "ahead of" if skew > 0 else "behind"
        checked.wrong.append(
            Wrong(
                f"Its clock is {format_duration(abs(skew))} {side} this machine's.",
                "Set both clocks by a time server: rows near the moment of decision would be misjudged.",
            )
        )


def _landed(checked: Checked, now: Known, charter: Charter) -> None:
    """What was fetched last is what a run reads, so it is opened too."""
    if now.landed is None or now.stale:
        way = "" if checked.wrong else f": airworthy sources fetch {checked.source.name}"
        checked.notes.append(now.sentence() + way)
        return
    checked.notes.append(now.sentence())
    opened = open_source(checked.source, charter)
    checked.columns = opened.frame.columns


def _opened(checked: Checked, opened: OpenedSource) -> None:
    checked.columns = opened.frame.columns
    report = opened.report
    checked.saw = f"{report.rows:,} rows, {report.columns:,} columns"
    if report.quarantined:
        checked.notes.append(f"{report.quarantined:,} rows were set aside: see .airworthy/quarantine")
    if report.repeated:
        checked.notes.append(f"{report.repeated:,} rows stand in more than one file")


def _named_columns(charter: Charter, found: Sequence[Checked]) -> tuple[Wrong, ...]:
    columns = {one.source.name: list(one.columns) for one in found if one.columns is not None}
    try:
        check_columns(charter, columns)
    except AirworthyError as error:
        return (Wrong(error.message, error.remedy),)
    return ()
