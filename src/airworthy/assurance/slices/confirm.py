"""The found slices measured anew on rows that took no part in finding them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Predictions
from airworthy.assurance.slices.loss import Loss, loss_of
from airworthy.assurance.slices.predicates import Readable, predicates_of, readable
from airworthy.assurance.slices.search import Found, Slice, search
from airworthy.charter.model import Costs
from airworthy.kernel.judge import DEFAULT_ALPHA, rows_to_settle
from airworthy.kernel.result import Estimate, Limit, Measurement, NotApplicable
from airworthy.measures.means import Difference
from airworthy.measures.proportion import Newcombe, Wilson
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

MOST_SLICES = 10
LEAST_ROWS = 20
"""Of a slice in the searched half: fewer are found by luck alone, and their other half tells nothing."""
LEAST_SHARE = 0.01
MOST_SEARCHED = 25_000
"""Rows that are searched; the others, half of them at least, confirm."""
FEWEST = 4 * LEAST_ROWS


@dataclass(frozen=True, eq=False)
class Measured:
    """One found slice on the confirming rows; means are in the unit of the loss.

    `gap` is the mean inside less the mean elsewhere, in the unit that is judged.
    """

    slice: Slice
    rows: int
    rows_elsewhere: int
    inside: float
    elsewhere: float
    expected: float | None
    gap: Estimate


@dataclass(frozen=True, eq=False)
class Confirmed:
    """All found slices, measured; one estimate: how much more the worst of them loses than the rest.

    The level is shared by the `planned` slices (Bonferroni, which is Holm's first step): the chance that any
    bound of any slice is wrong is at most 1 - level. Its lower bound is that of the slice shown and its upper
    bound is the highest of all, so that it clears a limit only where every slice does.
    """

    slices: tuple[Measured, ...]
    planned: int
    found: Found
    loss: Loss
    n: int
    limit: Limit

    @property
    def lead(self) -> Measured:
        """The slice with the most certain excess: beyond the limit where one is, else the widest open."""
        bounds = [(m, *_open(m.gap.interval(self.level_of_each(1 - DEFAULT_ALPHA)))) for m in self.slices]
        surest = max(bounds, key=lambda b: b[1])
        if self.limit.high is None or surest[1] > self.limit.high:
            return surest[0]
        return max(bounds, key=lambda b: b[2])[0]

    @property
    def value(self) -> float:
        return self.lead.gap.value

    @property
    def unit(self) -> str:
        return self.loss.unit

    def level_of_each(self, level: float) -> float:
        """The level of one slice's interval at which all hold together at `level`."""
        return 1 - (1 - level) / self.planned

    def interval(self, level: float) -> tuple[float | None, float | None]:
        each = self.level_of_each(level)
        low = self.lead.gap.interval(each)[0]
        high = max(_open(m.gap.interval(each))[1] for m in self.slices)
        return low, None if math.isinf(high) else high

    def rows_to_settle(self, level: float) -> int | None:
        """Rows of the whole table at which the verdict would fall, were every gap to stay where it is."""
        each, high = self.level_of_each(level), self.limit.high
        if high is None:
            return None
        needed = [(m.gap.value > high, self._needed(m, each)) for m in self.slices]
        beyond = [rows for worse, rows in needed if worse and rows is not None]
        if beyond:
            return min(beyond)
        rows = [rows for _, rows in needed]
        return None if any(r is None for r in rows) else max(r for r in rows if r is not None)

    def _needed(self, one: Measured, level: float) -> int | None:
        """All rows grow alike, so those of the slice do too; the rows at hand where it is settled already."""
        low, high = one.gap.interval(level)
        if self.limit.judge(low, high) != "UNSURE":
            return self.n
        return rows_to_settle(
            Measurement(one.gap.value, low, high, self.unit, self.n, level), Limit(high=self.limit.high)
        )

    def surely_worse(self) -> dict[int, tuple[float | None, float | None]]:
        """Holm's step-down against a gap of 0: index of each confirmed slice and the interval it rests on."""
        left, sure = set(range(len(self.slices))), dict[int, tuple[float | None, float | None]]()
        while True:
            level = 1 - DEFAULT_ALPHA / (self.planned - len(sure) or 1)
            bounds = {i: self.slices[i].gap.interval(level) for i in left}
            new = {i: b for i, b in bounds.items() if b[0] is not None and b[0] > 0}
            if not new:
                return sure
            sure.update(new)
            left -= set(new)


def find_and_confirm(
    predictions: Predictions, chosen: tuple[Column, ...], costs: Costs, limit: Limit, seed: int
) -> Confirmed | NotApplicable:
    """Search one half of the rows, drawn by entity, and measure what was found on the other."""
    loss = loss_of(predictions, costs)
    if isinstance(loss, NotApplicable):
        return loss
    columns = tuple(c for c in chosen if c.name in predictions.columns)
    if not columns:
        return NotApplicable("No column that could tell slices apart came with these rows.")
    if len(predictions) < FEWEST:
        return NotApplicable(
            f"Cannot tell: {len(predictions):,} rows are too few to search one half and confirm on the "
            f"other. {FEWEST} are the least."
        )
    searched = halves(predictions, seed)
    rows, table = np.flatnonzero(searched), readable(predictions.columns, columns)
    least = max(LEAST_ROWS, math.ceil(LEAST_SHARE * len(rows)))
    statements, held = predicates_of({name: v[rows] for name, v in table.items()}, columns, least)
    found = search(statements, held, loss.values[rows], least=least, most=MOST_SLICES)
    if not found.slices:
        return NotApplicable(
            f"No slice of {least:,} rows or more loses more than the rest: {found.searched:,} searched on "
            f"{len(rows):,} rows."
        )
    rest = {name: v[~searched] for name, v in table.items()}
    entity = None if predictions.entity is None else predictions.entity[~searched]
    gaps = [_measure(one, rest, entity, loss, ~searched) for one in found.slices]
    measured = tuple(m for m in gaps if m is not None)
    if not measured:
        return NotApplicable("None of the slices found has rows on the half that confirms.")
    return Confirmed(measured, len(found.slices), found, loss, len(predictions), limit)


def halves(predictions: Predictions, seed: int) -> Mask:
    """(n,) the rows to search: half of them, at most `MOST_SEARCHED`, whole entities."""
    n, entity, rng = len(predictions), predictions.entity, np.random.default_rng(seed)
    wanted = min(n // 2, MOST_SEARCHED)
    picked = np.zeros(n, bool)
    if entity is None:
        picked[rng.choice(n, wanted, replace=False)] = True
        return picked
    order = rng.permutation(int(entity.max()) + 1)
    sizes = np.bincount(entity, minlength=len(order))[order]
    searched = order[np.cumsum(sizes) <= wanted]
    picked[np.isin(entity, searched)] = True
    return picked


def _measure(
    one: Slice, rest: Readable, entity: NDArray[np.int64] | None, loss: Loss, confirming: Mask
) -> Measured | None:
    """The slice on the confirming rows; None where it, or all that is not in it, has no rows there."""
    inside = np.logical_and.reduce([p.holds(rest) for p in one.predicates])
    if not inside.any() or inside.all():
        return None
    values = loss.values[confirming]
    expected = None if loss.expected is None else float(loss.expected[confirming][inside].mean())
    return Measured(
        one,
        int(inside.sum()),
        int((~inside).sum()),
        float(values[inside].mean()),
        float(values[~inside].mean()),
        expected,
        _gap(values, inside, entity, loss),
    )


def _gap(values: Floats, inside: Mask, entity: NDArray[np.int64] | None, loss: Loss) -> Estimate:
    first, second = (None, None) if entity is None else (entity[inside], entity[~inside])
    if loss.errors:
        return Newcombe.between(Wilson.of(values[inside], first), Wilson.of(values[~inside], second))
    ends = (0.0, float(values.max()))
    return Difference(values[inside], values[~inside], loss.unit, first, second, loss.scale, ends)


def _open(bounds: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = bounds
    return -math.inf if low is None else low, math.inf if high is None else high
