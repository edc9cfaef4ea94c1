"""Live traffic: from the prediction log and the outcomes to windows, alarms, and what is done about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from airworthy.kernel.clock import rfc3339
from airworthy.kernel.digest import digest_bytes, source_digest
from airworthy.lifecycle.context import Context
from airworthy.lifecycle.lists_live import monitor_lists
from airworthy.monitoring.alarm import Action, Alarm
from airworthy.monitoring.history import judged, window_json
from airworthy.monitoring.profile import Profile
from airworthy.monitoring.rows import RowReader
from airworthy.monitoring.scope import Expectation, WatchScope
from airworthy.monitoring.store import TrafficStore
from airworthy.monitoring.watch import WindowReport, raised_by
from airworthy.monitoring.window import Traffic
from airworthy.scoring.contract import Contract

FOLDER = "monitor"
"""Under the workspace: what was read of the log and judged of it. Deleting it costs time, no truth."""


def monitor(context: Context) -> dict[str, Any]:
    """Watch the traffic of the live version; record windows and new alarms; act on data breaks."""
    registry = context.registry
    live = registry.live()
    if context.charter.ranking is not None:
        return monitor_lists(context, live)
    evidence = registry.evidence(live.version)
    contract = msgspec.convert(evidence["contract"], Contract)
    scope = WatchScope(
        task=str(context.charter.task),
        contract=contract,
        profile=msgspec.convert(evidence["profile"], Profile),
        min_rows=context.charter.monitoring.min_rows,
        expectation=_expectation(evidence),
        limits=context.charter.checks.limits,
        charter=context.charter,
    )
    store = store_of(context, live.version, contract)
    with store.locked():
        store.update()
        with context.progress.stage("Windows of live traffic", total=None) as stage:
            reports = judged(store, scope, on_window=lambda report: stage.advance(1))
        raised = raised_by(reports, context.charter.monitoring.persistence)
        _record_windows(context, live.version, reports[:-1])
        # The switch comes first: a pass killed after it finds the alarm new again and records it.
        mode = _act(context, live.mode, raised, _known_alarms(context, live.version))
        fresh = _record_alarms(context, live.version, raised)
    return {
        "version": live.version,
        "rows": sum(report.rows for report in reports),
        "matured": sum(report.matured for report in reports),
        "unknown_outcomes": store.state.unknown,
        "mode": mode,
        "quality": quality(reports, scope.expectation),
        "alarms": [alarm.as_json() for alarm in raised],
        "new_alarms": fresh,
        "next": next_step(raised, mode, len(reports), bool(context.charter.serving.fallback)),
        "windows": [window_json(window) for window in reports],
    }


def read_traffic(context: Context, version: str, contract: Contract) -> Traffic:
    """The model's own decisions of one version, in decision order, with the outcomes that have arrived."""
    store = store_of(context, version, contract)
    with store.locked():
        store.update()
        return store.traffic(list(store.buckets))


def quality(reports: Sequence[WindowReport], signed: Expectation | None) -> dict[str, Any]:
    """The newest window with matured outcomes, the newest estimate without, and what was signed."""
    found: dict[str, Any] = {"realised": None, "estimated": None, "signed": None}
    for report in reports:
        for result in report.results:
            name = {"MON006": "realised", "MON007": "estimated"}.get(result.code)
            if name and result.measurement is not None:
                found[name] = {
                    "window_start": report.start,
                    "window_end": report.end,
                    "verdict": str(result.verdict),
                    **result.measurement.as_json(),
                    "baseline": result.details.get("baseline"),
                    "baseline_name": result.details.get("baseline_name"),
                }
    if signed is not None:
        found["signed"] = {
            "metric": signed.metric,
            "low": signed.low,
            "high": signed.high,
            "level": signed.level,
        }
    return found


def next_step(raised: Sequence[Alarm], mode: str, windows: int, fallback: bool) -> str:
    """The one thing to do now."""
    going_on = [alarm for alarm in raised if alarm.end is None]
    if not windows:
        return "No prediction has been logged yet. Serve the model: airworthy serve"
    if not going_on:
        return "Nothing to do. Bring outcomes as they come: airworthy outcomes FILE"
    worst = going_on[0]
    if worst.action is Action.FALL_BACK:
        held = "The fallback rule decides until then." if mode == "fallback" else "The model still decides."
        declare = "" if fallback or mode == "fallback" else " Declare [serving.fallback] for such a time."
        return f"{worst.remedy} {held}{declare}".strip()
    return worst.remedy or f"Read what it means: airworthy explain {worst.code}"


def store_of(context: Context, version: str, contract: Contract) -> TrafficStore:
    """What monitoring has read of a version's traffic."""
    charter = context.charter
    reader = RowReader(version, charter.task, contract, charter.data.decision_time)
    read_by = [
        version,
        str(charter.task),
        charter.data.decision_time,
        charter.monitoring.window,
        source_digest(),
    ]
    key = digest_bytes(msgspec.json.encode([read_by, contract]))
    return TrafficStore(context.home / FOLDER / version, context.home, reader, charter.monitoring.window, key)


def _expectation(evidence: Mapping[str, Any]) -> Expectation | None:
    signed = evidence["expected"]
    if signed is None:
        return None
    return Expectation(signed["metric"], signed["low"], signed["high"], signed["level"], signed["value"])


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _record_windows(context: Context, version: str, closed: Sequence[WindowReport]) -> None:
    """Windows that are over go into the ledger, once; the newest may still grow."""
    registry = context.registry
    known = {row["start"] for row in registry.windows(version)}
    for window in closed:
        if rfc3339(_instant(window.start)) not in known:
            registry.record_window(
                version,
                start=_instant(window.start),
                end=_instant(window.end),
                rows=window.rows,
                outcomes=window.matured,
                report=window_json(window),
                actor=context.actor,
            )


def _known_alarms(context: Context, version: str) -> set[tuple[str, str, str]]:
    return {(row["code"], row["subject"], row["since"]) for row in context.registry.alarms(version)}


def _name(alarm: Alarm) -> tuple[str, str, str]:
    return alarm.code, alarm.subject, rfc3339(_instant(alarm.window_start))


def _act(context: Context, mode: str, raised: Sequence[Alarm], known: set[tuple[str, str, str]]) -> str:
    """Switch to the declared fallback on a new data break that goes on; the mode afterwards."""
    broken = [a for a in raised if a.action is Action.FALL_BACK and a.end is None and _name(a) not in known]
    if not broken or mode != "model" or context.charter.serving.fallback is None:
        return mode
    return str(context.registry.switch("fallback", reason=broken[0].finding, actor=context.actor).mode)


def _record_alarms(context: Context, version: str, raised: Sequence[Alarm]) -> int:
    known = _known_alarms(context, version)
    fresh = [alarm for alarm in raised if _name(alarm) not in known]
    for alarm in fresh:
        context.registry.raise_alarm(
            version,
            alarm.code,
            alarm.subject,
            finding=alarm.finding,
            action=str(alarm.action),
            since=_instant(alarm.window_start),
            window_end=_instant(alarm.raised if alarm.raised is not None else alarm.window_start),
            actor=context.actor,
        )
    return len(fresh)
