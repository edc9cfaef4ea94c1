"""What training data looked like, small enough to travel with a version: counts in fixed bins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from airworthy.measures import PopulationStability
from airworthy.scoring.contract import Contract, LogicalType

BINS = 20
MOST_LABELS = 40
FEWEST_WINDOWS = 5
COUNTED = frozenset(LogicalType) - {LogicalType.TEXT, LogicalType.IDENTIFIER}


class ColumnProfile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Counts of one column. The last count is nulls; for labels the one before it is "any other value".

    `edges` are inner bin edges of numbers (a value on an edge belongs to the bin above it); `low` and `high`
    bound everything seen in training.

    What training's own windows did bounds what is usual, so that a day in July is not held against a year:
    `usual_psi` is the largest drift of one window from all rows, `usual_step` the largest move of the median
    from one window to the next, `usual_top` the largest share of one value in a window, `usual_null` the
    largest share of nulls; `last` is the median of the last window. All are None where the training rows have
    no time or fewer than `FEWEST_WINDOWS` windows. `quartiles` are of all rows and `common` lists the numbers
    that each make up at least one row in a hundred.
    """

    name: str
    edges: tuple[float, ...] = ()
    labels: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    counts: tuple[int, ...] = ()
    usual_psi: float | None = None
    usual_step: float | None = None
    usual_top: float | None = None
    usual_null: float | None = None
    last: float | None = None
    quartiles: tuple[float, ...] = ()
    common: tuple[float, ...] = ()

    @property
    def numeric(self) -> bool:
        return self.low is not None

    @property
    def null_share(self) -> float:
        return self.counts[-1] / max(1, self.rows)

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


def learn_profile(
    contract: Contract,
    columns: Mapping[str, Any],
    score: NDArray[np.float64],
    *,
    time: NDArray[np.float64] | None = None,
    score_time: NDArray[np.float64] | None = None,
    window_seconds: float = 86400.0,
    min_rows: int = 200,
) -> Profile:
    """Profile the contract's inputs and the scores of reference rows.

    Parameters
    ----------
    columns : as `data.columns_for_scoring` gives them: (n,) float64 with NaN, or n strings or None.
    score : (m,) probability of the positive class, top probability, or prediction.
    time, score_time : (n,) and (m,) epoch seconds of the decisions; None: nothing is learned of windows.
    window_seconds, min_rows : windows as monitoring will cut them.
    """
    inputs = [column for column in contract.inputs if column.type in COUNTED]
    pieces = [] if time is None else cut(time, window_seconds, min_rows)
    score_pieces = [] if score_time is None else cut(score_time, window_seconds, min_rows)
    return Profile(
        columns=tuple(_learn(column.name, columns[column.name], pieces) for column in inputs),
        score=_learn("score", np.asarray(score, float), score_pieces),
    )


def cut(time: NDArray[np.float64], seconds: float, min_rows: int) -> list[NDArray[np.int64]]:
    """Rows of each calendar window, oldest first; a window with too few rows joins the next, the last drops.

    >>> [rows.tolist() for rows in cut(np.array([0.0, 5.0, 12.0, 31.0]), 10.0, 2)]
    [[0, 1], [2, 3]]
    """
    order = np.argsort(time, kind="stable")
    bucket = np.floor(time[order] / seconds)
    ends = np.append(np.flatnonzero(np.diff(bucket)) + 1, len(order))
    pieces, start = [], 0
    for end in ends.tolist():
        if end - start >= min_rows:
            pieces.append(order[start:end])
            start = end
    return pieces


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


def _learn(name: str, values: Any, pieces: Sequence[NDArray[np.int64]]) -> ColumnProfile:
    empty = _numbers(name, values) if isinstance(values, np.ndarray) else _labels(name, values)
    learned = msgspec.structs.replace(empty, counts=tuple(int(c) for c in count(empty, values)))
    if len(pieces) < FEWEST_WINDOWS:
        return learned
    array = values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
    parts = [array[rows] for rows in pieces]
    counts = [count(learned, part) for part in parts]
    learned = msgspec.structs.replace(
        learned,
        usual_psi=max(PopulationStability(learned.counts, found).value for found in counts),
        usual_null=max(float(found[-1] / found.sum()) for found in counts),
    )
    if not learned.numeric:
        return learned
    known = [part[np.isfinite(part)] for part in parts]
    middles = np.array([np.median(part) for part in known if len(part)])
    tops = [np.unique(part, return_counts=True)[1].max() / len(part) for part in known if len(part)]
    return msgspec.structs.replace(
        learned,
        usual_step=float(np.abs(np.diff(middles)).max()) if len(middles) > 1 else None,
        usual_top=float(max(tops)) if tops else None,
        last=float(middles[-1]) if len(middles) else None,
    )


def _numbers(name: str, values: NDArray[np.float64]) -> ColumnProfile:
    known = values[np.isfinite(values)]
    if not len(known):
        return ColumnProfile(name=name, low=0.0, high=0.0)
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1], method="nearest"))
    inner = tuple(float(edge) for edge in edges if edge > known.min())
    distinct, times = np.unique(known, return_counts=True)
    return ColumnProfile(
        name=name,
        edges=inner,
        low=float(known.min()),
        high=float(known.max()),
        quartiles=tuple(float(q) for q in np.quantile(known, [0.25, 0.5, 0.75])),
        common=tuple(float(value) for value in distinct[times >= len(known) / 100]),
    )


def _labels(name: str, values: Sequence[str | None]) -> ColumnProfile:
    seen: dict[str, int] = {}
    for value in values:
        if value is not None:
            seen[value] = seen.get(value, 0) + 1
    frequent = sorted(seen, key=lambda label: (-seen[label], label))[:MOST_LABELS]
    return ColumnProfile(name=name, labels=tuple(frequent))
