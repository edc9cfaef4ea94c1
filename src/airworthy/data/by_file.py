"""Numbers and dates that each file writes in its own way: read by file where together they contradict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from airworthy.data.cells import Cells, Part
from airworthy.data.dates import parse_dates
from airworthy.data.lexical import BLANK_AMONG_NUMBERS, Note, Typed
from airworthy.data.numbers import parse_numbers

_KINDS = (pl.Int64, pl.Float64, pl.Date, pl.Datetime("us"), pl.Datetime("us", "UTC"))


def read_by_file(cells: Cells, found: Typed) -> Typed:
    """Columns that stayed text over all files, as numbers or dates where each file alone leaves no doubt.

    One system writes 1,5 and 31/12/2024, the next one 1.5 and 12/31/2024: neither file is wrong.
    """
    if len({part.file for part in cells.parts}) < 2:
        return found
    doubtful = {note.column for note in found.notes}
    for name in found.frame.columns:
        is_text = found.frame[name].dtype == cells.frame[name].dtype == pl.String
        if is_text and name in doubtful:
            values = _column(cells.frame[name], cells.parts)
            if values is not None:
                found = _with_column(found, name, values)
    return found


def _column(text: pl.Series, parts: Sequence[Part]) -> pl.Series | None:
    read, start = [], 0
    for part in parts:
        values = _values(text.slice(start, len(part.rows)), part)
        if values is None:
            return None
        read.append(values)
        start += len(part.rows)
    kinds = {values.dtype for values in read if values.null_count() < len(values)}
    if kinds == {pl.Int64(), pl.Float64()}:
        kinds = {pl.Float64()}
    if len(kinds) != 1:
        return None
    kind = kinds.pop()
    return pl.concat(
        [values.cast(kind) if values.null_count() < len(values) else _nulls(values, kind) for values in read]
    )


def _values(text: pl.Series, part: Part) -> pl.Series | None:
    """The text of one file as numbers or dates; None where it is neither beyond doubt."""
    if text.null_count() == len(text):
        return text
    numbers = parse_numbers(text, part.european, BLANK_AMONG_NUMBERS)
    values = numbers.values if numbers is not None else parse_dates(text.str.strip_chars()).values
    return values if values is not None and values.dtype in _KINDS else None


def _nulls(values: pl.Series, kind: pl.DataType) -> pl.Series:
    return pl.Series(values.name, [None] * len(values), kind)


def _with_column(found: Typed, name: str, values: pl.Series) -> Typed:
    notes = [note for note in found.notes if note.column != name]
    notes.append(Note(name, "read file by file: they write it in different ways"))
    written = dict(found.written)
    if name in written:
        written[name] = replace(written[name], decimals=None)
    frame = found.frame.with_columns(values.alias(name))
    return replace(found, frame=frame, notes=tuple(notes), written=written)
