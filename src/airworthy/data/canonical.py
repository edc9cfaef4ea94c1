"""Each logical type has one way of being stored; this brings a frame there and says what did not fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from airworthy.data.dates import parse_dates
from airworthy.data.lexical import Note
from airworthy.data.numbers import parse_numbers
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

STORAGE: Mapping[LogicalType, pl.DataType] = {
    LogicalType.REAL: pl.Float64(),
    LogicalType.MONEY: pl.Float64(),
    LogicalType.INTEGER: pl.Int64(),
    LogicalType.FLAG: pl.Boolean(),
    LogicalType.CATEGORY: pl.String(),
    LogicalType.TEXT: pl.String(),
    LogicalType.IDENTIFIER: pl.String(),
    LogicalType.INSTANT: pl.Datetime("us", "UTC"),
    LogicalType.DAY: pl.Date(),
}
TRUE_WORDS, FALSE_WORDS = ("true", "t", "yes", "y", "1", "1.0"), ("false", "f", "no", "n", "0", "0.0")


@dataclass(frozen=True)
class Stored:
    """One column as its type stores it. `unfit` counts values that had no place there and are now null."""

    values: pl.Series
    unfit: int = 0
    example: str = ""


def to_canonical(
    frame: pl.DataFrame, types: Mapping[str, LogicalType], label: str
) -> tuple[pl.DataFrame, list[Note]]:
    """Store the columns of `types` as their type asks; others pass.

    Values that do not fit become null and are counted in a note; when most of a column does not fit, the
    declared type is wrong and that is an `InputError`.
    """
    columns, notes = [], []
    for name in frame.columns:
        if name not in types:
            columns.append(frame[name])
            continue
        stored = store(frame[name], types[name])
        present = len(frame[name]) - frame[name].null_count()
        if stored.unfit * 2 > present:
            raise InputError(
                f'{label}, column "{name}": {stored.unfit:,} of {present:,} values are not {types[name]} '
                f"(for example {stored.example!r}).",
                value=stored.example,
                remedy=f"Correct data.types.{name} in airworthy.toml, or the file.",
            )
        if stored.unfit:
            notes.append(
                Note(
                    name,
                    f"not {types[name]} in {stored.unfit:,} of {present:,} values (as {stored.example!r}): "
                    "missing",
                )
            )
        columns.append(stored.values)
    return pl.DataFrame(columns), notes


def store(column: pl.Series, kind: LogicalType) -> Stored:
    """One column in the storage of `kind`; what does not fit becomes null and is counted.

    >>> stored = store(pl.Series(["1,5", "x", None]), LogicalType.REAL)
    >>> stored.values.to_list(), stored.unfit, stored.example
    ([1.5, None, None], 1, 'x')
    """
    wanted = STORAGE[kind]
    if column.dtype == wanted:
        return Stored(column)
    if kind.numeric:
        values = _numbers(column)
        if kind is LogicalType.INTEGER and values.dtype == pl.Float64:
            whole = values.cast(pl.Int64, strict=False)
            values = whole.set((whole.cast(pl.Float64) != values).fill_null(value=True), None)
        values = values.cast(wanted)
    elif kind is LogicalType.FLAG:
        values = _flags(column)
    elif kind is LogicalType.INSTANT:
        values = _dates(column).cast(pl.Datetime("us"), strict=False).dt.replace_time_zone("UTC")
    elif kind is LogicalType.DAY:
        values = _dates(column).cast(pl.Date, strict=False)
    else:
        values = as_text(column)
    unfit = column.is_not_null() & values.is_null()
    count = int(unfit.sum())
    return Stored(values.alias(column.name), count, str(column.filter(unfit)[0]) if count else "")


def as_text(column: pl.Series) -> pl.Series:
    """Values as people write them: whole numbers without ".0", truth values in lower case.

    >>> as_text(pl.Series([1.0, 2.5, None])).to_list()
    ['1', '2.5', None]
    """
    if column.dtype == pl.Float64:
        return column.cast(pl.String).str.strip_suffix(".0")
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")
    return column.cast(pl.String)


def _numbers(column: pl.Series) -> pl.Series:
    if column.dtype != pl.String:
        if column.dtype.is_numeric() or column.dtype == pl.Boolean:
            return column
        return pl.Series(column.name, [None] * len(column), pl.Float64)
    exact = column.cast(pl.Float64, strict=False)
    rest = column.set(exact.is_not_null(), None)
    if rest.null_count() == len(rest):
        return exact
    # One bad value must not cost the column: what is left is read value by value shape, commas included.
    numeric = rest.set(~rest.str.contains(r"^[^A-Za-z]*\d[\d.,]*[^A-Za-z]*$").fill_null(value=False), None)
    parsed = parse_numbers(numeric, True, ()) if numeric.null_count() < len(numeric) else None
    if parsed is None or parsed.values.dtype == pl.String:
        return exact
    return exact.zip_with(exact.is_not_null(), parsed.values.cast(pl.Float64))


def _flags(column: pl.Series) -> pl.Series:
    text = as_text(column).str.to_lowercase()
    values = pl.Series(column.name, [None] * len(column), pl.Boolean)
    return values.set(text.is_in(TRUE_WORDS).fill_null(value=False), True).set(
        text.is_in(FALSE_WORDS).fill_null(value=False), False
    )


def _dates(column: pl.Series) -> pl.Series:
    if column.dtype == pl.String:
        read = parse_dates(column).values
        if read is None:
            return pl.Series(column.name, [None] * len(column), pl.Datetime("us"))
        column = read
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
        return column.dt.replace_time_zone(None)
    if column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime):
        return column
    return pl.Series(column.name, [None] * len(column), pl.Datetime("us"))
