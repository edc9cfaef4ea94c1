"""Two columns brought to one kind of value, so that what is written differently is not taken for a change."""

from __future__ import annotations

import polars as pl

from airworthy.data.canonical import as_text, store
from airworthy.scoring.contract import LogicalType

KINDS = {
    pl.Int64: "whole numbers",
    pl.Float64: "numbers",
    pl.Boolean: "truth values",
    pl.String: "text",
    pl.Date: "days",
}


def kind_of(column: pl.Series) -> str:
    """What a person calls the values of a column.

    >>> kind_of(pl.Series([1, 2])), kind_of(pl.Series(["a"]))
    ('whole numbers', 'text')
    """
    if isinstance(column.dtype, pl.Datetime):
        return "times" if column.dtype.time_zone is None else "times with zone"
    return KINDS[column.dtype.base_type()]


def alike(before: pl.Series, after: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Both columns in one type: numbers as numbers, days and times as times, everything else as text.

    >>> one, other = alike(pl.Series([1, 2]), pl.Series([1.0, 2.5]))
    >>> one.to_list(), other.to_list()
    ([1.0, 2.0], [1.0, 2.5])
    """
    if before.dtype == after.dtype:
        return before, after
    # A column without any value fits every type.
    if before.null_count() == len(before):
        return pl.repeat(None, len(before), dtype=after.dtype, eager=True).alias(before.name), after
    if after.null_count() == len(after):
        return before, pl.repeat(None, len(after), dtype=before.dtype, eager=True).alias(after.name)
    for accepts, cast in ((_number, _as_number), (_time, _as_time)):
        if accepts(before) and accepts(after):
            return cast(before), cast(after)
    return _words(before, after), _words(after, before)


def _words(column: pl.Series, other: pl.Series) -> pl.Series:
    """As text; beside truth values, "Yes" and "no" are truth values too."""
    if column.dtype != pl.String or other.dtype != pl.Boolean:
        return as_text(column)
    flags = store(column, LogicalType.FLAG).values
    return as_text(flags).zip_with(flags.is_not_null(), column) if flags.null_count() else as_text(flags)


def _number(column: pl.Series) -> bool:
    return column.dtype.is_numeric() or column.dtype == pl.Boolean


def _as_number(column: pl.Series) -> pl.Series:
    return column.cast(pl.Float64)


def _time(column: pl.Series) -> bool:
    return column.dtype == pl.Date or isinstance(column.dtype, pl.Datetime)


def _as_time(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone:
        return column.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    return column.cast(pl.Datetime("us"))


def unequal(before: pl.Series, after: pl.Series) -> pl.Series:
    """Which cells differ, (n,) flags; two missing values are equal.

    >>> unequal(pl.Series([1, None, 3]), pl.Series([1, None, None])).to_list()
    [False, False, True]
    """
    return before.ne_missing(after)
