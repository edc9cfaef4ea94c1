"""The rows as one Parquet file: sorted by key, each column of one type, whatever the pages came like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import polars as pl

from airworthy.adapters.sources.rest.records import spelled

_EXACT = 2**53
"""Whole numbers above it are not exact among decimals."""


def table_of(
    rows: dict[str, bytes], key: Sequence[str], fields: Sequence[str]
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """The table, and the names of columns that came in several types.

    Parameters
    ----------
    rows : JSON objects by their key.
    key : columns that stay text: "007" and 7 may both be names.
    fields : names of the columns, in their order.

    >>> table_of({"b": b'{"id":"b","n":"2"}', "a": b'{"id":"a","n":1}'}, ["id"], ["id", "n"])[0].rows()
    [('a', 1), ('b', 2)]
    """
    decoded = [msgspec.json.decode(rows[name]) for name in sorted(rows)]
    columns, mixed = [], []
    for name in fields:
        values = [row.get(name) for row in decoded]
        kinds = {type(value) for value in values} - {type(None)}
        if len(kinds) > 1 and kinds != {int, float}:
            mixed.append(name)
        columns.append(_text(name, values, kinds) if name in key else _column(name, values, kinds))
    return pl.DataFrame(columns), tuple(mixed)


def _column(name: str, values: list[Any], kinds: set[type]) -> pl.Series:
    if str in kinds and kinds & {int, float} and bool not in kinds:
        read = [_number(value) for value in values]
        if None not in (number for number, value in zip(read, values, strict=True) if value is not None):
            values, kinds = read, {type(number) for number in read} - {type(None)}
    if kinds <= {bool}:
        return pl.Series(name, values, pl.Boolean if kinds else pl.String)
    if kinds <= {int} and _within(values, 2**63):
        return pl.Series(name, values, pl.Int64)
    if kinds == {float} or (kinds == {int, float} and _within(values, _EXACT)):
        return pl.Series(name, values, pl.Float64, strict=False)
    return _text(name, values, kinds)


def _text(name: str, values: Sequence[Any], kinds: set[type]) -> pl.Series:
    if kinds <= {str}:
        return pl.Series(name, values, pl.String)
    return pl.Series(name, [None if value is None else spelled(value) for value in values], pl.String)


def _within(values: Sequence[Any], most: int) -> bool:
    return all(value is None or isinstance(value, float) or abs(value) < most for value in values)


def _number(value: Any) -> int | float | None:
    """The number that a text writes exactly as JSON would: "0123" is none, and names something."""
    if not isinstance(value, str):
        return value  # type: ignore[no-any-return]  # a number, or nothing
    read: Callable[[str], int | float]
    for read in (int, float):
        try:
            number = read(value)
        except ValueError:
            continue
        if spelled(number) == value:
            return number
    return None
