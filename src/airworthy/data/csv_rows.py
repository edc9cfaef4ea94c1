"""The rows of delimited text: by a fast reader where their form is plain, line by line where it is not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from airworthy.data.quarantine import SetAside, Tray
from airworthy.data.structure import NEWLINE, QUOTE, first_ragged, has_blank_line, quotes_are_regular
from airworthy.kernel.errors import InputError

if TYPE_CHECKING:
    from _csv import Reader

_REPAIR = "Repair that line (a stray or unquoted separator is the usual cause), or export the file again."
_NEVER_CLOSED = " A quotation mark that is never closed does this too."
_MOST_FOOTERS = 10
_SENTENCE = re.compile(r"[^\W\d_][^\n]*[ :=]|^[-=*_#]{3,}|^(?:total|end|eof|sum|totaal|summe|gesamt)\b", re.I)
_SHOWN = 200


@dataclass(frozen=True)
class Rows:
    """Columns of text, and the line of the file on which each row begins."""

    frame: pl.DataFrame
    lines: Sequence[int]


@dataclass(frozen=True)
class Body:
    """A table's text from its header on. `above` counts the lines of the file before it.

    `cut` says that the file does not end with a line end.
    """

    utf8: bytes
    delimiter: str
    names: tuple[str, ...]
    label: str
    above: int = 0
    cut: bool = False


def read_rows(body: Body, tray: Tray) -> Rows:
    """All rows below the header, each with one field a name.

    A row of another width goes to `tray`. So does a footer, which is no row; empty fields too many at the end
    of a row hold nothing and are dropped.

    Raises `InputError` when the tray takes no broken rows, and when the last line is cut off.
    """
    width = len(body.names)
    regular = quotes_are_regular(body.utf8, body.delimiter)
    if not regular or (has_blank_line(body.utf8) and width > 1):
        return _Careful(body, tray).read()
    try:
        frame = pl.read_csv(
            body.utf8,
            separator=body.delimiter,
            schema=dict.fromkeys(body.names, pl.String),
            null_values=[""],
        )
    except pl.exceptions.PolarsError:
        return _Careful(body, tray).read()
    # A row with too few fields is filled with nulls, so it can only hide where the last column has one.
    if (
        width > 1
        and frame.height
        and frame[body.names[-1]].null_count()
        and first_ragged(body.utf8, body.delimiter, width)
    ):
        return _Careful(body, tray).read()
    return Rows(frame, _lines_of(body, frame.height))


def _lines_of(body: Body, rows: int) -> Sequence[int]:
    """The first line of each row, in a file whose quotes are regular and which has no blank lines."""
    if b'"' not in body.utf8:
        return range(body.above + 2, body.above + 2 + rows)
    data = np.frombuffer(body.utf8, np.uint8)
    ends = np.flatnonzero(data == NEWLINE)
    quotes = np.flatnonzero(data == QUOTE)
    rows_end = np.flatnonzero(np.searchsorted(quotes, ends) % 2 == 0)
    lines: list[int] = (rows_end + body.above + 2).tolist()
    return lines[:rows]


@dataclass
class _Careful:
    """Row by row with the standard library: slow, and right for stray quotation marks and broken rows.

    A quoted field may hold line ends only where its row then has the right form; else the mark was a stray
    one, and its line alone is broken.
    """

    body: Body
    tray: Tray
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    pending: list[tuple[int, list[str]]] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def read(self) -> Rows:
        # Not `splitlines`: it also splits at characters that end no line of a table.
        self.text = io.StringIO(self.body.utf8.decode("utf-8"), newline="").readlines()
        previous = csv.field_size_limit(max(len(self.body.utf8), 1))
        try:
            self._read_all()
        except csv.Error as error:
            line = self.body.above + len(self.lines) + 1
            said = f"{self.body.label}, behind line {line:,}: {error}."
            raise InputError(said, value=line, remedy=_REPAIR) from None
        finally:
            csv.field_size_limit(previous)
        self._end()
        width = len(self.body.names)
        columns: Sequence[Sequence[str]] = list(zip(*self.rows, strict=True)) or [()] * width
        named = zip(self.body.names, columns, strict=True)
        frame = pl.DataFrame({name: pl.Series(name, values, pl.String) for name, values in named})
        values = pl.col(pl.String)
        return Rows(frame.with_columns(pl.when(values != "").then(values).name.keep()), self.lines)

    def _read_all(self) -> None:
        at = next(self._records(0))[1]  # behind the header
        while at < len(self.text):
            for row, end in self._records(at):
                if not self._take(row, at, end):
                    self._wrong(at, self._one(at))
                    at += 1
                    break
                at = end

    def _records(self, at: int) -> Iterator[tuple[list[str], int]]:
        """Records from line `at` (0-based) on, each with the line behind it."""
        # `islice` would walk over all lines before this one, again for each broken row.
        reader = self._reader(self.text[line] for line in range(at, len(self.text)))
        for row in reader:
            yield row, at + reader.line_num

    def _reader(self, lines: Iterator[str], *, strict: bool = False) -> Reader:
        return csv.reader(lines, delimiter=self.body.delimiter, skipinitialspace=True, strict=strict)

    def _one(self, at: int) -> list[str]:
        """The fields of one line alone."""
        return next(self._reader(iter([self.text[at].rstrip("\r\n")])), [])

    def _take(self, row: list[str], at: int, end: int) -> bool:
        """Keep a row, or a blank line, that is as it should be."""
        width = len(self.body.names)
        if not row and width > 1:
            return True
        row = row or [""]
        if len(row) > width and not any(row[width:]):
            row = row[:width]
        if len(row) != width or not self._closed(at, end):
            return False
        self._keep(row, at)
        return True

    def _keep(self, row: list[str], at: int) -> None:
        self._flush()
        self.rows.append(row)
        self.lines.append(self.body.above + at + 1)

    def _literal(self, at: int) -> list[str]:
        """A line between tabs as it stands: tabs need no quotes, so the mark is a letter of the text."""
        fields = self.text[at].rstrip("\r\n").split("\t") if self.body.delimiter == "\t" else []
        return fields if len(fields) == len(self.body.names) else []

    def _closed(self, at: int, end: int) -> bool:
        """Whether each quotation mark that opens a field also closes it."""
        lines = self.text[at:end]
        if '"' not in lines[0] or (end - at == 1 and end < len(self.text)):
            return True  # an open mark would have taken the next line too
        try:
            next(self._reader(iter(lines), strict=True), None)
        except csv.Error as error:
            return end - at == 1 and "unexpected end" not in str(error)
        return True

    def _wrong(self, at: int, row: list[str]) -> None:
        if literal := self._literal(at):
            self._keep(literal, at)
            return
        self.pending.append((at, row))
        if len(self.pending) > _MOST_FOOTERS:
            self._flush()

    def _flush(self) -> None:
        """What is followed by a row is no footer."""
        for at, row in self.pending:
            self._broken(at, row)
        self.pending = []

    def _end(self) -> None:
        """Footers at the end; a last line that is cut off hides what is missing behind it."""
        last = len(self.text) - 1
        for at, row in self.pending:
            if self._is_footer(row):
                self.tray.leave_out(self._aside(at, "a footer", broken=False))
            elif at == last and self.body.cut and len(row) < len(self.body.names) and self.rows:
                raise self._error(at, row)
            else:
                self._broken(at, row)

    def _is_footer(self, row: list[str]) -> bool:
        filled = [value for value in row if value.strip()]
        few = len(filled) <= max(1, len(self.body.names) // 2) and len(row) < len(self.body.names)
        return bool(self.rows) and few and bool(_SENTENCE.search(filled[0]))

    def _broken(self, at: int, row: list[str]) -> None:
        error = self._error(at, row)
        reason = error.message.partition(": ")[2].rstrip(".")
        self.tray.broken(self._aside(at, reason, broken=True), error)
        self.tray.judge_early(len(self.text))

    def _aside(self, at: int, reason: str, *, broken: bool) -> SetAside:
        raw = self.text[at].rstrip("\r\n")
        line = self.body.above + at + 1
        return SetAside(self.body.label, line, reason, value=raw[:_SHOWN], raw=raw, broken=broken)

    def _error(self, at: int, row: list[str]) -> InputError:
        line, width = self.body.above + at + 1, len(self.body.names)
        if width == 1 and len(row) > 1:
            return InputError(
                f"{self.body.label}, line {self.body.above + 1} holds one name and line {line:,} has "
                f"{len(row):,} fields: line {self.body.above + 1} looks like a title.",
                value=line,
                remedy="Delete the lines above the column names, so that the names stand in line 1.",
            )
        if len(row) == width:
            told = "a quotation mark opens a field and is never closed"
        else:
            told = f"{len(row):,} field{'s' if len(row) != 1 else ''}, and the header has {width:,}"
        remedy = _REPAIR + (_NEVER_CLOSED if len(row) < width else "")
        return InputError(f"{self.body.label}, line {line:,}: {told}.", value=line, remedy=remedy)
