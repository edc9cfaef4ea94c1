"""Values far outside what a column's own distribution, heavy tails included, leads to."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import TIME, Sample
from airworthy.data.facts.contents import FarCounts, FarValues
from airworthy.data.facts.far_gaps import widest_gap
from airworthy.data.facts.sentinels import Distribution, distribution, find, histogram
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]

TAIL = (0.45, 0.15, 0.05)
"""Shares of rows beyond three points of a side; their distances tell how fast it thins out. Up to 5 % of the
rows may be wrong on a side before the third point moves."""

HEAVIER, HEAVIER_FEW, NO_GAP = 0.15, 2.0, 0.5
"""Added to the measured tail index: the first always, as a side may be heavier than it looks between the
three points; the second over the root of the rows, as few rows show it badly; the third where no gap lies
before the far values."""

BY_CHANCE, RAREST = 0.1, 5e-5
"""Values beyond a fence that a clean column of the same size would have; in long columns a share of the rows
fifty times below the limit is enough, or the fence runs away with the number of rows."""

GAP, BEYOND_GAP = 1.5, 4
"""Far values lie apart: beyond a gap over which the distance to the middle grows so many times, with so many
different values behind it. A tail without a gap must be longer still."""

APART, TWOFOLD = 15.0, 1.75
"""A gap that is so many times what the tail leads to expect, over which the distance grows so, ends the usual
values wherever it lies: chance makes it in one of three million gaps, and a heavy tail no more often."""

SUPPORTED, STEP = 10.0, 1.3
"""The end that the three points tell counts where the tail itself has a gap of at least this kind: public
prices and quantities have values far beyond it without any."""

SPIKE = 0.3
"""A value with this share of the rows, such as 0, is set aside: the rest has its own distribution."""

FEWEST, DIFFERENT = 50, 8
SKEWED = 1.6
"""An upper side so many times as wide as the lower: positive values are then compared by logarithm."""

GROUPS, GROUP_ROWS, USUAL, MOST = 50, 20, 0.2, 0.5
"""A group explains far values where they are `USUAL` in groups of enough rows that hold `MOST` of them."""

TIME_BLOCKS = 40
EXAMPLES = 3


@dataclass(frozen=True)
class Fences:
    """Where the usual values end; None where the side cannot be told."""

    low: float | None
    high: float | None
    middle: tuple[float, float]
    spike: float | None = None

    @property
    def ends(self) -> tuple[tuple[float | None, bool], ...]:
        """Each end, and whether it is the upper one."""
        return (self.low, False), (self.high, True)


def answer(fact: FarValues, view: ColumnView, facts: Facts) -> FarCounts:
    """Fences from the sample; what lies beyond them is counted in every row."""
    sample: pl.DataFrame = facts[Sample()]
    values, shape = view.rows - view.nulls, distribution(sample[fact.column])
    stand_ins = find(shape)
    kept = ~np.isin(shape.values, np.array(stand_ins))
    fences = find_fences(Distribution(shape.values[kept], shape.counts[kept]), view.rows)
    if fences is None:
        return FarCounts(values)
    aside = stand_ins if fences.spike is None else [*stand_ins, fences.spike]
    below, above = (_beyond(view.numbers, end, aside, upper=upper) for end, upper in fences.ends)
    if not len(below) + len(above):
        return FarCounts(values)
    return FarCounts(
        values,
        len(below),
        len(above),
        fences.low,
        fences.high,
        fences.middle,
        tuple(float(end(far)) for end, far in ((np.min, below), (np.max, above)) if len(far)),
        explained_by(sample, fact.column, fences),
        histogram(shape),
    )


def _beyond(numbers: Floats, end: float | None, aside: Sequence[float], *, upper: bool) -> Floats:
    """The finite values beyond one end, those in `aside` left out."""
    if end is None:
        return np.empty(0)
    found = numbers[numbers > end if upper else numbers < end]
    return found[np.isfinite(found) & ~np.isin(found, np.array(aside))]


def find_fences(shape: Distribution, rows: int) -> Fences | None:
    """Where a clean column of so many rows, with such tails, would end.

    The points beyond which 45 %, 15 % and 5 % of the rows lie give each side a scale and a tail index, as in
    Pickands' estimator; a generalised Pareto tail, heavier by `HEAVIER`, is drawn from there to the point
    that `BY_CHANCE` rows, or `RAREST` of them, would pass. It counts only where a gap shows that the
    side's own tail does not lead there.

    >>> values = np.append(np.random.default_rng(0).normal(0, 1, 10_000).round(3), np.linspace(90, 99, 50))
    >>> fences = find_fences(Distribution(*np.unique(values, return_counts=True)), 10_050)
    >>> fences.low, 5 < fences.high < 60
    (None, True)
    """
    spike = _spike(shape)
    shape = shape if spike is None else shape.without(spike[0])
    if shape.rows < FEWEST or len(shape.values) < DIFFERENT:
        return None
    tail = min(0.01, max(RAREST, BY_CHANCE / max(rows, shape.rows)))
    low, high = (_end(shape, tail, upper=upper) for upper in (False, True))
    middle = (_quantile(shape, 0.05), _quantile(shape, 0.95))
    return Fences(low, high, middle, None if spike is None else spike[1])


def _end(shape: Distribution, tail: float, *, upper: bool) -> float | None:
    """Where a side ends: at a gap that no tail explains, else where its points say if a lesser gap agrees."""
    gap = widest_gap(shape, upper=upper)
    # Most sides have no such gap, and of a wide table the points of each would take longer than all else.
    if gap is None or gap.strength < SUPPORTED or gap.factor < STEP:
        return None
    drawn = _drawn(shape, tail, upper=upper)
    if gap.strength < APART or gap.factor < TWOFOLD:
        return drawn
    nearer = min if upper else max
    return gap.middle if drawn is None else nearer(drawn, gap.middle)


def _drawn(shape: Distribution, tail: float, *, upper: bool) -> float | None:
    """Where the points of a side say that it ends; None where they tell no scale."""
    logarithm = shape.values[0] > 0 and _skew(shape) > SKEWED
    scaled = Distribution(np.log(shape.values), shape.counts) if logarithm else shape
    heavier = HEAVIER + HEAVIER_FEW / math.sqrt(shape.rows)
    back = _exponential if logarithm else float
    points = _points(scaled, upper=upper)
    near, wide = (_reach(points, tail, heavier + more) for more in (0.0, NO_GAP))
    if near is None or wide is None:
        return None
    return _first_gap(shape, back(near), back(wide), upper=upper)


def _first_gap(shape: Distribution, near: float, wide: float, *, upper: bool) -> float:
    """The middle of the first gap that ends beyond the near fence, if there is one before the wide fence."""
    sign, centre = (1.0 if upper else -1.0), _quantile(shape, 0.5)
    away = (shape.values - centre) * sign
    order = np.argsort(away)
    away, behind = away[order], np.arange(len(away), 0, -1)
    before = np.append(0.0, away[:-1])
    outside = away > max((near - centre) * sign, 0.0)
    gaps = np.flatnonzero(outside & (away >= GAP * before) & (behind >= BEYOND_GAP))
    if not len(gaps):
        return wide
    cut = max(float(before[gaps[0]] + away[gaps[0]]) / 2, (near - centre) * sign)
    return centre + sign * min(cut, (wide - centre) * sign)


def _exponential(value: float) -> float:
    return math.exp(min(value, 700.0))


def _reach(points: Sequence[float], tail: float, heavier: float) -> float | None:
    """The end of a side, from its three points outwards."""
    near, middle, far = points
    inner, outer = abs(middle - near), abs(far - middle)
    if inner == 0 or outer == 0:
        return None
    decade = TAIL[0] / TAIL[1]
    index = math.log(outer / inner) / math.log(decade) + heavier
    if abs(index) < 1e-6:
        steps = math.log(TAIL[1] / tail) / math.log(decade)
    else:
        steps = ((TAIL[1] / tail) ** index - 1) / (decade**index - 1)
    return middle + math.copysign(inner * steps, far - middle)


def _points(shape: Distribution, *, upper: bool) -> list[float]:
    return [_quantile(shape, 1 - share if upper else share) for share in TAIL]


def _quantile(shape: Distribution, level: float) -> float:
    """Each value is spread to the middle of its neighbours, so that counts have quantiles between them."""
    between = (shape.values[1:] + shape.values[:-1]) / 2
    reached = np.cumsum(shape.counts) / shape.rows
    return float(
        np.interp(
            level, np.append(0.0, reached), np.concatenate([shape.values[:1], between, shape.values[-1:]])
        )
    )


def _skew(shape: Distribution) -> float:
    low, middle, high = (_quantile(shape, level) for level in (0.15, 0.5, 0.85))
    return (high - middle) / (middle - low) if middle > low else math.inf


def _spike(shape: Distribution) -> tuple[int, float] | None:
    """Place and value of the one that is set aside."""
    if not shape.rows or shape.counts.max() <= SPIKE * shape.rows:
        return None
    place = int(shape.counts.argmax())
    return place, float(shape.values[place])


def explained_by(sample: pl.DataFrame, column: str, fences: Fences) -> str:
    """The column, or the time, in some of whose groups such values are usual; else nothing."""
    far = pl.lit(value=False)
    for end, upper in fences.ends:
        if end is not None:
            far |= pl.col(column) > end if upper else pl.col(column) < end
    marked = sample.with_columns(far.fill_null(value=False).alias("__far__"))
    total = int(marked["__far__"].sum())
    if not total:
        return ""
    if TIME in sample.columns:
        block = pl.col(TIME).rank("ordinal") * TIME_BLOCKS // (pl.len() + 1)
        if _explains(marked, block, total):
            return "time"
    for name in sample.columns:
        words = name != column and sample.schema[name] in (pl.String, pl.Boolean)
        if words and sample[name].n_unique() <= GROUPS and _explains(marked, pl.col(name), total):
            return name
    return ""


def _explains(marked: pl.DataFrame, group: pl.Expr, total: int) -> bool:
    groups = marked.group_by(group.alias("__group__")).agg(
        pl.len().alias("rows"), pl.col("__far__").sum().alias("far")
    )
    usual = groups.filter((pl.col("rows") >= GROUP_ROWS) & (pl.col("far") >= USUAL * pl.col("rows")))
    return int(usual["far"].sum()) >= MOST * total
