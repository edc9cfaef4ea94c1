"""`airworthy poison VERSION`: planted labels in the development rows of a charter."""

from __future__ import annotations

from airworthy.lifecycle.audited import audit_of
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.inside_budget import Overrun, inside_budget
from airworthy.lifecycle.poisoning.begin import poison_recipe, require_classes
from airworthy.lifecycle.poisoning.report import PoisonReport
from airworthy.lifecycle.prepare import prepare
from airworthy.lifecycle.stages import Run
from airworthy.lifecycle.stand_ins.recipe import recipe_of_version
from airworthy.lifecycle.training import without_suspects


def poison(
    context: Context,
    version: str | None = None,
    *,
    spent_before: float = 0.0,
    overrun: Overrun | None = None,
) -> PoisonReport:
    """What planted labels do to a version's recipe, and whether its rows hold some; nothing is changed.

    Parameters
    ----------
    version
        By default the newest. Rows and charter are those of today; the sealed rows stay sealed.

    Raises
    ------
    InputError
        The task has no classes, or there are fewer than 200 rows.
    BudgetStopped
        There was no time for a first planted model.
    """
    require_classes(context.charter.task)

    def work(run: Run) -> tuple[PoisonReport, None]:
        prepared = prepare(run)
        prepared = without_suspects(context, prepared, audit_of(run, prepared))
        recipe = recipe_of_version(context, prepared, version)
        protected = context.charter.fairness.protected
        return poison_recipe(recipe, protected, run.budget, context.progress, context.charter.seed), None

    return inside_budget(context, work, trains=True, spent_before=spent_before, overrun=overrun)
