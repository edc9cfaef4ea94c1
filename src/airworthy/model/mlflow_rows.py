"""The pandas frame that MLflow hands over, as the columns that scoring reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from airworthy.scoring.columns import FloatArray, Value, canonical_reader, is_numeric
from airworthy.scoring.contract import Column, Contract, LogicalType

if TYPE_CHECKING:
    import pandas


def columns_of_pandas(
    frame: pandas.DataFrame, contract: Contract, besides: Sequence[Column] = ()
) -> dict[str, FloatArray | list[str | None]]:
    """Canonical columns of the contract's inputs and of `besides`; one that is absent is null in every row.

    Times without a zone are UTC, as MLflow sends them. Raises `InputError` for a value of another type.
    """
    return {column.name: _column(frame, column) for column in (*contract.inputs, *besides)}


def _column(frame: pandas.DataFrame, column: Column) -> FloatArray | list[str | None]:
    read = canonical_reader(column)
    values: list[Any] = frame[column.name].tolist() if column.name in frame else [None] * len(frame)
    found: list[Any] = [read(_typed(value, column.type)) for value in values]
    return np.array(found, dtype=np.float64) if is_numeric(column) else found


def _typed(value: Any, kind: LogicalType) -> Value | Any:
    """None for pandas' many spellings of missing; a day or an instant in UTC for a timestamp."""
    if value is None or value != value:
        return None
    if kind not in (LogicalType.INSTANT, LogicalType.DAY) or not hasattr(value, "to_pydatetime"):
        return value
    moment = value.tz_localize("UTC") if value.tzinfo is None else value.tz_convert("UTC")
    return moment.date() if kind is LogicalType.DAY else moment.to_pydatetime()
