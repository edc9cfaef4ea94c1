"""A window of live traffic and the facts that its checks share. Facts on counts merge across windows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from airworthy.kernel.fact import Facts
from airworthy.monitoring.profile import Profile, count, outside

HOUR = 3600.0


@dataclass(frozen=True, eq=False)
class Traffic:
    """Predictions of one window, in time order.

    time : (n,) epoch seconds of the decision.
    columns : contract inputs as scoring sees them, (n,) floats with NaN or n strings or None.
    score : (n,) probability of the positive class, top probability, or prediction.
    positive : (n,) whether the decision was the positive one; all False for regression.
    outcome : (n,) matured outcome: class index, or the number for regression; NaN while unknown.
    probability : (n, classes), where the log holds it.
    decision : (n,) class index or number decided.
    seconds : (n,) from the request's bytes to its decision, NaN where it was not timed.
    """

    start: float
    end: float
    time: NDArray[np.float64]
    columns: Mapping[str, Any]
    score: NDArray[np.float64]
    positive: NDArray[np.bool_]
    outcome: NDArray[np.float64]
    probability: NDArray[np.float64] | None = None
    decision: NDArray[np.float64] | None = None
    seconds: NDArray[np.float64] | None = None

    def __len__(self) -> int:
        return len(self.time)

    def between(self, start: float, end: float) -> Traffic:
        """The rows decided in [start, end)."""
        keep = (self.time >= start) & (self.time < end)
        rows = np.flatnonzero(keep)
        columns = {
            name: values[keep] if isinstance(values, np.ndarray) else [values[i] for i in rows]
            for name, values in self.columns.items()
        }
        return Traffic(
            start,
            end,
            self.time[keep],
            columns,
            self.score[keep],
            self.positive[keep],
            self.outcome[keep],
            None if self.probability is None else self.probability[keep],
            None if self.decision is None else self.decision[keep],
            None if self.seconds is None else self.seconds[keep],
        )

    @property
    def matured(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.outcome)


def windows(traffic: Traffic, seconds: float, min_rows: int) -> Iterator[Traffic]:
    """Cut traffic into calendar windows (multiples of `seconds` since the epoch).

    A window with fewer than `min_rows` rows is merged with the next, so that quiet nights do not judge.
    """
    if not len(traffic):
        return
    buckets, rows = np.unique(np.floor(traffic.time / seconds).astype(np.int64), return_counts=True)
    for group in group_buckets(buckets.tolist(), rows.tolist(), min_rows):
        yield traffic.between(group[0] * seconds, (group[-1] + 1) * seconds)


def group_buckets(buckets: Sequence[int], rows: Sequence[int], min_rows: int) -> list[tuple[int, ...]]:
    """Buckets with rows, in order, joined until each group has `min_rows`; the last may have fewer.

    >>> group_buckets([3, 4, 7, 9], [5, 100, 99, 2], 100)
    [(3, 4), (7, 9)]
    """
    groups: list[tuple[int, ...]] = []
    current: tuple[int, ...] = ()
    total = 0
    for bucket, count_ in zip(buckets, rows, strict=True):
        current, total = (*current, bucket), total + count_
        if total >= min_rows:
            groups.append(current)
            current, total = (), 0
    return [*groups, current] if current else groups


def label(seconds: float) -> str:
    """A time for people, UTC.

    >>> label(0.0)
    '1970-01-01 00:00'
    """
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M")


@dataclass(frozen=True)
class CurrentTraffic:
    """Root fact: the `Traffic` of the window."""


@dataclass(frozen=True)
class PreviousTraffic:
    """Root fact: the `Traffic` of the window before, or None."""


@dataclass(frozen=True)
class Reference:
    """Root fact: the `Profile` of the live version."""


def _count_columns(facts: Sequence[ColumnCounts], known: Facts) -> Mapping[ColumnCounts, NDArray[np.int64]]:
    traffic, profile = _roots(known)
    return {fact: count(profile[fact.column], traffic.columns[fact.column]) for fact in facts}


def _count_outside(facts: Sequence[OutsideHours], known: Facts) -> Mapping[OutsideHours, NDArray[np.int64]]:
    traffic, profile = _roots(known)
    hours = np.floor((traffic.time - traffic.start) / HOUR).astype(np.int64)
    size = int(hours.max()) + 1 if len(hours) else 0
    answer = {}
    for fact in facts:
        values = np.asarray(traffic.columns[fact.column], dtype=np.float64)
        known_values = ~np.isnan(values)
        beyond = outside(profile[fact.column], values)
        answer[fact] = np.stack(
            [
                np.bincount(hours[beyond], minlength=size),
                np.bincount(hours[known_values], minlength=size),
            ]
        )
    return answer


def _count_scores(facts: Sequence[ScoreCounts], known: Facts) -> Mapping[ScoreCounts, NDArray[np.int64]]:
    traffic, profile = _roots(known)
    return {fact: count(profile.score, traffic.score) for fact in facts}


def _roots(known: Facts) -> tuple[Traffic, Profile]:
    traffic: Traffic = known[CurrentTraffic()]
    profile: Profile = known[Reference()]
    return traffic, profile


class _Added:
    """Counts of two windows add up."""

    @staticmethod
    def merge(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        return left + right


@dataclass(frozen=True)
class ColumnCounts(_Added):
    """Counts of a column in the bins of its reference: (bins + 1,), nulls last."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Callable[..., Any]] = staticmethod(_count_columns)


@dataclass(frozen=True)
class ScoreCounts(_Added):
    """Counts of the scores in the bins of the reference."""

    version: ClassVar[int] = 1
    batch: ClassVar[Callable[..., Any]] = staticmethod(_count_scores)


@dataclass(frozen=True)
class OutsideHours:
    """By hour of the window: values outside the training range, and values known: (2, hours)."""

    column: str
    version: ClassVar[int] = 1
    batch: ClassVar[Callable[..., Any]] = staticmethod(_count_outside)

    @staticmethod
    def merge(left: NDArray[np.int64], right: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.concatenate([left, right], axis=1)
