"""Reports of all windows so far: what did not change since the last pass is taken from its file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.digest import digest_bytes, source_digest
from airworthy.kernel.result import Result
from airworthy.monitoring.scope import WatchScope
from airworthy.monitoring.store import TrafficStore
from airworthy.monitoring.watch import WindowReport, judge_window
from airworthy.monitoring.window import Traffic, group_buckets


def judged(
    store: TrafficStore,
    scope: WatchScope,
    *,
    on_window: Callable[[WindowReport], None] = lambda report: None,
) -> list[WindowReport]:
    """Every window's report; one whose rows, outcomes and limits did not change is taken from its file."""
    counts = store.buckets
    groups = group_buckets(list(counts), list(counts.values()), scope.min_rows)
    terms = _terms(scope)
    reports: list[WindowReport] = []
    before: tuple[int, ...] = ()
    previous: tuple[tuple[int, ...], Traffic] | None = None
    for group in groups:
        signature = digest_bytes(
            msgspec.json.encode([terms, [[b, store.signature(b)] for b in (*before, *group)], before, group])
        )
        path = store.folder / "windows" / f"{group[0]}.json"
        report = _kept(path, signature)
        if report is None:
            if before and (previous is None or previous[0] != before):
                previous = before, store.traffic(before)
            piece = store.traffic(group)
            report = judge_window(piece, previous[1] if previous and before else None, scope)
            previous = group, piece
            write_atomic(path, msgspec.json.encode({"signature": signature, "report": window_json(report)}))
        reports.append(report)
        before = group
        on_window(report)
    return reports


def _terms(scope: WatchScope) -> str:
    """Digest of all that judging depends on besides the rows."""
    limits = {code: limit.as_json() for code, limit in scope.limits.items()}
    signed = None if scope.expectation is None else msgspec.to_builtins(scope.expectation)
    terms = [
        source_digest(),
        scope.charter.digest if scope.charter else None,
        scope.profile,
        limits,
        signed,
        scope.min_rows,
    ]
    return digest_bytes(msgspec.json.encode(terms, order="sorted"))


def _kept(path: Path, signature: str) -> WindowReport | None:
    try:
        found = msgspec.json.decode(path.read_bytes())
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    if found.get("signature") != signature:
        return None
    report = found["report"]
    results = tuple(Result.from_json(result) for result in report["results"])
    return WindowReport(report["start"], report["end"], report["rows"], report["matured"], results)


def window_json(window: WindowReport) -> dict[str, Any]:
    """The document of one window (see docs/json.md)."""
    return {
        "start": window.start,
        "end": window.end,
        "rows": window.rows,
        "matured": window.matured,
        "results": [result.as_json() for result in window.results],
    }
