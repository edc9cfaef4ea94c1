"""The whole probe on a recipe, inside a budget."""

from __future__ import annotations

from collections.abc import Callable

from airworthy.charter.model import Task
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped, InputError, Interrupted
from airworthy.kernel.ports import Progress
from airworthy.kernel.spending import spending
from airworthy.lifecycle.poisoning.attacks import Way
from airworthy.lifecycle.poisoning.measure import (
    DRAWS,
    SHARES,
    Ground,
    Planted,
    carried_before,
    clean_quality,
    effects_of,
    ground_of,
    plant_all,
)
from airworthy.lifecycle.poisoning.report import PoisonReport
from airworthy.lifecycle.poisoning.suspects import find_suspects
from airworthy.lifecycle.stand_ins.recipe import Recipe

KEPT = 2.0
"""So many times what one model took must be left for another."""
FEWEST_ROWS = 200


def require_classes(task: Task) -> None:
    """Raise `InputError` where outcomes are no classes: a number has no other label."""
    if task not in (Task.BINARY, Task.MULTICLASS):
        raise InputError(
            f"Labels are planted among classes, and the task is {task}.",
            value=str(task),
            remedy="Use it on a task of two classes or more.",
        )


def poison_recipe(
    recipe: Recipe, protected: tuple[str, ...], budget: Budget, progress: Progress, seed: int
) -> PoisonReport:
    """Look for planted labels, then plant some and train with them as long as the budget lasts.

    Raises
    ------
    InputError
        There are fewer than 200 rows.
    BudgetStopped
        There was no time for a first planted model.
    Interrupted
        On Ctrl-C before the first one.
    """
    if len(recipe.rows) < FEWEST_ROWS:
        raise InputError(
            f"There are {len(recipe.rows):,} rows to learn from, and planted labels take {FEWEST_ROWS}.",
            value=len(recipe.rows),
            remedy="Give more rows.",
        )
    with progress.stage("Look for planted labels"):
        found = find_suspects(recipe.rows)
    with progress.stage("Train without planted labels"):
        ground = ground_of(recipe, protected, seed)
    planted, ended = _planted(ground, budget, progress, seed)
    binary = recipe.rows.task == str(Task.BINARY)
    trigger = ground.trigger
    return PoisonReport(
        recipe=recipe.name,
        metric="AUC" if binary else "accuracy",
        clean=clean_quality(ground),
        learned=len(ground.teach),
        measured=len(ground.measure),
        effects=effects_of(ground, planted),
        suspects=found.suspects,
        looked=found.looked,
        victims=ground.victims.text,
        trigger=trigger.text if trigger else "",
        trigger_class=recipe.rows.contract.classes[trigger.target] if trigger else "",
        carried_before=carried_before(ground),
        notes=(*recipe.notes, *ended),
        version=recipe.version,
    )


def _planted(
    ground: Ground, budget: Budget, progress: Progress, seed: int
) -> tuple[Planted, tuple[str, ...]]:
    """What was planted, and a note where the time, or a person, ended it early."""
    ways = len(Way) - (ground.trigger is None)
    count, made, began = ways * len(SHARES) * DRAWS, 0, budget.spent()
    with progress.stage(f"Train {count} models with planted labels", total=count) as stage:

        def after(done: int) -> bool:
            nonlocal made
            made = done
            stage.advance(1, f"{done} of {count}, {spending(budget)}")
            return budget.remaining() > KEPT * (budget.spent() - began) / done

        found = _kept(ground, seed, after)
    if made == count:
        return found, ()
    if not made:
        raise BudgetStopped(
            f"{budget.binding} left no time for a model with planted labels.",
            value=budget.binding,
            remedy=f"Raise {budget.binding_name}{budget.names.where}.",
        )
    return found, (f"Stopped after {made} of {count} models: intervals are wider, and draws fewer.",)


def _kept(ground: Ground, seed: int, after: Callable[[int], bool]) -> Planted:
    try:
        return plant_all(ground, seed, after)
    except KeyboardInterrupt:
        raise Interrupted(
            "Stopped by Ctrl-C before a first model with planted labels was trained.",
            value=ground.recipe.name,
            remedy="Start it again; nothing has to be cleaned up.",
        ) from None
