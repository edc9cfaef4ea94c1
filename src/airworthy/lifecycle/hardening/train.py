"""Trains the present recipe and each way to harden it on the same observed rows, inside one budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from airworthy.assurance.changes import ChangeRules
from airworthy.kernel.errors import BudgetStopped
from airworthy.lifecycle.hardening.asked import World
from airworthy.lifecycle.hardening.flips import ORIGIN, flipped_rows
from airworthy.lifecycle.hardening.report import Hardening
from airworthy.lifecycle.remedies.train import directed
from airworthy.model import Problem
from airworthy.model.candidate import ARTEFACT
from airworthy.model.job import CANDIDATES
from airworthy.model.problem import TARGET
from airworthy.model.search import Kept, train_named
from airworthy.model.shape import shape_of
from airworthy.scoring.scorer import Scorer

KEPT_SHARE = 0.2
"""Of the time that is left, what attacks and measuring keep."""
TAUGHT_SHARE = 0.25
"""Of all rows that teach, those that are made up, as far as copies of each reach."""
MOST_COPIES = 8


@dataclass(frozen=True)
class Made:
    """One trained model: what was done, where it lies, and the made-up rows that it learned from."""

    action: Hardening
    artefact: Path
    added: int = 0


@dataclass(frozen=True)
class Trained:
    """Every trained model, the present one first, with its job, and what is missing and why."""

    models: tuple[Made, ...]
    kept: Kept
    missing: Mapping[Hardening, str]


def train_all(world: World, rules: ChangeRules) -> Trained:
    """Train the present recipe, and with flipped rows, with directions, and with both.

    Raises
    ------
    BudgetStopped : there was no time for the present recipe.
    InputError : a declared direction is of no number.
    """
    ways = world.asked.directions
    problem = _with_origins(world.problem)
    shaped = directed(problem, ways) if ways else None
    if shaped is not None:
        shape_of(shaped.charter, shaped.contract)  # a wrong column is told before anything is trained
    trainings = 1 + world.asked.rounds * (2 if shaped else 1) + (1 if shaped else 0)
    kept, artefact = _trained(world, problem, "present", _share(trainings))
    models, missing = [Made(Hardening.PRESENT, artefact)], dict[Hardening, str]()
    trainings -= 1
    jobs = [(Hardening.ADVERSARIAL, problem, artefact)]
    if shaped is None:
        why = "no direction was named; name one: --monotone COLUMN=up"
        missing |= {Hardening.MONOTONE: why, Hardening.BOTH: why}
    else:
        made = _try(world, shaped, Hardening.MONOTONE, _share(trainings), missing)
        models += made
        trainings -= 1
        jobs += [(Hardening.BOTH, shaped, one.artefact) for one in made]
        if not made:
            missing[Hardening.BOTH] = missing[Hardening.MONOTONE]
    for action, of, first in jobs:
        models += _adversarial(world, of, rules, action, first, _share(trainings), missing)
        trainings -= world.asked.rounds
    return Trained(tuple(models), kept, missing)


def _share(trainings: int) -> float:
    """Of the time that is left, what the next of so many trainings may take: twice its part."""
    return min(1.0, 2 / max(1, trainings))


def _with_origins(problem: Problem) -> Problem:
    """The problem with every observed row named, so that what is made of it stays in its fold."""
    charter = problem.charter
    rows = problem.rows.with_row_index(ORIGIN)
    if charter.data.entity:
        return replace(problem, rows=rows)
    return replace(problem, rows=rows, charter=replace(charter, data=replace(charter.data, entity=(ORIGIN,))))


def _trained(world: World, problem: Problem, folder: str, share: float) -> tuple[Kept, Path]:
    home = world.folder / folder
    home.mkdir(parents=True, exist_ok=True)
    limit = share * (1 - KEPT_SHARE) * world.budget.remaining()
    name = world.asked.recipe
    kept = train_named(problem, home, world.budget, world.progress, (name,), limit)
    if name not in {record.name for record in kept.records}:
        why = kept.unfinished.get(name, "its kind of model is not among those permitted")
        raise BudgetStopped(
            f"The recipe {name} was not trained on these rows: {why}.",
            value=name,
            remedy="Raise budget.time in airworthy.toml, or give more seconds.",
        )
    return kept, home / CANDIDATES / name / ARTEFACT


def _try(
    world: World, problem: Problem, action: Hardening, share: float, missing: dict[Hardening, str]
) -> list[Made]:
    """One model beside the present one; where the time is up, what is missing says so."""
    try:
        _, artefact = _trained(world, problem, str(action), share)
    except BudgetStopped as stopped:
        missing[action] = stopped.message
        return []
    return [Made(action, artefact)]


def _adversarial(
    world: World,
    problem: Problem,
    rules: ChangeRules,
    action: Hardening,
    first: Path,
    share: float,
    missing: dict[Hardening, str],
) -> list[Made]:
    """Round by round: attack the last model, add the flipped rows with their own outcome, train again."""
    artefact, taught, made = first, pl.DataFrame(), list[Made]()
    for turn in range(world.asked.rounds):
        with world.progress.stage(f"Attack rows that teach, round {turn + 1}"):
            scorer = Scorer.load(artefact)
            observed = problem.learned.filter(pl.col(TARGET).is_not_null())
            found = flipped_rows(
                scorer, observed, rules, problem.charter, problem.contract, world.asked.taught
            )
        if not found.height:
            if not made:
                missing[action] = "no permitted change flips a row that teaches, so there is nothing to add."
            break
        taught = pl.concat([taught, found]) if taught.height else found
        try:
            _, artefact = _trained(world, _taught(problem, taught), f"{action}-{turn + 1}", share)
        except BudgetStopped as stopped:
            if not made:
                missing[action] = stopped.message
            break
        made = [Made(action, artefact, taught.height)]
        _readable(taught, problem).write_csv(world.folder / f"{action}.csv")
    return made


def _readable(taught: pl.DataFrame, problem: Problem) -> pl.DataFrame:
    """Made-up rows with the columns that a model reads, and the outcome under its own name."""
    names = [column.name for column in problem.contract.inputs]
    return taught.select(*names, pl.col(TARGET).alias(problem.charter.target.column))


def _taught(problem: Problem, taught: pl.DataFrame) -> Problem:
    """The problem with made-up rows beside the observed ones; each several times where they are few."""
    observed = problem.rows.height
    wanted = TAUGHT_SHARE / (1 - TAUGHT_SHARE) * observed
    copies = max(1, min(MOST_COPIES, round(wanted / taught.height)))
    rows = pl.concat([problem.rows, *[taught] * copies], how="vertical_relaxed")
    made_up = pl.Series([False] * observed + [True] * (rows.height - observed))
    learn = None
    if problem.learn is not None:
        learn = pl.concat([problem.learn, pl.Series([True] * (rows.height - observed))])
    return replace(problem, rows=rows, made_up=made_up, learn=learn)
