"""What training data looked like, small enough to travel with a version: counts in fixed bins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from airworthy.scoring.contract import Contract, LogicalType

BINS = 20
MOST_LABELS = 40
COUNTED = frozenset(LogicalType) - {LogicalType.TEXT, LogicalType.IDENTIFIER}


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts of one column. The last count is nulls; for labels the one before it is "any other value".

    `edges` are inner bin edges of numbers (a value on an edge belongs to the bin above it); `low` and `high`
    bound everything seen in training.
    """

    name: str
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    counts: tuple[int, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.low is not None

    @property
    def rows(self) -> int:
        return sum(self.counts)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The reference of one version: its input columns and its scores."""

    format: int = 1
    columns: tuple[ColumnProfile, ...]
    score: ColumnProfile

    def __getitem__(self, name: str) -> ColumnProfile:
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)


def learn_profile(contract: Contract, columns: Mapping[str, Any], score: NDArray[np.float64]) -> Profile:
    """Profile the contract's inputs and the scores of the same rows.

    Parameters
    ----------
    columns : as `data.columns_for_scoring` gives them: (n,) float64 with NaN, or n strings or None.
    score : (n,) probability of the positive class, top probability, or prediction.
    """
    inputs = [column for column in contract.inputs if column.type in COUNTED]
    return Profile(
        columns=tuple(_learn(column.name, columns[column.name]) for column in inputs),
        score=_learn("score", np.asarray(score, float)),
    )


def count(profile: ColumnProfile, values: Any) -> NDArray[np.int64]:
    """Counts of `values` in the bins of `profile`, nulls last.

    >>> count(ColumnProfile(name="x", edges=(1.0,), low=0.0, high=2.0), np.array([0.5, 1.0, np.nan])).tolist()
    [1, 1, 1]
    """
    if profile.numeric:
        numbers = np.asarray(values, dtype=np.float64)
        known = numbers[~np.isnan(numbers)]
        bins = np.searchsorted(np.asarray(profile.edges), known, side="right")
        counts = np.bincount(bins, minlength=len(profile.edges) + 1)
        return np.append(counts, len(numbers) - len(known)).astype(np.int64)
    position = {label: index for index, label in enumerate(profile.labels)}
    other, null = len(profile.labels), len(profile.labels) + 1
    codes = [null if v is None else position.get(v, other) for v in values]
    return np.bincount(np.asarray(codes, dtype=np.int64), minlength=null + 1).astype(np.int64)


def outside(profile: ColumnProfile, values: Any) -> NDArray[np.bool_]:
    """Which values lie beyond everything seen in training; null is not outside."""
    numbers = np.asarray(values, dtype=np.float64)
    if profile.low is None or profile.high is None:
        return np.zeros(len(numbers), dtype=bool)
    return np.asarray((numbers < profile.low) | (numbers > profile.high), dtype=bool)


def _learn(name: str, values: Any) -> ColumnProfile:
    empty = _numbers(name, values) if isinstance(values, np.ndarray) else _labels(name, values)
    return msgspec.structs.replace(empty, counts=tuple(int(c) for c in count(empty, values)))


def _numbers(name: str, values: NDArray[np.float64]) -> ColumnProfile:
    known = values[np.isfinite(values)]
    if not len(known):
        return ColumnProfile(name=name, low=0.0, high=0.0)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="nearest"))
    inner = tuple(float(edge) for edge in edges if edge > known.min())
    return ColumnProfile(name=name, edges=inner, low=float(known.min()), high=float(known.max()))


def _labels(name: str, values: Sequence[str | None]) -> ColumnProfile:
    seen: dict[str, int] = {}
    for value in values:
        if value is not None:
            seen[value] = seen.get(value, 0) + 1
    frequent = sorted(seen, key=lambda label: (-seen[label], label))[:MOST_LABELS]
    return ColumnProfile(name=name, labels=tuple(frequent))
