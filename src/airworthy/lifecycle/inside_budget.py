"""Work inside the charter's budget and what is left of the month; its end and cost stand in the ledger."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from airworthy.kernel.atomic import remove_parts
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import AirworthyError, WorkspaceError
from airworthy.kernel.time_up import TimeUp
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.kept_spend import kept_spend, recover_spend
from airworthy.lifecycle.month import keep_within_month
from airworthy.lifecycle.spending import budget_of, out_of_budget, require_affordable
from airworthy.lifecycle.stages import Run
from airworthy.metering.family import Family, metered

PART_SECONDS = 3600.0
"""Half-written files of this age belong to no living writer."""

FoundT = TypeVar("FoundT")
Work = Callable[[Run], tuple[FoundT, str | None]]
"""Gives what it found, and the version that it made; None where it made none."""
Overrun = Callable[[AirworthyError], None]
MEASURED = "measured only: no version was made"


def inside_budget(
    context: Context,
    work: Work[FoundT],
    *,
    trains: bool,
    spent_before: float = 0.0,
    overrun: Overrun | None = None,
) -> FoundT:
    """What `work` makes of a new run. The ledger knows how the run ended and what it cost, however that was.

    Parameters
    ----------
    trains
        Whether a model must still be trained, so that too small a budget is told before anything starts.
    spent_before
        Seconds that count too: of a command, what starting it took.
    overrun
        Ends the process, called where the run hangs in compiled code beyond its limit.

    Raises
    ------
    BudgetStopped
        There was no time for the work. Or nothing is left of the month's money.
    """
    budget = budget_of(context.charter, spent_before)
    keep_within_month(context, budget)
    if trains:
        require_affordable(context.charter, budget)
    family = Family(whole=spent_before > 0)

    def end(budget: Budget) -> None:
        family.end_descendants()
        if overrun is not None:
            overrun(out_of_budget(budget))

    with metered(budget, family, end):
        try:
            run = _begun(context, budget)
            with kept_spend(context, run.name, budget):
                return _closed(run, work)
        except TimeUp:
            raise out_of_budget(budget) from None


def _begun(context: Context, budget: Budget) -> Run:
    charter, registry = context.charter, context.registry
    remove_parts(context.home, before=context.clock.now().timestamp() - PART_SECONDS)
    digest = registry.declare_charter(charter, context.charter_bytes, actor=context.actor)
    recover_spend(context)
    for dead in registry.close_dead_runs():
        context.progress.note(f"Run {dead} was killed; what it finished is kept.")
    name = registry.start_run(
        digest, author=context.actor, seed=charter.seed, limit_seconds=charter.budget.seconds
    )
    return Run(name, context, budget)


def _closed(run: Run, work: Work[FoundT]) -> FoundT:
    registry = run.context.registry
    try:
        found, version = work(run)
    except BaseException as error:
        reason = error.message if isinstance(error, AirworthyError) else type(error).__name__
        with suppress(WorkspaceError):  # a full disk cannot take this either; the next run closes it
            registry.record_spend(run.name, run.budget.as_json(), outcome=reason)
            registry.stop_run(run.name, reason)
        raise
    registry.record_spend(run.name, run.budget.as_json())
    if version is None:
        registry.stop_run(run.name, MEASURED)
    else:
        registry.finish_run(run.name, version)
    return found
