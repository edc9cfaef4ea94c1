"""What stands among the rows of a sheet or text table and is none: blank rows, the header again, totals."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from airworthy.data.csv_rows import Rows
from airworthy.data.heading import is_value
from airworthy.data.quarantine import SetAside, Tray, as_line
from airworthy.kernel.errors import InputError

_AT = "__at__"
_MOST_TOTALS = 5
_MOST_ORDERS = 1_000
"""Rows that begin with a column's name at most, to be asked whether they are the names in another order."""
_TOTAL = re.compile(
    r"(?:grand |sub|sub-)?totals?|sum|average|mean|totaal|summe|gesamt|somme|suma|totale", re.IGNORECASE
)
_FOOTER = re.compile(
    r"\b(?:exported|generated|created|printed|rows?|records?|source|report|page|note|end of|copyright|"
    r"confidential|as of)\b|^[-=*_#(©]",
    re.IGNORECASE,
)


def leave_out_no_rows(rows: Rows, names: Sequence[str], tray: Tray, *, file: str, sheet: str = "") -> Rows:
    """The rows of the table alone, and only columns with a name or a value.

    Blank rows go in silence. A row that repeats every name, totals and remarks at the end go to the tray.

    Parameters
    ----------
    names
        As the table writes them, in the order of the columns: a blank one is "".

    Raises
    ------
    InputError
        When a row repeats the names in another order: the columns then change their meaning below it.
    """
    frame = rows.frame
    if frame.width > 1 and frame.height:
        reasons = {**_blank(frame), **_headers(frame, names, rows.lines, file), **_ends(frame)}
        for at, reason in sorted(reasons.items()):
            if reason:
                raw = as_line(frame.row(at))
                tray.leave_out(
                    SetAside(file, rows.lines[at], reason, value=raw, raw=raw, sheet=sheet, broken=False)
                )
        if reasons:
            keep = ~pl.int_range(frame.height, eager=True).is_in(list(reasons))
            frame = frame.filter(keep)
            lines = [line for line, kept in zip(rows.lines, keep, strict=True) if kept]
            rows = Rows(frame, lines)
    empty = [
        column.name
        for column, name in zip(frame.iter_columns(), names, strict=True)
        if not name.strip() and column.null_count() == frame.height
    ]
    kept = rows.frame.drop(empty) if frame.height and len(empty) < frame.width else rows.frame
    return Rows(kept, rows.lines)


def _blank(frame: pl.DataFrame) -> dict[int, str]:
    if not all(frame.null_count().row(0)):
        return {}
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return dict.fromkeys(blank.arg_true().to_list(), "")


def _headers(frame: pl.DataFrame, names: Sequence[str], lines: Sequence[int], file: str) -> dict[int, str]:
    """Rows that repeat the names: of files that were put one below the other."""
    if not all(names) or any(map(is_value, names)):
        return {}
    first = frame.to_series(0).str.strip_chars()
    likely = frame.with_row_index(_AT).filter(first.is_in(names))
    same = pl.all_horizontal(
        pl.col(column).str.strip_chars() == name for column, name in zip(frame.columns, names, strict=True)
    )
    found = dict.fromkeys(likely.filter(same)[_AT].to_list(), "the column names again")
    others = likely.filter(~same.fill_null(value=False))
    for at, *cells in others.iter_rows() if others.height <= _MOST_ORDERS else ():
        if {str(cell or "").strip() for cell in cells} == set(names):
            shown = as_line(cells)[:80]
            raise InputError(
                f"{file}, line {lines[at]:,}: the column names again, in another order ({shown}).",
                value=lines[at],
                remedy="Two tables stand in this file; split it there, and name both with a glob.",
            )
    return found


def _ends(frame: pl.DataFrame) -> dict[int, str]:
    """Totals and remarks in the last rows."""
    found: dict[int, str] = {}
    for at in range(frame.height - 1, max(0, frame.height - 1 - _MOST_TOTALS), -1):
        cells = frame.row(at)
        if any(cell is not None for cell in cells):
            reason = _reason(frame, at, cells)
            if not reason:
                break
            found[at] = reason
    return found


def _reason(frame: pl.DataFrame, at: int, cells: Sequence[str | None]) -> str:
    filled = [cell.strip() for cell in cells if cell is not None and cell.strip()]
    if frame.width > 2 and len(filled) == 1 and cells[0] is not None:
        set_apart = at > 0 and not any(frame.row(at - 1))
        return "a footer" if set_apart or _FOOTER.search(filled[0]) else ""
    if filled and _TOTAL.fullmatch(filled[0].rstrip(": ")) and len(filled) > 1:
        sparse = len(filled) * 2 <= frame.width
        return "a row of totals" if sparse or _adds_up(frame, at, cells) else ""
    return ""


def _adds_up(frame: pl.DataFrame, at: int, cells: Sequence[str | None]) -> bool:
    """Whether a cell holds the sum of the cells above it."""
    for column, cell in zip(frame.head(at).iter_columns(), cells, strict=True):
        total = pl.Series([cell]).cast(pl.Float64, strict=False)[0]
        above = column.cast(pl.Float64, strict=False)
        if total is not None and above.count() > 1 and abs(above.sum() - total) <= 1e-6 * max(1, abs(total)):
            return True
    return False
