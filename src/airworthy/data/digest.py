"""The logical digest of a table: its names, kinds and values, whatever file, chunking or dtype holds them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from airworthy.kernel.digest import PREFIX
from airworthy.kernel.errors import InputError

FORMAT = 1

Bytes = bytes | memoryview
Part = Callable[[pl.Series], Bytes]

_SLICE = 1 << 20


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
    return digest_of_columns(frame.height, [digest_column(column) for column in frame.iter_columns()])


@dataclass(frozen=True)
class ColumnDigest:
    """The digest of one column, from which with the others that of the table is made."""

    name: str
    kind: str
    digest: bytes


def digest_of_columns(rows: int, columns: Sequence[ColumnDigest]) -> str:
    """The logical digest of a table of which each column was read alone."""
    whole = hashlib.sha256(f"airworthy table {FORMAT}\n{rows}\n{len(columns)}\n".encode())
    for column in columns:
        # Length first: no name can imitate the end of another.
        name = column.name.encode()
        whole.update(f"{len(name)}\n".encode() + name + f"\n{column.kind}\n".encode() + column.digest)
    return PREFIX + whole.hexdigest()


def digest_column(column: pl.Series) -> ColumnDigest:
    """The digest of one column. Raises `InputError` for nested and binary ones."""
    kind, parts = _canonical(column)
    sha = hashlib.sha256()
    # A slice at a time: canonical text is a second copy of the column.
    slices = [column.slice(start, _SLICE) for start in range(0, len(column), _SLICE)]
    for piece in slices:
        valid = piece.is_not_null().cast(pl.UInt8) if column.null_count() else None
        sha.update(b"\x01" * len(piece) if valid is None else _little(valid, "u1"))
    for part in parts:
        for piece in slices:
            sha.update(part(piece))
    return ColumnDigest(column.name, kind, sha.digest())


def _canonical(column: pl.Series) -> tuple[str, tuple[Part, ...]]:
    """The column's kind, and what makes its canonical bytes, one part after the other."""
    dtype = column.dtype
    if dtype.is_integer() and dtype != pl.UInt64:
        return "integer", (lambda piece: _little(piece.cast(pl.Int64).fill_null(0), "<i8"),)
    if dtype.is_float():
        return "real", (_reals,)
    if dtype == pl.Boolean:
        return "flag", (lambda piece: _little(piece.fill_null(value=False).cast(pl.UInt8), "u1"),)
    if dtype == pl.Date:
        return "day", (lambda piece: _little(piece.to_physical().fill_null(0), "<i4"),)
    if isinstance(dtype, pl.Datetime):
        kind = "instant" if dtype.time_zone else "local time"
        return kind, (lambda piece: _little(piece.dt.epoch("us").fill_null(0), "<i8"),)
    if dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null):
        return "text", (_lengths, _letters)
    if dtype == pl.UInt64 or dtype.is_decimal():
        return "decimal", (_lengths, _letters)
    raise InputError(
        f'Column "{column.name}" holds {dtype}, which has no digest.',
        value=column.name,
        remedy="Split nested values into columns of their own.",
    )


def _reals(piece: pl.Series) -> Bytes:
    known = piece.fill_null(0.0) if piece.null_count() else piece
    values = known.cast(pl.Float64).to_numpy() + 0.0  # negative zero becomes zero
    strange = np.isnan(values)
    if strange.any():
        values[strange] = np.nan
    return np.ascontiguousarray(values, "<f8").data


def _lengths(piece: pl.Series) -> Bytes:
    return _little(piece.cast(pl.String).str.len_bytes().fill_null(0), "<u4")


def _letters(piece: pl.Series) -> Bytes:
    joined: bytes = piece.cast(pl.String).str.join("", ignore_nulls=True).cast(pl.Binary)[0]
    return joined


def _little(column: pl.Series, dtype: str) -> Bytes:
    return np.ascontiguousarray(column.to_numpy(), dtype).data
