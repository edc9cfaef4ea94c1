"""Canonical columns back to the JSON that a caller would send, one body a row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from airworthy.scoring.contract import Column, LogicalType

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def request_bodies(inputs: tuple[Column, ...], columns: Mapping[str, Any], rows: int) -> Iterator[bytes]:
    """One JSON object a row with the input columns that `columns` holds.

    >>> age = Column(name="age", type=LogicalType.INTEGER)
    >>> list(request_bodies((age,), {"age": [41.0, math.nan]}, 2))
    [b'{"age":41}', b'{"age":null}']
    """
    present = [column for column in inputs if column.name in columns]
    names = [column.name for column in present]
    series = [_as_json(column, columns[column.name]) for column in present]
    encode = msgspec.json.Encoder().encode
    if not series:
        yield from (b"{}" for _ in range(rows))
        return
    for values in zip(*series, strict=True):
        yield encode(dict(zip(names, values, strict=True)))


def _as_json(column: Column, values: Any) -> list[object]:
    listed = values.tolist() if hasattr(values, "tolist") else list(values)
    if column.type is LogicalType.FLAG:
        return [None if _empty(value) else bool(value) for value in listed]
    if column.type is LogicalType.INTEGER:
        return [None if _empty(v) else int(v) if float(v).is_integer() else v for v in listed]
    if column.type in (LogicalType.INSTANT, LogicalType.DAY):
        day = column.type is LogicalType.DAY
        return [None if _empty(value) else _moment(value, day) for value in listed]
    return [None if _empty(value) else value for value in listed]


def _moment(seconds: float, day: bool) -> object:
    moment = _EPOCH + timedelta(microseconds=round(seconds * 1e6))
    return moment.date() if day else moment


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and not math.isfinite(value))
