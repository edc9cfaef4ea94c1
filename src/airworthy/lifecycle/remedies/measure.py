"""What every model decides on the measured rows, and between which groups: fixed on the training rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.assurance.mitigation.effects import Bench, Decided, Side
from airworthy.charter.deciding import monthly
from airworthy.charter.groups import Group, column_groups, members, others, protected_columns, value_groups
from airworthy.charter.model import Charter
from airworthy.data.columns import columns_for_scoring
from airworthy.data.split import held_places
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.remedies.asked import World
from airworthy.lifecycle.remedies.train import Made, Trained
from airworthy.measures.money import binary_costs, reviewed_costs
from airworthy.model.decide import decided_classes, error_costs
from airworthy.model.figures import PER
from airworthy.model.gaps import largest_gap
from airworthy.model.job import SCORES, Job, in_order, learning_columns
from airworthy.model.menu import A_MONTH
from airworthy.model.problem import TARGET
from airworthy.model.rows import Rows, rows_of
from airworthy.scoring import Scorer
from airworthy.scoring.artefact import load_spec
from airworthy.scoring.decision import REVIEW
from airworthy.scoring.scorer import Scores
from airworthy.scoring.spec import LeastCost, Shift

FEWEST = 20
"""Measured rows of a group and beside it: with fewer no change of a gap can be told."""

Mask = npt.NDArray[np.bool_]


def decided_by_all(world: World, trained: Trained) -> tuple[list[Decided], Bench]:
    """What each model makes of the measured rows, and what they are compared by.

    Raises `InputError` where no protected column has groups of rows enough.
    """
    job, problem = trained.kept.prepared.job, world.problem
    known = in_order(world.held.filter(pl.col(TARGET).is_not_null()), problem.charter)
    rows = rows_of(learning_columns(known, problem.contract, problem.steps, problem.charter), job)
    sides = tuple(_sides(world, trained, rows))
    if not sides:
        fewest = world.charter.fairness.min_rows
        raise InputError(
            f"No protected column has two groups of {fewest:,} training rows and {FEWEST} measured ones.",
            value=fewest,
            remedy="Give more rows, or declare a smaller fairness.min_rows.",
        )
    models = [_decided(made, known, rows, job) for made in trained.models]
    unit, per = money_unit(world.charter)
    return models, Bench(rows.y, rows.groups, sides, problem.seed, unit, per)


def _decided(made: Made, known: pl.DataFrame, rows: Rows, job: Job) -> Decided:
    scorer = Scorer.load(made.artefact)
    scores = scorer.score_columns(columns_for_scoring(known, job.contract, names=scorer.reads))
    assert scores.probability is not None  # two classes
    assert scores.alone is not None
    positive = np.array([decision == scorer.classes[1] for decision in scores.alone])
    costs = costs_of(scores, positive, rows, job) if job.costs.declared else None
    return Decided(made.action, made.name, positive, scores.probability[:, 1], costs)


def costs_of(scores: Scores, positive: Mask, rows: Rows, job: Job) -> npt.NDArray[np.float64]:
    """What each row's decision costs, (n,), reviews included."""
    deciding = job.deciding
    both = error_costs(LeastCost(alarm=deciding.alarm, miss=deciding.miss), rows.told, len(rows))
    costs = binary_costs(rows.y, positive, both[:, 0], both[:, 1])
    if deciding.review_cost is None:
        return costs
    reviewed = [decision == REVIEW for decision in scores.decision]
    return reviewed_costs(rows.y, reviewed, costs, deciding.review_cost, deciding.review_error, both)


def money_unit(charter: Charter) -> tuple[str, float]:
    """In what money is told, and of how many decisions."""
    currency, volume = charter.costs.currency or "", charter.decision.volume
    if volume is None:
        return f"{currency} per 1,000", PER
    return f"{currency} {A_MONTH}", monthly(volume)


def _sides(world: World, trained: Trained, held: Rows) -> Iterator[Side]:
    """Of each protected column the group of the largest gap, by what the present model said out of fold."""
    prepared, present = trained.kept.prepared, trained.models[0]
    learned = rows_of(prepared.rows[held_places(prepared.folds)], prepared.job)
    rule = load_spec(present.artefact).decision
    assert not isinstance(rule, Shift)  # two classes
    outputs = np.load(present.home / SCORES, allow_pickle=False)
    positive = decided_classes(rule, learned, outputs) == 1
    fairness, contract = world.charter.fairness, world.problem.contract
    for column in protected_columns(world.scope):
        bands = fairness.bands.get(column.name, ())
        groups = column_groups(column, contract.rows, bands, fairness.reference.get(column.name))
        every = value_groups(column, contract.rows, bands)
        yield from _side(groups, every, positive, learned, held, fairness.min_rows)


def _side(
    groups: tuple[Group, ...],
    every: tuple[Group, ...],
    positive: Mask,
    learned: Rows,
    held: Rows,
    fewest: int,
) -> Iterator[Side]:
    gap = largest_gap(positive.astype(float), learned, groups, fewest)
    categories = _categories(every, positive, learned, held, fewest)
    if gap is None or len(categories) < 2:
        return
    group = next(one for one in groups if one.label == gap.group)
    before, told = learned.told.protected, held.told.protected
    inside, beside = members(group, told), others(group, told)
    if min(int(inside.sum()), int(beside.sum())) < FEWEST:
        return
    more = positive[members(group, before)].mean() - positive[others(group, before)].mean()
    sign = 1.0 if more >= 0 else -1.0
    yield Side(group.column, group.label, inside, beside, sign, categories[0], tuple(categories[1:]))


def _categories(
    every: tuple[Group, ...], positive: Mask, learned: Rows, held: Rows, fewest: int
) -> list[Mask]:
    """The measured rows of each category of rows enough, the one that was selected least first."""
    rated = []
    for group in every:
        inside, now = members(group, learned.told.protected), members(group, held.told.protected)
        if int(inside.sum()) >= max(2, fewest) and now.any():
            rated.append((float(positive[inside].mean()), group.label, now))
    return [now for _, _, now in sorted(rated, key=lambda one: one[:2])]
