"""Any file that people keep tables in, as one Polars frame of plain types."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from airworthy.data.by_file import read_by_file
from airworthy.data.cells import Cells, Part
from airworthy.data.container import Opened, open_bytes
from airworthy.data.frame import plain
from airworthy.data.lexical import Note, refuse_mixed
from airworthy.data.quarantine import Tray, told_of_tray
from airworthy.data.read_csv import read_csv
from airworthy.data.read_excel import read_excel
from airworthy.data.read_json import read_json
from airworthy.data.written import Written, with_gaps
from airworthy.kernel.errors import InputError

TEXT = (".csv", ".tsv", ".tab", ".txt", ".psv", ".data", ".dat", "")
JSON = (".json", ".jsonl", ".ndjson")
PARQUET = (".parquet", ".pq")
EXCEL = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_KNOWN = "CSV, TSV, JSON lines, JSON, Parquet and Excel files are read, also inside .gz and .zip."
_FOREIGN = (
    (b"PK\x03\x04", "a workbook or zip archive"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF document"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
)


@dataclass(frozen=True)
class Read:
    """A frame (Int64, Float64, Boolean, String, Date, Datetime us), notes on its columns, and its form.

    `written` tells of each column in which reading changed something how it was written.
    """

    frame: pl.DataFrame
    notes: tuple[Note, ...]
    money: frozenset[str]
    form: str
    written: Mapping[str, Written] = field(default_factory=dict)


def read_file(path: Path, *, sheet: str | None = None) -> pl.DataFrame:
    """Read one table from a file.

    Text is typed by its values: numbers and dates where the whole column agrees, otherwise text ("007" stays
    text). Missing values are null. Infinite numbers stay, for the audit.

    Raises
    ------
    InputError
        On anything that cannot be read as a table, naming file, row, column, value and the way out.
    MissingExtra
        For Excel without the package fastexcel.
    """
    table = read_table(path, sheet=sheet)
    refuse_mixed(table.written, path.name)
    return table.frame


def read_table(path: Path, *, sheet: str | None = None, keep: Collection[str] = ()) -> Read:
    """As `read_file`, with the notes; columns in `keep` stay text where the file holds text.

    So do columns that mix decimal commas and decimal points: `refuse_mixed` is for whoever needs numbers.
    """
    return parse_table(open_bytes(path), sheet=sheet, keep=keep)


def parse_table(opened: Opened, *, sheet: str | None = None, keep: Collection[str] = ()) -> Read:
    """The table in bytes that were opened before (and digested)."""
    tray = Tray()
    cells = cells_of(opened, sheet, tray)
    return typed(cells, keep=keep, notes=told_of_tray(tray))


def cells_of(opened: Opened, sheet: str | None, tray: Tray) -> Cells:
    """The cells of one file; rows that cannot be read go to `tray`."""
    label = opened.label
    if opened.suffix in PARQUET:
        frame = _read_parquet(opened)
        return Cells(frame, "Parquet", (Part(label, range(1, frame.height + 1), unit="row"),))
    if opened.suffix in EXCEL:
        return read_excel(opened.data, label, sheet=sheet, tray=tray)
    if opened.suffix in JSON:
        _refuse_foreign(opened)
        return read_json(opened.data, label, tray=tray)
    if opened.suffix in TEXT:
        _refuse_foreign(opened)
        table = read_csv(opened.data, label, suffix=opened.suffix, tray=tray)
        form = f"text, {table.encoding}, delimiter {table.delimiter!r}"
        european = table.delimiter == ";"
        part = Part(label, table.lines, european=european)
        return Cells(table.frame, form, (part,), european, table.gaps, table.notes)
    raise InputError(f"{label} has an unknown ending ({opened.suffix}).", value=opened.suffix, remedy=_KNOWN)


def typed(cells: Cells, *, keep: Collection[str] = (), notes: Sequence[Note] = ()) -> Read:
    """The cells as values, each column of the type that all its values agree on."""
    found = read_by_file(cells, plain(cells.frame, cells.label, keep=keep, european=cells.european))
    told = (*cells.notes, *notes, *found.notes)
    return Read(found.frame, told, found.money, cells.form, with_gaps(found.written, cells.gaps))


def _read_parquet(opened: Opened) -> pl.DataFrame:
    try:
        return pl.read_parquet(io.BytesIO(opened.data))
    except (pl.exceptions.PolarsError, OSError) as error:
        told = str(error).splitlines()[0]
        raise InputError(
            f"{opened.label} cannot be read as Parquet: {told}.",
            value=opened.label,
            remedy="The file is damaged, cut off or of another kind; write it again.",
        ) from error


def _refuse_foreign(opened: Opened) -> None:
    for magic, kind in _FOREIGN:
        if opened.data.startswith(magic):
            raise InputError(
                f"{opened.label} holds {kind}, not text.",
                value=opened.suffix,
                remedy=f"Give it the ending of what it is, or export a table. {_KNOWN}",
            )
