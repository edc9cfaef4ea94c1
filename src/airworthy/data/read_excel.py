"""Sheets of a workbook, cell by cell as text, so that their values are typed like those of other files."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.cells import Cells, Part
from airworthy.data.column_names import refuse_duplicates, with_names
from airworthy.data.csv_rows import Rows
from airworthy.data.heading import find_heading
from airworthy.data.lexical import Note
from airworthy.data.no_rows import leave_out_no_rows
from airworthy.data.quarantine import Tray
from airworthy.data.sheet_cells import dates_of_serials, fill_merged, plain_dates
from airworthy.data.together import together
from airworthy.data.workbook_xml import Looks, looks_of_sheet
from airworthy.kernel.errors import InputError, MissingExtra

if TYPE_CHECKING:
    import fastexcel

SHEET = "sheet"
"""The column that names the sheet of each row, where a pattern joins several."""

_LOOK = 200
_PATTERN = re.compile(r"[*?\[]")


def read_excel(data: bytes, label: str, *, sheet: str | None = None, tray: Tray | None = None) -> Cells:
    """Read one sheet, or with a pattern such as `20*` all that fit, one below the other.

    Titles above the names are left out; a merged heading is put together with the row below it.

    Raises `MissingExtra` without the package fastexcel, and `InputError` when the workbook is damaged, has
    several sheets and none is named, or a sheet has no rows.
    """
    try:
        import fastexcel  # an optional dependency
    except ImportError:
        raise MissingExtra("fastexcel", "excel") from None
    tray = tray or Tray()
    try:
        book = fastexcel.read_excel(data)
        chosen = _choose(book.sheet_names, sheet, label)
        tables = [_sheet(book, name, looks_of_sheet(data, name), label, tray) for name in chosen]
    except fastexcel.FastExcelError as error:
        told = str(error).splitlines()[0]
        raise InputError(
            f"{label} cannot be read as a workbook: {told}.",
            value=label,
            remedy="Open it in a spreadsheet and save it again as .xlsx or as CSV UTF-8.",
        ) from error
    if len(tables) == 1 and sheet in (None, *chosen):
        return tables[0]
    return together([_with_name(table) for table in tables])


def _choose(names: list[str], sheet: str | None, label: str) -> list[str]:
    if sheet is None and len(names) == 1:
        return names
    if sheet is None:
        raise InputError(
            f"{label} has {len(names)} sheets.",
            value=label,
            remedy=f'Name one with --sheet, or sheet = "..." in airworthy.toml: {listed(names)}. '
            '"*" reads all of them as one table.',
        )
    if sheet in names:
        return [sheet]
    chosen = [name for name in names if fnmatchcase(name, sheet)] if _PATTERN.search(sheet) else []
    if not chosen:
        raise InputError(
            f"{label} has no sheet {sheet}.",
            value=sheet,
            remedy=did_you_mean(sheet, names, f"It has: {listed(names)}."),
        )
    return chosen


def _sheet(book: fastexcel.ExcelReader, name: str, looks: Looks, label: str, tray: Tray) -> Cells:
    # `skip_rows=0` keeps blank rows above the table, so that row numbers are those of the sheet.
    found = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    place = f"{label}, sheet {name}"
    rows, names, notes = _below_heading(found.to_polars(), looks, place)
    if found.visible != "visible":
        notes.append(Note(place, "the sheet is hidden in the workbook, and was read"))
    hidden = [row for row in looks.hidden if row in rows.lines]
    if hidden:
        told = f"{len(hidden):,} rows are hidden (row {hidden[0]:,} first), and were read"
        notes.append(Note(place, told))
    rows = leave_out_no_rows(rows, names, tray, file=label, sheet=name)
    if not rows.frame.height:
        raise _no_rows(place, "a header and no")
    frame, told_dates = dates_of_serials(plain_dates(rows.frame), place)
    return Cells(frame, "Excel", (Part(label, rows.lines, name, "row"),), notes=(*notes, *told_dates))


def _below_heading(cells: pl.DataFrame, looks: Looks, label: str) -> tuple[Rows, tuple[str, ...], list[Note]]:
    if cells.height < 2:
        raise _no_rows(label, "a header and no" if cells.height else "no")
    look = [[str(cell or "").strip() for cell in row] for row in cells.head(_LOOK).iter_rows()]
    heading = find_heading(look)
    first = look[heading.titles]
    if len(first) > 2 and sum(map(bool, first)) <= 1 and heading.rows == 1:
        title = next(filter(None, first), "")
        raise InputError(
            f"{label}: the first row names 1 of {len(first)} columns ({title!r}), so it looks like a title.",
            value=title,
            remedy="Delete the rows above the column names, and split merged cells.",
        )
    names = with_names(heading.names)
    used = heading.titles + heading.rows
    cells, filled = fill_merged(cells, [merge for merge in looks.merged if merge[1] > used])
    notes = heading.told(look, label)
    if filled:
        notes.append(Note(label, f"{filled:,} cells took the value of those that they are merged with"))
    body = cells.slice(used)
    kept = [
        place for place, name in enumerate(heading.names) if name or body[:, place].null_count() < body.height
    ]
    refuse_duplicates([names[place] for place in kept], label)
    frame = pl.DataFrame([body[:, place].alias(names[place]) for place in kept])
    raw = tuple(heading.names[place] for place in kept)
    return Rows(frame, range(used + 1, used + 1 + body.height)), raw, notes


def _no_rows(label: str, what: str) -> InputError:
    return InputError(
        f"{label} has {what} rows.",
        value=label,
        remedy="Name another sheet or export it again with its rows.",
    )


def _with_name(table: Cells) -> Cells:
    """The table with a first column that names its sheet."""
    name = SHEET if SHEET not in table.frame.columns else f"{SHEET}_name"
    sheet = table.parts[0].sheet
    return replace(table, frame=table.frame.select(pl.lit(sheet).alias(name), pl.all()))
