"""Rows that repeat an earlier row, beyond what coincidence gives in a table of few values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

import polars as pl

from airworthy.data.facts import TARGET, ColumnCounts, RepeatCounts, RowHashes, Sample, Table
from airworthy.data.facts.scan import column_hash
from airworthy.data.types import infer_type
from airworthy.kernel.fact import Facts
from airworthy.scoring.contract import LogicalType

FEW_MISSES = 30
"""Fewer near-misses than this say nothing about coincidence."""

MOST_TAKEN, FURTHER = 6, 6
"""Columns taken away to see near-misses, and further columns that they are held against."""

MIN_COLUMNS = 3
"""With fewer columns nothing tells a copy from a coincidence; prose does so alone."""


_KINDS, _SIZES = 20, 5


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return {fact: _repeats(fact.columns, facts) for fact in wanted}


def _repeats(columns: tuple[str, ...], facts: Facts) -> RepeatCounts:
    table = facts[Table()].lazy()
    schema = table.collect_schema()
    facts.prepare([RowHashes(columns), *(ColumnCounts(c) for c in columns)])
    whole: pl.Series = facts[RowHashes(columns)]
    rows = len(whole)
    sample: pl.DataFrame = facts[Sample()]
    # Prose that is different in every row names no row: it shows that none was copied.
    prose = {c for c in columns if infer_type(sample[c]) is LogicalType.TEXT}
    numbering = [c for c in columns if c not in prose and _numbers_rows(facts[ColumnCounts(c)], schema[c])]
    for column in numbering:
        whole = whole - column_hash(column, facts)
    used = [c for c in columns if c not in numbering]
    if len(used) < MIN_COLUMNS and not prose:
        return RepeatCounts(rows, 0, 0.0, None, 0.0, 0, 0)
    target = _outcome_hash(table, schema)
    sizes = (whole if target is None else whole + target.fill_null(1)).value_counts(name="size")["size"]
    repeated = sizes.filter(sizes > 1)
    repeats = rows - len(sizes)
    twins = None if target is None else _with_other_outcome(whole, target)
    if not repeats and not twins:
        return RepeatCounts(rows, 0, 0.0, twins, 0.0, 0, 0)
    # Nobody writes the same prose by coincidence; with so few columns there are no near-misses to count.
    alone = len(used) < MIN_COLUMNS
    by_chance = 0.0 if alone else chance_share(whole, _hashes_by_telling(used, facts))
    if numbering and _of_kinds(repeated):
        by_chance = 1.0
    return RepeatCounts(
        rows,
        repeats,
        repeats * by_chance,
        twins,
        (twins or 0) * by_chance,
        len(repeated),
        int(repeated.max() or 0),  # type: ignore[arg-type]
    )


def _of_kinds(sizes: pl.Series) -> bool:
    """Whether rows, their keys set aside, are alike because they are things of one kind: aircraft of a type.

    Rows sent again come in twos, or all as often; things of a kind in numbers of every size.
    """
    return len(sizes) >= _KINDS and (sizes > 2).sum() > len(sizes) / 2 and sizes.n_unique() >= _SIZES


def chance_share(whole: pl.Series, columns: Sequence[pl.Series]) -> float:
    """Share of the equal pairs of rows that coincidence explains, between 0 and 1.

    Take the most telling columns away until near-misses show: pairs equal but for these. A near-miss
    becomes a full agreement with some chance c, and c is seen where a further column differs: the share of
    pairs, equal but for both, that agree in the columns taken away. Coincidence then gives c / (1 - c) full
    agreements for each near-miss. Copies are equal in all columns without such a surplus of near-misses.
    The median over several further columns is taken, without those that never agree: they follow from the
    columns taken away.

    Parameters
    ----------
    whole : (n,) UInt64, the sum of the columns' hashes.
    columns : the hashes (n,) of each column, those that tell rows apart best first.

    Notes
    -----
    An argument of our own, after capture and recapture; its false alarms are measured in the tests.
    """
    equal = _pairs(whole)
    if not equal:
        return 0.0
    rest, taken, without = whole, 0, equal
    while without < FEW_MISSES + 2 * equal and taken < min(MOST_TAKEN, len(columns) - 1):
        rest = rest - columns[taken]
        taken += 1
        without = _pairs(rest)
    explained = []
    for further in columns[taken : taken + FURTHER]:
        differ = _pairs(rest - further) - without
        chance = (_pairs(whole - further) - equal) / differ if differ >= FEW_MISSES else 0.0
        if 0 < chance < 1:
            explained.append((without - equal) * chance / (1 - chance) / equal)
        elif chance >= 1:
            explained.append(1.0)
    return min(1.0, median(explained)) if explained else 0.0


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


def _hashes_by_telling(columns: Sequence[str], facts: Facts) -> list[pl.Series]:
    """Hashes of the columns with the most different values in the sample, most telling first."""
    sample: pl.DataFrame = facts[Sample()]
    distinct = sample.select(pl.col(c).n_unique() for c in columns).row(0)
    ranked = [c for _, c in sorted(zip(distinct, columns, strict=True), key=lambda pair: (-pair[0], pair[1]))]
    return [column_hash(c, facts) for c in ranked[: MOST_TAKEN + FURTHER]]
