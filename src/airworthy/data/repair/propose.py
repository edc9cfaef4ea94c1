"""From an audit to a recipe of proposals, each with the rows that it touches and what it does to them."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from airworthy.charter.model import Charter
from airworthy.data.audit import AuditReport
from airworthy.data.repair.fit import Rows, fit_recipe
from airworthy.data.repair.kinds import KINDS
from airworthy.data.repair.kinds.kind import Look
from airworthy.data.repair.recipe import Recipe
from airworthy.data.repair.step import RepairStep, State
from airworthy.scoring.columns import TIMES
from airworthy.scoring.contract import Contract


def propose_recipe(
    report: AuditReport, frame: pl.DataFrame, contract: Contract, clock: str | None = None
) -> Recipe:
    """A recipe proposed from `report` alone.

    Parameters
    ----------
    report, frame : the audit, and the canonical training rows that it looked at.
    clock : column of the decision time, which changes of unit are dated by.
    """
    look, rows = Look(report, frame, contract, clock), Rows(frame, contract, clock)
    found: dict[str, RepairStep] = {}
    for kind in KINDS:
        for step in kind.propose(look):
            found.setdefault(step.id, step)
    shown = (_illustrated(step, rows) for step in found.values())
    return Recipe(tuple(step for step in shown if step.rows), rows, report)


def _illustrated(step: RepairStep, rows: Rows) -> RepairStep:
    """The step with what it alone does to the rows."""
    fitted = fit_recipe((step,), rows).steps[0]
    return replace(step, rows=fitted.rows, of=rows.frame.height, examples=fitted.examples)


def clock_of(charter: Charter, contract: Contract) -> str | None:
    """The column of the decision time, where rows have one that is a date."""
    name = charter.data.decision_time
    return name if name is not None and name in contract and contract[name].type in TIMES else None


def with_answers(proposed: Recipe, known: Recipe) -> Recipe:
    """The newest proposals with what people said before; steps written or edited by hand stay in place.

    An answer holds for the parameters that it was given to: a proposal that would now do something else
    keeps the answered step, parameters and all. Comments stay with their step; those of a step
    that is no longer proposed go to the top.
    """
    before = {step.id: step for step in known.steps}
    answered = {name: step for name, step in before.items() if step.state is not State.PROPOSED}
    by_hand = [step for step in known.steps if step.id in answered and step.id not in _ids(proposed)]
    merged = [_merged(step, answered.get(step.id), before.get(step.id)) for step in proposed.steps]
    order = {step.id: place for place, step in enumerate(known.steps)}
    steps = [*merged, *by_hand]
    if known.steps:  # a person may have changed the order in the file
        last = len(order)
        steps.sort(key=lambda step: order.get(step.id, last))
    kept = {step.id for step in steps}
    left_over = (comment for step in known.steps if step.id not in kept for comment in step.comments)
    return replace(proposed, steps=tuple(steps), comments=(*known.comments, *left_over))


def _ids(recipe: Recipe) -> set[str]:
    return {step.id for step in recipe.steps}


def _merged(step: RepairStep, answered: RepairStep | None, before: RepairStep | None) -> RepairStep:
    comments = before.comments if before else ()
    if answered is None:
        return replace(step, comments=comments)
    return replace(
        step, parameters=answered.parameters, state=answered.state, by=answered.by, comments=comments
    )
