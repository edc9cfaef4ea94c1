"""Counters for Prometheus, summed over the workers through small snapshot files."""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterable
from pathlib import Path

import msgspec

BOUNDS = (0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

HELP = {
    "airworthy_requests_total": "HTTP requests by route and status.",
    "airworthy_errors_total": "Requests that were refused or failed, by error code.",
    "airworthy_decisions_total": "Rows decided, by version, mode and decision.",
    "airworthy_fallback_total": "Rows that the fallback rule decided, by version.",
    "airworthy_outcomes_total": "Outcomes received.",
    "airworthy_cpu_seconds_total": "Processor seconds of the serving processes since they were ready.",
    "airworthy_log_sync_failures_total": "Times the disk refused to make the log durable.",
}

Key = tuple[str, tuple[tuple[str, str], ...]]


class _Snapshot(msgspec.Struct):
    counts: list[tuple[str, list[tuple[str, str]], float]]
    buckets: list[int]
    seconds: float


class Metrics:
    """Counts of one worker. With `folder`, `publish` shares them with the other workers."""

    def __init__(self, folder: Path | None = None) -> None:
        self._counts: dict[Key, float] = {}
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._folder = folder
        self._name = f"{os.getpid()}.json"
        self._changed = False

    def count(self, name: str, labels: tuple[tuple[str, str], ...] = (), amount: float = 1.0) -> None:
        """Add to a counter named in `HELP`; `labels` are (name, value), always in the same order."""
        key = (name, labels)
        self._counts[key] = self._counts.get(key, 0.0) + amount
        self._changed = True

    def observe(self, seconds: float) -> None:
        """Count one prediction request that took `seconds` from its last byte to the answer."""
        self._buckets[bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def decided(self) -> dict[str, int]:
        """Rows that this worker decided, by version."""
        rows: dict[str, int] = {}
        for (name, labels), amount in list(self._counts.items()):  # a copy at once: answers go on meanwhile
            if name == "airworthy_decisions_total":
                version = dict(labels)["version"]
                rows[version] = rows.get(version, 0) + int(amount)
        return rows

    def publish(self) -> None:
        """Write this worker's counts where the others see them; a reader sees the old file or the new."""
        if self._folder is None or not self._changed:
            return
        self._changed = False
        counts = [(name, list(labels), amount) for (name, labels), amount in self._counts.items()]
        temporary = self._folder / f".{self._name}.part"
        temporary.write_bytes(msgspec.json.encode(_Snapshot(counts, self._buckets, self._seconds)))
        temporary.replace(self._folder / self._name)

    def _merged(self) -> tuple[dict[Key, float], list[int], float]:
        counts, buckets, seconds = dict(self._counts), list(self._buckets), self._seconds
        for path in sorted(self._folder.glob("*.json")) if self._folder else ():
            if path.name == self._name:
                continue
            other = msgspec.json.decode(path.read_bytes(), type=_Snapshot)
            for name, labels, amount in other.counts:
                key = (name, tuple(labels))
                counts[key] = counts.get(key, 0.0) + amount
            buckets = [mine + theirs for mine, theirs in zip(buckets, other.buckets, strict=True)]
            seconds += other.seconds
        return counts, buckets, seconds

    def render(self, gauges: Iterable[tuple[str, str, dict[str, str], float]]) -> bytes:
        """The Prometheus text format, version 0.0.4; `gauges` are (name, help, labels, value)."""
        counts, buckets, seconds = self._merged()
        lines: list[str] = []
        for name, text in HELP.items():
            lines += [f"# HELP {name} {text}", f"# TYPE {name} counter"]
            lines += [
                f"{name}{_labels(key)} {n:g}" for (own, key), n in sorted(counts.items()) if own == name
            ]
        for name, text, labels, value in gauges:
            lines += [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
            lines.append(f"{name}{_labels(tuple(labels.items()))} {value:g}")
        lines += _histogram(buckets, seconds)
        return ("\n".join(lines) + "\n").encode()


def _histogram(buckets: list[int], seconds: float) -> list[str]:
    name = "airworthy_request_seconds"
    lines = [f"# HELP {name} Seconds to answer a prediction request.", f"# TYPE {name} histogram"]
    total = 0
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), buckets, strict=True):
        total += count
        lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
    return [*lines, f"{name}_sum {seconds!r}", f"{name}_count {total}"]


def _labels(labels: tuple[tuple[str, str], ...]) -> str:
    if not labels:
        return ""
    escape = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n"}
    return "{" + ",".join(f'{name}="{value.translate(escape)}"' for name, value in labels) + "}"
