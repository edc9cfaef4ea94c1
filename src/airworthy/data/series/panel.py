"""One table of outcomes, moment by series, from rows that name a series and a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.problems import did_you_mean, listed
from airworthy.data.series.grid import Grid, Places, grid_of
from airworthy.kernel.errors import InputError

Floats = npt.NDArray[np.float64]

MOST_CELLS = 30_000_000
"""Of moments times series: 240 MB."""


@dataclass(frozen=True, eq=False)
class Panel:
    """The known past of s series on one grid of times.

    Attributes
    ----------
    keys
        What names each series, s rows; no columns where there is one series.
    values
        (t, s), NaN where a moment has no outcome. The last row holds the latest known outcome of any series.
    place, code
        Place in time and series of each row of the table, (n,); places from t on lie in the future.
    """

    grid: Grid
    keys: pl.DataFrame
    values: Floats
    place: Places
    code: Places

    @property
    def gaps(self) -> int:
        """Moments between the first and the last known outcome of a series that have none."""
        known = np.isfinite(self.values)
        first, last = known.argmax(axis=0), len(known) - 1 - known[::-1].argmax(axis=0)
        spans = np.where(known.any(axis=0), last - first + 1, 0)
        return int((spans - known.sum(axis=0)).sum())

    def name(self, code: int) -> str:
        """What a series is called."""
        return ", ".join(str(value) for value in self.keys.row(code)) if self.keys.width else "all rows"


def panel_of(
    frame: pl.DataFrame, target: str, time: str, series: Sequence[str] = (), every: str | None = None
) -> Panel:
    """Lay the outcomes of `frame` out by time and series.

    Parameters
    ----------
    frame : rows whose `target` is null have no outcome yet, or never had one.
    time : column of days or naive times.
    series : columns that together name a series.
    every : the step; when None, found from the times.

    Raises
    ------
    InputError : a column is absent or of the wrong kind, a time is null, no outcome is known, two rows have
        one series and time, times are not regular.
    """
    _require(frame, target, time, series)
    stamps = frame[time].cast(pl.Datetime("us"))
    grid = grid_of(stamps, every)
    place = grid.places(stamps)
    code, keys = _codes(frame, series)
    _refuse_twins(frame, place, code, time, series)
    outcome = frame[target].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    known, count = np.isfinite(outcome), max(1, keys.height)
    if not known.any():
        raise InputError(f'"{target}" holds no number.', value=target, remedy="Give rows with outcomes.")
    last = int(place[known].max())
    if (last + 1) * count > MOST_CELLS:
        raise InputError(
            f"{last + 1:,} moments of {count:,} series are {(last + 1) * count:,} outcomes, and "
            f"{MOST_CELLS:,} fit.",
            value=(last + 1) * count,
            remedy="Take fewer series at a time, or add the rows up to longer steps.",
        )
    values = np.full((last + 1, count), np.nan)
    values[place[known], code[known]] = outcome[known]
    return Panel(grid, keys, values, place, code)


def _require(frame: pl.DataFrame, target: str, time: str, series: Sequence[str]) -> None:
    for name, what in ((target, "target"), (time, "time"), *((name, "series column") for name in series)):
        if name not in frame.columns:
            raise InputError(
                f'The {what} "{name}" is not a column of the table.',
                value=name,
                remedy=did_you_mean(name, frame.columns, f"It has: {listed(frame.columns)}."),
            )
    if not frame[target].dtype.is_numeric():
        raise InputError(
            f'The target "{target}" holds {frame[target].dtype}, not numbers.',
            value=target,
            remedy="Forecast a column of numbers; a yes or no is a task for a model of classes.",
        )
    if not isinstance(frame[time].dtype, pl.Datetime | pl.Date):
        raise InputError(
            f'The time "{time}" holds {frame[time].dtype}, not dates.',
            value=time,
            remedy="Write its values as 2024-12-31 or 2024-12-31T09:00:00, or name another column.",
        )
    if gaps := frame[time].null_count():
        first = int(frame[time].is_null().arg_max() or 0)
        raise InputError(
            f'{gaps:,} of {frame.height:,} rows have no "{time}" (the first is data row {first + 1:,}).',
            value=first + 1,
            remedy="Fill these times in or take the rows out.",
        )


def _codes(frame: pl.DataFrame, series: Sequence[str]) -> tuple[Places, pl.DataFrame]:
    if not series:
        return np.zeros(frame.height, dtype=np.int64), pl.DataFrame()
    keys = frame.select(series).unique().sort(series).with_row_index("__code__")
    joined = frame.select(series).join(
        keys, on=list(series), how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["__code__"].cast(pl.Int64).to_numpy(), keys.drop("__code__")


def _refuse_twins(frame: pl.DataFrame, place: Places, code: Places, time: str, series: Sequence[str]) -> None:
    pairs = pl.DataFrame({"place": place, "code": code})
    twins = pairs.is_duplicated()
    if not twins.any():
        return
    first = frame.row(int(twins.arg_max() or 0), named=True)
    of = f" of {', '.join(str(first[name]) for name in series)}" if series else ""
    raise InputError(
        f"{int(twins.sum()):,} of {frame.height:,} rows share their time with another row of their series "
        f"(the first: {first[time]}{of}).",
        value=str(first[time]),
        remedy="Add them up to one row a time, take copies out, or name all columns that make a series.",
    )
