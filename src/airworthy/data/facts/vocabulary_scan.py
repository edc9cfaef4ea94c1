"""When each value of a column appears first and last, and the date at which most of them change."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import TIME, ColumnCounts, RowsByTime, Table, Timeline
from airworthy.data.facts.scan import epoch_seconds
from airworthy.data.facts.vocabulary import MOST_VALUES, Turnover, Vocabulary
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]

FEWEST = 8
"""Rows of a value, below which its coming and going says nothing."""

CHANCE, CHANCE_ALONE = 1e-9, 1e-3
"""Values were there all along and show on one side of a date only: less likely than this by coincidence, all
values that change on it together, and each of them."""

LEAST_SIDE = 0.03
"""Rows on either side of the date, of all rows."""

ALONE = 0.2
"""Of the rows on its side, when values only appear or only vanish: less is a new shop, not a new coding."""

NEAREST, FURTHEST = 0.002, 0.02
"""How far from the date, in spans, a value may be seen first or last and still count as changed on it."""

_GAPS = 7.0  # a value with usual gap g is unseen for 7 g with probability exp(-7), one in a thousand


@dataclass(frozen=True)
class Lives:
    """Values of one column: rows, first and last time (n,), and rows of the table before each of these."""

    names: tuple[str, ...]
    rows: Floats
    first: Floats
    last: Floats
    before_first: Floats
    after_last: Floats

    def chances(self) -> tuple[Floats, Floats]:
        """Log binomial chance (n,) that a value has no row before its first, and none after its last."""
        before, after = (np.minimum(share, 1 - 1e-12) for share in (self.before_first, self.after_last))
        return self.rows * np.log1p(-before), self.rows * np.log1p(-after)


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    table = facts[Table()].lazy()
    if TIME not in table.collect_schema():
        return dict.fromkeys(wanted)
    facts.prepare([RowsByTime(), *(ColumnCounts(fact.column) for fact in wanted)])
    line: Timeline | None = facts[RowsByTime()]
    if line is None:
        return dict.fromkeys(wanted)
    computed: dict[Any, object] = {}
    plans: dict[Vocabulary, pl.LazyFrame] = {}
    for fact in wanted:
        counts = facts[ColumnCounts(fact.column)]
        if 2 <= counts.distinct <= MOST_VALUES:
            plans[fact] = _lives(table, fact.column)
        else:
            few = counts.distinct < 2
            computed[fact] = Turnover(counts.rows - counts.nulls, counts.distinct if few else 0)
    for fact, found in zip(plans, pl.collect_all(list(plans.values())), strict=True):
        computed[fact] = turnover(found, line)
    return computed


def _lives(table: pl.LazyFrame, column: str) -> pl.LazyFrame:
    seconds = epoch_seconds(TIME)
    groups = table.group_by(pl.col(column).alias("value")).agg(
        seconds.count().alias("rows"), seconds.min().alias("first"), seconds.max().alias("last")
    )
    return groups.filter(pl.col("value").is_not_null() & (pl.col("rows") > 0)).sort("value")


def turnover(values: pl.DataFrame, line: Timeline) -> Turnover:
    """The date with the most rows of values that appear or vanish on it.

    Parameters
    ----------
    values : `value`, `rows`, `first`, `last` (seconds), one row a value.
    line : the table's rows in equal bins of time.
    """
    lives = _placed(values, line)
    total = int(lives.rows.sum())
    if total < FEWEST or len(lives.names) < 2:
        return Turnover(total, len(lives.names))
    start, end = float(lives.first.min()), float(lives.last.max())
    late, early = lives.chances()
    enough, least = lives.rows >= FEWEST, math.log(CHANCE_ALONE)
    appears = (late < least) & enough & (lives.before_first >= LEAST_SIDE)
    vanishes = (early < least) & enough & (lives.after_last >= LEAST_SIDE)
    gap = (lives.last - lives.first) / np.maximum(1.0, lives.rows - 1)
    reach = np.clip(_GAPS * gap, NEAREST * (end - start), FURTHEST * (end - start))
    found = [
        _at(lives, date, appears, vanishes, reach)
        for date in sorted({*lives.first[appears].tolist(), *lives.last[vanishes].tolist()})
    ]
    found = [change for change in found if change[0]]
    if not found or _calendar(lives):
        return Turnover(total, len(lives.names))
    best = max(found, key=lambda change: (change[0], change[1]))
    apart = 2 * FURTHEST * (end - start)
    elsewhere = max((rows for rows, date, *_ in found if abs(date - best[1]) > apart), default=0)
    rows, _, new, gone = best
    at = float(lives.first[new].min() if new.any() else lives.last[gone].max())
    return Turnover(
        total, len(lives.names), rows, elsewhere, at, gone=_listed(lives, gone), new=_listed(lives, new)
    )


def _placed(values: pl.DataFrame, line: Timeline) -> Lives:
    share = np.cumsum([0, *line.rows]) / max(1, sum(line.rows))
    first, last = (values[name].to_numpy().astype(float) for name in ("first", "last"))

    def bin_of(times: Floats) -> NDArray[np.int64]:
        return np.asarray((times - line.start) // line.seconds, np.int64)

    names = tuple(str(value) for value in values["value"].to_list())
    rows = values["rows"].to_numpy().astype(float)
    return Lives(names, rows, first, last, share[bin_of(first)], 1 - share[bin_of(last) + 1])


def _at(
    lives: Lives, date: float, appears: NDArray[np.bool_], vanishes: NDArray[np.bool_], reach: Floats
) -> tuple[int, float, NDArray[np.bool_], NDArray[np.bool_]]:
    """Rows of the values that change near `date`, and which: new and gone."""
    new = appears & (lives.first >= date - reach / 2) & (lives.first <= date + reach)
    gone = vanishes & (lives.last <= date + reach / 2) & (lives.last >= date - reach)
    both = new & gone
    new, gone = new & ~both, gone & ~both
    rows = lives.rows[new].sum() + lives.rows[gone].sum()
    late, early = lives.chances()
    if late[new].sum() + early[gone].sum() > math.log(CHANCE / len(lives.names)):
        return 0, date, new, gone
    if not (new.any() and gone.any()):
        total = lives.rows.sum()
        side = 1 - lives.before_first[new].min() if new.any() else 1.0
        side = 1 - lives.after_last[gone].min() if gone.any() else side
        if rows < ALONE * side * total:
            rows = 0.0
    return int(rows), date, new, gone


def _calendar(lives: Lives) -> bool:
    """Values with digits that rise with time are years, quarters or running numbers."""
    if not all(re.search(r"\d", name) for name in lives.names):
        return False
    try:
        numbers = [float(name) for name in lives.names]
    except ValueError:
        order = sorted(range(len(lives.names)), key=lambda i: lives.names[i])
    else:
        order = sorted(range(len(numbers)), key=lambda i: numbers[i])
    return bool((np.diff(lives.first[order]) >= 0).all() and (np.diff(lives.last[order]) >= 0).all())


def _listed(lives: Lives, which: NDArray[np.bool_]) -> tuple[tuple[str, int], ...]:
    places = sorted(np.flatnonzero(which), key=lambda i: (-lives.rows[i], lives.names[i]))
    return tuple((lives.names[i], int(lives.rows[i])) for i in places)
