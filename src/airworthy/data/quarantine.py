"""Rows set aside while a table was read, each with its reason: read = kept + quarantined, always."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from airworthy.data.lexical import Note
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError
from airworthy.kernel.home import HOME

FOLDER = "quarantine"
HEADER = ("source", "file", "sheet", "row", "column", "value", "reason", "row_as_it_was")
_SHOWN = 60
_AT_LEAST = 10
"""Broken rows after which a reader may give up, however many the file has."""


@dataclass(frozen=True)
class SetAside:
    """One row of a file that is no row of the table.

    Attributes
    ----------
    row : its first line in a text file, its row in a sheet, or its number among the records; from 1.
    raw : the row as it was; cells of a sheet as one line of CSV.
    broken : it holds a row that cannot be read; else it never was one: a footer, or the header again.
    """

    file: str
    row: int
    reason: str
    column: str = ""
    value: str = ""
    raw: str = ""
    sheet: str = ""
    broken: bool = True


class Tray:
    """Takes what a reader cannot read, and refuses the table once that is more than a share of its rows.

    Parameters
    ----------
    most
        Share of broken rows that may be set aside. With 0 the first one refuses the table.

    >>> tray = Tray(0.5)
    >>> tray.broken(SetAside("a.csv", 3, "1 field for 2 columns"), InputError("a.csv, line 3"))
    >>> tray.judge(rows=9), tray.count
    (None, 1)
    """

    def __init__(self, most: float = 0.0) -> None:
        self.most = most
        self.rows: list[SetAside] = []
        self._broken = 0
        self._first: InputError | None = None

    @property
    def count(self) -> int:
        """Rows set aside, for whatever reason."""
        return len(self.rows)

    @property
    def broken_rows(self) -> int:
        """Rows of the table that were set aside."""
        return self._broken

    def broken(self, row: SetAside, error: InputError) -> None:
        """Set a broken row aside, or raise `error` where none may be."""
        if not self.most:
            raise error
        self._first = self._first or error
        self._broken += 1
        self.rows.append(row)

    def leave_out(self, row: SetAside) -> None:
        """Set aside what never was a row of the table."""
        self.rows.append(row)

    def judge(self, rows: int) -> None:
        """Raise the first error when more than the share of `rows` + broken rows is broken."""
        self._judge(rows, "")

    def judge_early(self, most_rows: int) -> None:
        """As `judge`, while a table of at most `most_rows` rows is still being read: reading on is idle."""
        if self._broken > _AT_LEAST:
            self._judge(most_rows, "At least ")

    def _judge(self, rows: int, least: str) -> None:
        whole = rows + self._broken
        if self._first is None or self._broken <= self.most * whole:
            return
        first = self._first
        told = "rows is broken" if self._broken == 1 else "rows are broken"
        raise InputError(
            f"{first.message} {least}{self._broken:,} of {whole:,} {told}; "
            f"at most {self.most:.2%} may be set aside.",
            value=first.value,
            remedy=f"{first.remedy} Or raise max_quarantined of this source.",
        )


def quarantine_file(folder: Path, source: str) -> Path:
    """Where the rows set aside of `source` lie, for the charter in `folder`."""
    return folder / HOME / FOLDER / f"{source}.csv"


def keep_quarantine(folder: Path, source: str, rows: Sequence[SetAside]) -> Path | None:
    """Write the rows set aside of one read, whole or not at all, and take away those of an earlier read."""
    path = quarantine_file(folder, source)
    if not rows:
        path.unlink(missing_ok=True)
        return None
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for row in rows:
        writer.writerow((source, row.file, row.sheet, row.row, row.column, row.value, row.reason, row.raw))
    write_atomic(path, text.getvalue().encode("utf-8", errors="backslashreplace"))
    return path


def told_of_tray(tray: Tray) -> list[Note]:
    """What was left out or set aside, one note a file and reason.

    >>> tray = Tray()
    >>> tray.leave_out(SetAside("a.csv", 9, "a footer", value="Total", broken=False))
    >>> [note.text for note in told_of_tray(tray)]
    ["row 9 left out: a footer ('Total')"]
    """
    groups: dict[tuple[str, str, str, bool], list[SetAside]] = {}
    for row in tray.rows:
        reason = "" if row.broken else row.reason
        groups.setdefault((row.file, row.sheet, reason, row.broken), []).append(row)
    notes = []
    for (file, sheet, _, broken), rows in groups.items():
        first, count = rows[0], len(rows)
        shown = f"{first.reason} ({first.value[:_SHOWN]!r})" if first.value else first.reason
        done = "set aside" if broken else "left out"
        which = (
            f"row {first.row:,} {done}" if count == 1 else f"{count:,} rows {done}, row {first.row:,} first"
        )
        notes.append(Note(f"{file}, sheet {sheet}" if sheet else file, f"{which}: {shown}"))
    return notes


def as_line(cells: Iterable[object], delimiter: str = ",") -> str:
    """Cells as one line of delimited text.

    >>> as_line(["a", None, "b,c"])
    'a,,"b,c"'
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="").writerow(
        ["" if cell is None else cell for cell in cells]
    )
    return text.getvalue()
