"""One pass over live traffic: cut windows, run the checks on each, raise alarms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result
from airworthy.kernel.run_checks import run_checks
from airworthy.monitoring.alarm import Alarm, alarms
from airworthy.monitoring.checks import CHECKS
from airworthy.monitoring.laboratory import laboratory_results
from airworthy.monitoring.scope import WatchScope
from airworthy.monitoring.window import CurrentTraffic, PreviousTraffic, Reference, Traffic, windows


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
    """Run every check on every window of `traffic`, oldest first."""
    reports = []
    previous: Traffic | None = None
    for piece in windows(traffic, window_seconds, scope.min_rows):
        report = judge_window(piece, previous, scope)
        on_window(report)
        reports.append(report)
        previous = piece
    return WatchReport(tuple(reports), tuple(raised_by(reports, persistence)))


def judge_window(piece: Traffic, previous: Traffic | None, scope: WatchScope) -> WindowReport:
    """One window's results: the monitoring checks and the laboratory's own on live rows."""
    plan = make_plan(CHECKS, scope, required=())
    facts = Facts({CurrentTraffic(): piece, PreviousTraffic(): previous, Reference(): scope.profile})
    results = [*run_checks(plan, CHECKS, facts, scope), *laboratory_results(piece, previous, scope)]
    return WindowReport(piece.start, piece.end, len(piece), int(piece.matured.sum()), tuple(results))


def raised_by(reports: Sequence[WindowReport], persistence: int) -> list[Alarm]:
    """The alarms of windows in time order."""
    return alarms([(report.start, report.results) for report in reports], persistence)
