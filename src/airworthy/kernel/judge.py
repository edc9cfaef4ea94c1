"""Judging a family of measurements with one multiplicity correction."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from airworthy.kernel.result import Estimate, Limit, Measurement, Subject, Verdict

DEFAULT_ALPHA = 0.05


@runtime_checkable
class Settling(Protocol):
    """An estimate whose interval does not shrink with the square root of n says itself when it is settled."""

    def rows_to_settle(self, level: float) -> int | None: ...


@dataclass(frozen=True)
class Judged:
    """One subject's verdict, the measurement it rests on, and the rows that would settle an UNSURE."""

    verdict: Verdict
    measurement: Measurement
    rows_to_settle: int | None = None


def judge_family(
    estimates: Mapping[Subject, Estimate], limits: Mapping[Subject, Limit], alpha: float = DEFAULT_ALPHA
) -> dict[Subject, Judged]:
    """Holm's step-down by shrinking the level (Holm 1979): decided subjects hand their share on.

    The family is the PLANNED subjects (`limits`), measured or not, so a subject that could not be measured
    still costs its share of alpha.

    Parameters
    ----------
    estimates : measured values by subject.
    limits : the limit of every planned subject.
    alpha : chance of any wrong PASS or FAIL in the family.
    """
    judged: dict[Subject, Judged] = {}
    undecided = set(limits)
    while True:
        level = 1 - alpha / max(1, len(undecided))
        decided = set()
        for subject in sorted(undecided & set(estimates)):
            judged[subject] = _judge(estimates[subject], limits[subject], level)
            if judged[subject].verdict is not Verdict.UNSURE:
                decided.add(subject)
        if not decided:
            return judged
        undecided -= decided


def _judge(estimate: Estimate, limit: Limit, level: float) -> Judged:
    measurement = Measurement.of(estimate, level)
    verdict = limit.judge(measurement.low, measurement.high)
    if verdict is not Verdict.UNSURE:
        return Judged(verdict, measurement)
    if isinstance(estimate, Settling):
        return Judged(verdict, measurement, estimate.rows_to_settle(level))
    return Judged(verdict, measurement, rows_to_settle(measurement, limit))


def rows_to_settle(measurement: Measurement, limit: Limit) -> int | None:
    """Rows at which an interval of this kind would clear the limit, were the value to stay where it is.

    Interval widths shrink with the square root of n: n * (half-width towards the limit / distance)^2.
    None where the value sits on the limit: no number of rows settles that.

    >>> rows_to_settle(Measurement(0.04, 0.02, 0.06, "share", 100, 0.95), Limit(high=0.05))
    401
    """
    candidates = []
    for bound in (limit.low, limit.high):
        if bound is None:
            continue
        distance = abs(bound - measurement.value)
        edge = measurement.low if bound < measurement.value else measurement.high
        if edge is None or distance == 0 or distance < 1e-9 * max(1.0, abs(bound)):
            continue
        width = abs(edge - measurement.value)
        if width > distance:
            candidates.append(math.ceil(round(measurement.n * (width / distance) ** 2, 6)) + 1)
    return max(candidates) if candidates else None
