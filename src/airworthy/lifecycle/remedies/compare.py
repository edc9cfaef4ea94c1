"""Every remedy beside the present recipe: trained on the same rows, measured on the same others."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from airworthy.assurance.mitigation.effects import effects
from airworthy.assurance.mitigation.proxies import find_proxies, foretold_together, stand_ins
from airworthy.assurance.mitigation.report import REMEDIES, Mitigation
from airworthy.kernel.budget import Budget
from airworthy.kernel.ports import Progress
from airworthy.lifecycle.remedies.asked import Asked, world_of
from airworthy.lifecycle.remedies.lines import charter_lines
from airworthy.lifecycle.remedies.measure import decided_by_all
from airworthy.lifecycle.remedies.train import train_remedies
from airworthy.model import Problem


def compare_remedies(
    problem: Problem, held: pl.DataFrame, asked: Asked, folder: Path, budget: Budget, progress: Progress
) -> Mitigation:
    """What each remedy does to the gaps, the quality and the costs of the present recipe.

    Parameters
    ----------
    problem
        Its rows teach all models.
    held
        Canonical rows of the same columns, which measure them.
    folder
        Keeps the candidates, so that a second call trains nothing again.

    Raises
    ------
    InputError
        The task has not two classes, no column is protected, or none has groups of rows enough.
    BudgetStopped
        There was no time for the present recipe.
    """
    world = world_of(problem, held, asked, folder, budget, progress)
    with progress.stage("Look for inputs that stand in for a group"):
        proxies = find_proxies(problem.learned, world.scope)
        dropped = stand_ins(proxies, asked.strength)
        together = foretold_together(problem.learned, world.scope)
        if dropped:
            together += foretold_together(problem.learned, world.scope, dropped)
    trained = train_remedies(world, dropped)
    with progress.stage("Measure every remedy"):
        models, bench = decided_by_all(world, trained)
        found = effects(models, bench)
    actions = [effect.action for effect in found]
    return Mitigation(
        effects=found,
        not_measured={action: trained.missing[action] for action in REMEDIES if action in trained.missing},
        proxies=proxies,
        together=together,
        learned=problem.learned.height,
        rows=len(bench.y),
        limit=problem.charter.fairness.max_gap,
        strength=asked.strength,
        lines=charter_lines(problem.charter, dropped, asked.directions, actions),
    )
