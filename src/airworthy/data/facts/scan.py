"""The fused scan: everything that one pass over the table can count, in one collect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from airworthy.data.facts import (
    TARGET,
    TIME,
    ByOutcome,
    ColumnByOutcome,
    ColumnCounts,
    Counts,
    NullsByTime,
    OutcomeCounts,
    RowCount,
    RowHashes,
    RowsByMonth,
    RowsByTime,
    Table,
    Timeline,
)
from airworthy.kernel.fact import Facts

WIDE = 150
"""Columns a collect: polars plans in time that grows with the square of the expressions (5,000: 34 s)."""

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
    """Every scan fact that was asked for, in one collect of at most `WIDE` columns each."""
    table = facts[Table()]
    view = look(table.lazy())
    columns = list(dict.fromkeys(fact.column for fact in wanted if hasattr(fact, "column")))
    per_column: dict[type, set[str]] = {ColumnCounts: set(), ColumnByOutcome: set(), NullsByTime: set()}
    for fact in wanted:
        if type(fact) in per_column:
            per_column[type(fact)].add(fact.column)
    computed: dict[Any, object] = {}
    pieces = [columns[i : i + WIDE] for i in range(0, len(columns), WIDE)] or [[]]
    for index, piece in enumerate(pieces):
        extra = [fact for fact in wanted if not hasattr(fact, "column")] if index == 0 else []
        computed |= _collect(view, piece, per_column, extra)
    return computed


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


def _collect(
    view: View, columns: list[str], wanted: Mapping[type, set[str]], extra: Sequence[Any]
) -> dict[Any, object]:
    counted = [c for c in columns if c in wanted[ColumnCounts]]
    sorted_out = [c for c in columns if c in wanted[ColumnByOutcome]]
    dated = [c for c in columns if c in wanted[NullsByTime]]
    plans = {"counts": view.frame.select(pl.len().alias("rows"), *_counters(view.schema, counted))}
    if view.outcome is not None:
        plans["outcomes"] = (
            view.frame.group_by(view.outcome.alias("outcome"))
            .agg(pl.len().alias("rows"), *_empties(view.schema, sorted_out))
            .filter(pl.col("outcome").is_not_null())
            .sort("rows", "outcome", descending=[True, False])
        )
    if view.coarse is not None and view.fine is not None:
        if dated:
            nulls = [pl.col(c).null_count().alias(f"n{i}") for i, c in enumerate(dated)]
            plans["nulls"] = _binned(view.frame, view.coarse, nulls)
        if any(isinstance(fact, RowsByTime) for fact in extra):
            plans["rows"] = _binned(view.frame, view.fine, [])
        if any(isinstance(fact, RowsByMonth) for fact in extra):
            month = (pl.col(TIME).dt.year().alias("year"), pl.col(TIME).dt.month().alias("month"))
            plans["months"] = view.frame.group_by(*month).agg(pl.len().alias("rows")).sort("year", "month")
    hashed = [fact for fact in extra if isinstance(fact, RowHashes)]
    for index, fact in enumerate(hashed):
        plans[f"hash{index}"] = view.frame.select(row_hash(fact.columns, view.schema).alias("hash"))
    done = dict(zip(plans, pl.collect_all(list(plans.values())), strict=True))
    computed: dict[Any, object] = {}
    row = done["counts"].row(0, named=True)
    for index, column in enumerate(counted):
        computed[ColumnCounts(column)] = _counts(row, index)
    for index, column in enumerate(sorted_out):
        computed[ColumnByOutcome(column)] = _by_outcome(done.get("outcomes"), index)
    for index, column in enumerate(dated):
        computed[NullsByTime(column)] = _timeline(view.coarse, done.get("nulls"), f"n{index}")
    for fact in extra:
        if isinstance(fact, RowCount):
            computed[fact] = row["rows"]
        elif isinstance(fact, OutcomeCounts):
            computed[fact] = _by_outcome(done.get("outcomes"), None)
        elif isinstance(fact, RowsByTime):
            computed[fact] = _timeline(view.fine, done.get("rows"), None)
        elif isinstance(fact, RowsByMonth):
            computed[fact] = _months(done.get("months"))
        elif isinstance(fact, RowHashes):
            computed[fact] = done[f"hash{hashed.index(fact)}"]["hash"]
    return computed


def row_hash(columns: Sequence[str], schema: pl.Schema) -> pl.Expr:
    """The sum (mod 2**64) of the columns' hashes, so that taking a column out is a subtraction."""
    return pl.sum_horizontal([column_hash(c, schema) for c in columns])


def column_hash(column: str, schema: pl.Schema) -> pl.Expr:
    """Hash of one column, seeded with its place so that swapped values differ."""
    return pl.col(column).hash(list(schema).index(column))


def _counters(schema: pl.Schema, columns: Sequence[str]) -> list[pl.Expr]:
    expressions = []
    for i, column in enumerate(columns):
        cell, kind = pl.col(column), schema[column]
        expressions.append(cell.null_count().alias(f"n{i}"))
        if kind.is_float():
            finite = pl.when(cell.is_finite()).then(cell)
            expressions += [cell.is_infinite().sum().alias(f"i{i}")]
            expressions += [finite.min().alias(f"a{i}"), finite.max().alias(f"b{i}")]
        elif kind.is_temporal():
            seconds = epoch_seconds(column)
            expressions += [seconds.min().alias(f"a{i}"), seconds.max().alias(f"b{i}")]
        elif kind.is_numeric():
            expressions += [cell.min().alias(f"a{i}"), cell.max().alias(f"b{i}")]
        if kind.is_integer() or not (kind.is_numeric() or kind.is_temporal()):
            expressions.append(cell.n_unique().alias(f"u{i}"))
    return expressions


def _counts(row: Mapping[str, Any], index: int) -> Counts:
    low, high = row.get(f"a{index}"), row.get(f"b{index}")
    rows, nulls, infinite = row["rows"], row[f"n{index}"], row.get(f"i{index}") or 0
    if f"u{index}" in row:
        distinct = row[f"u{index}"] - (1 if nulls else 0) if rows else 0
    elif low is None:
        distinct = 1 if infinite else 0
    else:
        distinct = 2 if low != high or infinite else 1
    bounds = (None, None) if low is None or high is None else (float(low), float(high))
    return Counts(rows, nulls, infinite, distinct, *bounds)


def _empties(schema: pl.Schema, columns: Sequence[str]) -> list[pl.Expr]:
    expressions = []
    for i, column in enumerate(columns):
        cell, kind = pl.col(column), schema[column]
        expressions.append(cell.null_count().alias(f"n{i}"))
        if kind.is_numeric():
            expressions.append((cell == 0).sum().alias(f"z{i}"))
        elif kind == pl.Boolean:
            expressions.append((~cell).sum().alias(f"z{i}"))
        elif kind == pl.String:
            expressions.append((cell.str.strip_chars() == "").sum().alias(f"z{i}"))
    return expressions


def _by_outcome(groups: pl.DataFrame | None, index: int | None) -> ByOutcome | None:
    if groups is None:
        return None
    outcomes, rows = tuple(groups["outcome"].to_list()), tuple(groups["rows"].to_list())
    if index is None:
        return ByOutcome(outcomes, rows)
    nulls = groups[f"n{index}"].to_list()
    zeros = groups[f"z{index}"].to_list() if f"z{index}" in groups.columns else [0] * len(nulls)
    return ByOutcome(outcomes, rows, tuple(nulls), tuple(a + b for a, b in zip(nulls, zeros, strict=True)))


def _binned(frame: pl.LazyFrame, axis: Axis, counters: Sequence[pl.Expr]) -> pl.LazyFrame:
    groups = frame.group_by(axis.bin).agg(pl.len().alias("rows"), *counters)
    return groups.filter(pl.col("bin").is_not_null())


def _timeline(axis: Axis | None, groups: pl.DataFrame | None, hits: str | None) -> Timeline | None:
    if axis is None or groups is None:
        return None
    rows, counted = [0] * axis.bins, [0] * axis.bins
    values = groups[hits] if hits else groups["rows"]
    for place, count, hit in zip(groups["bin"], groups["rows"], values, strict=True):
        rows[place], counted[place] = count, hit
    return Timeline(axis.start, axis.seconds, tuple(rows), tuple(counted) if hits else ())


def _months(groups: pl.DataFrame | None) -> dict[tuple[int, int], int] | None:
    if groups is None:
        return None
    return {(year, month): rows for year, month, rows in groups.iter_rows() if year is not None}
