"""The logical digest of a table: its names, kinds and values, whatever file, chunking or dtype holds them."""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl

from airworthy.kernel.digest import PREFIX
from airworthy.kernel.errors import InputError

FORMAT = 1


def logical_digest(frame: pl.DataFrame) -> str:
    """SHA-256 over the schema and the canonical bytes of every column, in order of columns and rows.

    Canonical: integers as int64, reals as float64 (one NaN, no negative zero), truth values as bytes, days as
    int32, times as int64 microseconds (with or without zone are two kinds), text as UTF-8 with its lengths;
    a validity byte tells null from the empty string. Row groups, chunks, dictionary encoding and integer
    width do not matter; one cell, the order of rows and the names do.

    Raises `InputError` for nested and binary columns.

    >>> a, b = pl.DataFrame({"x": [1, None]}), pl.DataFrame({"x": pl.Series([1, None], dtype=pl.Int8)})
    >>> logical_digest(a) == logical_digest(b)
    True
    """
    whole = hashlib.sha256(f"airworthy table {FORMAT}\n{frame.height}\n{frame.width}\n".encode())
    for column in frame.iter_columns():
        kind, digest = _column_digest(column)
        # Length first: no name can imitate the end of another.
        name = column.name.encode()
        whole.update(f"{len(name)}\n".encode() + name + f"\n{kind}\n".encode() + digest)
    return PREFIX + whole.hexdigest()


def _column_digest(column: pl.Series) -> tuple[str, bytes]:
    sha = hashlib.sha256()
    if column.null_count():
        sha.update(column.is_not_null().cast(pl.UInt8).to_numpy().tobytes())
    else:
        sha.update(b"\x01" * len(column))
    kind, arrays = _canonical(column)
    for array in arrays:
        sha.update(array)
    return kind, sha.digest()


def _canonical(column: pl.Series) -> tuple[str, list[bytes]]:
    dtype = column.dtype
    if dtype.is_integer() and dtype != pl.UInt64:
        return "integer", [_little(column.cast(pl.Int64).fill_null(0), "<i8")]
    if dtype.is_float():
        values = column.cast(pl.Float64).fill_null(0.0).to_numpy() + 0.0  # negative zero becomes zero
        return "real", [np.where(np.isnan(values), np.nan, values).astype("<f8").tobytes()]
    if dtype == pl.Boolean:
        return "flag", [_little(column.fill_null(value=False).cast(pl.UInt8), "u1")]
    if dtype == pl.Date:
        return "day", [_little(column.to_physical().fill_null(0), "<i4")]
    if isinstance(dtype, pl.Datetime):
        kind = "instant" if dtype.time_zone else "local time"
        return kind, [_little(column.dt.epoch("us").fill_null(0), "<i8")]
    if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null):
        text = column.cast(pl.String).fill_null("")
        joined = text.str.join("")[0] if len(text) else ""
        return "text", [_little(text.str.len_bytes(), "<u4"), joined.encode()]
    if dtype == pl.UInt64 or dtype.is_decimal():
        kind, arrays = _canonical(column.cast(pl.String))
        return "decimal", arrays
    raise InputError(
        f'Column "{column.name}" holds {dtype}, which has no digest.',
        value=column.name,
        remedy="Split nested values into columns of their own.",
    )


def _little(column: pl.Series, dtype: str) -> bytes:
    return column.to_numpy().astype(dtype, copy=False).tobytes()
