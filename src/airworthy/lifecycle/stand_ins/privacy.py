"""`airworthy privacy VERSION`: an attack on the version's recipe, and what its checks found of its file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airworthy.assurance.checks.pri001_membership_inference import MembershipInference
from airworthy.assurance.facts import MembershipAttacks
from airworthy.assurance.given import PREDICTIONS
from airworthy.assurance.privacy.membership import STAND_INS, Membership, NotAttacked
from airworthy.assurance.privacy.report import PrivacyReport
from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError, Interrupted
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result
from airworthy.kernel.run_checks import run_checks
from airworthy.kernel.spending import spending
from airworthy.kernel.time_up import TimeUp
from airworthy.lifecycle.audited import audit_of
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.inside_budget import Overrun, inside_budget
from airworthy.lifecycle.prepare import prepare
from airworthy.lifecycle.stages import Run
from airworthy.lifecycle.stand_ins.membership import ROWS, attack_recipe
from airworthy.lifecycle.stand_ins.recipe import Recipe, recipe_of_version
from airworthy.lifecycle.training import without_suspects

DEEPER = 4
LEFT_OUT = (
    "What the version itself betrays takes rows that it never saw, from the same draw: "
    "aw.privacy(model, members=..., others=...)."
)
SEALED = "The sealed rows stay sealed: only a promotion opens them."


def probe_privacy(
    context: Context,
    version: str | None = None,
    *,
    deep: bool = False,
    spent_before: float = 0.0,
    overrun: Overrun | None = None,
) -> PrivacyReport:
    """What clients can learn of the people in the rows; the sealed rows stay sealed.

    Parameters
    ----------
    version
        By default the newest. Rows and charter are those of today.
    deep
        Four times the models and the rows.

    Raises
    ------
    InputError
        There is no version, or it is of lists.
    BudgetStopped
        There was no time to read the rows.
    """
    if context.charter.ranking is not None:
        raise InputError(
            "A version of lists answers with items, and no attack on rows fits it.",
            value=context.charter.path.name,
            remedy="Use it on a charter whose answer is a class or a number.",
        )

    def work(run: Run) -> tuple[PrivacyReport, None]:
        prepared = prepare(run)
        prepared = without_suspects(context, prepared, audit_of(run, prepared))
        recipe = recipe_of_version(context, prepared, version)
        found = _attacked(run, recipe, DEEPER if deep else 1)
        scope = Scope(context.charter, prepared.contract)
        judged = _judged(found, scope)
        notes = (SEALED, LEFT_OUT, *recipe.notes)
        return PrivacyReport((*judged, *_stored(context, recipe.version)), notes, recipe.version), None

    return inside_budget(context, work, trains=True, spent_before=spent_before, overrun=overrun)


def _attacked(run: Run, recipe: Recipe, times: int) -> Membership | NotAttacked:
    """The attack inside the budget: each model is forecast to take as long as those before it."""
    budget, count = run.budget, times * STAND_INS
    began = budget.spent()
    with run.context.progress.stage(f"Train {count} stand-ins", total=count) as stage:

        def after(made: int) -> bool:
            stage.advance(1, f"{made} of {count}, {spending(budget)}")
            return budget.remaining() > 1.5 * (budget.spent() - began) / made

        try:
            return attack_recipe(recipe, count, times * ROWS, run.context.charter.seed, after)
        except TimeUp:
            raise
        except KeyboardInterrupt:
            raise Interrupted(
                "The attack was stopped by Ctrl-C before four of its models were trained.",
                value=recipe.name,
                remedy="Start it again; nothing has to be cleaned up.",
            ) from None


def _judged(found: Membership | NotAttacked, scope: Scope) -> tuple[Result, ...]:
    checks = (MembershipInference(),)
    facts = Facts({PREDICTIONS: None, MembershipAttacks(tuple(scope.contract.inputs)): found})
    return tuple(run_checks(make_plan(checks, scope, ()), checks, facts, scope))


def _stored(context: Context, version: str | None) -> tuple[Result, ...]:
    """What the run of the version found of its answers and its file."""
    if version is None:
        return ()
    evidence: Mapping[str, Any] = context.registry.evidence(version)
    read = (Result.from_json(one) for one in evidence.get("results", ()))
    return tuple(one for one in read if one.code in ("PRI002", "PRI003"))
