"""What the reader of workbooks does not tell: hidden rows and merged cells, looked up in the file itself."""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_TAG = r"<(?:\w+:)?{name}\b([^>]*)>"
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_FILLED = re.compile(r'<(?:\w+:)?c r="([A-Z]+)\d+"[^>]*[^/]>')
_CELL = re.compile(r"([A-Z]+)(\d+)")
_MOST_BYTES = 1 << 29
"""Of one sheet's text: beyond it the sheet is left unasked."""


@dataclass(frozen=True)
class Looks:
    """Of one sheet: hidden rows, and cells of one column that are merged, as (column, first row, last row).

    Rows count from 1, columns from 0 at the first column that holds anything.
    """

    hidden: tuple[int, ...] = ()
    merged: tuple[tuple[int, int, int], ...] = ()


def looks_of_sheet(data: bytes, sheet: str) -> Looks:
    """Read them from an .xlsx file; of other workbooks nothing is known."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return Looks()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        text = _sheet_text(archive, sheet)
    hidden = (row for row in _tags(text, "row") if row.get("hidden") in ("1", "true") and "r" in row)
    ranges = [_column_range(cell.get("ref", "")) for cell in _tags(text, "mergeCell")]
    first = min(map(_column, re.findall(_FILLED, text)), default=0) if any(ranges) else 0
    merged = tuple((column - first, top, end) for column, top, end in filter(None, ranges))
    return Looks(tuple(int(row["r"]) for row in hidden), merged)


def _sheet_text(archive: zipfile.ZipFile, sheet: str) -> str:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return ""
    sheets = {tag.get("name"): tag.get("r:id") for tag in _tags(_text(archive, "xl/workbook.xml"), "sheet")}
    links = _tags(_text(archive, "xl/_rels/workbook.xml.rels"), "Relationship")
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    place = posixpath.normpath(posixpath.join("xl", targets.get(sheets.get(sheet), ""))).lstrip("/")
    return _text(archive, place) if place in names else ""


def _text(archive: zipfile.ZipFile, name: str) -> str:
    if archive.getinfo(name).file_size > _MOST_BYTES:
        return ""
    return archive.read(name).decode("utf-8", errors="replace")


def _tags(text: str, name: str) -> Iterator[Mapping[str, str]]:
    """The attributes of each tag of a name. Nothing is ever expanded or fetched, as a parser might."""
    for found in re.finditer(_TAG.format(name=name), text):
        yield {key: html.unescape(value) for key, value in _ATTRIBUTE.findall(found[1])}


def _column_range(ref: str) -> tuple[int, int, int] | None:
    """A range of one column and several rows.

    >>> _column_range("B3:B5"), _column_range("B3:C5")
    ((1, 3, 5), None)
    """
    cells = _CELL.findall(ref)
    if len(cells) != 2 or cells[0][0] != cells[1][0] or cells[0][1] == cells[1][1]:
        return None
    return _column(cells[0][0]), int(cells[0][1]), int(cells[1][1])


def _column(letters: str) -> int:
    """The place of a column by its letters.

    >>> _column("A"), _column("AB")
    (0, 27)
    """
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1
