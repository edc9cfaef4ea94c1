"""The two shapes in which a table is scored, columns of arrays and one row, and the one border into both.

Inside `scoring` a number is a float64 with NaN for null (flags 0/1, instants and days UTC epoch seconds) and
everything else is a string or None. Infinity becomes null here, in both shapes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import numpy.typing as npt

from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, Contract, LogicalType

FloatArray = npt.NDArray[np.float64]
Columns = Mapping[str, FloatArray | Sequence[str | None]]
"""Canonical columns by name: float64 arrays of shape (n,), or n strings."""

Row = Mapping[str, object]
"""One row by column name, typed as the contract says: float, int, bool, str, datetime, date or None."""

Value = float | str | None
"""One canonical value: a float (NaN for null), a string, or None for a null string."""

NAN = math.nan
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STRINGS = frozenset({LogicalType.CATEGORY, LogicalType.TEXT, LogicalType.IDENTIFIER})
TIMES = frozenset({LogicalType.INSTANT, LogicalType.DAY})


def epoch_seconds(moment: datetime) -> float:
    """UTC epoch seconds of an instant; the microseconds are divided once, as `data` does for columns.

    >>> epoch_seconds(datetime(1970, 1, 1, 0, 0, 1, 500000, tzinfo=UTC))
    1.5
    """
    since = moment - EPOCH
    return float((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds) / 1e6


def instant_of(seconds: float) -> datetime:
    """The inverse of `epoch_seconds`, to the microsecond.

    >>> instant_of(1.5)
    datetime.datetime(1970, 1, 1, 0, 0, 1, 500000, tzinfo=datetime.timezone.utc)
    """
    return EPOCH + timedelta(microseconds=round(seconds * 1e6))


def row_count(columns: Columns) -> int:
    """Rows in `columns`. Raises `InputError` when the columns are not equally long or there are none."""
    lengths = {name: len(values) for name, values in columns.items()}
    if len(set(lengths.values())) == 1:
        return next(iter(lengths.values()))
    raise InputError(
        "The columns to score must all have the same number of rows, and there must be at least one column.",
        value=str(dict(list(lengths.items())[:5])),
        remedy="Pass one array or list for each column, all of one length.",
    )


def is_numeric(column: Column) -> bool:
    """Whether the canonical value of `column` is a float."""
    return column.type not in STRINGS


def canonical_reader(column: Column) -> Callable[[object], Value]:
    """The function that turns a typed value of `column` into its canonical value.

    It raises `InputError` for a value of another type: text is never read as a number here.
    """
    if column.type in STRINGS:
        return _text_reader(column)
    if column.type is LogicalType.FLAG:
        return _flag_reader(column)
    if column.type is LogicalType.INSTANT:
        return _instant_reader(column)
    if column.type is LogicalType.DAY:
        return _day_reader(column)
    return _number_reader(column)


def _wrong_type(column: Column, value: object, expected: str) -> InputError:
    return InputError(
        f"Column {column.name!r} has {type(value).__name__} {value!r}; expected {expected} or null.",
        value=repr(value),
        remedy=f"Send {expected}.",
    )


def _number_reader(column: Column) -> Callable[[object], Value]:
    def read(value: object) -> Value:
        if type(value) is float:
            return value if value - value == 0.0 else NAN
        if value is None:
            return NAN
        if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.number):
            raise _wrong_type(column, value, "a number")
        return read(_to_float(value))

    return read


def _to_float(value: float | np.number) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer beyond float64 is as good as infinite
        return math.inf


def _flag_reader(column: Column) -> Callable[[object], Value]:
    def read(value: object) -> Value:
        if value is None:
            return NAN
        if isinstance(value, bool | np.bool_ | int | float) and (value == 0 or value == 1):
            return 1.0 if value else 0.0
        if isinstance(value, float) and math.isnan(value):
            return NAN
        raise _wrong_type(column, value, "true or false")

    return read


def _instant_reader(column: Column) -> Callable[[object], Value]:
    def read(value: object) -> Value:
        if value is None:
            return NAN
        if isinstance(value, datetime) and value.tzinfo is not None:
            return epoch_seconds(value)
        raise _wrong_type(column, value, "an instant with its offset from UTC")

    return read


def _day_reader(column: Column) -> Callable[[object], Value]:
    def read(value: object) -> Value:
        if value is None:
            return NAN
        if isinstance(value, date) and not isinstance(value, datetime):
            return float((value.toordinal() - EPOCH.toordinal()) * 86_400)
        raise _wrong_type(column, value, "a day")

    return read


def _text_reader(column: Column) -> Callable[[object], Value]:
    def read(value: object) -> Value:
        if value is None or type(value) is str:
            return value
        raise _wrong_type(column, value, "text")

    return read


def row_at(contract: Contract, columns: Columns, index: int) -> dict[str, object]:
    """Row `index` of canonical `columns` as the typed row that a client would send.

    Columns that the contract does not know are left out. The way back through `canonical_reader` gives the
    same bits.

    >>> contract = Contract(columns=(Column(name="age", type=LogicalType.INTEGER),))
    >>> row_at(contract, {"age": np.array([41.0, np.nan])}, 0)
    {'age': 41}
    """
    return {
        column.name: _typed(column, columns[column.name][index])
        for column in contract.columns
        if column.name in columns
    }


def _typed(column: Column, value: object) -> object:
    if value is None or column.type in STRINGS:
        return value
    number = float(value)  # type: ignore[arg-type]  # a canonical numeric column holds floats
    if not math.isfinite(number):
        return None
    if column.type is LogicalType.FLAG:
        return number != 0.0
    if column.type is LogicalType.INSTANT:
        return instant_of(number)
    if column.type is LogicalType.DAY:
        return instant_of(number).date()
    whole = column.type is LogicalType.INTEGER and number.is_integer() and (number or not _signed(number))
    return int(number) if whole else number


def _signed(number: float) -> bool:
    return math.copysign(1.0, number) < 0
