"""Every way to harden a model beside it: trained on the same rows, measured on the same others."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from airworthy.assurance.changes import change_rules
from airworthy.assurance.mitigation.report import Line
from airworthy.charter.scope import Scope
from airworthy.data.columns import columns_for_scoring
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.lifecycle.hardening.asked import MEASURED_EFFORT, Asked, World, require_two_answers
from airworthy.lifecycle.hardening.measure import measured
from airworthy.lifecycle.hardening.report import Hardened, Hardening
from airworthy.lifecycle.hardening.train import train_all
from airworthy.model import Problem


def compare_hardening(
    problem: Problem, held: pl.DataFrame, asked: Asked, folder: Path, budget: Budget, progress: Progress
) -> Hardened:
    """What each way to harden does to the flips, the quality and the costs of the present recipe.

    Parameters
    ----------
    problem : its rows teach all models; its charter says what may change.
    held : canonical rows of the same columns, which are attacked and measure.
    folder : keeps the models, so that a second call trains nothing again.

    Raises
    ------
    InputError : the task has not two classes, or nothing may change.
    BudgetStopped : there was no time for the present recipe.
    """
    require_two_answers(problem.charter)
    world = World(problem, held, asked, folder, budget, progress)
    scope = Scope(problem.charter, problem.contract)
    rules = change_rules(scope, columns_for_scoring(problem.learned, problem.contract))
    if not rules.levers:
        raise InputError(
            "No column that the model reads may change, so that no decision can be flipped.",
            value="changes",
            remedy='Say under [changes.COLUMN] what somebody could change: may = "any".',
        )
    trained = train_all(world, rules)
    found = measured(world, trained, rules)
    return Hardened(
        models=found.models,
        not_measured=trained.missing,
        learned=problem.learned.height,
        rows=found.rows,
        attacked=found.attacked,
        compared=MEASURED_EFFORT.changes,
        free=rules.free,
        declared=bool(problem.charter.changes.columns),
        asked=found.asked,
        lines=_lines(world, tuple(one.action for one in found.models)),
        files={one.action: str(folder / f"{one.action}.csv") for one in found.models if one.added},
        notes=rules.notes,
    )


def _lines(world: World, actions: tuple[Hardening, ...]) -> dict[Hardening, tuple[Line, ...]]:
    """What to declare to adopt a way; made-up rows are no line of a charter."""
    if Hardening.MONOTONE not in actions:
        return {}
    ways = {**world.charter.search.monotone, **world.asked.directions}
    line = Line("search", "monotone", {name: str(way) for name, way in ways.items()})
    return {Hardening.MONOTONE: (line,)}
