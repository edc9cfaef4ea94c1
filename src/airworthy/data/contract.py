"""The contract, learned from the development rows; and any later frame held against it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from airworthy.charter.model import Charter, Task
from airworthy.data.canonical import as_text, store
from airworthy.data.roles import role_of
from airworthy.data.target import class_order, label_order
from airworthy.data.types import MAX_CATEGORIES, RESERVED, RESERVED_TARGET
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

MAX_GROUPS, MAX_COUNTED_NUMBERS = 50, 200
"""Different values of a protected column that are counted; more of a number, so that the rows of age bands
are known. With more distinct values a number has a range only."""


@dataclass(frozen=True)
class Violation:
    """A column that breaks the contract in `rows` rows; `example` is one such value."""

    column: str
    kind: str  # absent | wrong-type | null | out-of-range | unseen | infinite | extra
    rows: int
    example: str = ""


@dataclass(frozen=True)
class Conformed:
    """The frame in the contract's columns and storage, and what did not fit."""

    frame: pl.DataFrame
    violations: tuple[Violation, ...]


def learn_contract(frame: pl.DataFrame, charter: Charter, types: Mapping[str, LogicalType]) -> Contract:
    """Learn ranges, null shares and vocabularies from the development rows.

    Parameters
    ----------
    frame
        Canonical frame; only its own rows are looked at.
    charter
        Gives the roles and the order of the classes.
    types
        Logical type by column, as `assemble` decided them.

    Notes
    -----
    Vocabularies hold every value seen, most frequent first (ties in order of the text). Types already keep
    columns of more than 10,000 distinct values out of the categories.
    """
    columns = tuple(
        learn_column(frame[name], kind, role_of(name, kind, charter)) for name, kind in types.items()
    )
    classes: tuple[str, ...] = ()
    if charter.task in (Task.BINARY, Task.MULTICLASS):
        classes = class_order(label_order(frame[RESERVED_TARGET]), charter)
    return Contract(columns=columns, classes=classes, rows=frame.height)


def learn_column(values: pl.Series, kind: LogicalType, role: Role) -> Column:
    """Range, null share and vocabulary of one canonical column."""
    nulls = values.null_count()
    low, high = _range(values, kind)
    vocabulary, counts = _vocabulary(values, kind, role)
    return Column(
        name=values.name,
        type=kind,
        role=role,
        nullable=nulls > 0,
        null_share=nulls / len(values) if len(values) else 0.0,
        low=low,
        high=high,
        vocabulary=vocabulary,
        counts=counts,
    )


def _range(values: pl.Series, kind: LogicalType) -> tuple[float | None, float | None]:
    first, last = values.min(), values.max()
    known = [float(end) for end in (first, last) if isinstance(end, int | float) and math.isfinite(end)]
    if kind.numeric and len(known) == 2:  # most columns of a wide table: no series for two numbers
        return known[0], known[1]
    ends = as_numbers(pl.Series([first, last], dtype=values.dtype), kind)
    if ends is None:
        return None, None
    if not ends.is_finite().all():
        finite = values.filter(values.is_finite())
        ends = pl.Series([finite.min(), finite.max()], dtype=pl.Float64)
    low, high = ends
    return low, high


def as_numbers(values: pl.Series, kind: LogicalType) -> pl.Series | None:
    """Canonical values as Float64 (times and days: UTC epoch seconds); None for text and flags."""
    if kind.numeric:
        return values.cast(pl.Float64)
    if kind is LogicalType.INSTANT:
        return values.dt.epoch("us").cast(pl.Float64) / 1e6
    if kind is LogicalType.DAY:
        return values.cast(pl.Int32).cast(pl.Float64) * 86_400.0
    return None


def _vocabulary(values: pl.Series, kind: LogicalType, role: Role) -> tuple[tuple[str, ...], tuple[int, ...]]:
    listed = kind in (LogicalType.CATEGORY, LogicalType.FLAG)
    most = MAX_COUNTED_NUMBERS if kind.numeric else MAX_GROUPS
    grouped = role is Role.PROTECTED and values.n_unique() <= most
    if not (listed or grouped):
        return (), ()
    different = values.alias("value").value_counts(name="rows")
    counted = (
        different.with_columns(as_text(different["value"]))
        .drop_nulls("value")
        .group_by("value")
        .agg(pl.col("rows").sum())
        .sort("rows", "value", descending=[True, False])
        .head(MAX_CATEGORIES)
    )
    return tuple(counted["value"].to_list()), tuple(counted["rows"].to_list())


def conform(frame: pl.DataFrame, contract: Contract) -> Conformed:
    """Bring `frame` into the contract: its columns, order and storage; nothing is dropped without a word.

    Values of another type and infinities become null. Columns that are absent become null. Columns that the
    contract does not know are left out; the three reserved ones stay. Every such case is a violation with its
    rows, as are unseen categories and numbers outside the training range (those keep their value).

    >>> contract = Contract(columns=(Column(name="a", type=LogicalType.INTEGER, low=0.0, high=9.0),))
    >>> [v.kind for v in conform(pl.DataFrame({"a": ["3", "x", "12"]}), contract).violations]
    ['wrong-type', 'out-of-range']
    """
    if frame.height == 0:
        raise InputError(
            "There are no rows to hold against the contract.", value=0, remedy="Give at least one row."
        )
    columns, violations = [], []
    for column in contract.columns:
        if column.name not in frame.columns:
            if column.role is Role.INPUT:
                violations.append(Violation(column.name, "absent", frame.height))
            empty = pl.Series(column.name, [None] * frame.height, pl.String)
            columns.append(store(empty, column.type).values)
            continue
        values, found = _conform_column(frame[column.name], column)
        columns.append(values)
        violations += found
    known = {column.name for column in contract.columns}
    extra = [name for name in frame.columns if name not in known and name not in RESERVED]
    violations += [Violation(name, "extra", frame.height) for name in extra]
    columns += [frame[name] for name in RESERVED if name in frame.columns]
    return Conformed(pl.DataFrame(columns), tuple(violations))


def _conform_column(values: pl.Series, column: Column) -> tuple[pl.Series, list[Violation]]:
    name, found = column.name, []
    stored = store(values, column.type)
    result = stored.values
    if stored.unfit:
        found.append(Violation(name, "wrong-type", stored.unfit, stored.example))
    if result.dtype == pl.Float64:
        infinite = result.is_infinite().fill_null(value=False)
        if infinite.any():
            found.append(Violation(name, "infinite", int(infinite.sum()), str(result.filter(infinite)[0])))
            result = result.set(infinite, None)
    if column.role is Role.TARGET:
        return result, found
    nulls = result.null_count() - stored.unfit
    if nulls > 0 and not column.nullable:
        found.append(Violation(name, "null", nulls))
    numbers = as_numbers(result, column.type)
    if numbers is not None and column.low is not None and column.high is not None:
        outside = ((numbers < column.low) | (numbers > column.high)).fill_null(value=False)
        if outside.any():
            found.append(Violation(name, "out-of-range", int(outside.sum()), str(result.filter(outside)[0])))
    elif column.type is LogicalType.CATEGORY and column.vocabulary:
        unseen = ~result.is_in(list(column.vocabulary)).fill_null(value=True)
        if unseen.any():
            found.append(Violation(name, "unseen", int(unseen.sum()), str(result.filter(unseen)[0])))
    return result, found
