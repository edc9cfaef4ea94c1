"""Any file that people keep tables in, as one Polars frame of plain types."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from airworthy.data.container import Opened, open_bytes
from airworthy.data.frame import plain
from airworthy.data.lexical import Note, refuse_mixed
from airworthy.data.read_csv import read_csv
from airworthy.data.read_excel import read_excel
from airworthy.data.read_json import read_json
from airworthy.data.written import Gaps, Written, with_gaps
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
    label, european = opened.label, False
    gaps: Mapping[str, Gaps] = {}
    told: tuple[Note, ...] = ()
    if opened.suffix in PARQUET:
        frame, form = _read_parquet(opened), "Parquet"
    elif opened.suffix in EXCEL:
        frame, form = read_excel(opened.data, label, sheet=sheet), "Excel"
    elif opened.suffix in JSON:
        _refuse_foreign(opened)
        frame, form = read_json(opened.data, label), "JSON"
    elif opened.suffix in TEXT:
        _refuse_foreign(opened)
        table = read_csv(opened.data, label, suffix=opened.suffix)
        frame, european, gaps, told = table.frame, table.delimiter == ";", table.gaps, table.notes
        form = f"text, {table.encoding}, delimiter {table.delimiter!r}"
    else:
        raise InputError(
            f"{label} has an unknown ending ({opened.suffix}).", value=opened.suffix, remedy=_KNOWN
        )
    typed = plain(frame, label, keep=keep, european=european)
    return Read(typed.frame, (*told, *typed.notes), typed.money, form, with_gaps(typed.written, gaps))


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
