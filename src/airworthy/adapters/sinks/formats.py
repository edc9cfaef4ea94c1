"""The rows of a file as bytes and back: CSV, JSON lines, Parquet, Excel; keys as text, numbers as numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from airworthy.adapters.sinks.formula import guarded, unguarded
from airworthy.adapters.sinks.letter import Cell
from airworthy.kernel.errors import InputError, MissingExtra

Rows = list[tuple[Cell, ...]]
MOST_SHEET_ROWS = 1_048_575
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""When every workbook says that it was made: the same rows are the same bytes."""


def as_bytes(suffix: str, names: Sequence[str], rows: Rows, numeric: Sequence[bool]) -> bytes:
    """A table in the form of a file's ending; `numeric` says which columns are numbers."""
    writers: dict[str, Callable[[], bytes]] = {
        ".csv": lambda: _csv(names, rows),
        ".jsonl": lambda: _jsonl(names, rows),
        ".parquet": lambda: _parquet(names, rows, numeric),
        ".xlsx": lambda: _xlsx(names, rows),
    }
    return writers[suffix]()


def from_bytes(suffix: str, data: bytes, numeric: Sequence[bool]) -> tuple[list[str], Rows]:
    """The columns and rows that such bytes hold.

    Raises `ValueError` where they are not such a table.
    """
    readers: dict[str, Callable[[bytes], tuple[list[str], list[tuple[Any, ...]]]]] = {
        ".csv": _from_csv,
        ".jsonl": _from_jsonl,
        ".parquet": _from_parquet,
        ".xlsx": lambda data: _from_xlsx(data, numeric),
    }
    names, rows = readers[suffix](data)
    if rows and len(names) != len(numeric):
        raise ValueError(f"it has the columns {', '.join(names)}")
    return names, [tuple(_cell(*pair) for pair in zip(row, numeric, strict=True)) for row in rows]


def _cell(value: Any, number: bool) -> Cell:
    if value is None or value == "":
        return None
    return float(value) if number else str(value)


def _csv(names: Sequence[str], rows: Rows) -> bytes:
    text = io.StringIO()
    # Texts are quoted and numbers are not, so that "007" stays a text wherever quotes mean anything.
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(tuple(guarded(cell) if isinstance(cell, str) else cell for cell in row) for row in rows)
    return text.getvalue().encode("utf-8")


def _from_csv(data: bytes) -> tuple[list[str], list[tuple[Any, ...]]]:
    try:
        found = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if not found:
        raise ValueError("it is empty")
    return found[0], [tuple(map(unguarded, row)) for row in found[1:] if row]


def _jsonl(names: Sequence[str], rows: Rows) -> bytes:
    lines = (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode("utf-8")


def _from_jsonl(data: bytes) -> tuple[list[str], list[tuple[Any, ...]]]:
    found = [json.loads(line) for line in data.decode("utf-8").split("\n") if line.strip()]
    if not all(isinstance(row, dict) for row in found):
        raise ValueError("a line is no object")
    names = list(found[0]) if found else []
    return names, [tuple(row.get(name) for name in names) for row in found]


def _parquet(names: Sequence[str], rows: Rows, numeric: Sequence[bool]) -> bytes:
    import polars as pl  # takes 0.1 s: only this form and workbooks need it

    types = [pl.Float64 if number else pl.String for number in numeric]
    frame = pl.DataFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row")
    file = io.BytesIO()
    frame.write_parquet(file)
    return file.getvalue()


def _from_parquet(data: bytes) -> tuple[list[str], list[tuple[Any, ...]]]:
    import polars as pl  # as above

    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ValueError(str(error)) from error
    return frame.columns, frame.rows()


def _from_xlsx(data: bytes, numeric: Sequence[bool]) -> tuple[list[str], list[tuple[Any, ...]]]:
    import fastexcel  # as above

    try:
        # Read as text, a number would be cut to nine digits.
        types: dict[str | int, Any] = {
            place: "float" if number else "string" for place, number in enumerate(numeric)
        }
        frame = fastexcel.read_excel(data).load_sheet(0, dtypes=types).to_polars()
    except fastexcel.FastExcelError as error:
        raise ValueError(str(error)) from error
    return frame.columns, frame.rows()


def _xlsx(names: Sequence[str], rows: Rows) -> bytes:
    import xlsxwriter  # an extra, and `require_excel` was asked for it

    if len(rows) > MOST_SHEET_ROWS:
        raise InputError(
            f"A sheet takes {MOST_SHEET_ROWS:,} rows, and {len(rows):,} are to be written.",
            value=len(rows),
            remedy="Write .csv or .parquet, or a workbook a day: {date} in its name.",
        )
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    book.set_properties({"created": _EPOCH})
    sheet = book.add_worksheet("scores")
    bold = book.add_format({"bold": True})
    text = book.add_format({"num_format": "@", "quote_prefix": True})  # stays text when somebody edits it
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, bold)
    for place, row in enumerate(rows, 1):
        for column, cell in _written(row):
            if isinstance(cell, float):
                sheet.write_number(place, column, cell)
            else:
                sheet.write_string(place, column, cell, text)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(rows), len(names) - 1)
    book.close()
    return file.getvalue()


def _written(row: tuple[Cell, ...]) -> Iterator[tuple[int, float | str]]:
    return ((column, cell) for column, cell in enumerate(row) if cell is not None)


def require_excel() -> None:
    """Raises `MissingExtra` where workbooks cannot be written or read back."""
    for package in ("xlsxwriter", "fastexcel"):
        if find_spec(package) is None:
            raise MissingExtra(package, "excel")


def opened_by(path: Path) -> Path | None:
    """The mark that Excel or LibreOffice leaves beside a workbook while somebody has it open."""
    marks = (path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#"))
    return next((mark for mark in marks if mark.exists()), None)
