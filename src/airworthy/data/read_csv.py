"""Delimited text in the state in which people have it, into columns of text. Values are typed later."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from airworthy.data.delimiter import detect_delimiter
from airworthy.data.encoding import to_utf8
from airworthy.data.lexical import Note
from airworthy.data.structure import Ragged, first_ragged, has_blank_line, quotes_are_regular
from airworthy.data.written import Gaps, most_first
from airworthy.kernel.errors import InputError

NULL_TOKENS = ("", "NA", "N/A", "n/a", "#N/A", "#NA", "<NA>", "NaN", "nan", "NULL", "null", "?", "\\N")
"""Spellings of "no value" in every column. `None` is not among them: it names a category too often."""

ROW_NAMES = "row_name"
"""The column of row names in a file whose header has no name for it."""

_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_LINE_BREAKS = b"\r\n"
_MARKUP = re.compile(rb"<(!--|!doctype|/?[a-z][a-z0-9]*[ />])")
_HEADER_BYTES = 1 << 22
_REPAIR = "Repair that line (a stray or unquoted separator is the usual cause), or export the file again."


@dataclass(frozen=True)
class TextTable:
    """Columns of text, null where the file says so, and what was found about the file's form.

    `gaps` tells of each column with words for "no value" which these are.
    """

    frame: pl.DataFrame
    delimiter: str
    encoding: str
    gaps: Mapping[str, Gaps] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()


def read_csv(data: bytes, label: str, *, suffix: str = ".csv") -> TextTable:
    """Parse a delimited text table; every column is `String`.

    Delimiter (comma, semicolon, tab, pipe) and encoding are found by content. Rows are never skipped, filled
    or cut: a row with too few or too many fields is an error that names its line.

    Raises
    ------
    InputError
        For a file without names or rows, duplicate names, ragged rows, open quotation marks, NUL bytes,
        unknown encodings, and for web pages or JSON saved under the name of a table.

    >>> read_csv(b"a;b\\n1,5;x\\n", "a.csv").frame.row(0)
    ('1,5', 'x')
    """
    text = to_utf8(data, label)
    body, told = _separator_line(_trimmed(_unix_lines(text.utf8)))
    _refuse_documents(body, label)
    delimiter = told or ("\t" if suffix in (".tsv", ".tab") and b"\t" in body else detect_delimiter(body))
    names = _header(body, delimiter, label)
    notes: tuple[Note, ...] = ()
    if _has_row_names(body, delimiter, len(names)):
        notes = (Note(ROW_NAMES, "row names, for which the header has no name"),)
        names.insert(0, ROW_NAMES if ROW_NAMES not in names else "unnamed_1")
        body = f"{names[0]}{delimiter}".encode() + body
    frame = _rows(body, delimiter, names, label)
    if frame.height == 0 and body.count(b"\n") and body.count(b'"') % 2:
        raise _open_quote(body, label)
    if frame.height == 0:
        raise InputError(
            f"{label} has a header and no rows: {_quote(body)}.",
            value=label,
            remedy="Export it again with its rows; if this line is a message, the download failed.",
        )
    frame, gaps = without_words(_unindent(frame))
    _refuse_missing_header(frame, label)
    return TextTable(frame, delimiter, text.encoding, gaps, notes)


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
            f"{label} holds {kind}, not a table: {_quote(body)}.",
            value=label,
            remedy="The download probably returned an error or a login page; download the file itself.",
        )
    if start[:1] in (b"{", b"[") and _is_json(body):
        raise InputError(
            f"{label} holds JSON, not delimited text: {_quote(body)}.",
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


def _quote(body: bytes) -> str:
    lines = body[:400].decode("utf-8", errors="ignore").strip().splitlines()
    text = lines[0] if lines else ""
    return repr(text if len(text) <= 80 else text[:77] + "...")


def _header(body: bytes, delimiter: str, label: str) -> list[str]:
    reader = csv.reader(
        io.StringIO(body[:_HEADER_BYTES].decode("utf-8", errors="ignore"), newline=""),
        delimiter=delimiter,
        skipinitialspace=True,
    )
    try:
        names = next(reader)
    except csv.Error:  # a name of more than 131,072 letters: the rest of the file, most often
        raise _open_quote(body, label) from None
    names = with_names([name.strip() for name in names])
    refuse_duplicates(names, label)
    return names


def _has_row_names(body: bytes, delimiter: str, names: int) -> bool:
    """R writes row names and no name above them: every row then has one field more than the header.

    They are quoted, or count from 1: any other field too many is a mistake.
    """
    header, _, rows = body.partition(b"\n")
    first = rows.partition(b"\n")[0]
    if not first.startswith((b'"', b"1" + delimiter.encode())):
        return False
    if names < 2 or _fields(first, delimiter) != names + 1 or _fields(header, delimiter) != names:
        return False
    return quotes_are_regular(rows, delimiter) and first_ragged(rows, delimiter, names + 1) is None


def _fields(line: bytes, delimiter: str) -> int:
    text = line.decode("utf-8", errors="replace")
    return len(next(csv.reader([text], delimiter=delimiter, skipinitialspace=True), []))


def _open_quote(body: bytes, label: str) -> InputError:
    return InputError(
        f"{label}, line 1: a quotation mark opens a column name and is never closed: {_quote(body)}.",
        value=1,
        remedy="Close or remove that quotation mark, or export the file again.",
    )


def with_names(names: Sequence[str]) -> list[str]:
    """Column names with blank ones replaced by their place.

    >>> with_names(["age", " "])
    ['age', 'unnamed_2']
    """
    return [name if name.strip() else f"unnamed_{place}" for place, name in enumerate(names, 1)]


def refuse_duplicates(names: Sequence[str], label: str) -> None:
    """Raise `InputError` when two columns share a name."""
    name, count = Counter(names).most_common(1)[0]
    if count == 1:
        return
    places = [str(position) for position, other in enumerate(names, 1) if other == name]
    header = " If the file has no header line, put one on top." if _numeric(name) else ""
    raise InputError(
        f'{label} names {count} columns "{name}" (columns {", ".join(places[:5])}).',
        value=name,
        remedy=f"Give each column its own name.{header}",
    )


def _rows(body: bytes, delimiter: str, names: list[str], label: str) -> pl.DataFrame:
    regular = quotes_are_regular(body, delimiter)
    if not regular or (has_blank_line(body) and len(names) > 1):
        return _careful(body, delimiter, names, label)
    try:
        frame = pl.read_csv(
            body,
            separator=delimiter,
            schema=dict.fromkeys(names, pl.String),
            null_values=[""],
        )
    except pl.exceptions.PolarsError:
        ragged = first_ragged(body, delimiter, len(names))
        if ragged:
            raise _ragged_error(ragged, len(names), label) from None
        return _careful(body, delimiter, names, label)
    # A row with too few fields is filled with nulls, so it can only hide where the last column has one.
    if len(names) > 1 and frame.height and frame[names[-1]].null_count():
        ragged = first_ragged(body, delimiter, len(names))
        if ragged:
            raise _ragged_error(ragged, len(names), label)
    return frame


def _careful(body: bytes, delimiter: str, names: list[str], label: str) -> pl.DataFrame:
    """Row by row with the standard library: slow, and right for stray quotation marks and blank lines."""
    previous = csv.field_size_limit(max(len(body), 1))
    reader = csv.reader(
        io.StringIO(body.decode("utf-8"), newline=""),
        delimiter=delimiter,
        skipinitialspace=True,
        strict=False,
    )
    rows: list[list[str]] = []
    try:
        next(reader)
        began = reader.line_num
        for row in reader:
            if row:
                if len(row) != len(names):
                    raise _ragged_error(Ragged(began + 1, len(row)), len(names), label)
                rows.append(row)
            began = reader.line_num
    except csv.Error as error:
        raise InputError(
            f"{label}, line {reader.line_num}: {error}.", value=reader.line_num, remedy=_REPAIR
        ) from None
    finally:
        csv.field_size_limit(previous)
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    frame = pl.DataFrame(
        {name: pl.Series(name, list(values), pl.String) for name, values in zip(names, columns, strict=True)}
    )
    return frame.with_columns(_filled(pl.col(pl.String)))


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


def _ragged_error(ragged: Ragged, expected: int, label: str) -> InputError:
    if expected == 1 and ragged.fields > 1:
        return InputError(
            f"{label}, line 1 holds one name and line {ragged.line:,} has {ragged.fields:,} fields: "
            "line 1 looks like a title.",
            value=ragged.line,
            remedy="Delete the lines above the column names, so that the names stand in line 1.",
        )
    told = f"{ragged.fields:,} field{'s' if ragged.fields != 1 else ''}, and the header has {expected:,}"
    open_quote = " A quotation mark that is never closed does this too." if ragged.fields < expected else ""
    return InputError(
        f"{label}, line {ragged.line:,}: {told}.", value=ragged.line, remedy=_REPAIR + open_quote
    )


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
    if not any(_numeric(name) for name in frame.columns):
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


def _numeric(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True
