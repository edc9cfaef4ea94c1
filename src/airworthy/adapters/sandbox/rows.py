"""The rows of a table as they are sent into the sandbox, and as the child makes them a table again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.adapters.sandbox.messages import Ask, Column, Label
from airworthy.assurance.tables import read_table

FRAME, MATRIX, TEXTS, POLARS = "frame", "matrix", "texts", "polars"
_CELLS = "cells"
_MOMENT = "moment"


def sent(table: Any) -> Ask:
    """The rows of a frame, a matrix or bare texts as a message.

    Raises `InputError` where it is none of these.

    >>> sent(np.array([[1.5, 2.0]])).columns[1].name
    'x1'
    """
    if isinstance(table, np.ndarray) and table.ndim == 2:
        columns = [_array(f"x{index}", table[:, index]) for index in range(table.shape[1])]
        return Ask(MATRIX, columns, "" if table.dtype.kind == "O" else table.dtype.str)
    if isinstance(table, list | tuple | np.ndarray):
        return Ask(TEXTS, [Column("text", _CELLS, cells=list(read_table(table).columns["text"]))])
    if type(table).__module__.partition(".")[0] == "pandas" and hasattr(table, "columns"):
        return Ask(FRAME, [_of_pandas(str(name), table[name]) for name in table.columns])
    return _of_frame(table)


def _of_frame(table: Any) -> Ask:
    import narwhals as nw  # only frames need it

    held = read_table(table)
    frame = nw.from_native(table, eager_only=True, allow_series=True, pass_through=True)
    if not isinstance(frame, nw.DataFrame):
        return Ask(TEXTS, [Column("text", _CELLS, cells=list(held.columns["text"]))])
    columns = []
    for name, values in held.columns.items():
        if name in held.types and frame.schema[name] in (nw.Date, nw.Datetime):
            columns.append(Column(name, _MOMENT, np.asarray(values, float).tobytes()))
        elif isinstance(values, np.ndarray):
            whole = frame.schema[name].is_integer() and not np.isnan(values).any()
            columns.append(_array(name, values.astype(np.int64) if whole else values))
        else:
            columns.append(Column(name, _CELLS, cells=list(values)))
    return Ask(FRAME, columns)


def _of_pandas(name: str, series: Any) -> Column:
    kind = series.dtype
    if hasattr(kind, "categories"):
        labels = [_plain(value) for value in kind.categories.tolist()]
        codes = np.asarray(series.cat.codes, np.int64)
        return Column(name, "<i8", codes.tobytes(), categories=[str(v) if v is None else v for v in labels])
    if isinstance(kind, np.dtype) and kind.kind in "fiub":
        return _array(name, series.to_numpy())
    if getattr(kind, "kind", "") == "M":
        moments = series.astype("int64").to_numpy() if isinstance(kind, np.dtype) else None
        if moments is not None:
            seconds = series.to_numpy().astype("datetime64[us]").astype(np.int64) / 1e6
            return Column(name, _MOMENT, np.where(series.isna(), np.nan, seconds).tobytes())
    gaps = series.isna().to_numpy()
    cells = [None if gap else _plain(v) for v, gap in zip(series.tolist(), gaps, strict=True)]
    return Column(name, _CELLS, cells=cells)


def _array(name: str, values: NDArray[Any]) -> Column:
    if values.dtype.kind in "fiub":
        return Column(name, values.dtype.str, np.ascontiguousarray(values).tobytes())
    return Column(name, _CELLS, cells=[_plain(value) for value in values.tolist()])


def _plain(value: Any) -> Label | None:
    """A value as the message holds it; whatever has no sign there is its text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.item() if isinstance(value, np.generic) else str(value)


def height(ask: Ask) -> int:
    """How many rows it holds."""
    if not ask.columns:
        return 0
    first = ask.columns[0]
    return len(first.cells) if first.kind == _CELLS else len(_values(first))


def part(ask: Ask, start: int, stop: int) -> Ask:
    """Rows `start` to `stop`."""
    return Ask(ask.form, [_part(column, start, stop) for column in ask.columns], ask.dtype)


def _part(column: Column, start: int, stop: int) -> Column:
    if column.kind == _CELLS:
        return Column(column.name, _CELLS, cells=column.cells[start:stop])
    values = _values(column)[start:stop]
    return Column(column.name, column.kind, values.tobytes(), categories=column.categories)


def _values(column: Column) -> NDArray[Any]:
    return np.frombuffer(column.data, "<f8" if column.kind == _MOMENT else column.kind)


def table_for(ask: Ask, inputs: Sequence[str], wants_matrix: bool) -> Any:
    """The table again, as the model takes it; called in the child.

    Parameters
    ----------
    inputs : columns that the model names; all of the table where it names none.
    wants_matrix : a frame becomes a float64 matrix, its columns by position.

    Raises `KeyError` with the first column that the table does not have.
    """
    if ask.form == TEXTS:
        return list(ask.columns[0].cells)
    if ask.form == MATRIX:
        made = np.column_stack([_column(column) for column in ask.columns])
        return made.astype(ask.dtype) if ask.dtype else made
    held = {column.name: column for column in ask.columns}
    chosen = [held[name] for name in inputs] if inputs else ask.columns
    if wants_matrix:
        return np.column_stack([_column(column) for column in chosen]).astype(np.float64)
    import pandas  # only a model that reads frames needs it

    return pandas.DataFrame({column.name: _series(column, pandas) for column in chosen})


def _column(column: Column) -> NDArray[Any]:
    return np.array(column.cells, dtype=object) if column.kind == _CELLS else _values(column)


def _series(column: Column, pandas: Any) -> Any:
    if column.kind == _MOMENT:
        return pandas.to_datetime(_values(column), unit="s")
    if column.categories is not None:
        return pandas.Categorical.from_codes(_values(column), column.categories)
    values = _column(column)
    return pandas.Series(values).infer_objects() if column.kind == _CELLS else values
