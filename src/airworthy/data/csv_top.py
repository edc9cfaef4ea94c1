"""The top of delimited text: what stands above the names, the names, and the body below them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from airworthy.data.heading import find_heading
from airworthy.data.lexical import Note
from airworthy.data.quarantine import as_line
from airworthy.data.structure import first_ragged, quotes_are_regular
from airworthy.kernel.errors import InputError

ROW_NAMES = "row_name"
"""The column of row names in a file whose header has no name for it."""

_LOOK, _BYTES, _MOST_BYTES = 200, 1 << 18, 1 << 22


@dataclass(frozen=True)
class Top:
    """The table's text with its names in the first line; `above` counts the lines of `body` before that line.

    A name may be blank; `notes` say what was left out, or put together.
    """

    utf8: bytes
    names: tuple[str, ...]
    above: int = 0
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Look:
    """The first records, and the place behind each: in lines and in bytes."""

    records: Sequence[list[str]]
    lines: Sequence[int]
    sizes: Sequence[int]


def find_top(body: bytes, delimiter: str, label: str) -> Top:
    """Find the names in a text table. Raises `InputError` for a quotation mark that never closes."""
    look = _look(body, delimiter, label)
    found = find_heading(look.records)
    last = found.titles + found.rows - 1
    names = _fitted(found.names, look.records[last + 1 :])
    above = look.lines[last] - 1
    rest = body[look.sizes[last] :]
    if found.rows == 1 and names == found.names:
        above = look.lines[found.titles - 1] if found.titles else 0
        text = body[look.sizes[found.titles - 1] :] if found.titles else body
    else:
        text = as_line(names, delimiter).encode() + b"\n" + rest
    top = Top(text, names, above, tuple(found.told(look.records, label)))
    return _with_row_names(top, delimiter)


def _look(body: bytes, delimiter: str, label: str) -> _Look:
    size = min(max(_BYTES, 2 * (body.find(b"\n") + 1)), _MOST_BYTES)
    lines = io.StringIO(body[:size].decode("utf-8", errors="ignore"), newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    records, ends = [], []
    try:
        for record in reader:
            records.append([cell.strip() for cell in record])
            ends.append(reader.line_num)
            if len(records) == _LOOK:
                break
    except csv.Error:  # a field of more than 131,072 letters: the rest of the file, most often
        if not records:
            raise _open_quote(body, label) from None
    if len(body) > size and len(records) > 1 and ends[-1] == len(lines):
        del records[-1], ends[-1]  # cut by the look
    sizes, done, at = [], 0, 0
    for end in ends:
        at += sum(len(line.encode()) for line in lines[done:end])
        done = end
        sizes.append(at)
    return _Look(records, ends, sizes)


def _open_quote(body: bytes, label: str) -> InputError:
    return InputError(
        f"{label}, line 1: a quotation mark opens a column name and is never closed: {quoted(body)}.",
        value=1,
        remedy="Close or remove that quotation mark, or export the file again.",
    )


def quoted(body: bytes) -> str:
    """The first line, short enough for a message.

    >>> print(quoted(b"age,city"))
    'age,city'
    """
    lines = body[:400].decode("utf-8", errors="ignore").strip().splitlines()
    text = lines[0] if lines else ""
    return repr(text if len(text) <= 80 else text[:77] + "...")


def _fitted(names: tuple[str, ...], below: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The names where the separator also ends each row, or the row of names only."""
    widths = Counter(len(row) for row in below if row)
    if not widths:
        return names
    usual = widths.most_common(1)[0][0]
    if len(names) > usual and not any(names[usual:]):
        return names[:usual]
    ends = all(len(row) == len(names) + 1 and not row[-1] for row in below if row)
    return (*names, "") if ends else names


def _with_row_names(top: Top, delimiter: str) -> Top:
    """R writes row names and no name above them: every row then has one field more than the header.

    They are quoted, or count from 1: any other field too many is a mistake.
    """
    if not _has_row_names(top.utf8, delimiter, len(top.names)):
        return top
    name = ROW_NAMES if ROW_NAMES not in top.names else "unnamed_1"
    note = Note(ROW_NAMES, "row names, for which the header has no name")
    return replace(
        top,
        utf8=f"{name}{delimiter}".encode() + top.utf8,
        names=(name, *top.names),
        notes=(*top.notes, note),
    )


def _has_row_names(body: bytes, delimiter: str, names: int) -> bool:
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
