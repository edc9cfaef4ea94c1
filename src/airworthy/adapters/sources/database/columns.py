"""Rows as a driver gives them, to columns of exact types; parts of one load to one common schema."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import polars as pl

from airworthy.kernel.errors import InputError

WIDEST = 38
"""Digits of a decimal that Parquet holds."""
EXACT = 2**53
"""Up to here each whole number is a Float64 of its own."""
_BYTES = (bytes, bytearray, memoryview)
_PLAIN: Mapping[type, pl.DataType] = {
    bool: pl.Boolean(),
    float: pl.Float64(),
    str: pl.String(),
    date: pl.Date(),
    time: pl.Time(),
    timedelta: pl.Duration("us"),
}


@dataclass(frozen=True)
class Batch:
    """Some rows as a frame.

    Attributes
    ----------
    nan : values of a decimal column that were NaN, and are missing.
    wide : columns with whole numbers that no Float64 tells apart.
    mixed : columns that became text, because no other type holds all of their values.
    """

    frame: pl.DataFrame
    nan: Mapping[str, int]
    wide: frozenset[str]
    mixed: frozenset[str]


def frame_of(names: Sequence[str], rows: Sequence[Sequence[Any]], source: str) -> Batch:
    """Rows of a driver as columns, each value as it was: decimals stay decimal, 64 bits stay 64 bits.

    Raises `InputError` for columns that hold bytes, or a number that no column can hold.
    """
    nan: dict[str, int] = {}
    series, mixed = [], set()
    for name, values in zip(names, zip(*rows, strict=True), strict=True):
        clean, missing = _without_nan(values)
        if missing:
            nan[name] = missing
        series.append(_series(name, clean, source))
        if series[-1].dtype == pl.String and len(set(map(type, values)) - {type(None)}) > 1:
            mixed.add(name)
    wide = frozenset(one.name for one in series if one.dtype.is_integer() and _beyond(one))
    return Batch(pl.DataFrame(series), nan, wide, frozenset(mixed))


def _beyond(values: pl.Series) -> bool:
    return not values.is_between(-EXACT, EXACT).all()


def _without_nan(values: Sequence[Any]) -> tuple[Sequence[Any], int]:
    """A decimal column holds no NaN: it is missing there."""
    if Decimal not in set(map(type, values)):
        return values, 0
    clean = [None if isinstance(v, Decimal) and v.is_nan() else v for v in values]
    return clean, sum(v is not None for v in values) - sum(v is not None for v in clean)


def _series(name: str, values: Sequence[Any], source: str) -> pl.Series:
    kinds = set(map(type, values)) - {type(None)}
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    if kinds & set(_BYTES):
        raise _of_column(source, name, "holds bytes", "no table for a model does", len(values))
    if kinds == {int}:
        narrow = all(v is None or -(2**63) <= v < 2**63 for v in values)
        return pl.Series(name, values, dtype=pl.Int64 if narrow else pl.Int128)
    if len(kinds) == 1 and (plain := _PLAIN.get(*kinds)) is not None:
        return pl.Series(name, values, dtype=plain)
    if kinds == {int, float} and all(abs(v) <= EXACT for v in values if type(v) is int):
        return pl.Series(name, [None if v is None else float(v) for v in values], dtype=pl.Float64)
    if kinds <= {Decimal, int}:
        return _decimals(name, values, source)
    if kinds == {datetime}:
        return _times(name, values)
    return pl.Series(name, [None if v is None else _as_text(v) for v in values], dtype=pl.String)


def _decimals(name: str, values: Sequence[Any], source: str) -> pl.Series:
    scale = whole = 0
    for value in values:
        if value is None:
            continue
        parts = Decimal(value).as_tuple()
        if not isinstance(parts.exponent, int):
            raise _of_column(source, name, "holds an infinite number", "no decimal column can", 1)
        scale = max(scale, -parts.exponent)
        whole = max(whole, len(parts.digits) + parts.exponent)
    if scale + whole > WIDEST:
        raise _of_column(
            source, name, f"holds numbers of {scale + whole} digits", f"a column holds {WIDEST}", len(values)
        )
    return pl.Series(
        name, [None if v is None else Decimal(v) for v in values], dtype=pl.Decimal(WIDEST, scale)
    )


def _times(name: str, values: Sequence[datetime | None]) -> pl.Series:
    zoned = {value.tzinfo is not None for value in values if value is not None}
    if len(zoned) == 2:
        return pl.Series(name, [None if v is None else v.isoformat() for v in values], dtype=pl.String)
    return pl.Series(name, values, dtype=pl.Datetime("us", "UTC" if zoned == {True} else None))


def _as_text(value: Any) -> str:
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, (date, datetime, time)):
        return value.isoformat()
    return str(value)


def _of_column(source: str, name: str, what: str, why: str, rows: int) -> InputError:
    return InputError(
        f'The source {source}, column "{name}", {what}, and {why} ({rows:,} rows looked at).',
        value=name,
        remedy="Leave the column out, or cast it: set sources.database.query to a SELECT that does.",
    )


@dataclass(frozen=True)
class Unified:
    """One type for each column of all parts; `texts` are the columns whose values are of two kinds."""

    types: Mapping[str, pl.DataType]
    texts: tuple[str, ...]


def unified(
    schemas: Sequence[Mapping[str, pl.DataType]], wide: Collection[str], names: Sequence[str]
) -> Unified:
    """The types that hold every part's values exactly; `wide` columns fit no Float64.

    >>> unified([{"a": pl.Null()}, {"a": pl.Int64()}], (), ["a"]).types
    {'a': Int64}
    """
    kinds = {name: {one[name] for one in schemas} - {pl.Null()} for name in names}
    types = {name: _common(found, name in wide) for name, found in kinds.items()}
    texts = [name for name, found in kinds.items() if len(found) > 1 and types[name] == pl.String]
    return Unified(types, tuple(texts))


def _common(kinds: Collection[pl.DataType], wide: bool) -> pl.DataType:
    if len(kinds) <= 1:
        return next(iter(kinds), pl.Null())
    decimals = [kind for kind in kinds if isinstance(kind, pl.Decimal)]
    if decimals and all(kind == pl.Int64 for kind in kinds if kind not in decimals):
        return pl.Decimal(WIDEST, max(kind.scale for kind in decimals))
    if all(kind.is_integer() for kind in kinds):
        return pl.Int128()
    if not wide and all(kind in (pl.Int64, pl.Float64) for kind in kinds):
        return pl.Float64()
    return pl.String()


def casts(schema: Mapping[str, pl.DataType]) -> list[pl.Expr]:
    """Every column in its type of the common schema; a value that does not fit raises."""
    return [pl.col(name).cast(dtype, strict=True) for name, dtype in schema.items()]
