"""Values that pile up at the end of a number's range, as where everything above was written as that."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, ClassVar

from airworthy.data.facts import Batch, ColumnCounts, Sample, Table
from airworthy.kernel.fact import Facts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST = 30
LEAST_SHARE = 0.002
"""Share of the sampled rows at an end from which it is looked at."""

TIMES = 5
"""How many times more rows the end must have than each of the three values next to it."""

TIMES_LEVEL, SURE, LEVEL, STEP, LEAST_SHARE_LEVEL = 2.5, 2.5, 1.5, 1.5, 0.01
"""Fewer times will do where the values next to it lie on a grid (gaps within `STEP` of each other) and are
level: the nearest has at most `LEVEL` times the rows of the third, so no steep fall ends in the pile. It must
hold `LEAST_SHARE_LEVEL` of the rows, and lie `SURE` standard errors above twice the values next to it."""

SPIKE = 2
"""A value with so many times the rows of each of the two on either side is one that people choose."""

CHOSEN = 5
"""Whole numbers so far apart are amounts that people choose, and not ones that are measured."""

LEAST_DIFFERENT = 20
NEAR = 0.1
"""The next value is this close, in spans: a value far away is a stand-in (DAT005)."""

HEAPED, MOSTLY = 1 / 3, 0.25
"""Another whole number has this part of the end's rows, as where people choose round ones; or the end has
this share of all rows, as nothing at all (zero, before it was scaled) or the full mark of a scale."""

NATURAL = (-1.0, 0.0, 1.0, 100.0)
"""Where shares, per cent and counts end by nature."""


def _batch(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    return {fact: _edge(fact.column, facts) for fact in wanted}


@dataclass(frozen=True)
class Edge:
    """`Pile` of one number (column, or `__target__`)."""

    column: str
    version: ClassVar[int] = 4
    batch: ClassVar[Batch] = _batch


@dataclass(frozen=True)
class Pile:
    """`count` of `rows` rows with a value stand at `end`, the largest (`top`) or smallest; 0 where none pile.

    `beside` is how often the most frequent of the three values next to it occurs in the sample. `heaped` says
    that another whole number is about as frequent (`HEAPED`), `usual` that the end is (`MOSTLY`).
    """

    rows: int
    count: int = 0
    end: float = 0.0
    top: bool = True
    beside: int = 0
    heaped: bool = False
    usual: bool = False


@dataclass(frozen=True)
class _End:
    """Values from an end of the sample inwards, with the rows of each."""

    values: Sequence[float]
    counts: Sequence[int]
    rows: int

    @property
    def beside(self) -> int:
        return max(self.counts[1:4])

    @property
    def piles(self) -> bool:
        """Whether so many rows stand at the end that values beyond it seem to have been written as it."""
        value, count, near = self.values[0], self.counts[0], self.values[1]
        if count < max(FEWEST, LEAST_SHARE * self.rows) or value in NATURAL:
            return False
        if abs(value - near) > NEAR * abs(value - self.values[-1]):
            return False
        return count > TIMES * self.beside or self._piles_on_a_level()

    def _piles_on_a_level(self) -> bool:
        count, beside = self.counts[0], self.beside
        sure = count - 2 * beside >= SURE * math.sqrt(count + 4 * beside)
        level = self.counts[1] <= LEVEL * self.counts[3]
        gaps = [abs(b - a) for a, b in pairwise(self.values[:5])]
        even = max(gaps[1:]) <= STEP * min(gaps[1:]) and gaps[0] <= STEP * min(gaps[1:])
        enough = count >= LEAST_SHARE_LEVEL * self.rows and count > TIMES_LEVEL * beside
        return enough and sure and level and even and not self._spikes()

    def _spikes(self) -> bool:
        """Whether another value stands out from its neighbours with `HEAPED` of the end's rows."""
        counts = self.counts
        return any(
            counts[i] >= HEAPED * counts[0]
            and counts[i] > SPIKE * max(*counts[i - 2 : i], *counts[i + 1 : i + 3])
            for i in range(3, len(counts) - 2)
        )

    @property
    def heaped(self) -> bool:
        if max(self.counts[1:]) < HEAPED * self.counts[0] or any(value % 1 for value in self.values):
            return False
        apart = abs(self.values[1] - self.values[2])
        return self.counts[0] > TIMES * self.beside or apart >= CHOSEN


def _may_pile(values: NDArray[np.float64]) -> bool:
    """Whether an end of the finite ones of `values` (rows,) has rows enough to be looked at."""
    # NumPy loads with the measuring code, as Polars below.
    import numpy as np

    known = values[np.isfinite(values)]
    if len(known) < FEWEST:
        return False
    return any(np.count_nonzero(known == end) >= FEWEST for end in (known.max(), known.min()))


def _edge(column: str, facts: Facts) -> Pile:
    # Polars loads with the measuring code: listing checks must not import it.
    import polars as pl

    counts = facts[ColumnCounts(column)]
    rows = counts.rows - counts.nulls
    values = facts[Sample()][column].cast(pl.Float64)
    # Of a wide table most columns end here: to count all values of each took half of its audit.
    if not _may_pile(values.to_numpy()):
        return Pile(rows)
    table, known = facts[Table()].lazy(), values.filter(values.is_finite())
    levels = known.value_counts(name="rows").sort(column)
    if levels.height < LEAST_DIFFERENT:
        return Pile(rows)
    for top in (True, False):
        inwards = levels.reverse() if top else levels
        # Few ends pile: the values of a column of many are listed for those only.
        if int(inwards["rows"][0]) < FEWEST:
            continue
        end = _End(inwards[column].to_list(), inwards["rows"].to_list(), len(known))
        if end.piles:
            value, count = end.values[0], end.counts[0]
            cell = pl.col(column).cast(pl.Float64)
            ask = [(cell == value).sum(), (cell > value).sum() if top else (cell < value).sum()]
            at, beyond = table.select(ask[0].alias("at"), ask[1].alias("beyond")).collect().row(0)
            # The sample's end is the table's: a few rows beyond would show that nothing was cut off.
            if not beyond:
                usual = count >= MOSTLY * len(known)
                return Pile(rows, int(at), value, top, end.beside, end.heaped, usual)
    return Pile(rows)
