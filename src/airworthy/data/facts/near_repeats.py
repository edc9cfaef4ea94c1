"""Rows that equal another row in all but one or two cells, found without comparing every pair."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import RowCount, Sample
from airworthy.data.facts.contents import NearCounts, NearRepeats
from airworthy.data.facts.scan import column_of, sum_of_hashes
from airworthy.data.types import infer_type
from airworthy.kernel.fact import Facts
from airworthy.scoring.contract import LogicalType

Rows = NDArray[np.int64]

BLOCKS = 3
"""Columns are dealt into so many blocks: a row with two changed cells still agrees in one of them."""

FEWEST_COLUMNS = 6
TELLING = 2
"""Pairs must agree in so many of the most telling columns: two strangers of one age and town do not."""

CELLS, SHARE_OF_CELLS = 2, 4
"""Near is at most two cells, and at most one in four of the columns."""

TOGETHER = 4
"""More rows than this with one block in common are alike by nature: months of a shop, seconds of a sensor."""

LEAST_LEVELS, EACH_LEVEL, TOO_EVEN = 4, 20, -3.1
"""Values of a column that may be laid out, rows of each, and how even, in standard deviations: one column in
1,000 by chance."""

MOST_PAIRS = 400_000
_NEVER = 1_000  # counts as so many cells apart, which is neither near nor a few more


def compute(wanted: Sequence[NearRepeats], facts: Facts) -> Mapping[Any, object]:
    return {fact: _near(fact, facts) for fact in wanted}


def _near(fact: NearRepeats, facts: Facts) -> NearCounts:
    rows: int = facts[RowCount()]
    fixed = [c for c in fact.fixed if c in fact.columns]
    used = [c for c in _by_telling(fact.columns, facts) if c not in fixed]
    if len(used) < FEWEST_COLUMNS:
        return NearCounts(rows, compared=False)
    most = min(CELLS, max(1, len(used) // SHARE_OF_CELLS))
    dated = sum_of_hashes(fixed, facts)
    blocks = [sum_of_hashes(used[start::BLOCKS], facts, dated) for start in range(BLOCKS)]
    pairs = _unique_pairs(np.concatenate([_pairs(block) for block in blocks]))
    if not len(pairs):
        return NearCounts(rows, True, most_cells=most)
    differ = np.zeros(len(pairs), np.int64)
    cells = {}
    for place, column in enumerate(used):
        values = column_of(facts, column)
        apart = values.gather(pairs[:, 0]).ne_missing(values.gather(pairs[:, 1])).to_numpy()
        differ += apart * (1 if place >= TELLING else _NEVER)
        cells[column] = apart
    near = (differ >= 1) & (differ <= most)
    farther = (differ > most) & (differ <= most + CELLS)
    told = [(name, int(apart[near].sum())) for name, apart in cells.items() if apart[near].any()]
    first = pairs[near][0] if near.any() else None
    return NearCounts(
        rows,
        True,
        len(np.unique(pairs[near][:, 1])),
        len(np.unique(pairs[farther][:, 1])),
        most,
        tuple(sorted(told, key=lambda cell: (-cell[1], cell[0]))),
        None if first is None else (int(first[0]), int(first[1])),
        0 if fact.part is None else _across(pairs[near], column_of(facts, fact.part)),
    )


def _across(pairs: Rows, part: pl.Series) -> int:
    """Rows outside the largest part that are in a pair of two parts."""
    names = part.cast(pl.String)
    sizes = names.drop_nulls().value_counts(name="rows").sort("rows", part.name, descending=[True, False])
    if not len(pairs) or len(sizes) < 2:
        return 0
    first, second = names.gather(pairs[:, 0]), names.gather(pairs[:, 1])
    differ = (first != second).fill_null(value=False).to_numpy()
    rows = np.unique(pairs[differ])
    return int((names.gather(rows) != sizes[part.name][0]).sum())


def _by_telling(columns: Sequence[str], facts: Facts) -> list[str]:
    """Columns that vary and number no row, those with the most different values first.

    None where two columns were laid out: an experiment's rows differ in one cell by design, a panel's in two.
    """
    sample: pl.DataFrame = facts[Sample()]
    distinct = sample.select(pl.col(c).n_unique() for c in columns).row(0, named=True)
    kept, laid_out = [], 0
    for column in columns:
        values = sample[column]
        numbers_rows = distinct[column] == sample.height and (
            values.dtype.is_integer()
            or (values.dtype == pl.String and infer_type(values) is not LogicalType.TEXT)
        )
        laid_out += _laid_out(values, distinct[column])
        if distinct[column] > 1 and not numbers_rows:
            kept.append(column)
    return [] if laid_out > 1 else sorted(kept, key=lambda column: (-distinct[column], column))


def _laid_out(values: pl.Series, distinct: int) -> bool:
    """Whether each value occurs as often as the others, more evenly than chance ever deals them.

    So does a factor of an experiment, and a panel's months.

    Notes
    -----
    Pearson's chi-square far below its degrees of freedom, by Wilson and Hilferty's cube root.
    """
    if not LEAST_LEVELS <= distinct <= len(values) / EACH_LEVEL:
        return False
    counts = values.value_counts(name="rows")["rows"].to_numpy()
    expected, freedom = len(values) / distinct, distinct - 1
    spread = float(((counts - expected) ** 2).sum() / expected)
    mean, deviation = 1 - 2 / (9 * freedom), math.sqrt(2 / (9 * freedom))
    return float((spread / freedom) ** (1 / 3)) - mean < TOO_EVEN * deviation


def _pairs(block: NDArray[np.uint64]) -> Rows:
    """(pairs, 2) rows that agree in a block which few rows have in common, the earlier row first."""
    hashes = pl.Series("hash", block)
    shared = np.flatnonzero(hashes.is_duplicated().to_numpy())
    if not len(shared):
        return np.empty((0, 2), np.int64)
    groups = pl.DataFrame({"hash": hashes.gather(shared), "row": shared}).sort("hash", "row")
    few = groups.filter(pl.len().over("hash") <= TOGETHER)
    found = list(_shifted(few))
    return np.concatenate(found)[:MOST_PAIRS]


def _shifted(groups: pl.DataFrame) -> Iterator[Rows]:
    hashes, rows = groups["hash"].to_numpy(), groups["row"].to_numpy()
    for shift in range(1, TOGETHER):
        equal = hashes[shift:] == hashes[:-shift]
        yield np.column_stack([rows[:-shift][equal], rows[shift:][equal]])


def _unique_pairs(pairs: Rows) -> Rows:
    return np.unique(pairs, axis=0) if len(pairs) else pairs
