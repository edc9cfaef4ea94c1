"""Where a column is missing more often: groups are searched in a sample and counted in all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import ColumnCounts, Sample, Table
from airworthy.data.facts.dependence import Dependence, NullsWithin
from airworthy.data.facts.scan import one_row
from airworthy.kernel.fact import Facts

Bools = NDArray[np.bool_]
Floats = NDArray[np.floating[Any]]

FEWEST = 20
"""Nulls, and rows in a group, below which a dependence is not looked for."""

LEAST_SHARE = 0.03
"""Rows of a group, of all rows: less is a detail that a model hardly meets."""

MOST_VALUES = 50
"""Different words that are compared one by one; a column of more names rows, not groups."""

BINS = 10


@dataclass(frozen=True)
class Group:
    """A set of rows in words, and as an expression over the table."""

    by: str
    words: str
    rows: pl.Expr


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    facts.prepare(ColumnCounts(fact.column) for fact in wanted)
    computed: dict[Any, object] = {}
    asked: list[Dependence] = []
    for fact in wanted:
        counts = facts[ColumnCounts(fact.column)]
        computed[fact] = NullsWithin(counts.rows, counts.nulls)
        if min(counts.nulls, counts.rows - counts.nulls) >= FEWEST:
            asked.append(fact)
    if asked:
        computed |= _counted(_strongest(asked, facts[Sample()]), facts)
    return computed


def groups_of(column: pl.Series) -> list[tuple[Group, Bools]]:
    """Groups of enough rows that a column makes: each of a few words, or numbers below and above a point."""
    name, kind = column.name, column.dtype
    cell = pl.col(name)
    candidates: list[Group] = []
    if kind == pl.String or kind == pl.Boolean:
        values = column.drop_nulls().value_counts(sort=True)
        if len(values) <= MOST_VALUES:
            # Ties would come in any order.
            candidates = [Group(name, f"= {v}", cell == v) for v in sorted(values[name].to_list(), key=str)]
    elif kind.is_numeric():
        finite = column.drop_nulls().cast(pl.Float64)
        finite = finite.filter(finite.is_finite())
        edges: list[float] = (
            np.unique(np.quantile(finite.to_numpy(), np.arange(1, BINS) / BINS)).tolist()
            if len(finite)
            else []
        )
        candidates = [Group(name, f"< {edge:.6g}", cell < float(edge)) for edge in edges]
    made = []
    least = max(FEWEST, LEAST_SHARE * len(column))
    frame = column.to_frame()
    masks = frame.select(
        group.rows.fill_null(value=False).alias(str(i)) for i, group in enumerate(candidates)
    )
    known = int(len(column) - column.null_count())
    for group, mask in zip(candidates, masks.get_columns(), strict=True):
        inside = int(mask.sum())
        if inside >= least and known - inside >= least:
            made.append((group, mask.to_numpy()))
    return made


def _strongest(asked: Sequence[Dependence], sample: pl.DataFrame) -> dict[Dependence, tuple[Group, int]]:
    """For each column the group of the sample with the most significant difference of the null rate, and the
    groups tried.

    The pairs of a group and a column are counted by a matrix product for each column that makes groups; of
    groups that differ by rounding only, the first is kept.
    """
    missing = np.stack([sample[fact.column].is_null().to_numpy() for fact in asked], 1).astype(np.float32)
    best: list[Group | None] = [None] * len(asked)
    strength, tried = np.zeros(len(asked)), np.zeros(len(asked), int)
    among = [frozenset(fact.others) - {fact.column} for fact in asked]
    for name in dict.fromkeys(name for fact in asked for name in fact.others):
        made = groups_of(sample[name])
        if not made:
            continue
        compared = np.array([name in others for others in among])
        tried += len(made) * compared
        flags = np.stack([sample[name].is_not_null().to_numpy(), *(mask for _, mask in made)])
        found = _significance(flags, missing) * compared
        for row, (group, _) in zip(found, made, strict=True):
            for place in np.flatnonzero(row > strength * 1.000001):
                best[place], strength[place] = group, row[place]
    return {
        fact: (group, int(n)) for fact, group, n in zip(asked, best, tried, strict=True) if group is not None
    }


def _significance(flags: Bools, missing: Floats) -> Floats:
    """(groups, columns): squared gap of the null rates, in units of its sampling variance but for a factor.

    Parameters
    ----------
    flags : (1 + groups, rows) whether the row's group is known, and whether the row is in each group.
    missing : (rows, columns) 1 where a column is missing; sums are exact up to 2**24 rows.
    """
    sizes = flags.sum(1)[:, None].astype(float)
    hits = (flags.astype(np.float32) @ missing).astype(float)
    rows, inside, known, within = sizes[:1], sizes[1:], hits[:1], hits[1:]
    gap = within / inside - (known - within) / (rows - inside)
    return np.asarray(gap**2 * inside * (rows - inside) / rows, float)


def _counted(chosen: Mapping[Dependence, tuple[Group, int]], facts: Facts) -> dict[Any, object]:
    """The chosen groups over all rows."""
    table = facts[Table()].lazy()
    asks: list[list[pl.Expr]] = []
    for i, (fact, (group, _)) in enumerate(chosen.items()):
        inside, missing = group.rows, pl.col(fact.column).is_null()
        known = pl.col(group.by).is_not_null()
        within = [inside.sum().alias(f"r{i}"), (inside & missing).sum().alias(f"n{i}")]
        asks.append([*within, known.sum().alias(f"R{i}"), (known & missing).sum().alias(f"N{i}")])
    row = one_row(table, facts, asks)
    found: dict[Any, object] = {}
    for i, (fact, (group, tried)) in enumerate(chosen.items()):
        inside_, counts = (row[f"n{i}"], row[f"r{i}"]), facts[ColumnCounts(fact.column)]
        outside = (row[f"N{i}"] - inside_[0], row[f"R{i}"] - inside_[1])
        if not (inside_[1] and outside[1]):
            found[fact] = NullsWithin(counts.rows, counts.nulls)
            continue
        words = group.words
        if words.startswith("<") and inside_[0] / inside_[1] < outside[0] / outside[1]:
            inside_, outside, words = outside, inside_, words.replace("<", ">=")
        sample: pl.DataFrame = facts[Sample()]
        found[fact] = NullsWithin(
            counts.rows, counts.nulls, group.by, words, inside_, outside, tried,
            _known(sample[fact.column]), _bars(sample[fact.column], sample[group.by]),
        )  # fmt: skip
    return found


def _known(column: pl.Series) -> tuple[float, float, float] | None:
    if not column.dtype.is_numeric():
        return None
    finite = column.drop_nulls().cast(pl.Float64)
    finite = finite.filter(finite.is_finite())
    if not len(finite):
        return None
    values = np.sort(finite.to_numpy())  # a sum depends on how a series is cut into chunks
    low, high = np.quantile(values, (0.05, 0.95), method="nearest")
    return float(values.mean()), float(low), float(high)


def _bars(column: pl.Series, by: pl.Series) -> tuple[tuple[str, float], ...]:
    """The sample's null rate for each value, or tenth, of `by`."""
    if by.dtype.is_numeric():
        place = (by.rank("average") * BINS / (len(by) - by.null_count() + 1)).floor()
        starts = pl.DataFrame({"g": place, "v": by, "m": column.is_null()}).drop_nulls("g")
        rates = starts.group_by("g").agg(pl.col("v").min(), pl.col("m").mean()).sort("g")
        return tuple((f"from {v:.6g}", m) for _, v, m in rates.iter_rows())
    rates = pl.DataFrame({"g": by.cast(pl.String), "m": column.is_null()}).drop_nulls("g")
    kept = rates.group_by("g").agg(pl.col("m").mean(), pl.len().alias("n"))
    return tuple((g, m) for g, m, _ in kept.sort("n", "g", descending=[True, False]).head(20).iter_rows())
