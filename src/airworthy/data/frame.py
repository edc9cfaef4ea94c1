"""The border for data frames: pandas, Polars or Arrow in, one Polars frame of plain types out."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from airworthy.data.column_names import refuse_duplicates, with_names
from airworthy.data.lexical import Typed, refuse_mixed, type_text
from airworthy.data.read_csv import without_words
from airworthy.data.written import Gaps, Written
from airworthy.kernel.errors import InputError

LABEL = "the data frame"
WORDED = (pl.String, pl.Categorical, pl.Enum)


def from_any(frame: object) -> pl.DataFrame:
    """Take a pandas, Polars or Arrow frame, or a dict of columns, as a plain Polars frame.

    Text columns are read by their values, as from a file; NaN becomes null; a pandas index is left out.

    Raises `InputError` on anything else, on an empty frame, duplicate names and nested values, and where a
    column mixes decimal commas and decimal points.

    >>> from_any({"a": ["1", "2"]}).dtypes
    [Int64]
    """
    typed = take(frame)
    refuse_mixed(typed.written, LABEL)
    return typed.frame


def take(frame: object) -> Typed:
    """As `from_any`, with what reading changed in each column; one that mixes decimal signs stays text."""
    given = as_polars(frame)
    typed = plain(given, LABEL)
    written = dict(typed.written)
    for name, was, now in zip(typed.frame.columns, given.dtypes, typed.frame.dtypes, strict=True):
        if was in WORDED and now != pl.String:
            written[name] = replace(written.get(name, Written()), was_text=True)
    return replace(typed, written=written)


def as_polars(frame: object) -> pl.DataFrame:
    """The frame in Polars, its values as they are. Raises `InputError` when it is no data frame."""
    if isinstance(frame, pl.LazyFrame):
        return frame.collect()
    if isinstance(frame, pl.DataFrame):
        return frame
    if isinstance(frame, dict):
        return _guarded(lambda: pl.DataFrame(frame, strict=False))
    if nw.dependencies.is_pandas_dataframe(frame):
        refuse_duplicates([str(name) for name in frame.columns], "the data frame")
        frame = frame.rename(columns=str)
    try:
        native: Any = nw.from_native(frame, eager_only=True)
    except TypeError:
        raise InputError(
            f"A data frame is needed here, not {type(frame).__name__}.",
            value=type(frame).__name__,
            remedy="Pass a pandas, Polars or Arrow table, or the path of a file.",
        ) from None
    return _guarded(native.to_polars)


def _guarded(convert: Any) -> pl.DataFrame:
    try:
        result: pl.DataFrame = convert()
    except (pl.exceptions.PolarsError, TypeError, ValueError, OverflowError) as error:
        # pandas object columns may hold anything; pyarrow's errors derive from ValueError and TypeError.
        raise InputError(
            f"The data frame holds a column that has no single type: {error}.",
            value=type(error).__name__,
            remedy="Make each column of one kind, for example frame[name].astype(str).",
        ) from error
    return result


def plain(
    frame: pl.DataFrame, label: str, *, keep: Collection[str] = (), european: bool = False, rows: bool = True
) -> Typed:
    """Reduce any Polars frame to Int64, Float64, Boolean, String, Date, Datetime(us) and type its text.

    `rows=False` lets an empty frame pass.
    """
    if frame.width == 0 or (rows and frame.height == 0):
        raise InputError(
            f"{label} has {frame.height:,} rows and {frame.width:,} columns.",
            value=frame.height,
            remedy="Give a table with a header and at least one row.",
        )
    names = with_names(frame.columns)
    refuse_duplicates(names, label)
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    reduced = frame.select(_reduce(name, dtype, label) for name, dtype in frame.schema.items())
    bare, gaps = without_words(reduced)
    typed = type_text(bare, keep=keep, european=european)
    return replace(typed, written=_with_words(typed.written, gaps))


def _with_words(written: Mapping[str, Written], gaps: Mapping[str, Gaps]) -> dict[str, Written]:
    """A frame has its own empty cells, so every word for "no value" is one too many."""
    told = {name: written.get(name, Written()).with_missing(found.words) for name, found in gaps.items()}
    return {**written, **told}


def _reduce(name: str, dtype: pl.DataType, label: str) -> pl.Expr:
    column = pl.col(name)
    if dtype.is_integer():
        # UInt64 and Int128 beyond 64 bits are keys, not quantities.
        return column.cast(pl.Int64) if dtype not in (pl.UInt64, pl.Int128) else _wide(name)
    if dtype.is_float():
        return column.cast(pl.Float64).fill_nan(None)
    if dtype.is_decimal():
        return column.cast(pl.Float64)
    if isinstance(dtype, pl.Datetime):
        whole = column.cast(pl.Datetime("us", dtype.time_zone))
        return whole.dt.convert_time_zone("UTC") if dtype.time_zone else whole
    if dtype in (pl.Date, pl.Boolean):
        return column
    if dtype == pl.Duration:
        return column.dt.total_microseconds().cast(pl.Float64) / 1e6
    if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Time, pl.Null):
        return column.cast(pl.String)
    kind = "lists or records" if dtype.is_nested() else str(dtype)
    raise InputError(
        f'{label}, column "{name}": holds {kind}; each cell needs one number, text, date or truth value.',
        value=name,
        remedy="Split it into columns of its own, or leave it out.",
    )


def _wide(name: str) -> pl.Expr:
    """Wide integers through text: the border keeps as numbers what fits."""
    return pl.col(name).cast(pl.String)
