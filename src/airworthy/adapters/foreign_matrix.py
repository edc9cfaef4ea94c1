"""A raw table to the numbers that a foreign model reads, by column name where the model names its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.adapters.foreign_extra import SCORE_YOURSELF
from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.errors import InputError

Floats = npt.NDArray[np.float64]
_AWAY = f"Encode it as in training before you check. Or: {SCORE_YOURSELF}"


def select_inputs(frame: pl.DataFrame, inputs: Sequence[str], named: bool) -> list[pl.Series]:
    """The columns that a model reads, in its order.

    Parameters
    ----------
    frame : raw table.
    inputs : the model's names, or placeholders where it has none.
    named : whether they are names. If not, columns are taken by position and their number must agree.

    Raises `InputError` when one is missing, or when the number does not agree.
    """
    if not named:
        if frame.width != len(inputs):
            raise InputError(
                f"The model reads {len(inputs)} columns without names, and the table has {frame.width}.",
                value=frame.width,
                remedy="Give exactly the columns that it was trained on, in that order (and the target).",
            )
        return [frame[name] for name in frame.columns]
    # Exporters write blanks in names as underscores.
    spelt = {name.replace(" ", "_"): name for name in frame.columns} | {name: name for name in frame.columns}
    missing = [name for name in inputs if name not in spelt]
    if missing:
        raise InputError(
            f"The model reads {listed(missing)}, which the table does not have.",
            value=missing[0],
            remedy=did_you_mean(missing[0], frame.columns, f"The table has: {listed(frame.columns)}."),
        )
    return [frame[spelt[name]] for name in inputs]


def as_matrix(columns: Sequence[pl.Series], categories: Mapping[int, Sequence[str]] | None = None) -> Floats:
    """Columns to float64 (n, d): null is NaN, flags are 0 and 1, categories their position (unseen is NaN).

    Raises `InputError` on text that is no known category.

    >>> as_matrix([pl.Series("a", [1, None]), pl.Series("b", ["y", "z"])], {1: ["x", "y"]})
    array([[ 1.,  1.],
           [nan, nan]])
    """
    known = categories or {}
    rows = len(columns[0]) if columns else 0
    matrix = np.empty((rows, len(columns)), dtype=np.float64)
    for index, column in enumerate(columns):
        matrix[:, index] = _coded(column, known[index]) if index in known else _numbers(column)
    return matrix


def _numbers(column: pl.Series) -> Floats:
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if column.null_count() == len(column):
        return np.full(len(column), np.nan)
    example = column.drop_nulls()[0]
    raise InputError(
        f'The model reads numbers, and the column "{column.name}" holds {example!r}.',
        value=str(example),
        remedy=_AWAY,
    )


def _coded(column: pl.Series, values: Sequence[str]) -> Floats:
    codes = {value: float(code) for code, value in enumerate(values)}
    texts = column.cast(pl.Float64) if column.dtype.is_integer() else column
    return np.array([codes.get(_spelt(value), np.nan) for value in texts.to_list()], dtype=np.float64)


def _spelt(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
