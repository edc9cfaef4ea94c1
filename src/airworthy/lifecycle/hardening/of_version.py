"""`airworthy harden`: every way to harden a version's recipe, on the charter's own development rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from airworthy.charter.model import Direction
from airworthy.lifecycle.audited import audit_of
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.hardening.asked import Asked, require_two_answers
from airworthy.lifecycle.hardening.compare import compare_hardening
from airworthy.lifecycle.hardening.report import Hardened
from airworthy.lifecycle.inside_budget import Overrun, inside_budget
from airworthy.lifecycle.prepare import prepare
from airworthy.lifecycle.remedies.of_version import SEALED, key_of, problem_of, recipe_of
from airworthy.lifecycle.stages import Run
from airworthy.lifecycle.training import without_suspects
from airworthy.model.by_group import plain_name


def harden(
    context: Context,
    version: str | None = None,
    *,
    directions: Mapping[str, Direction] | None = None,
    spent_before: float = 0.0,
    overrun: Overrun | None = None,
) -> Hardened:
    """Measure hardening on rows that the development rows set aside; the sealed rows stay sealed.

    Parameters
    ----------
    version : whose recipe is the present model; by default the newest. Rows and charter are those of today.
    directions : columns whose number may move the answer one way only, as a way to harden.

    Raises
    ------
    InputError : the task has not two classes, or nothing may change.
    BudgetStopped : there was no time for the present recipe.
    """
    require_two_answers(context.charter)
    name, recipe, notes = recipe_of(context, version)

    def work(run: Run) -> tuple[Hardened, None]:
        prepared = prepare(run)
        prepared = without_suspects(context, prepared, audit_of(run, prepared))
        found = compare_hardening(
            problem_of(context, prepared),
            prepared.validation,
            Asked(plain_name(recipe), directions or {}),
            context.home / "hardening" / key_of(context, prepared),
            run.budget,
            context.progress,
        )
        return replace(found, version=name, notes=(SEALED, *notes, *found.notes)), None

    return inside_budget(context, work, trains=True, spent_before=spent_before, overrun=overrun)
