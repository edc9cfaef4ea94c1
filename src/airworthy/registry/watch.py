"""What is written down about a live version: expectations, windows, alarms, outcomes and notes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from airworthy.kernel.clock import rfc3339
from airworthy.registry import records as r
from airworthy.registry.book import Book


class WatchBook(Book):
    """Everything that is recorded while a version is in use."""

    def expect(
        self,
        version: str,
        metric: str,
        *,
        value: float,
        low: float,
        high: float,
        level: float,
        unit: str,
        period: str,
        random_split: float | None = None,
        rows: int = 0,
        actor: str = "",
    ) -> int:
        """Seal what is expected of a period before it is seen; the ledger entry's number."""
        text = r.decimal_text
        record = r.ExpectationSealed(
            version=version,
            metric=metric,
            value=text(value),
            low=text(low),
            high=text(high),
            level=text(level),
            unit=unit,
            period=period,
            random_split=text(random_split),
            rows=rows,
        )
        return self._append(record, actor=actor)[0].seq

    def expectations(self, version: str) -> list[Mapping[str, Any]]:
        """What was sealed for a version, oldest first."""
        return self.store.select("expectations", version=version)

    def record_window(
        self,
        version: str,
        *,
        start: datetime,
        end: datetime,
        rows: int,
        outcomes: int,
        report: Mapping[str, Any],
        actor: str = "",
    ) -> int:
        """Record one window of live traffic; `report` holds its results. The ledger entry's number."""
        verdicts: dict[str, int] = {}
        for result in report.get("results", ()):
            verdicts[result["verdict"]] = verdicts.get(result["verdict"], 0) + 1
        blob = self.blobs.put(json.dumps(report, sort_keys=True, allow_nan=False).encode())
        record = r.MonitorWindow(
            version, rfc3339(start), rfc3339(end), rows, outcomes, dict(sorted(verdicts.items())), blob
        )
        return self._append(record, actor=actor)[0].seq

    def windows(self, version: str) -> list[Mapping[str, Any]]:
        """Recorded windows of a version, oldest first."""
        return self.store.select("windows", version=version)

    def raise_alarm(
        self,
        version: str,
        code: str,
        subject: str,
        *,
        finding: str,
        action: str,
        since: datetime,
        window_end: datetime,
        actor: str = "",
    ) -> int:
        """Record an alarm and what it asks for; the ledger entry's number."""
        record = r.AlarmRaised(version, code, subject, finding, action, rfc3339(since), rfc3339(window_end))
        return self._append(record, actor=actor)[0].seq

    def alarms(self, version: str) -> list[Mapping[str, Any]]:
        """Alarms of a version, oldest first."""
        return self.store.select("alarms", version=version)

    def record_outcomes(self, *, rows: int, matched: int, source: str, digest: str, actor: str = "") -> None:
        """Record that outcomes arrived: how many rows, how many belonged to a prediction, from where."""
        self._append(r.OutcomesReceived(rows, matched, source, digest), actor=actor)

    def record_delivery(self, record: r.ScoresDelivered, *, actor: str = "") -> None:
        """Record what a delivery came to."""
        self._append(record, actor=actor)

    def deliveries(self, sink: str) -> list[Mapping[str, Any]]:
        """Deliveries to a sink, oldest first."""
        return self.store.select("deliveries", sink=sink)

    def note(self, text: str, *, about: str = "", actor: str = "") -> None:
        """Write a person's or the house's remark into the ledger."""
        self._append(r.Note(text, about), actor=actor)
