"""The rows that are sent to a model behind an address: columns of JSON values, in the order that it reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np

from airworthy.assurance.tables import read_table
from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.errors import InputError


@dataclass(frozen=True)
class Rows:
    """n rows as columns of None, numbers, flags and words; `named` says whether the columns have names."""

    columns: dict[str, list[Any]]
    named: bool = True

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def __getitem__(self, part: slice) -> Rows:
        return Rows({name: values[part] for name, values in self.columns.items()}, self.named)

    @property
    def names(self) -> list[str]:
        return list(self.columns)

    def cells(self) -> Iterator[tuple[Any, ...]]:
        """The rows as tuples."""
        return zip(*self.columns.values(), strict=True)

    def records(self) -> list[dict[str, Any]]:
        """The rows as objects."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.cells()]


def rows_of(table: Any, inputs: Sequence[str]) -> Rows:
    """The rows of a frame, a matrix or bare texts, with the columns `inputs` only, where any are named.

    Raises `InputError` where one of them is absent.

    >>> rows_of(np.array([[1.5, np.nan]]), ()).columns
    {'x0': [1.5], 'x1': [None]}
    """
    if isinstance(table, np.ndarray | list | tuple):
        held = read_table(table)
        columns = {
            name: [_plain(v) for v in np.asarray(values).tolist()] for name, values in held.columns.items()
        }
        named = False
    else:
        columns, named = _frame_columns(table), True
    if not inputs:
        return Rows(columns, named)
    if not named and len(inputs) == len(columns):
        return Rows(dict(zip(inputs, columns.values(), strict=True)), named)
    if missing := [name for name in inputs if name not in columns]:
        raise InputError(
            f"The model reads {listed(missing)}, which the table does not have.",
            value=missing[0],
            remedy=did_you_mean(missing[0], columns, f"The table has: {listed(list(columns))}."),
        )
    return Rows({name: columns[name] for name in inputs}, named)


def narrowed(table: Any, inputs: Sequence[str]) -> Any:
    """The columns `inputs` of a frame; a table without names, or with others, as it is."""
    import narwhals as nw  # only frames need it

    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        return table
    return frame.select(*inputs).to_native() if inputs and set(inputs) <= set(frame.columns) else table


def _frame_columns(table: Any) -> dict[str, list[Any]]:
    import narwhals as nw  # only frames need it

    try:
        frame = nw.from_native(table, eager_only=True, allow_series=True)
    except TypeError:
        return {name: [_plain(v) for v in values] for name, values in read_table(table).columns.items()}
    if isinstance(frame, nw.Series):
        return {name: list(values) for name, values in read_table(table).columns.items()}
    return {name: _values(frame[name]) for name in frame.columns}


def _values(series: Any) -> list[Any]:
    pairs = zip(series.to_list(), series.is_null().to_list(), strict=True)
    return [None if empty else _plain(value) for value, empty in pairs]


def _plain(value: Any) -> Any:
    """A value as JSON writes it: a time without a zone is taken as UTC, what has no sign is its text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return value.item() if hasattr(value, "item") else str(value)
