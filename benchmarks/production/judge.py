"""Two intervals for each case, made from what lay before it, and how both did once the block was over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from airworthy.measures import (
    NextPeriod,
    Outlook,
    PastPeriod,
    draw_in_parts,
    period_of,
    promised,
    seen_in_parts,
    seen_of,
)
from production.realise import Realised
from production.worlds import World

LEVEL = 0.9
PAST = 12
"""Blocks whose squared errors say what a prediction misses by."""


@dataclass(frozen=True)
class Case:
    """One block: what it brought, what was said before, and what "as so far" would have said."""

    world: str
    block: int
    figure: float
    ours: tuple[float, float]
    naive: tuple[float, float]


@dataclass(frozen=True)
class Verdict:
    """Of many cases: share inside, mean width, mean interval score; ours first, then the naive one's."""

    cases: int
    covered: tuple[float, float]
    width: tuple[float, float]
    score: tuple[float, float]

    @property
    def ratio(self) -> float:
        return self.score[0] / self.score[1]


Label = Callable[[World, int, np.ndarray, np.ndarray], PastPeriod | None]
"""Of a world, a block, its outcomes and scores: what some labelled rows show; None where they cannot."""


def cases(world: World, realised: Realised, label: Label | None = None) -> list[Case]:
    """Every case of a world from its first on; with `label` some of its rows show their outcomes before."""
    past: list[PastPeriod] = []
    found = []
    for block in range(1, world.blocks):
        rows = world.block == block
        y, output = world.y[rows], realised.score[rows]
        promise = promised(world.metric, output, _missed_by(world, realised, block)) if block > 1 else None
        if block >= world.first:
            seen = label(world, block, y, output) if label else None
            found.append(_case(world, block, past, promise, realised.figure[block], seen))
        past.append(period_of(world.metric, y, output, promise))
    return found


def _case(
    world: World,
    block: int,
    past: Sequence[PastPeriod],
    promise: float | None,
    figure: float,
    seen: PastPeriod | None,
) -> Case:
    ours = Outlook(tuple(past), world.metric, promise, seen=seen).interval(LEVEL)
    naive = NextPeriod(tuple(period.figure for period in past)).interval(LEVEL)
    return Case(world.name, block, float(figure), ours, naive)  # type: ignore[arg-type]


def at_random(labels: int) -> Label:
    """So many rows of the block, drawn from all; none where it has no more, or one class is drawn."""

    def label(world: World, block: int, y: np.ndarray, output: np.ndarray) -> PastPeriod | None:
        if labels >= len(y):
            return None
        drawn = np.random.default_rng(block).choice(len(y), labels, replace=False)
        if world.metric == "auc" and np.ptp(y[drawn]) == 0:
            return None
        return seen_of(world.metric, y[drawn], output[drawn], len(y))

    return label


def in_parts(labels: int) -> Label:
    """As many, drawn in parts that are equally hard to judge, as `airworthy forecast --label` does."""

    def label(world: World, block: int, y: np.ndarray, output: np.ndarray) -> PastPeriod | None:
        if labels >= len(y):
            return None
        drawn = draw_in_parts(world.metric, output, labels, np.random.default_rng(block))
        known = drawn.places
        if world.metric == "auc" and np.ptp(y[known]) == 0:
            return None
        return seen_in_parts(world.metric, y[known], output[known], drawn.part, drawn.rows)

    return label


def _missed_by(world: World, realised: Realised, block: int) -> float:
    """Mean squared error of the last blocks before `block`."""
    before = (world.block >= max(1, block - PAST)) & (world.block < block)
    return float(((world.y[before] - realised.score[before]) ** 2).mean())


def interval_score(low: float, high: float, figure: float) -> float:
    """Width plus 20 times how far the figure lay outside: what a 90 % interval is judged by (Gneiting 2007).

    >>> interval_score(0.5, 0.75, 0.5), interval_score(0.5, 0.75, 1.0)
    (0.25, 5.25)
    """
    return high - low + 2 / (1 - LEVEL) * max(low - figure, figure - high, 0.0)


def verdict(found: Sequence[Case]) -> Verdict:
    """How both intervals did."""
    sides = [[case.ours for case in found], [case.naive for case in found]]
    figures = [case.figure for case in found]

    def mean(values: list[float]) -> float:
        return float(np.mean(values))

    inside = [mean([a <= f <= b for (a, b), f in zip(side, figures, strict=True)]) for side in sides]
    width = [mean([b - a for a, b in side]) for side in sides]
    score = [
        mean([interval_score(a, b, f) for (a, b), f in zip(side, figures, strict=True)]) for side in sides
    ]
    return Verdict(len(found), (inside[0], inside[1]), (width[0], width[1]), (score[0], score[1]))
