"""A condition on rows as a Polars expression; a comparison of unlike kinds is refused, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import reduce
from operator import and_, eq, ge, gt, le, lt, ne, or_
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from airworthy.charter.conditions import Condition, Literal, Sign, parse_condition
from airworthy.kernel.errors import InputError

_COMPARE: Mapping[Sign, Callable[[Any, Any], Any]] = {
    Sign.EQUAL: eq,
    Sign.UNEQUAL: ne,
    Sign.BELOW: lt,
    Sign.AT_MOST: le,
    Sign.ABOVE: gt,
    Sign.AT_LEAST: ge,
}


def rows_where(frame: pl.DataFrame, text: str, zone: str = "UTC") -> pl.Series:
    """For which rows the condition holds, as truth values; a comparison with null never does.

    Raises `InputError` where a column is compared with a value of another kind.

    >>> rows_where(pl.DataFrame({"paid": [1, None, 0]}), "paid != 1").to_list()
    [False, False, True]
    """
    found = _expression(parse_condition(text), frame.schema, text, zone)
    return frame.select(found.fill_null(value=False).alias("holds")).to_series()


def _expression(condition: Condition, schema: Mapping[str, pl.DataType], text: str, zone: str) -> pl.Expr:
    if condition.parts:
        parts = [_expression(part, schema, text, zone) for part in condition.parts]
        if condition.sign is Sign.NOT:
            return ~parts[0]
        return reduce(and_ if condition.sign is Sign.AND else or_, parts)
    assert condition.column is not None
    column = pl.col(condition.column)
    if condition.sign is Sign.IS_NULL:
        return column.is_null()
    kind = schema[condition.column]
    values = [_fitting(value, kind, condition.column, text, zone) for value in condition.values]
    if condition.sign is Sign.IN:
        return pl.any_horizontal(column == value for value in values)
    compared: pl.Expr = _COMPARE[condition.sign](column, pl.lit(values[0]))
    return compared


def _fitting(value: Literal, kind: pl.DataType, column: str, text: str, zone: str) -> object:
    """The value as the column holds its kind."""
    if isinstance(value, bool):
        if kind == pl.Boolean:
            return value
    elif isinstance(value, float):
        if kind.is_numeric():
            return int(value) if value.is_integer() else value
        if kind == pl.Boolean and value in (0.0, 1.0):
            return bool(value)
    elif kind == pl.String:
        return value
    elif kind.is_temporal() and (moment := _moment(value, kind, zone)) is not None:
        return moment
    shown = f"'{value}'" if isinstance(value, str) else f"{value:g}" if isinstance(value, float) else value
    raise InputError(
        f'The condition "{text}" compares "{column}", which holds {_called(kind)}, with {shown}.',
        value=str(value),
        remedy="Compare it with a value of its own kind; texts and days stand in single quotes.",
    )


def _moment(value: str, kind: pl.DataType, zone: str) -> date | datetime | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    if kind == pl.Date:
        return moment.date()
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))


def _called(kind: pl.DataType) -> str:
    if kind == pl.Boolean:
        return "true and false"
    return "numbers" if kind.is_numeric() else "times" if kind.is_temporal() else "text"
