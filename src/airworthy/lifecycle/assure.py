"""Assurance of one artefact on one set of rows: plan, measure, judge. The same for validation and sealed."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance import CHECKS, default_required, facts_for, metrics
from airworthy.assurance.explain.picture import Picture
from airworthy.assurance.given import SplitNote
from airworthy.assurance.groups.compare import group_table
from airworthy.assurance.groups.table import GroupTable
from airworthy.assurance.lists import LIST_CHECKS
from airworthy.assurance.predictions import Predictions
from airworthy.charter.scope import Scope
from airworthy.kernel.budget import Budget
from airworthy.kernel.check import Check, Cost
from airworthy.kernel.errors import InputError
from airworthy.kernel.judge import DEFAULT_ALPHA
from airworthy.kernel.plan import Plan, make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.kernel.spending import spending
from airworthy.kernel.time_up import TimeUp, ends_in
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.painted import picture_of_version, with_cautions
from airworthy.lifecycle.predict import predictions_of
from airworthy.lifecycle.spending import close_seconds
from airworthy.scoring.contract import Contract
from airworthy.scoring.scorer import Scorer


@dataclass(frozen=True)
class Assured:
    """What was planned and what came out.

    `untabled` where the budget left no time for the group table, `unpainted` for the picture of the reasons.
    """

    plan: Plan
    results: tuple[Result, ...]
    metrics: Mapping[str, Mapping[str, Any]]
    groups: GroupTable | None = None
    untabled: bool = False
    picture: Picture | None = None
    unpainted: bool = False

    @property
    def not_run(self) -> tuple[Result, ...]:
        """What the budget left no time for."""
        return tuple(result for result in self.results if result.verdict is Verdict.NOT_RUN)

    def as_json(self) -> dict[str, Any]:
        return {
            "plan": self.plan.as_json(),
            "plan_digest": self.plan.digest,
            "results": [result.as_json() for result in self.results],
            "metrics": {name: dict(metric) for name, metric in self.metrics.items()},
            "group_table": self.groups.as_json() if self.groups else None,
            **({"picture": asdict(self.picture)} if self.picture else {}),
        }


def required_codes(context: Context) -> tuple[str, ...]:
    """The codes that the charter requires, else the documented default of its task.

    Raises `InputError` for a code that a gate cannot wait for; asked before training.
    """
    declared = context.charter.checks.required
    if declared is None:
        return default_required(context.charter.task)
    asked = LIST_CHECKS if context.charter.ranking else CHECKS
    known = sorted(check.code for check in asked)
    if unknown := [code for code in declared if code not in known]:
        raise InputError(
            f"checks.required names {unknown[0]}, and a gate cannot wait for it.",
            value=unknown[0],
            remedy=f"Choose from {', '.join(known)}. Data checks inform, live ones raise alarms.",
        )
    return declared


def assure(
    context: Context,
    artefact: Path,
    contract: Contract,
    frame: pl.DataFrame,
    past: pl.DataFrame,
    *,
    rows_are: str,
    note: SplitNote,
    budget: Budget | None = None,
    openings: int = 1,
    held_out: NDArray[np.float64] | None = None,
) -> Assured:
    """Score `frame` with the artefact on disk and run every planned check.

    Parameters
    ----------
    past : rows known before `frame`, for the naive baselines.
    budget : checks end where it leaves only what closing the run takes; None: everything runs.
    openings : how often these rows have been opened; the family's alpha is divided by it.
    held_out : what models of the same recipe that did not see `frame` say of it (see `predictions_of`). What
        is asked of the artefact itself (its path in serving, its reasons, other input) still goes through it.
    """
    scope = Scope(context.charter, contract)
    scorer = Scorer.load(artefact)
    plan = make_plan(CHECKS, scope, required_codes(context))
    predictions = predictions_of(scorer, frame, past, context.charter, rows_are, held_out)
    facts = facts_for(
        predictions,
        scorer=scorer,
        split=note,
        clock=time.perf_counter,
        seed=context.charter.seed,
        artefact=artefact,
    )
    alpha = DEFAULT_ALPHA / openings
    shown = _Shown(
        lambda: group_table(predictions, scope, seed=context.charter.seed, alpha=alpha),
        lambda: picture_of_version(scorer, predictions, context.charter),
    )

    def on_check(check: Check[Any]) -> None:
        stage.advance(1, _line(check.name, budget))
        if check.cost is Cost.EXPENSIVE:
            shown.make()

    with (
        context.progress.stage(f"Check on {frame.height:,} {rows_are} rows", total=len(CHECKS)) as stage,
        _in_time(budget, frame.height, len(contract.inputs)),
    ):
        results = run_checks(
            plan,
            CHECKS,
            facts,
            scope,
            alpha=alpha,
            on_check=on_check,
        )
    figures = _metrics(context, predictions, rows_are)
    with suppress(TimeUp), _in_time(budget, frame.height, len(contract.inputs)):
        shown.make()
    return Assured(
        plan,
        tuple(results),
        figures,
        shown.groups,
        untabled=not shown.tabled,
        picture=with_cautions(shown.picture, results),
        unpainted=shown.picture is None,
    )


class _Shown:
    """What everybody looks at, made before the checks that take long: groups and the picture of reasons."""

    def __init__(self, table: Callable[[], GroupTable | None], paint: Callable[[], Picture]) -> None:
        self._table, self._paint = table, paint
        self.groups: GroupTable | None = None
        self.picture: Picture | None = None
        self.tabled = False

    def make(self) -> None:
        """Make what is not there yet. A `TimeUp` leaves what was finished."""
        if not self.tabled:
            self.groups = self._table()
            self.tabled = True
        if self.picture is None:
            self.picture = self._paint()


def _in_time(budget: Budget | None, rows: int, inputs: int) -> AbstractContextManager[None]:
    """Checks end where only what closing the run takes is left; a breath of time is always given."""
    if budget is None:
        return nullcontext()
    return ends_in(max(0.01, budget.remaining() - close_seconds(rows, inputs, budget)))


def _line(check: str, budget: Budget | None) -> str:
    return check if budget is None else f"{check}, {spending(budget)}"


def _metrics(context: Context, predictions: Predictions, rows_are: str) -> dict[str, dict[str, Any]]:
    made = {}
    for name, metric in metrics(predictions, costs=context.charter.costs, seed=context.charter.seed).items():
        made[name] = {**metric.as_json(), "rows": rows_are}
    return made
