"""The longest stretch of rows in which a number does not move, against the runs that are its own.

A look at rows equally far apart finds the few numbers that may stand still; of those every row is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import ColumnCounts, Table
from airworthy.data.facts.scan import column_of
from airworthy.data.facts.still import Still, Stretch
from airworthy.data.facts.still_order import (
    Codes,
    Order,
    by_source,
    chosen_sources,
    clock_of,
    codes_of,
    few_outcomes,
    in_time,
)
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]

FEWEST, LEAST_SHARE = 30, 0.03
"""Rows of a stretch, and their share of the rows with a value."""

CHANCE = 1e-9
"""A stretch that comes about by coincidence in more than this share of such columns is none."""

LONGEST = 5
"""So many times the rows of the next longest run: many columns have runs of their own, such as nights."""

COMMON = 0.1
"""A value with this share of the other rows may mean that nothing happens, which lasts by nature."""

FEWEST_AT_END = 100
"""Before its first, or after its last, rows a feed is filled with zeros whatever zeros it has: of a stretch
with so many rows there only coincidence is asked."""

LEAST_DIFFERENT, LEAST_MOVING, MOVES = 50, 20, 0.5
"""Different values outside the stretch: fewer are codes and calendars, which stand still by nature, unless so
many of the rows there differ from the one before."""

SORTED, STEPS = 0.95, 10
"""Share of the steps beside a stretch, at least so many, in one direction, where rows are sorted by it."""

A_GROUP = 0.9
"""Share of a group's rows with a value that is the group's own, as no engine has a displacement of zero."""

LOOK, _NEARLY, _AT_ONCE = 4_096, 0.8, 500


@dataclass(frozen=True)
class _Run:
    """The longest run among `cells`, those from `start` to before `end`."""

    cells: Floats
    start: int
    end: int
    next: int
    """Rows of the next longest."""
    changes: int
    """Values that differ from the one before."""

    @property
    def rows(self) -> int:
        return self.end - self.start

    @property
    def value(self) -> float:
        return float(self.cells[self.start])

    @property
    def others(self) -> Floats:
        return np.concatenate([self.cells[: self.start], self.cells[self.end :]])

    @property
    def elsewhere(self) -> float:
        """Share of the other rows with the value."""
        return float((self.others == self.value).mean()) if self.rows < len(self.cells) else 0.0


def compute(wanted: Sequence[Any], facts: Facts) -> Mapping[Any, object]:
    facts.prepare([ColumnCounts(fact.column) for fact in wanted])
    counts = [facts[ColumnCounts(fact.column)] for fact in wanted]
    found = {fact: Stretch(count.rows - count.nulls) for fact, count in zip(wanted, counts, strict=True)}
    moving = [fact for fact in wanted if found[fact].rows >= FEWEST]
    if not moving:
        return dict(found)
    clock = clock_of(facts)
    time = in_time(facts, clock)
    sources = chosen_sources(facts, moving[0].sources)
    groups = sources + few_outcomes(facts)
    for source in ["", *sources]:
        order = by_source(facts, time, source) if source else time
        for fact in _standing([fact for fact in moving if not found[fact].still], facts, order):
            found[fact] = _stretch(fact, facts, order, clock, groups) or found[fact]
    return dict(_together(found))


def _standing(wanted: Sequence[Still], facts: Facts, order: Order) -> list[Still]:
    """The numbers that may stand still, by the look of some rows: nearly every number moves all the time."""
    rows = pl.Series(order.places[:: max(1, len(order.places) // LOOK)])
    table = facts[Table()]
    at_once = _AT_ONCE if isinstance(table, pl.DataFrame) else 1
    asked: list[Still] = []
    for start in range(0, len(wanted), at_once):
        some = wanted[start : start + at_once]
        if isinstance(table, pl.DataFrame):
            seen = table.select(fact.column for fact in some)[rows]
        else:
            seen = column_of(facts, some[0].column).gather(rows).to_frame()
        cells = seen.select(pl.all().cast(pl.Float64).fill_null(math.nan)).to_numpy()
        asked += [fact for place, fact in enumerate(some) if _may_stand(cells[:, place])]
    return asked


def _may_stand(cells: Floats) -> bool:
    run = _longest(cells[~np.isnan(cells)], None)
    if run is None or run.rows < max(FEWEST, _NEARLY * LEAST_SHARE * len(run.cells)):
        return False
    return len(np.unique(run.others)) >= LEAST_MOVING


def _longest(cells: Floats, codes: Codes | None) -> _Run | None:
    """The longest run of one value, of rows (rows,) with the same code."""
    if len(cells) < FEWEST:
        return None
    changed = cells[1:] != cells[:-1]
    changes = int(changed.sum())
    if codes is not None:
        changed |= codes[1:] != codes[:-1]
    bounds = np.concatenate([[0], np.flatnonzero(changed) + 1, [len(cells)]])
    lengths = np.diff(bounds)
    place = int(lengths.argmax())
    following = int(np.delete(lengths, place).max(initial=0))
    return _Run(cells, int(bounds[place]), int(bounds[place + 1]), following, changes)


def _stretch(
    fact: Still, facts: Facts, order: Order, clock: pl.Series | None, groups: Sequence[str]
) -> Stretch | None:
    cells = column_of(facts, fact.column).cast(pl.Float64).fill_null(math.nan).to_numpy()[order.places]
    known = ~np.isnan(cells)
    places = order.places[known]
    run = _longest(cells[known], None if order.codes is None else order.codes[places])
    if run is None or not _stands_out(run, at_end=not order.source):
        return None
    within = places[run.start : run.end]
    if any(_is_group(codes_of(column_of(facts, name))[places], run) for name in groups):
        return None
    start, end = (float(place if clock is None else clock[int(place)]) for place in (within[0], within[-1]))
    return Stretch(
        len(run.cells),
        run.rows,
        f"{run.value:.6g}",
        start,
        end,
        first=not order.source and run.start == 0,
        last=not order.source and run.end == len(run.cells),
        timed=clock is not None,
        elsewhere=run.elsewhere,
        source=order.source,
        source_value=str(column_of(facts, order.source)[int(within[0])]) if order.source else "",
    )


def _stands_out(run: _Run, *, at_end: bool) -> bool:
    """Whether neither coincidence, the column's own runs nor a sorted file explain the run."""
    rows, different = len(run.cells), len(np.unique(run.others))
    if run.rows < max(FEWEST, LEAST_SHARE * rows) or different < LEAST_MOVING:
        return False
    moves = run.changes / (rows - run.rows)
    if different < LEAST_DIFFERENT and moves < MOVES:
        return False
    usual = run.elsewhere
    end = at_end and (run.start == 0 or run.end == rows) and run.rows >= FEWEST_AT_END
    if not end or different < LEAST_DIFFERENT:
        if run.rows < LONGEST * run.next or usual > COMMON:
            return False
        usual = max(usual, 1 - moves)
    by_chance = run.rows * math.log(max(usual, 1 / rows)) + math.log(rows) > math.log(CHANCE)
    return not by_chance and not _sorted(run)


def _sorted(run: _Run) -> bool:
    """Whether the number only rises, or only falls, beside the run: the rows are sorted by it."""
    near = np.concatenate(
        [
            run.cells[max(0, run.start - run.rows) : run.start + 1],
            run.cells[run.end : run.end + run.rows],
        ]
    )
    steps = np.diff(near)
    steps = steps[steps != 0]
    rising = float((steps > 0).mean()) if len(steps) >= STEPS else 0.5
    return max(rising, 1 - rising) >= SORTED


def _is_group(codes: Codes, run: _Run) -> bool:
    """Whether the run lies in one group's rows that nearly all have the value."""
    numbers, counts = np.unique(codes[run.start : run.end], return_counts=True)
    same = codes == numbers[counts.argmax()]
    inside = counts.max() >= SORTED * run.rows
    return bool(inside and (run.cells[same] == run.value).mean() >= A_GROUP)


def _together(found: Mapping[Still, Stretch]) -> dict[Still, Stretch]:
    """With the names of the other columns that stand still in the same rows."""
    names: dict[tuple[float, float, str], list[str]] = {}
    for fact, told in found.items():
        if told.still:
            names.setdefault((told.start, told.end, told.source), []).append(fact.column)
    return {
        fact: replace(
            told,
            together=tuple(
                name
                for name in names.get((told.start, told.end, told.source), ())
                if told.still and name != fact.column
            ),
        )
        for fact, told in found.items()
    }
