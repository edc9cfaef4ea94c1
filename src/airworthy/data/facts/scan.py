"""What the rows are counted by: outcomes, bins of time and months; and the hashes that tell rows apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import (
    TARGET,
    TIME,
    ByOutcome,
    OutcomeCounts,
    RowCount,
    RowHashes,
    RowsByMonth,
    RowsByTime,
    Table,
    Timeline,
)
from airworthy.kernel.fact import Facts

AT_ONCE, AT_ONCE_OF_FILE = 100, 2
"""Columns that one plan of aggregates reads."""

CELLS_AT_ONCE = 1_000_000
"""Cells whose hashes are in memory at a time."""

BINS = 750
"""Most bins of a timeline: two years of days."""

BIN_SECONDS = (60, 3600, 86400, 7 * 86400, 28 * 86400)

FINE_BINS = 100_000
"""Most bins of the timeline of rows: minutes of two months, hours of eleven years."""

FINE_SECONDS = (60, 3600, 86400)


@dataclass(frozen=True)
class Axis:
    """Equal bins of time: whole multiples of their length since 1970."""

    start: int
    seconds: int
    bins: int

    @classmethod
    def over(cls, first: int, last: int, lengths: Sequence[int], most: int) -> Axis:
        seconds = next((s for s in lengths if (last - first) / s < most), lengths[-1])
        start = first // seconds * seconds
        return cls(start, seconds, (last - start) // seconds + 1)

    @property
    def bin(self) -> pl.Expr:
        return ((epoch_seconds(TIME) - self.start) // self.seconds).alias("bin")


@dataclass(frozen=True)
class View:
    """The table with what the scan must know before it starts."""

    frame: pl.LazyFrame
    schema: pl.Schema
    outcome: pl.Expr | None
    coarse: Axis | None
    fine: Axis | None


def epoch_seconds(column: str) -> pl.Expr:
    """Whole seconds since 1970 of an instant or a day."""
    return pl.col(column).cast(pl.Datetime("us")).dt.epoch("s")


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    """Every fact about rows that was asked for, in one collect over the outcome and the time."""
    view = look(facts[Table()].lazy())
    plans = {"rows": view.frame.select(pl.len())}
    if view.outcome is not None:
        plans["outcomes"] = (
            view.frame.group_by(view.outcome.alias("outcome"))
            .agg(pl.len().alias("rows"))
            .filter(pl.col("outcome").is_not_null())
            .sort("rows", "outcome", descending=[True, False])
        )
    if view.fine is not None:
        month = (pl.col(TIME).dt.year().alias("year"), pl.col(TIME).dt.month().alias("month"))
        bins = view.frame.group_by(view.fine.bin).agg(pl.len().alias("rows"))
        plans["times"] = bins.filter(pl.col("bin").is_not_null())
        plans["months"] = view.frame.group_by(*month).agg(pl.len().alias("rows")).sort("year", "month")
    done = dict(zip(plans, pl.collect_all(list(plans.values())), strict=True))
    known: dict[type, Callable[[], object]] = {
        RowCount: lambda: done["rows"].item(),
        OutcomeCounts: lambda: _outcomes(done.get("outcomes")),
        RowsByTime: lambda: _timeline(view.fine, done.get("times")),
        RowsByMonth: lambda: _months(done.get("months")),
    }
    return {
        fact: _row_hashes(fact.columns, facts) if isinstance(fact, RowHashes) else known[type(fact)]()
        for fact in wanted
    }


def look(frame: pl.LazyFrame) -> View:
    """Decide the outcome's classes and the bins of time: two columns are read."""
    schema = frame.collect_schema()
    asks: dict[str, pl.Expr] = {}
    numeric_outcome = TARGET in schema and schema[TARGET].is_numeric()
    if numeric_outcome:
        asks["median"] = pl.col(TARGET).filter(pl.col(TARGET).is_finite()).median()
    if TIME in schema:
        asks |= {"first": epoch_seconds(TIME).min(), "last": epoch_seconds(TIME).max()}
    row = frame.select(**asks).collect().row(0, named=True) if asks else {}
    outcome = None
    if numeric_outcome and row["median"] is not None:
        high, name = pl.col(TARGET) > row["median"], f"{row['median']:,.6g}"
        outcome = pl.when(high).then(pl.lit(f"above {name}")).otherwise(pl.lit(f"at most {name}"))
        outcome = pl.when(pl.col(TARGET).is_not_null()).then(outcome)
    elif TARGET in schema and not numeric_outcome:
        outcome = pl.col(TARGET).cast(pl.String)
    if row.get("first") is None:
        return View(frame, schema, outcome, None, None)
    ends = (row["first"], row["last"])
    return View(
        frame,
        schema,
        outcome,
        Axis.over(*ends, BIN_SECONDS, BINS),
        Axis.over(*ends, FINE_SECONDS, FINE_BINS),
    )


def _row_hashes(columns: Sequence[str], facts: Facts) -> pl.Series:
    """The sum (mod 2**64) of the columns' hashes, so that taking a column out is a subtraction."""
    return pl.Series("hash", sum_of_hashes(columns, facts))


def sum_of_hashes(
    columns: Sequence[str], facts: Facts, start: NDArray[np.uint64] | None = None
) -> NDArray[np.uint64]:
    """`start` (rows,), or zero, and on it the `column_hash` of each of `columns`."""
    rows, table = facts[RowCount()], facts[Table()]
    total = np.zeros(rows, np.uint64) if start is None else start.copy()
    if not isinstance(table, pl.DataFrame):
        for column in columns:
            total += column_hash(column, facts).to_numpy()
        return total
    # One by one the columns of a wide table take longer to be asked than to be hashed.
    at_once = max(1, min(AT_ONCE, CELLS_AT_ONCE // max(1, rows)))
    for first in range(0, len(columns), at_once):
        some = columns[first : first + at_once]
        asked = (pl.col(column).hash(table.get_column_index(column)) for column in some)
        for hashes in pl.DataFrame([table[column] for column in some]).select(asked).iter_columns():
            total += hashes.to_numpy()
    return total


def column_hash(column: str, facts: Facts) -> pl.Series:
    """Hash of one column, seeded with its place so that swapped values differ."""
    table = facts[Table()]
    if isinstance(table, pl.DataFrame):
        place = table.get_column_index(column)  # a schema of 5,000 columns takes 6 ms to make
    else:
        place = table.collect_schema().names().index(column)
    return column_of(facts, column).hash(place)


def column_of(facts: Facts, name: str) -> pl.Series:
    """One column of the table, read alone when the table is a file."""
    table = facts[Table()]
    if isinstance(table, pl.DataFrame):
        return table[name]
    read: pl.Series = table.select(name).collect(engine="streaming").to_series()
    return read


def one_row(table: pl.LazyFrame, facts: Facts, asked: Sequence[Sequence[pl.Expr]]) -> dict[str, Any]:
    """Aggregates over all rows, by name; `asked` holds those of each column, and few are read at once.

    Of a file two columns are in memory at a time. Of a table polars plans in time that grows with the square
    of the expressions.
    """
    at_once = AT_ONCE if isinstance(facts[Table()], pl.DataFrame) else AT_ONCE_OF_FILE
    row: dict[str, Any] = {}
    for start in range(0, len(asked), at_once):
        asks = [ask for asks in asked[start : start + at_once] for ask in asks]
        row |= table.select(asks).collect().row(0, named=True) if asks else {}
    return row


def _outcomes(groups: pl.DataFrame | None) -> ByOutcome | None:
    return None if groups is None else ByOutcome(tuple(groups["outcome"]), tuple(groups["rows"]))


def _timeline(axis: Axis | None, groups: pl.DataFrame | None) -> Timeline | None:
    if axis is None or groups is None:
        return None
    rows = [0] * axis.bins
    for place, count in groups.iter_rows():
        rows[place] = count
    return Timeline(axis.start, axis.seconds, tuple(rows))


def _months(groups: pl.DataFrame | None) -> dict[tuple[int, int], int] | None:
    if groups is None:
        return None
    return {(year, month): rows for year, month, rows in groups.iter_rows() if year is not None}
