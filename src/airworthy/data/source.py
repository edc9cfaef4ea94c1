"""One declared source: opened, held against what the charter expects of it, read and typed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from airworthy.charter.model import Charter, Source, Task
from airworthy.data.cells import Cells
from airworthy.data.container import file_of
from airworthy.data.digest import logical_digest
from airworthy.data.lexical import Note, refuse_mixed
from airworthy.data.local_files import bytes_digest, landed_of, local_files
from airworthy.data.quarantine import Tray, keep_quarantine, told_of_tray
from airworthy.data.read import Read, typed
from airworthy.data.source_cells import cells_of_source
from airworthy.data.times import times_to_utc
from airworthy.data.together import repeated_rows
from airworthy.data.types import refuse_reserved
from airworthy.data.written import told_of
from airworthy.kernel.digest import PREFIX
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

_TEXT = (LogicalType.TEXT, LogicalType.CATEGORY, LogicalType.IDENTIFIER)


@dataclass(frozen=True)
class SourceReport:
    """One source as it was read. `digest` is of its table, `sha256` of the file's bytes.

    `rows` are those kept: read = rows + quarantined. `repeated` counts rows of a file that also stand in an
    earlier one, and are kept; of a remote source, rows that came more than once and were kept once. `path` is
    a place without secrets, `files` hold its rows.
    """

    name: str
    path: str
    rows: int
    columns: int
    digest: str
    sha256: str
    owner: str | None = None
    purpose: str | None = None
    legal_basis: str | None = None
    files: tuple[str, ...] = ()
    quarantined: int = 0
    repeated: int = 0
    fetched_at: str | None = None


@dataclass(frozen=True)
class OpenedSource:
    """A source's table in native types, times in UTC."""

    source: Source
    frame: pl.DataFrame
    report: SourceReport
    notes: tuple[Note, ...]
    money: frozenset[str]


def open_source(source: Source, charter: Charter) -> OpenedSource:
    """Read `source` and check its declared row count and file hash.

    Raises `InputError` when either differs, or when a column bears a reserved name.
    """
    paths = local_files(source, charter)
    sha256 = _check_hash(source, charter) if source.sha256 else None
    tray = Tray(source.max_quarantined)
    cells = cells_of_source(source, paths, _declared(source, charter), tray)
    kept = _judge(tray, cells, source, charter)
    repeated, overlap = repeated_rows(cells)
    told = (*told_of_tray(tray), *kept, *overlap)
    table = typed(cells, keep=_kept_text(source, charter), notes=told)
    refuse_mixed(table.written, cells.label)
    if sha256 is None:
        sha256 = bytes_digest(source, charter)
    refuse_reserved(table.frame.columns, f"The source {source.name}")
    frame, notes = times_to_utc(table.frame, source.zone)
    landed = landed_of(source, charter) if source.remote else None
    report = SourceReport(
        name=source.name,
        path=source.place,
        rows=frame.height,
        columns=frame.width,
        digest=logical_digest(frame),
        sha256=sha256,
        owner=source.owner,
        purpose=source.purpose,
        legal_basis=source.legal_basis,
        files=tuple(path.name for path in paths),
        quarantined=tray.count + (landed.quarantined if landed else 0),
        repeated=repeated + (landed.repeated if landed else 0),
        fetched_at=landed.fetched_at if landed else None,
    )
    return OpenedSource(source, frame, report, (*table.notes, *_made_alike(table), *notes), table.money)


def read_as(source: Source, charter: Charter, path: Path) -> pl.DataFrame:
    """A file as the charter reads this source, to be held beside what a run read of it; nothing is kept."""
    tray = Tray(source.max_quarantined)
    cells = cells_of_source(source, (path,), _declared(source, charter), tray)
    tray.judge(cells.frame.height)
    table = typed(cells, keep=_kept_text(source, charter))
    return times_to_utc(table.frame, source.zone)[0]


def _made_alike(table: Read) -> list[Note]:
    """Joined rows cannot be held against the file's cells any more, so a note says what reading changed."""
    noted = {note.column for note in table.notes}
    told = {name: told_of(record) for name, record in table.written.items() if name not in noted}
    return [Note(name, text) for name, text in told.items() if text]


def _judge(tray: Tray, cells: Cells, source: Source, charter: Charter) -> list[Note]:
    """Keep what was set aside, and refuse a source that is too broken or has another number of rows.

    Returns where the rows set aside lie, in words.
    """
    folder, rows = charter.path.parent, cells.frame.height + tray.broken_rows
    place = keep_quarantine(folder, source.name, tray.rows)
    tray.judge(cells.frame.height)
    if source.rows is not None and source.rows != rows:
        raise InputError(
            f"The source {source.name} has {rows:,} rows; the charter expects {source.rows:,}.",
            value=rows,
            remedy="Check that the file is complete, or correct sources.rows in airworthy.toml.",
        )
    if place is None:
        return []
    read = cells.frame.height + tray.count
    told = f"read {read:,} rows = {cells.frame.height:,} kept + {tray.count:,} set aside"
    return [Note(source.name, f"{told}: see {place.relative_to(folder).as_posix()}")]


def _check_hash(source: Source, charter: Charter) -> str | None:
    if not all(file_of(path).is_file() for path in local_files(source, charter)):
        return None  # open_bytes says what is there instead
    found, expected = bytes_digest(source, charter), str(source.sha256).lower()
    if found.removeprefix(PREFIX) != expected.removeprefix(PREFIX):
        raise InputError(
            f"The file of source {source.name} has the SHA-256 {found.removeprefix(PREFIX)}, and the charter "
            f"expects {expected.removeprefix(PREFIX)}.",
            value=found,
            remedy="Get the file that was agreed on, or correct sources.sha256 in airworthy.toml.",
        )
    return found


def _declared(source: Source, charter: Charter) -> dict[str, LogicalType]:
    """The types that the charter declares, by the names of the source's own columns."""
    prefix = next((join.prefix for join in charter.joins if join.source == source.name), "")
    types = charter.data.types.items()
    return {name.removeprefix(prefix): LogicalType(kind) for name, kind in types if name.startswith(prefix)}


def _kept_text(source: Source, charter: Charter) -> frozenset[str]:
    """Columns that stay as written: declared text, and the labels of a classification target."""
    declared = {name for name, kind in _declared(source, charter).items() if kind in _TEXT}
    prefix = next((join.prefix for join in charter.joins if join.source == source.name), "")
    target = charter.target.column
    if (
        charter.task in (Task.BINARY, Task.MULTICLASS)
        and charter.target.above is None
        and target.startswith(prefix)
    ):
        declared.add(target.removeprefix(prefix))
    return frozenset(declared)
