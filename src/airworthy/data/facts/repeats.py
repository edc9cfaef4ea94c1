"""Rows that repeat an earlier row, beyond what coincidence gives in a table of few values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from airworthy.data.facts import TARGET, ColumnCounts, RepeatCounts, Repeats, RowHashes, Sample, Table
from airworthy.data.facts.scan import column_hash
from airworthy.kernel.fact import Facts

MIN_COLUMNS = 3
"""With fewer columns nothing tells a copy from a coincidence."""


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return {fact: _repeats(fact.columns, facts) for fact in wanted}


def _repeats(columns: tuple[str, ...], facts: Facts) -> RepeatCounts:
    table = facts[Table()].lazy()
    schema = table.collect_schema()
    facts.prepare([RowHashes(columns), *(ColumnCounts(c) for c in columns)])
    whole: pl.Series = facts[RowHashes(columns)]
    rows = len(whole)
    numbering = [c for c in columns if _numbers_rows(facts[ColumnCounts(c)], schema[c])]
    for column in numbering:
        whole = whole - table.select(column_hash(column, schema)).collect().to_series()
    used = [c for c in columns if c not in numbering]
    if len(used) < MIN_COLUMNS:
        return RepeatCounts(rows, 0, 0.0, None, 0.0, 0, 0)
    sizes = whole.value_counts(name="size")["size"]
    repeated = sizes.filter(sizes > 1)
    repeats = rows - len(sizes)
    target = _outcome_hash(table, schema)
    twins = None if target is None else _with_other_outcome(whole, target)
    if not repeats and not twins:
        return RepeatCounts(rows, 0, 0.0, twins, 0.0, 0, 0)
    first, second = _most_telling(used, facts)
    parts = table.select(
        column_hash(first, schema).alias("first"), column_hash(second, schema).alias("second")
    ).collect()
    by_chance = chance_share(whole, parts["first"], parts["second"])
    return RepeatCounts(
        rows,
        repeats,
        repeats * by_chance,
        twins,
        (twins or 0) * by_chance,
        len(repeated),
        int(repeated.max() or 0),  # type: ignore[arg-type]
    )


def chance_share(whole: pl.Series, first: pl.Series, second: pl.Series) -> float:
    """Share of the equal pairs of rows that coincidence explains, between 0 and 1.

    Rows equal but for two columns meet in the first of them, when they differ in the second, with some
    chance c. Pairs equal but for the first column would then give c / (1 - c) fully equal pairs each.
    Copies are equal in all columns without such a surplus of near-misses.

    Parameters
    ----------
    whole : (n,) UInt64, the sum of the columns' hashes.
    first, second : (n,) UInt64, hashes of two columns that tell rows apart well.

    Notes
    -----
    A capture-recapture argument of our own; its false alarms are measured in the tests.
    """
    equal = _pairs(whole)
    if not equal:
        return 0.0
    but_first, but_second = _pairs(whole - first), _pairs(whole - second)
    but_both = _pairs(whole - first - second)
    differ_in_second = but_both - but_first
    if differ_in_second <= 0:
        return 0.0
    chance = min(1.0, (but_second - equal) / differ_in_second)
    expected = float("inf") if chance >= 1 else (but_first - equal) * chance / (1 - chance)
    return min(1.0, expected / equal)


def _pairs(hashes: pl.Series) -> int:
    sizes = hashes.value_counts(name="size")["size"].cast(pl.Int64)
    return int((sizes * (sizes - 1)).sum()) // 2


def _numbers_rows(counts: Any, kind: pl.DataType) -> bool:
    """Whole numbers or words that are different in every row: no row could repeat another."""
    unique = counts.rows > 1 and counts.distinct == counts.rows
    return bool(unique and (kind.is_integer() or kind == pl.String))


def _outcome_hash(table: pl.LazyFrame, schema: pl.Schema) -> pl.Series | None:
    if TARGET not in schema:
        return None
    return (
        table.select(pl.when(pl.col(TARGET).is_not_null()).then(pl.col(TARGET).hash(0))).collect().to_series()
    )


def _with_other_outcome(whole: pl.Series, target: pl.Series) -> int:
    """Rows with an outcome whose inputs occur with more than one outcome."""
    pairs = pl.DataFrame({"row": whole, "outcome": target}).drop_nulls()
    mixed = pairs.group_by("row").agg(pl.col("outcome").n_unique().alias("outcomes"), pl.len().alias("rows"))
    return int(mixed.filter(pl.col("outcomes") > 1)["rows"].sum())


def _most_telling(columns: Sequence[str], facts: Facts) -> tuple[str, str]:
    """The two columns with the most different values in the sample."""
    sample: pl.DataFrame = facts[Sample()]
    distinct = sample.select(pl.col(c).n_unique() for c in columns).row(0)
    ranked = sorted(zip(distinct, columns, strict=True), reverse=True)
    return ranked[0][1], ranked[1][1]
