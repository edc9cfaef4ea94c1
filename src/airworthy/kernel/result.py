"""What a check says: a measurement with its interval, the limit it was held against, and the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

Subject = str
"""What was measured: `model`, `table`, `column:age`, `group:sex=Female`, `period:2013-10`."""

Chart = Mapping[str, Any]
"""A Vega-Lite specification as data."""


class Verdict(StrEnum):
    """The six things a result can be. Only PASS, or a waiver, opens a gate."""

    PASS = "PASS"
    FAIL = "FAIL"
    UNSURE = "UNSURE"
    NOT_APPLICABLE = "NOT_APPLICABLE"
    NOT_RUN = "NOT_RUN"
    ERROR = "ERROR"


@runtime_checkable
class Estimate(Protocol):
    """A measured value that knows its own uncertainty. Implemented in `airworthy.measures`."""

    @property
    def value(self) -> float: ...
    @property
    def unit(self) -> str: ...
    @property
    def n(self) -> int: ...
    def interval(self, level: float) -> tuple[float | None, float | None]:
        """Two-sided confidence interval at `level`, e.g. 0.95; `None` where a side is open."""
        ...


@dataclass(frozen=True)
class NotApplicable:
    """The check has nothing to measure for this subject, and why."""

    reason: str


@dataclass(frozen=True)
class Limit:
    """What was agreed: a closed interval, open where `None`, and where it was agreed."""

    low: float | None = None
    high: float | None = None
    source: str = "default"

    def judge(self, low: float | None, high: float | None) -> Verdict:
        """PASS when the whole interval lies inside the limit, FAIL when all of it lies outside.

        Open on both sides nothing was agreed: NOT_APPLICABLE, which informs and opens no gate.

        >>> Limit(high=0.05).judge(0.01, 0.04), Limit(high=0.05).judge(0.04, 0.06)
        (<Verdict.PASS: 'PASS'>, <Verdict.UNSURE: 'UNSURE'>)
        """
        if self.low is None and self.high is None:
            return Verdict.NOT_APPLICABLE
        inside_low = self.low is None or (low is not None and low >= self.low)
        inside_high = self.high is None or (high is not None and high <= self.high)
        if inside_low and inside_high:
            return Verdict.PASS
        below = self.low is not None and high is not None and high < self.low
        above = self.high is not None and low is not None and low > self.high
        return Verdict.FAIL if below or above else Verdict.UNSURE

    def as_json(self) -> dict[str, object]:
        return {"low": self.low, "high": self.high, "source": self.source}


NO_LIMIT = Limit(source="informs only")


@dataclass(frozen=True)
class Measurement:
    """An estimate, read at one confidence level."""

    value: float
    low: float | None
    high: float | None
    unit: str
    n: int
    level: float

    def __post_init__(self) -> None:
        for number in (self.value, self.low, self.high):
            if number is not None and not math.isfinite(number):
                raise ValueError(f"a measurement must be finite, not {number}; use None for an open bound")

    @classmethod
    def of(cls, estimate: Estimate, level: float) -> Measurement:
        low, high = estimate.interval(level)
        return cls(float(estimate.value), low, high, estimate.unit, int(estimate.n), level)

    def as_json(self) -> dict[str, object]:
        return {
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "n": self.n,
            "level": self.level,
        }


def _plain(value: Any) -> Any:
    """Numbers of numeric libraries as Python's own, so that a document is JSON whoever made it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value.item() if hasattr(value, "item") else value


@dataclass(frozen=True)
class Result:
    """One (check, subject) with its verdict; what every surface of Airworthy shows."""

    code: str
    name: str
    subject: Subject
    verdict: Verdict
    finding: str
    remedy: str
    required: bool = False
    measurement: Measurement | None = None
    limit: Limit | None = None
    rows_to_settle: int | None = None
    chart: Chart | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The stable document of one result (see docs/json.md)."""
        return {
            "code": self.code,
            "name": self.name,
            "verdict": str(self.verdict),
            "subject": self.subject,
            "required": self.required,
            "finding": self.finding,
            "remedy": self.remedy,
            "measurement": self.measurement.as_json() if self.measurement else None,
            "limit": self.limit.as_json() if self.limit else None,
            "rows_to_settle": self.rows_to_settle,
            "chart": _plain(self.chart) if self.chart else None,
            "details": _plain(self.details),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Result:
        """Read a result back from its stored document."""
        measurement, limit = document.get("measurement"), document.get("limit")
        return cls(
            code=document["code"],
            name=document["name"],
            subject=document["subject"],
            verdict=Verdict(document["verdict"]),
            finding=document["finding"],
            remedy=document["remedy"],
            required=bool(document.get("required", False)),
            measurement=Measurement(**measurement) if measurement else None,
            limit=Limit(**limit) if limit else None,
            rows_to_settle=document.get("rows_to_settle"),
            chart=document.get("chart"),
            details=document.get("details") or {},
        )
