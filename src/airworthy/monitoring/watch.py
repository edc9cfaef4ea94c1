"""One pass over live traffic: cut windows, run the checks on each, raise alarms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result
from airworthy.kernel.run_checks import run_checks
from airworthy.monitoring.alarm import Alarm, alarms
from airworthy.monitoring.checks import CHECKS
from airworthy.monitoring.scope import WatchScope
from airworthy.monitoring.window import CurrentTraffic, Reference, Traffic, windows


@dataclass(frozen=True)
class WindowReport:
    """The results of one window."""

    start: float
    end: float
    rows: int
    matured: int
    results: tuple[Result, ...]


@dataclass(frozen=True)
class WatchReport:
    """All windows of one pass and the alarms they raise."""

    windows: tuple[WindowReport, ...]
    alarms: tuple[Alarm, ...]


def watch(
    traffic: Traffic,
    scope: WatchScope,
    *,
    window_seconds: float,
    persistence: int,
    on_window: Callable[[WindowReport], None] = lambda report: None,
) -> WatchReport:
    """Run every monitoring check on every window of `traffic`, oldest first."""
    plan = make_plan(CHECKS, scope, required=())
    reports = []
    for piece in windows(traffic, window_seconds, scope.min_rows):
        facts = Facts({CurrentTraffic(): piece, Reference(): scope.profile})
        results = tuple(run_checks(plan, CHECKS, facts, scope))
        report = WindowReport(piece.start, piece.end, len(piece), int(piece.matured.sum()), results)
        on_window(report)
        reports.append(report)
    raised = alarms([(report.start, report.results) for report in reports], persistence)
    return WatchReport(tuple(reports), tuple(raised))
