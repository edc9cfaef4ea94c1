"""Live traffic: from the prediction log and the outcomes to windows, alarms, and what is done about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np

from airworthy.charter.model import Task
from airworthy.kernel.clock import rfc3339
from airworthy.lifecycle.context import Context
from airworthy.monitoring.alarm import Action
from airworthy.monitoring.profile import Profile
from airworthy.monitoring.scope import Expectation, WatchScope
from airworthy.monitoring.watch import WatchReport, WindowReport, watch
from airworthy.monitoring.window import Traffic
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.serving.outcome_log import latest_outcomes
from airworthy.serving.prediction_log import LoggedPrediction, read_log


def monitor(context: Context) -> dict[str, Any]:
    """Watch all logged traffic of the live version; record windows and new alarms; act on data breaks."""
    registry = context.registry
    live = registry.live()
    evidence = registry.evidence(live.version)
    contract = msgspec.convert(evidence["contract"], Contract)
    traffic = read_traffic(context, live.version, contract)
    scope = WatchScope(
        task=str(context.charter.task),
        contract=contract,
        profile=msgspec.convert(evidence["profile"], Profile),
        min_rows=context.charter.monitoring.min_rows,
        expectation=_expectation(evidence),
        limits=context.charter.checks.limits,
        charter=context.charter,
    )
    report = watch(
        traffic,
        scope,
        window_seconds=context.charter.monitoring.window,
        persistence=context.charter.monitoring.persistence,
    )
    _record_windows(context, live.version, report)
    fresh = _record_alarms(context, live.version, report)
    mode = live.mode
    broken = [alarm for alarm in fresh if alarm.action is Action.FALL_BACK]
    if broken and mode == "model" and context.charter.serving.fallback is not None:
        mode = registry.switch("fallback", reason=broken[0].finding, actor=context.actor).mode
    return {
        "version": live.version,
        "rows": len(traffic),
        "matured": int(traffic.matured.sum()),
        "mode": mode,
        "windows": [_window_json(window) for window in report.windows],
        "alarms": [alarm.as_json() for alarm in report.alarms],
        "new_alarms": len(fresh),
    }


def read_traffic(context: Context, version: str, contract: Contract) -> Traffic:
    """The model's own decisions of one version, in decision order, with the outcomes that have matured."""
    logged = [p for p in read_log(context.home / "predictions") if p.version == version and p.mode == "model"]
    latest = latest_outcomes(context.home / "outcomes")
    outcomes = {key: found.outcome for key, found in latest.items()}
    when = context.charter.data.decision_time
    times = np.array([_decided_at(entry, when) for entry in logged], dtype=np.float64)
    order = np.argsort(times, kind="stable")
    logged = [logged[i] for i in order]
    classes = contract.classes
    task = context.charter.task
    kept = contract.with_role(Role.INPUT, Role.PROTECTED)
    columns = {c.name: _values(c, [entry.row.get(c.name) for entry in logged]) for c in kept}
    return Traffic(
        start=float(times.min()) if len(times) else 0.0,
        end=float(times.max()) if len(times) else 0.0,
        time=times[order],
        columns=columns,
        score=np.array([_score(entry, task) for entry in logged], dtype=np.float64),
        positive=np.array([task is Task.BINARY and entry.decision == classes[1] for entry in logged], bool),
        outcome=np.array(
            [_outcome(outcomes.get(entry.request_id), task, classes) for entry in logged], dtype=np.float64
        ),
        probability=None
        if task is Task.REGRESSION or not logged
        else np.array([e.probability for e in logged], dtype=np.float64),
        decision=np.array([_outcome(entry.decision, task, classes) for entry in logged], dtype=np.float64),
        seconds=np.array([np.nan if e.seconds is None else e.seconds for e in logged], dtype=np.float64),
    )


def _decided_at(entry: LoggedPrediction, column: str | None) -> float:
    value = entry.row.get(column) if column else None
    return (value if isinstance(value, datetime) else entry.time).timestamp()


def _values(column: Column, values: list[Any]) -> Any:
    if column.type in (LogicalType.INSTANT, LogicalType.DAY):
        return np.array([_seconds(value) for value in values], dtype=np.float64)
    if column.type.numeric or column.type is LogicalType.FLAG:
        return np.array([np.nan if v is None else float(v) for v in values], dtype=np.float64)
    return [None if value is None else str(value) for value in values]


def _seconds(value: Any) -> float:
    if value is None:
        return float("nan")
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _score(entry: LoggedPrediction, task: Task) -> float:
    if task is Task.REGRESSION:
        return float(entry.prediction or 0.0)
    assert entry.probability is not None
    return float(entry.probability[1] if task is Task.BINARY else max(entry.probability))


def _outcome(value: object, task: Task, classes: tuple[str, ...]) -> float:
    if value is None:
        return float("nan")
    if task is Task.REGRESSION:
        return float(str(value))
    if isinstance(value, bool):
        value = "true" if value else "false"
    return float(classes.index(str(value))) if str(value) in classes else float("nan")


def _expectation(evidence: Mapping[str, Any]) -> Expectation | None:
    signed = evidence["expected"]
    if signed is None:
        return None
    return Expectation(signed["metric"], signed["low"], signed["high"], signed["level"], signed["value"])


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _record_windows(context: Context, version: str, report: WatchReport) -> None:
    registry = context.registry
    known = {row["start"] for row in registry.windows(version)}
    for window in report.windows:
        if rfc3339(_instant(window.start)) not in known:
            registry.record_window(
                version,
                start=_instant(window.start),
                end=_instant(window.end),
                rows=window.rows,
                outcomes=window.matured,
                report=_window_json(window),
                actor=context.actor,
            )


def _record_alarms(context: Context, version: str, report: WatchReport) -> list[Any]:
    registry = context.registry
    known = {(row["code"], row["subject"], row["since"]) for row in registry.alarms(version)}
    fresh = []
    for alarm in report.alarms:
        since = _instant(alarm.window_start)
        if (alarm.code, alarm.subject, rfc3339(since)) not in known:
            fresh.append(alarm)
            registry.raise_alarm(
                version,
                alarm.code,
                alarm.subject,
                finding=alarm.finding,
                action=str(alarm.action),
                since=since,
                window_end=since,
                actor=context.actor,
            )
    return fresh


def _window_json(window: WindowReport) -> dict[str, Any]:
    return {
        "start": window.start,
        "end": window.end,
        "rows": window.rows,
        "matured": window.matured,
        "results": [result.as_json() for result in window.results],
    }
