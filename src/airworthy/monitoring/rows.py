"""Logged predictions as columns: one frame a lot of the log, and back to the traffic of a window."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Task
from airworthy.monitoring.window import Traffic
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.serving.prediction_log import LogEntry, LogSchema

ID, TIME, SCORE, DECISION, SECONDS = "__id__", "__time__", "__score__", "__decision__", "__seconds__"
OUTCOME, ARRIVAL = "__outcome__", "__arrival__"
UNWATCHED = frozenset({LogicalType.TEXT, LogicalType.IDENTIFIER})


@dataclass(frozen=True)
class RowReader:
    """How the entries of one version become columns."""

    version: str
    task: Task
    contract: Contract
    decision_time: str | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        """Inputs that are watched, and protected columns."""
        kept = self.contract.with_role(Role.INPUT, Role.PROTECTED)
        return tuple(c for c in kept if c.type not in UNWATCHED or c.role is Role.PROTECTED)

    def frame(self, schema: LogSchema, entries: Sequence[LogEntry]) -> pl.DataFrame:
        """The model's own decisions among `entries`; rows of other versions and of the fallback left out."""
        kept = [e for e in entries if e.mode == "model"] if schema.version == self.version else []
        at = {name: position for position, (name, _) in enumerate(schema.columns)}
        by_column: list[tuple[Any, ...]] = list(zip(*(e.values for e in kept), strict=True))

        def values(name: str) -> Sequence[Any]:
            return by_column[at[name]] if name in at and by_column else [None] * len(kept)

        made: dict[str, Any] = {
            ID: np.array([id_hash(e.request_id) for e in kept], np.uint64),
            TIME: self._times(kept, values),
            SCORE: np.array([self._score(e) for e in kept], np.float64),
            DECISION: np.array([self.outcome(own(e)) for e in kept], np.float64),
            SECONDS: np.array([np.nan if e.seconds is None else e.seconds for e in kept], np.float64),
        }
        for index in range(len(self.contract.classes) if self.task is not Task.REGRESSION else 0):
            made[f"__p{index}__"] = np.array([(e.probability or ())[index] for e in kept], np.float64)
        for column in self.columns:
            made[column.name] = _typed(column, values(column.name))
        return pl.DataFrame(made)

    def _times(self, kept: Sequence[LogEntry], values: Any) -> NDArray[np.float64]:
        logged = np.array([e.time_us for e in kept], np.float64) / 1e6
        if self.decision_time is None:
            return logged
        declared = np.array([_seconds(v) for v in values(self.decision_time)], np.float64)
        return np.where(np.isnan(declared), logged, declared)

    def _score(self, entry: LogEntry) -> float:
        if self.task is Task.REGRESSION:
            return float("nan") if entry.prediction is None else entry.prediction
        assert entry.probability is not None
        return entry.probability[1] if self.task is Task.BINARY else max(entry.probability)

    def outcome(self, value: object) -> float:
        """A class index or number; NaN for None and for what is neither."""
        if value is None:
            return float("nan")
        if self.task is Task.REGRESSION:
            return _number(value)
        if isinstance(value, bool):
            value = "true" if value else "false"
        text, classes = str(value), self.contract.classes
        return float(classes.index(text)) if text in classes else float("nan")

    def traffic(self, frame: pl.DataFrame, start: float, end: float) -> Traffic:
        """The rows of `frame` (with OUTCOME) in time order."""
        ordered = frame.sort(TIME, ID)

        def numbers(name: str) -> NDArray[np.float64]:
            return ordered[name].to_numpy().astype(np.float64)

        classes = len(self.contract.classes) if self.task is not Task.REGRESSION else 0
        decision = numbers(DECISION)
        return Traffic(
            start=start,
            end=end,
            time=numbers(TIME),
            columns={
                c.name: ordered[c.name].to_list() if ordered[c.name].dtype == pl.String else numbers(c.name)
                for c in self.columns
            },
            score=numbers(SCORE),
            positive=(decision == 1) & (self.task is Task.BINARY),
            outcome=numbers(OUTCOME),
            probability=np.column_stack([numbers(f"__p{i}__") for i in range(classes)]) if classes else None,
            decision=decision,
            seconds=numbers(SECONDS),
        )


def own(entry: LogEntry) -> str | float:
    """The model's own decision: what it would have decided where a person was asked."""
    return entry.decision if entry.alone is None else entry.alone


def id_hash(request_id: str) -> int:
    """64 bits of a request id; two of a million ids share them in one of 30 million logs.

    >>> id_hash("a") == id_hash("a"), id_hash("a") < 2**64
    (True, True)
    """
    return int.from_bytes(hashlib.blake2b(request_id.encode(), digest_size=8).digest(), "little")


def _typed(column: Column, values: Sequence[Any]) -> Any:
    if column.type in (LogicalType.INSTANT, LogicalType.DAY):
        return np.array([_seconds(value) for value in values], np.float64)
    if column.type.numeric or column.type is LogicalType.FLAG:
        return np.array([np.nan if v is None else float(v) for v in values], np.float64)
    return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)


def _seconds(value: Any) -> float:
    if value is None:
        return float("nan")
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return float((value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp())


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("nan")
