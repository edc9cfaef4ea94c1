"""What a first answer is made of: the checks that can say something, and their report."""

from __future__ import annotations

import time as clocks
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.asked import label_of
from airworthy.assurance.checks import CHECKS
from airworthy.assurance.depth import DEFAULT, Depth, Terms, told
from airworthy.assurance.figures import Metric, metrics
from airworthy.assurance.given import NOT_GIVEN, Learned, ScoresColumns, facts_for
from airworthy.assurance.groups.compare import group_table
from airworthy.assurance.groups.table import GroupTable
from airworthy.assurance.groups.unseen import unseen_groups
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task
from airworthy.charter.scope import Scope
from airworthy.kernel.check import Check
from airworthy.kernel.plan import Plan, make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import ChecksStopped, run_checks


@dataclass(frozen=True)
class CheckReport:
    """What `airworthy check` and `aw.check` answer with.

    `left_out` counts rows without an outcome or score; `notes` say what was assumed; `outcomes` counts the
    rows of each class, the event last where there are two, and is empty for numbers. `groups` compares the
    protected groups; `unseen` says what cannot be known of them. `deep` says how far was looked.
    """

    task: Task
    rows: int
    left_out: int
    results: tuple[Result, ...]
    metrics: Mapping[str, Metric]
    plan: Plan
    scope: Scope
    notes: tuple[str, ...] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)
    groups: GroupTable | None = None
    unseen: tuple[str, ...] = ()
    deep: bool = False

    def with_notes(self, *notes: str) -> CheckReport:
        return replace(self, notes=(*notes, *self.notes))

    @property
    def said_no(self) -> bool:
        """Whether a check failed on enough rows to judge."""
        return any(r.verdict is Verdict.FAIL and not is_small(r) for r in self.results)

    @property
    def missing(self) -> tuple[str, ...]:
        """Codes of the checks that did not run, because somebody stopped them."""
        return tuple(dict.fromkeys(r.code for r in self.results if r.verdict is Verdict.NOT_RUN))

    def as_json(self) -> dict[str, object]:
        return {
            "task": str(self.task),
            "depth": "deep" if self.deep else "default",
            "missing": list(self.missing),
            "dataset": {"rows": self.rows, "left_out": self.left_out, "outcomes": dict(self.outcomes)},
            "results": [result.as_json() for result in self.results],
            "metrics": {name: metric.as_json() for name, metric in self.metrics.items()},
            "groups": self.groups.as_json() if self.groups else None,
            "unseen_groups": list(self.unseen),
            "notes": list(self.notes),
        }


class CheckStopped(KeyboardInterrupt):
    """Ctrl-C while the checks ran: `report` has those that were done, and names the others as `missing`."""

    def __init__(self, report: CheckReport) -> None:
        super().__init__()
        self.report = report


def is_small(result: Result) -> bool:
    """A group below the declared floor of rows: its gap is shown and judges nobody."""
    group, floor = result.details.get("group"), result.details.get("floor")
    return isinstance(group, Mapping) and floor is not None and group["rows"] < floor


def run_assurance(
    predictions: Predictions,
    scope: Scope,
    *,
    scorer: ScoresColumns | None = None,
    required: Sequence[str] = (),
    seed: int = 0,
    depth: Depth = DEFAULT,
    learned: Learned = NOT_GIVEN,
    artefact: Path | None = None,
    on_check: Callable[[Check[Any]], None] = lambda check: None,
) -> tuple[Plan, list[Result]]:
    """Plan and run every check on given predictions; for whole runs use the kernel's `run_checks` itself."""
    plan = make_plan(CHECKS, scope, required)
    facts = facts_for(
        predictions,
        scorer=scorer,
        clock=clocks.perf_counter,
        seed=seed,
        depth=depth,
        learned=learned,
        artefact=artefact,
    )
    return plan, run_checks(plan, CHECKS, facts, scope, on_check=on_check)


def report_on(
    predictions: Predictions,
    scope: Scope,
    scorer: ScoresColumns | None,
    left_out: int,
    notes: tuple[str, ...],
    terms: Terms,
    learned: Learned = NOT_GIVEN,
    artefact: Path | None = None,
) -> CheckReport:
    """Figures, groups and checks. Raises `CheckStopped` on Ctrl-C once figures and groups are there."""
    plan = make_plan(CHECKS, scope, ())
    checks = len({item.code for item in plan.items})
    with terms.progress.stage("Check", total=checks + 1) as stage:
        stage.advance(0, "figures and groups")
        report = _without_results(predictions, scope, plan, left_out, notes, terms)

        def starts(check: Check[Any]) -> None:
            stage.advance(1, f"{check.code} {check.name.replace('-', ' ')}")

        try:
            _, results = run_assurance(
                predictions,
                scope,
                scorer=scorer,
                seed=terms.seed,
                depth=terms.depth,
                learned=learned,
                artefact=artefact,
                on_check=starts,
            )
        except ChecksStopped as stop:
            raise CheckStopped(replace(report, results=tuple(stop.results))) from stop
    return replace(report, results=tuple(results))


def _without_results(
    predictions: Predictions, scope: Scope, plan: Plan, left_out: int, notes: tuple[str, ...], terms: Terms
) -> CheckReport:
    """What a report says besides its checks."""
    if left_out:
        rows = "row" if left_out == 1 else "rows"
        notes = (*notes, f"Left out: {left_out:,} {rows} without an outcome or a score.")
    seed, depth = terms.seed, terms.depth
    classes = predictions.classes
    counted = np.bincount(predictions.y, minlength=len(classes)).tolist() if classes else []
    return CheckReport(
        scope.charter.task,
        len(predictions),
        left_out,
        (),
        metrics(predictions, terms.level, costs=scope.charter.costs, seed=seed, resamples=depth.resamples),
        plan,
        scope,
        (*notes, *_one_decision(predictions), *filter(None, [told(depth)])),
        dict(zip(classes, counted, strict=True)),
        group_table(predictions, scope, seed=seed, crossed=depth.crossed),
        unseen_groups(predictions, scope),
        depth != DEFAULT,
    )


def _one_decision(predictions: Predictions) -> tuple[str, ...]:
    """What equal decisions for all rows cannot show."""
    decided = predictions.decision
    if predictions.task is not Task.BINARY or decided is None or predictions.probability is None:
        return ()
    if len(set(decided.tolist())) > 1:
        return ()
    selected = "No row is" if decided[0] == 0 else "Every row is"
    return (
        f"{selected} selected: that groups are selected alike says nothing about their scores. Look at the "
        "ratios above the median, or give another threshold.",
    )


def known(outcomes: NDArray[Any], scores: NDArray[np.float64] | None) -> NDArray[np.bool_]:
    if outcomes.dtype.kind == "f":
        known = np.isfinite(outcomes)
    elif outcomes.dtype.kind == "O":
        known = np.array(
            [value is not None and value == value and value != "" for value in outcomes.tolist()]
        )
    else:
        known = np.ones(len(outcomes), bool)
    if scores is not None:
        known &= np.isfinite(scores) if scores.ndim == 1 else np.isfinite(scores).all(axis=1)
    return np.asarray(known, bool)


def coded(values: NDArray[Any], kind: Task) -> NDArray[Any] | list[str]:
    return values if kind is Task.REGRESSION else [label_of(value) for value in values.tolist()]
