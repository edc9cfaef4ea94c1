"""Values that pile up at the end of a number's range, as where everything above was written as that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from airworthy.data.facts import Batch, ColumnCounts, Sample, Table
from airworthy.kernel.fact import Facts

FEWEST = 30
LEAST_SHARE = 0.002
"""Share of the sampled rows at an end from which it is looked at."""

TIMES = 5
"""How many times more rows the end must have than each of the three values next to it."""

LEAST_DIFFERENT = 20
NEAR = 0.1
"""The next value is this close, in spans: a value far away is a stand-in (DAT005)."""

HEAPED, MOSTLY = 1 / 3, 0.25
"""Another value has this part of the end's rows, as where people choose round numbers; or the end has this
share of all rows, as nothing at all (zero, before it was scaled) or the full mark of a scale."""

NATURAL = (-1.0, 0.0, 1.0, 100.0)
"""Where shares, per cent and counts end by nature."""


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return {fact: _edge(fact.column, facts) for fact in wanted}


@dataclass(frozen=True)
class Edge:
    """`Pile` of one number (column, or `__target__`)."""

    column: str
    version: ClassVar[int] = 3
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Pile:
    """`count` of `rows` rows with a value stand at `end`, the largest (`top`) or smallest; 0 where none pile.

    `beside` is how often the most frequent of the three values next to it occurs in the sample. `heaped` says
    that another value is about as frequent (`HEAPED`), `usual` that the end is (`MOSTLY`).
    """

    rows: int
    count: int = 0
    end: float = 0.0
    top: bool = True
    beside: int = 0
    heaped: bool = False
    usual: bool = False


def _edge(column: str, facts: Facts) -> Pile:
    # Polars loads with the measuring code: listing checks must not import it.
    import polars as pl

    table, sample = facts[Table()].lazy(), facts[Sample()]
    counts = facts[ColumnCounts(column)]
    rows = counts.rows - counts.nulls
    known = sample[column].cast(pl.Float64).drop_nulls()
    known = known.filter(known.is_finite())
    levels = known.value_counts(name="rows").sort(column)
    if levels.height < LEAST_DIFFERENT:
        return Pile(rows)
    span = float(levels[column][-1] - levels[column][0])
    for top in (True, False):
        inwards = levels.reverse() if top else levels
        value, count = float(inwards[column][0]), int(inwards["rows"][0])
        next_value, next_count = float(inwards[column][1]), max(inwards["rows"][1:4].to_list())
        piled = count >= max(FEWEST, LEAST_SHARE * len(known)) and count > TIMES * next_count
        if piled and value not in NATURAL and abs(value - next_value) <= NEAR * span:
            cell = pl.col(column).cast(pl.Float64)
            ask = [(cell == value).sum(), (cell > value).sum() if top else (cell < value).sum()]
            at, beyond = table.select(ask[0].alias("at"), ask[1].alias("beyond")).collect().row(0)
            # The sample's end is the table's: a few rows beyond would show that nothing was cut off.
            if not beyond:
                other = int(inwards["rows"][1:].max())
                heaped, usual = other >= HEAPED * count, count >= MOSTLY * len(known)
                return Pile(rows, int(at), value, top, next_count, heaped, usual)
    return Pile(rows)
