"""The laboratory's own checks on a window of live traffic: the same classes, the same scope, live rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.checks import CHECKS as LABORATORY
from airworthy.assurance.given import LatencySamples, facts_for
from airworthy.assurance.predictions import Predictions, take_columns
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Check
from airworthy.kernel.plan import Plan, make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.measures.forecast import last_matured
from airworthy.monitoring.scope import WatchScope
from airworthy.monitoring.window import Traffic
from airworthy.scoring.contract import Role

ON_DECISIONS = frozenset({"FAI001", "SRV001"})
"""These read decisions, groups and times of answering: every row of the window counts at once."""
ON_OUTCOMES = frozenset({"CAL001", "FAI002", "FAI003", "PER001"})
"""These compare with what came: only rows whose outcome has matured count."""


def live_checks() -> tuple[Check[Scope], ...]:
    """The assurance checks that also run on live windows."""
    return tuple(check for check in LABORATORY if check.code in ON_DECISIONS | ON_OUTCOMES)


def laboratory_results(traffic: Traffic, previous: Traffic | None, scope: WatchScope) -> list[Result]:
    """Results of the laboratory's checks on one window; none without a charter in the scope.

    Parameters
    ----------
    traffic, previous : the window, and the one before for the naive baseline "as last time".
    """
    if scope.charter is None:
        return []
    declared = Scope(scope.charter, scope.contract)
    decided = [check for check in live_checks() if check.code in ON_DECISIONS]
    matured = [check for check in live_checks() if check.code in ON_OUTCOMES]
    rows = np.flatnonzero(traffic.matured)
    short = ""
    if len(rows) < scope.min_rows:
        short = f"{len(rows):,} outcomes have matured; {scope.min_rows:,} are needed."
    results = _run(decided, _decided(traffic, scope), traffic, declared, "")
    return results + _run(
        matured, None if short else matured_rows(traffic, previous, scope), traffic, declared, short
    )


def matured_rows(traffic: Traffic, previous: Traffic | None, scope: WatchScope) -> Predictions:
    """The rows with an outcome as the laboratory sees predictions, naive baselines beside them."""
    at = np.flatnonzero(traffic.matured)
    return _predictions(traffic, scope, at, traffic.outcome[at], _last(traffic, previous, scope, at))


def _decided(traffic: Traffic, scope: WatchScope) -> Predictions:
    """All rows. Checks of decisions never read outcomes; the decision stands in their place."""
    at = np.arange(len(traffic))
    decided = traffic.decision if traffic.decision is not None else traffic.positive.astype(float)
    return _predictions(traffic, scope, at, decided, None)


def _predictions(
    traffic: Traffic,
    scope: WatchScope,
    at: NDArray[np.int64],
    y: NDArray[np.float64],
    last: NDArray[np.float64] | None,
) -> Predictions:
    task = Task(scope.task)
    regression = task is Task.REGRESSION
    return Predictions.of(
        task,
        y,
        classes=scope.contract.classes,
        probability=None if regression else _probability(traffic, task, at),
        prediction=traffic.score[at] if regression else None,
        decision=None if traffic.decision is None else traffic.decision[at],
        prior=_prior(scope),
        last_matured_outcome=last,
        columns=take_columns(traffic.columns, at),
        time=traffic.time[at],
        rows_are="live",
    )


def _probability(traffic: Traffic, task: Task, at: NDArray[np.int64]) -> NDArray[np.float64] | None:
    if traffic.probability is not None:
        return traffic.probability[at]
    return np.column_stack([1 - traffic.score[at], traffic.score[at]]) if task is Task.BINARY else None


def _prior(scope: WatchScope) -> NDArray[np.float64] | None:
    """Class shares of the training rows, where the contract counted them."""
    for column in scope.contract.with_role(Role.TARGET):
        counted = dict(zip(column.vocabulary, column.counts, strict=False))
        if scope.contract.classes and all(name in counted for name in scope.contract.classes):
            shares = np.array([counted[name] for name in scope.contract.classes], float)
            return np.asarray(shares / shares.sum())
    return None


def _last(
    traffic: Traffic, previous: Traffic | None, scope: WatchScope, at: NDArray[np.int64]
) -> NDArray[np.float64] | None:
    assert scope.charter is not None
    seen = [traffic] if previous is None else [previous, traffic]
    time, outcome = (np.concatenate([getattr(t, name) for t in seen]) for name in ("time", "outcome"))
    known = ~np.isnan(outcome)
    time, outcome = time[known], outcome[known]
    return last_matured(traffic.time[at], time, time + max(scope.charter.target.matures_after, 1.0), outcome)


def _run(
    checks: Sequence[Check[Scope]], given: Predictions | None, traffic: Traffic, declared: Scope, why: str
) -> list[Result]:
    plan = make_plan(checks, declared, required=())
    if given is None:
        return _not_applicable(checks, plan, why)
    timed = traffic.seconds[~np.isnan(traffic.seconds)] if traffic.seconds is not None else np.empty(0)
    latency = LatencySamples(tuple(timed.tolist()), "the live server") if len(timed) else None
    return run_checks(plan, checks, facts_for(given, latency=latency), declared)


def _not_applicable(checks: Sequence[Check[Scope]], plan: Plan, why: str) -> list[Result]:
    names = {check.code: check.name for check in checks}
    return [
        Result(item.code, names[item.code], item.subject, Verdict.NOT_APPLICABLE, why, "")
        for item in plan.items
    ]
