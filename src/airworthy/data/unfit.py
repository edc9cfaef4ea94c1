"""Values that cannot become their column's declared type: their rows are set aside, the others are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from airworthy.data.canonical import FALSE_WORDS, TRUE_WORDS
from airworthy.data.cells import Cells, Part
from airworthy.data.dates import undated
from airworthy.data.lexical import BLANK_AMONG_NUMBERS
from airworthy.data.numbers import like_numbers, parse_numbers
from airworthy.data.quarantine import SetAside, Tray, as_line
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

_SHOWN = 60


def set_aside_unfit(cells: Cells, kinds: Mapping[str, LogicalType], tray: Tray) -> Cells:
    """The rows whose text fits the declared types; the others go to the tray, each with its first such value.

    Parameters
    ----------
    kinds
        Declared types by column. Columns that hold no text, and types that take any text, are left alone.
    """
    found: dict[int, tuple[str, LogicalType]] = {}
    for name, kind in kinds.items():
        if name in cells.frame.columns and cells.frame[name].dtype == pl.String:
            column = cells.frame[name]
            wrong = _by_part(column, kind, cells.parts).arg_true()
            if len(wrong) * 2 <= column.count():  # else the declared type is wrong, and refused as such
                for at in wrong:
                    found.setdefault(at, (name, kind))
    if not found:
        return cells
    for at, (name, kind) in sorted(found.items()):
        _set_aside(cells, at, name, kind, tray)
        tray.judge_early(cells.frame.height)
    return cells.kept(~pl.int_range(cells.frame.height, eager=True).is_in(list(found)))


def _by_part(column: pl.Series, kind: LogicalType, parts: Sequence[Part]) -> pl.Series:
    """Each file is asked in its own way of writing."""
    found, start = [], 0
    for part in parts:
        found.append(unfit(column.slice(start, len(part.rows)), kind, european=part.european))
        start += len(part.rows)
    return pl.concat(found)


def _set_aside(cells: Cells, at: int, name: str, kind: LogicalType, tray: Tray) -> None:
    part, place = cells.origin(at)
    row = cells.frame.row(at, named=True)
    value = str(row[name])[:_SHOWN]
    error = InputError(
        f'{part.place(place)}, column "{name}": {value!r} is not {kind}.',
        value=value,
        remedy=f"Correct the value, or data.types.{name} in airworthy.toml.",
    )
    raw = as_line(row.values())
    tray.broken(SetAside(part.file, part.rows[place], f"not {kind}", name, value, raw, part.sheet), error)


def unfit(column: pl.Series, kind: LogicalType, *, european: bool = False) -> pl.Series:
    """Which values of a text column cannot be read as `kind`, while the others can.

    Where the others cannot either (decimal signs that contradict each other, say), none is to blame.

    >>> unfit(pl.Series(["1,5", "abc", None, "2,5"]), LogicalType.REAL).to_list()
    [False, True, False, False]
    """
    text = column.str.strip_chars()
    text = text.set(text == "", None)
    if kind.numeric:
        return _no_numbers(text, whole=kind is LogicalType.INTEGER, european=european)
    if kind is LogicalType.FLAG:
        return ~text.str.to_lowercase().is_in([*TRUE_WORDS, *FALSE_WORDS]).fill_null(value=True)
    if kind in (LogicalType.INSTANT, LogicalType.DAY):
        return undated(text)
    return pl.repeat(False, len(text), eager=True)


def _no_numbers(text: pl.Series, *, whole: bool, european: bool) -> pl.Series:
    blank = text.is_in(BLANK_AMONG_NUMBERS).fill_null(value=True)
    wrong = ~(like_numbers(text).fill_null(value=False) | blank)
    read = parse_numbers(text.set(wrong, None), european, BLANK_AMONG_NUMBERS)
    if read is None or read.values.dtype == pl.String:
        return pl.repeat(False, len(text), eager=True)
    if whole and read.values.dtype == pl.Float64:
        broken = read.values.is_finite() & (read.values % 1 != 0)
        wrong |= broken.fill_null(value=False)
    return wrong
