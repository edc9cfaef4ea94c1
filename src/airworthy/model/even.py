"""Reductions: the same learner on weighted rows, the weights moved until the groups' rates lie close enough.

A limit on the gap between groups, put into the objective with a multiplier for each group, turns into weights
of rows (Agarwal, Beygelzimer, Dudik, Langford and Wallach, ICML 2018, 3.1): deciding a row of a group
positive earns as much more as its multiplier, so its event counts more and its non-event less. Their
game is played here without chance: each round moves every multiplier along the line of its own gaps, and
one of the rounds' models is taken as it is, instead of drawing among them at every decision. No
protected column becomes an input: rows are weighed by group only while learning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.charter.groups import Group, members, others
from airworthy.model.calibrate import calibrate
from airworthy.model.crossfit import Crossed, Field, Fit, Unseen, finish, noted, out_of_fold
from airworthy.model.decide import ClassRule, class_costs, class_rule, decided_classes, moves_of
from airworthy.model.even_goal import EvenGoal
from airworthy.model.job import Job
from airworthy.model.rows import Rows
from airworthy.model.weighed import Needless
from airworthy.scoring.calibration import compile_calibration
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import Calibration, Threshold

ROUNDS = 8
AIM = 0.85
"""Share of the limit that is aimed at: the models of the folds do not agree to the last row."""
MOST = 0.9
"""Of a multiplier: 0.5 already takes all weight from one side of a group."""
STRIDE = 2.0
"""Times the last step that the next one may be."""
NEAR, FAR = 0.02, 0.15
"""Two multipliers nearer than this show no slope; no step without a bracket goes further than that."""
ENOUGH = 0.6
"""Share of the limit below which a gap that was beyond it has been paid for needlessly."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class _Round:
    """One round: its multipliers (g,), the gaps (g,) that they left, and its models."""

    multipliers: FloatArray
    gaps: FloatArray
    cost: float
    unseen: Unseen
    field: Field
    cut: float | None  # the least margin that the plain round decided positive

    @property
    def worst(self) -> float:
        return float(np.abs(self.gaps).max())


def cross_fit_even(fit: Fit, field: Field, job: Job, held: Rows) -> Crossed:
    """Cross-fit a learner so that the groups' rates lie within the job's goal, at the least cost found.

    Parameters
    ----------
    held
        The measured rows, as a caller of the model sends them; they bring the protected columns.

    Raises
    ------
    Needless
        No group has rows enough to be compared, or the limit is kept without any of this.
    """
    goal = job.even
    assert goal is not None
    sides = [_both(group, held) for group in goal.groups]
    counted = held.y == 1 if goal.events_only else np.ones(len(held), dtype=bool)
    at = [i for i, (own, beside) in enumerate(sides) if _large(own & counted, beside & counted, goal.fewest)]
    if not at:
        raise Needless(f"no group has {goal.fewest:,} rows to compare")
    groups = [members(goal.groups[i], field.rows.told.protected) for i in at]
    compared = [(sides[i][0] & counted, sides[i][1] & counted) for i in at]
    rounds = [_round(fit, field, groups, np.zeros(len(at)), job, held, compared)]
    if rounds[0].worst <= goal.limit:
        raise Needless(f"not needed: without weights its gap is {100 * rounds[0].worst:.1f} points")
    while len(rounds) < ROUNDS and not _settled(rounds, goal.limit):
        following = _next(rounds, AIM * goal.limit)
        rounds.append(_round(fit, field, groups, following, job, held, compared, rounds[0].cut))
    best = min(rounds[1:], key=lambda one: (max(0.0, one.worst - goal.limit), one.cost))
    told = f"rows weighed by group in {rounds.index(best)} of {len(rounds) - 1} rounds"
    return replace(noted(finish(fit, best.field, best.unseen), told), cut=rounds[0].cut)


def _both(group: Group, rows: Rows) -> tuple[Mask, Mask]:
    """The rows of a group, and those it is held against."""
    return members(group, rows.told.protected), others(group, rows.told.protected)


def _settled(rounds: Sequence[_Round], limit: float) -> bool:
    """Whether the last round keeps the limit, and no group that was beyond it was brought far inside."""
    began, now = np.abs(rounds[0].gaps), np.abs(rounds[-1].gaps)
    return bool((now <= limit).all() and (now[began > limit] >= ENOUGH * limit).all())


def _large(inside: Mask, outside: Mask, fewest: int) -> bool:
    return min(int(inside.sum()), int(outside.sum())) >= max(2, fewest)


def _round(
    fit: Fit,
    field: Field,
    groups: Sequence[Mask],
    multipliers: FloatArray,
    job: Job,
    held: Rows,
    compared: Sequence[tuple[Mask, Mask]],
    cut: float | None = None,
) -> _Round:
    assert job.even is not None
    weighed = (
        field.with_rows(weighed_rows(field.rows, groups, multipliers, job.even))
        if multipliers.any()
        else field
    )
    unseen = out_of_fold(fit, weighed)
    assert unseen is not None  # nothing is dropped
    found = calibrate(unseen.margins, held.y, held.fold, len(job.contract.classes), ordered=held.ordered)
    rule = cut_at(cut, class_rule(job, held, found.probability), found.calibration)
    chosen = decided_classes(rule, held, found.probability) == 1
    gaps = np.array([chosen[inside].mean() - chosen[outside].mean() for inside, outside in compared])
    costs = class_costs(rule, job.costs, held.y, found.probability, held.told, moves_of(rule, held))
    if cut is None and isinstance(rule, Threshold) and chosen.any():
        cut = float(unseen.margins[chosen, 0].min())
    return _Round(multipliers, gaps, float(costs.mean()), unseen, weighed, cut)


def cut_at(margin: float | None, rule: ClassRule, calibration: Calibration) -> ClassRule:
    """`rule` with its threshold at the calibrated probability of `margin`; as it is without one.

    What a group's multiplier adds is part of the model's margin. Calibration would take half of it back: it
    asks for the outcome alone, so that the plain threshold cuts elsewhere, and costs more for the same gap.
    """
    if margin is None or not isinstance(rule, Threshold):
        return rule
    return msgspec.structs.replace(rule, threshold=compile_calibration(calibration, 2)((margin,))[1])


def weighed_rows(rows: Rows, groups: Sequence[Mask], multipliers: FloatArray, goal: EvenGoal) -> Rows:
    """`rows` with what deciding each positive earns or loses as its outcome and its weight.

    Deciding an event positive earns one half more than nothing, any other row one half less; each group's
    multiplier is added, less its mean over all rows.
    """
    shift = np.zeros(len(rows))
    for inside, multiplier in zip(groups, multipliers, strict=True):
        shift += multiplier * inside
    event = rows.y == 1
    if goal.events_only:
        shift = np.where(event, shift - shift[event].mean(), 0.0)
    else:
        shift -= shift.mean()
    earns = np.where(event, 0.5, -0.5) + shift
    weights = np.abs(earns)
    return replace(rows, y=(earns > 0).astype(np.float64), weights=weights / weights.mean())


def _next(rounds: Sequence[_Round], aim: float) -> FloatArray:
    """Each group's multiplier for a gap of `aim` on the side where its gap began, by the rounds so far."""
    first, last = rounds[0], rounds[-1]
    following = last.multipliers.copy()
    for k, began in enumerate(first.gaps):
        wrong = began if abs(began) > aim else last.gaps[k]
        if abs(wrong) <= aim:
            continue
        shown = [(float(one.multipliers[k]), float(one.gaps[k])) for one in rounds]
        following[k] = _multiplier(shown, float(np.copysign(aim, wrong)))
    return np.clip(following, -MOST, MOST)


def _multiplier(shown: Sequence[tuple[float, float]], wanted: float) -> float:
    """The multiplier for the gap `wanted`, from pairs of multiplier and gap, the last one newest.

    Between the nearest pairs on both sides of it (false position); with one side only, along the last step.

    >>> round(_multiplier([(0.0, -0.3), (0.5, 0.1)], -0.1), 3)
    0.25
    """
    low = [pair for pair in shown if pair[1] <= wanted]
    high = [pair for pair in shown if pair[1] > wanted]
    if low and high:
        (a, gap_a), (b, gap_b) = max(low, key=lambda pair: pair[1]), min(high, key=lambda pair: pair[1])
        if abs(b - a) > NEAR:
            return a + (b - a) * (wanted - gap_a) / (gap_b - gap_a)
    newest, gap = shown[-1]
    if low and high:  # other groups' multipliers moved this gap: along the line from the start instead
        began = shown[0][1]
        slope = (gap - began) / newest if newest and (gap - began) * newest > 0 else 1.0
        return newest + float(np.clip((wanted - gap) / slope, -FAR, FAR))
    if len(shown) == 1:
        return newest + wanted - gap
    before, gap_before = shown[-2]
    step, moved = newest - before, gap - gap_before
    if step * moved <= 0:  # it closed no gap, or others undid it: it goes on as far as it came
        return newest + (wanted - gap)
    most = STRIDE * abs(step)
    return newest + float(np.clip(step * (wanted - gap) / moved, -most, most))
