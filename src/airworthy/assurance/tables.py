"""Somebody else's rows: their columns as the checks read them, and the way back to the model's own table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Values
from airworthy.kernel.errors import InputError, MissingExtra
from airworthy.scoring.contract import LogicalType

TEXT = "text"
"""Name of the only column where rows are bare texts."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ACCEPTED = "Give a pandas, Polars or Arrow table, a numpy matrix, or a list of texts."


@dataclass(frozen=True, eq=False)
class Table:
    """Columns of n rows by name, the function that makes such rows of columns again, and known types."""

    columns: dict[str, Values]
    rebuild: Callable[[Mapping[str, Values]], Any]
    types: Mapping[str, LogicalType] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))


def read_table(rows: Any) -> Table:
    """The columns of a matrix, a frame or bare texts.

    Parameters
    ----------
    rows : a numpy matrix (n, d), a pandas, Polars or Arrow table, or n texts as a list, array or series.

    Raises
    ------
    InputError : it is none of these.

    >>> read_table(["on time", "late"]).columns
    {'text': ['on time', 'late']}
    """
    if isinstance(rows, np.ndarray) and rows.ndim == 2:
        return _matrix(rows)
    if isinstance(rows, list | tuple):
        return _texts(rows, list)
    if isinstance(rows, np.ndarray) and rows.ndim == 1:
        return _texts(rows.tolist(), np.array)
    if isinstance(rows, np.ndarray):
        raise InputError(
            f"The inputs have the shape {rows.shape}.",
            value=str(rows.shape),
            remedy="Give a table of rows and columns, or check the model's predictions instead.",
        )
    return _frame(rows)


def _matrix(rows: NDArray[Any]) -> Table:
    names = [f"x{index}" for index in range(rows.shape[1])]
    columns: dict[str, Values] = {name: _plain(rows[:, i]) for i, name in enumerate(names)}

    def rebuild(held: Mapping[str, Values]) -> NDArray[Any]:
        made = np.column_stack([np.asarray(held[name]) for name in names])
        return made.astype(rows.dtype) if rows.dtype.kind == "f" else made

    return Table(columns, rebuild)


def _plain(values: NDArray[Any]) -> Values:
    if values.dtype.kind in "fiu":
        return values.astype(float)
    if values.dtype.kind == "b":
        return values
    return [None if value is None else str(value) for value in values.tolist()]


def _texts(rows: Sequence[Any], made: Callable[[list[str | None]], Any]) -> Table:
    if wrong := [row for row in rows if row is not None and not isinstance(row, str)]:
        raise InputError(
            f"The inputs are a bare list that holds {wrong[0]!r}.", value=str(wrong[0])[:80], remedy=_ACCEPTED
        )
    return Table({TEXT: list(rows)}, lambda held: made(list(held[TEXT])), {TEXT: LogicalType.TEXT})


def _frame(rows: Any) -> Table:
    try:
        import narwhals as nw  # only frames need it
    except ImportError:
        raise MissingExtra("narwhals", "") from None
    try:
        found = nw.from_native(rows, eager_only=True, allow_series=True)
    except TypeError:
        raise InputError(
            f"The inputs are of the type {type(rows).__name__}, which is no table.",
            value=type(rows).__name__,
            remedy=_ACCEPTED,
        ) from None
    if isinstance(found, nw.Series):
        return _texts(found.to_list(), lambda texts: type(rows)(texts))
    columns: dict[str, Values] = {}
    types: dict[str, LogicalType] = {}
    for name in found.columns:
        kind = found.schema[name]
        columns[name] = _column(found[name], kind, nw)
        if kind in (nw.Date, nw.Datetime):
            types[name] = LogicalType.DAY if kind == nw.Date else LogicalType.INSTANT
        elif kind == nw.Boolean:
            types[name] = LogicalType.FLAG
    return Table(columns, _rebuilder(rows, found, nw), types)


def _column(series: Any, kind: Any, nw: Any) -> Values:
    if kind.is_numeric():
        return np.asarray(series.cast(nw.Float64).to_numpy(), float)
    if kind == nw.Boolean:
        flags = np.array([float("nan") if cell is None else float(cell) for cell in _cells(series)], float)
        return flags if np.isnan(flags).any() else flags.astype(bool)
    if kind in (nw.Date, nw.Datetime):
        return np.array([float("nan") if cell is None else _seconds(cell) for cell in _cells(series)], float)
    return [None if cell is None else str(cell) for cell in _cells(series)]


def _cells(series: Any) -> list[Any]:
    """The values, with None for each sign of a missing one."""
    pairs = zip(series.to_list(), series.is_null().to_list(), strict=True)
    return [None if empty else value for value, empty in pairs]


def _seconds(value: date | datetime) -> float:
    """Seconds since 1970. A time without a zone is taken as UTC."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _rebuilder(rows: Any, frame: Any, nw: Any) -> Callable[[Mapping[str, Values]], Any]:
    names, schema, backend = frame.columns, frame.schema, frame.implementation
    zones = {name: _zone(frame[name]) for name in names if schema[name] in (nw.Date, nw.Datetime)}

    def rebuild(held: Mapping[str, Values]) -> Any:
        if backend.is_pandas():
            cells = {n: _moments(held[n], zones[n]) if n in zones else held[n] for n in names}
            return _as_pandas(nw.from_dict(cells, backend=backend).to_native(), rows)
        nulls = {
            n: _moments(held[n], zones[n]) if n in zones else _with_nulls(held[n], frame[n]) for n in names
        }
        made = nw.from_dict({n: _typed(nulls[n], schema[n], backend, nw, n) for n in names})
        return made.to_native()

    return rebuild


def _with_nulls(values: Values, own: Any) -> Values | list[Any]:
    """NaN as null, unless the column itself tells a missing number by NaN."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f" or not np.isnan(values).any():
        return values
    if own.dtype.is_float() and bool(own.is_nan().any()):
        return values
    return [None if value != value else value for value in values.tolist()]


def _typed(values: Values | list[Any], kind: Any, backend: Any, nw: Any, name: str) -> Any:
    """The series in the type of the given column; words that such a type does not know stay words."""
    plain = nw.new_series(name, list(values), backend=backend)
    return plain if kind in (nw.String, nw.Object) else plain.cast(kind)


def _zone(series: Any) -> Any:
    """The time zone of the column's moments, as its own first value carries it."""
    return getattr(next((cell for cell in _cells(series) if cell is not None), None), "tzinfo", None)


def _moments(seconds: Values, zone: Any) -> list[datetime | None]:
    moments = [
        None if value != value else _EPOCH + timedelta(microseconds=round(float(value) * 1e6))
        for value in np.asarray(seconds, float).tolist()
    ]
    return [
        None if m is None else m.astimezone(zone) if zone is not None else m.replace(tzinfo=None)
        for m in moments
    ]


def _as_pandas(made: Any, like: Any) -> Any:
    """The same types, categories and signs of a missing word as the rows that were given."""
    for name in made.columns:
        own, values = like[name].dtype, made[name]
        if isinstance(own, np.dtype) and own.kind in "iub" and values.isna().any():
            continue  # such a column has no gaps of its own: with gaps it stays a float, or an object
        if isinstance(own, np.dtype) and own.kind == "O":
            gaps, held = like[name][like[name].isna()], _respelt(values, like[name].dropna().unique())
            made[name] = held.astype(object).where(values.notna(), gaps.iloc[0] if len(gaps) else None)
        elif hasattr(own, "categories"):
            held = _respelt(values, own.categories)
            new = [value for value in held.dropna().unique() if value not in own.categories]
            made[name] = held.astype("category").cat.set_categories([*own.categories, *new])
        else:
            made[name] = values.astype(own)
    return made


def _respelt(values: Any, known: Any) -> Any:
    """Words as the values that they were the text of, where those are no words."""
    objects = {str(value): value for value in known if not isinstance(value, str)}
    return values.map(lambda word: objects.get(word, word), na_action="ignore") if objects else values
