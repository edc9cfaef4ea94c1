"""Delimited text in the state in which people have it, into columns of text. Values are typed later."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from airworthy.data.column_names import is_number, refuse_duplicates, with_names
from airworthy.data.csv_rows import Body, read_rows
from airworthy.data.csv_top import find_top, quoted
from airworthy.data.damage import set_aside_damaged
from airworthy.data.delimiter import detect_below
from airworthy.data.encoding import to_utf8
from airworthy.data.heading import MOST_TITLES
from airworthy.data.lexical import Note
from airworthy.data.no_rows import leave_out_no_rows
from airworthy.data.quarantine import Tray
from airworthy.data.written import Gaps, most_first
from airworthy.kernel.errors import InputError

NULL_TOKENS = ("", "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "NULL", "null", "?", "\\N")
"""Spellings of "no value" in every column. `None` is not among them: it names a category too often."""

_LINE_BREAKS = b"\r\n"
_MARKUP = re.compile(rb"<(!--|!doctype|/?[a-z][a-z0-9]*[ />])")


@dataclass(frozen=True)
class TextTable:
    """Columns of text, null where the file says so, and what was found about the file's form.

    `gaps` tells of each column with words for "no value" which these are; `lines` is the line of the file on
    which each row begins.
    """

    frame: pl.DataFrame
    delimiter: str
    encoding: str
    gaps: Mapping[str, Gaps] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    lines: Sequence[int] = ()


def read_csv(data: bytes, label: str, *, suffix: str = ".csv", tray: Tray | None = None) -> TextTable:
    """Parse a delimited text table; every column is `String`.

    Delimiter (comma, semicolon, tab, pipe), encoding and the heading are found by content. Rows are never
    skipped, filled or cut: a row with too few or too many fields goes to `tray`, which without a tray is an
    error that names its line. What never was a row (titles, the header again, footers, blank lines) is left
    out, and said.

    Raises
    ------
    InputError
        For a file without names or rows, duplicate names, ragged rows, open quotation marks, NUL bytes,
        unknown encodings, and for web pages or JSON saved under the name of a table.

    >>> read_csv(b"a;b\\n1,5;x\\n", "a.csv").frame.row(0)
    ('1,5', 'x')
    """
    tray = tray or Tray()
    text = to_utf8(data, label, tolerant=bool(tray.most))
    whole = _unix_lines(text.utf8)
    body, told = _separator_line(_trimmed(whole))
    _refuse_documents(body, label)
    is_tabbed = suffix in (".tsv", ".tab") and b"\t" in body
    delimiter = told or ("\t" if is_tabbed else detect_below(body, MOST_TITLES))
    top = find_top(body, delimiter, label)
    if text.mark and any(text.mark in name for name in top.names):
        to_utf8(data, label)  # names with broken bytes are refused
    names = with_names(top.names)
    refuse_duplicates(names, label)
    above = top.above + whole.count(b"\n", 0, len(whole) - len(whole.lstrip(_LINE_BREAKS))) + bool(told)
    cut = not whole.endswith(b"\n")
    rows = read_rows(Body(top.utf8, delimiter, tuple(names), label, above, cut), tray)
    rows = set_aside_damaged(rows, text.mark, tray, label) if text.mark else rows
    rows = leave_out_no_rows(rows, top.names, tray, file=label)
    _refuse_empty(rows.frame, body, label)
    frame, gaps = without_words(_unindent(rows.frame))
    _refuse_missing_header(frame, label)
    return TextTable(frame, delimiter, text.encoding, gaps, top.notes, rows.lines)


def _refuse_empty(frame: pl.DataFrame, body: bytes, label: str) -> None:
    if frame.height:
        return
    raise InputError(
        f"{label} has a header and no rows: {quoted(body)}.",
        value=label,
        remedy="Export it again with its rows; if this line is a message, the download failed.",
    )


def _unix_lines(utf8: bytes) -> bytes:
    """Files of the old Mac end their lines with a bare carriage return."""
    return utf8.replace(b"\r", b"\n") if b"\r" in utf8 and b"\n" not in utf8 else utf8


def _trimmed(body: bytes) -> bytes:
    """Without blank lines at either end; a copy of a large file only where there are some."""
    blank = body[:1] in (b"\n", b"\r") or body.endswith((b"\n\n", b"\n\r\n"))
    return body.strip(_LINE_BREAKS) if blank else body


def _separator_line(body: bytes) -> tuple[bytes, str | None]:
    """Excel writes `sep=;` above the header for itself."""
    if not body[:4].lower().startswith(b"sep="):
        return body, None
    first, _, rest = body.partition(b"\n")
    told = first.rstrip(_LINE_BREAKS)[4:].decode("utf-8", errors="replace")
    return (rest, told) if len(told) == 1 else (body, None)


def _refuse_documents(body: bytes, label: str) -> None:
    if not body.strip():
        raise InputError(
            f"{label} holds only blank lines.", value=label, remedy="Export or download it again."
        )
    start = body[:2000].lstrip().lower()
    if start.startswith(b"<?xml") or _MARKUP.match(start):
        kind = "an XML document" if start.startswith(b"<?xml") else "a web page (HTML)"
        raise InputError(
            f"{label} holds {kind}, not a table: {quoted(body)}.",
            value=label,
            remedy="The download probably returned an error or a login page; download the file itself.",
        )
    if start[:1] in (b"{", b"[") and _is_json(body):
        raise InputError(
            f"{label} holds JSON, not delimited text: {quoted(body)}.",
            value=label,
            remedy="If these are records, name the file .json or .jsonl; if it is an error, download again.",
        )


def _is_json(body: bytes) -> bool:
    first_line = body.lstrip().partition(b"\n")[0]
    for candidate in (first_line, body):
        try:
            json.loads(candidate)
        except ValueError:
            continue
        except RecursionError:
            return True  # nothing but JSON opens a thousand brackets
        return True
    return False


def _filled(values: pl.Expr) -> pl.Expr:
    """Empty cells as null."""
    return pl.when(values != "").then(values).name.keep()


def without_words(frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Gaps]]:
    """The tokens that mean "no value" as null, and the columns that had words among them.

    >>> frame, gaps = without_words(pl.DataFrame({"city": ["Rome", "N/A", "", "N/A"]}))
    >>> frame["city"].null_count(), gaps["city"]
    (3, Gaps(empty=1, words=(('N/A', 2),)))
    """
    # One question for all columns: of thousands, each asked alone took most of reading (measured).
    found = frame.select(pl.selectors.string().is_in(NULL_TOKENS).any())
    emptied, gaps = [], {}
    for column in frame.select(one.name for one in found.iter_columns() if one[0]).iter_columns():
        told = column.is_in(NULL_TOKENS).fill_null(value=False)
        counted = column.filter(told).alias("word").value_counts(name="rows")
        rows = dict(counted.iter_rows())
        empty = column.null_count() + rows.pop("", 0)
        emptied.append(column.set(told, None))
        if rows:
            gaps[column.name] = Gaps(empty, most_first(rows))
    return frame.with_columns(emptied), gaps


def _unindent(frame: pl.DataFrame) -> pl.DataFrame:
    """Files written with ", " carry one space before every value; it belongs to the separator."""
    tops = frame.row(0)
    spaced = [
        column.name
        for column, top in zip(frame.iter_columns(), tops, strict=True)
        if (first := _first(column) if top is None else top) is not None
        and first.startswith(" ")
        and bool(column.str.starts_with(" ").all(ignore_nulls=True))
    ]
    if not spaced:
        return frame
    return frame.with_columns(_filled(pl.col(spaced).str.strip_chars()))


def _first(column: pl.Series) -> str | None:
    at = column.is_not_null().arg_max()
    value = column[at] if at is not None else None
    return str(value) if value is not None else None


def _refuse_missing_header(frame: pl.DataFrame, label: str) -> None:
    """A first line of numbers and of values that come again below is data, not names."""
    if not any(is_number(name) for name in frame.columns):
        return
    head = frame.head(10_000)
    again = sum(name in set(head[name].drop_nulls()) for name in frame.columns)
    if again * 2 >= frame.width:
        shown = ", ".join(frame.columns[:4])
        raise InputError(
            f"{label} has no header: its first line ({shown}, ...) looks like data, not like names.",
            value=shown,
            remedy="Put a line with the column names on top.",
        )
