"""Rows of each value of a column, by outcome, over all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import TARGET, Batch, OutcomeCounts, Table
from airworthy.kernel.fact import Facts

MOST_GROUPS, MOST_NUMBERS = 50, 12
"""Different words, and different numbers, that still make groups."""


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return {fact: _counted(fact.column, facts) for fact in wanted}


@dataclass(frozen=True)
class GroupOutcomes:
    """`GroupRows` of one column."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class GroupRows:
    """(value, rows, rows by outcome) of each group, and the rows of all by outcome, in the same order.

    No groups where the column has no value or too many different ones; no outcomes where there is none, or
    it is a number.
    """

    groups: tuple[tuple[str, int, tuple[int, ...]], ...]
    outcomes: tuple[int, ...]


def _counted(column: str, facts: Facts) -> GroupRows:
    # Polars loads with the measuring code: listing checks must not import it.
    import polars as pl

    table = facts[Table()].lazy()
    schema = table.collect_schema()
    named = TARGET in schema and not schema[TARGET].is_numeric()
    counts = facts[OutcomeCounts()] if named else None
    outcomes = counts.outcomes if counts is not None else ()
    cases = [(pl.col(TARGET).cast(pl.String) == o).sum().alias(f"o{i}") for i, o in enumerate(outcomes)]
    groups = table.group_by(pl.col(column).alias("value")).agg(pl.len().alias("rows"), *cases).collect()
    groups = groups.filter(pl.col("value").is_not_null()).sort("rows", "value", descending=[True, False])
    most = MOST_NUMBERS if schema[column].is_numeric() else MOST_GROUPS
    listed: tuple[tuple[str, int, tuple[int, ...]], ...] = ()
    if groups.height <= most:
        listed = tuple((str(value), rows, tuple(by)) for value, rows, *by in groups.iter_rows())
    return GroupRows(listed, counts.rows if counts is not None else ())
