"""`airworthy mitigate`: every remedy beside a version's recipe, on the charter's own development rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from airworthy.assurance.mitigation.report import Mitigation
from airworthy.charter.model import Direction
from airworthy.kernel.digest import digest_json
from airworthy.lifecycle.audited import audit_of
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.inside_budget import Overrun, inside_budget
from airworthy.lifecycle.prepare import Prepared, prepare
from airworthy.lifecycle.remedies.asked import STRENGTH, Asked, require_groups, require_strength, weighable
from airworthy.lifecycle.remedies.compare import compare_remedies
from airworthy.lifecycle.stages import Run
from airworthy.lifecycle.training import without_suspects
from airworthy.model import Problem
from airworthy.model.blend import BLEND

SEALED = "The sealed rows stay sealed: only a promotion opens them."
DEFAULT = "lightgbm-31"
"""The recipe where there is no version yet."""


def mitigate(
    context: Context,
    version: str | None = None,
    *,
    strength: float = STRENGTH,
    directions: Mapping[str, Direction] | None = None,
    spent_before: float = 0.0,
    overrun: Overrun | None = None,
) -> Mitigation:
    """Measure remedies on rows that the development rows set aside; the sealed rows stay sealed.

    Parameters
    ----------
    version
        Whose recipe is the present model; by default the newest. Rows and charter are those of today.
    directions
        Columns whose number may move the answer one way only, as a further remedy.

    Raises
    ------
    InputError
        The task has not two classes, no column is protected, or none has groups of rows enough.
    BudgetStopped
        There was no time for the present recipe.
    """
    require_groups(context.charter)
    require_strength(strength)
    name, recipe, notes = recipe_of(context, version)

    def work(run: Run) -> tuple[Mitigation, None]:
        prepared = prepare(run)
        prepared = without_suspects(context, prepared, audit_of(run, prepared))
        asked = Asked(recipe, strength, directions or {})
        folder = context.home / "mitigation" / key_of(context, prepared)
        found = compare_remedies(
            problem_of(context, prepared), prepared.validation, asked, folder, run.budget, context.progress
        )
        return replace(found, version=name, notes=(SEALED, *notes)), None

    return inside_budget(context, work, trains=True, spent_before=spent_before, overrun=overrun)


def problem_of(context: Context, prepared: Prepared) -> Problem:
    charter = context.charter
    return Problem(
        contract=prepared.contract,
        rows=prepared.train,
        task=charter.task,
        charter=charter,
        seed=charter.seed,
        steps=prepared.steps,
        suspects=prepared.suspects,
    )


def key_of(context: Context, prepared: Prepared) -> str:
    """Names where candidates of these rows and this charter lie."""
    inputs = {"train": prepared.document["train"], "charter": context.charter.digest}
    return digest_json(inputs).removeprefix("sha256:")[:16]


def recipe_of(context: Context, version: str | None) -> tuple[str | None, str, tuple[str, ...]]:
    """The version, the candidate that it is, and what to know about it."""
    versions = context.registry.versions()
    if version is None and not versions:
        recipe = weighable(DEFAULT, context.charter) or "additive"
        return None, recipe, (f"There is no version yet: {recipe} stands for it.",)
    view = versions[-1] if version is None else context.registry.version(version)
    menu = context.registry.evidence(view.version).get("menu")
    if menu is None or menu["chosen"] != BLEND.name:
        return view.version, str(menu["chosen"] if menu else view.learner), ()
    single = min(
        (offer for offer in menu["offers"] if offer["name"] != BLEND.name and not offer["refused"]),
        key=lambda offer: offer["quality"]["value"],
    )
    told = f"{view.version} is a blend: {single['name']}, the best of what it is made of, stands for it."
    return view.version, str(single["name"]), (told,)
