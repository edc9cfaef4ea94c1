"""A feature as of moments: the events that count for each, and what is made of them.

One row and a million go through the same lines, so a served value has the bits of the trained one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from airworthy.scoring.history.definition import Aggregate, Definition
from airworthy.scoring.history.events import Events
from airworthy.scoring.history.exact import FloatArray, IntArray

UNKNOWN, NOBODY = -1, -2
"""Codes of a key that has no event, and of a row that names no key."""
DAY = 86_400_000_000
MOST_AT_ONCE = 4_000_000
"""Events that are looked at together where each window's events must be read one by one."""


def as_of(events: Events, definition: Definition, codes: IntArray, times: IntArray) -> FloatArray:
    """The feature of n decisions.

    Parameters
    ----------
    codes : place of each decision's key, `UNKNOWN`, or `NOBODY`; shape (n,).
    times : of the decisions, microseconds since 1970 UTC, shape (n,).

    Returns
    -------
    FloatArray : shape (n,); NaN for null. Words come as their places in `events.words`.

    Notes
    -----
    Of a key without events that count, the value is the definition's own for that case; of nobody, null.
    """
    low, high = window_of(events, definition, codes, times)
    some = high > low
    found = np.full(len(codes), definition.number_of_nothing)
    found[codes == NOBODY] = math.nan
    if some.any():
        found[some] = _MADE[definition.aggregate](events, low[some], high[some], times[some])
    return found


def window_of(
    events: Events, definition: Definition, codes: IntArray, times: IntArray
) -> tuple[IntArray, IntArray]:
    """First place of the events that count for each decision, and the place after the last."""
    known = codes >= 0
    code = np.where(known, codes, 0)
    first = np.where(known, events.starts[code], 0)
    after = np.where(known, events.starts[code + 1], 0) if len(events.starts) > 1 else first
    high = _places_after(events.times, first, after, times - _microseconds(definition.known_after))
    low = first
    if definition.window is not None:
        low = _places_after(events.times, first, high, times - _microseconds(definition.window))
    if definition.last is not None:
        low = np.maximum(low, high - definition.last)
    return low, high


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)


def _places_after(times: IntArray, first: IntArray, after: IntArray, moments: IntArray) -> IntArray:
    """By halving, in each stretch [first, after) of rising times the first place later than the moment."""
    if len(first) == 1:
        stretch = times[first[0] : after[0]]
        return np.asarray(first + np.searchsorted(stretch, moments[0], side="right"))
    low, high = first.copy(), after.copy()
    open_ = np.flatnonzero(low < high)
    while len(open_):
        middle = (low[open_] + high[open_]) >> 1
        later = times[middle] > moments[open_]
        high[open_[later]] = middle[later]
        low[open_[~later]] = middle[~later] + 1
        open_ = open_[low[open_] < high[open_]]
    return low


def _count(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    return (high - low).astype(np.float64)


def _sum(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    assert events.sums is not None
    return events.sums.between(low, high)


def _mean(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    return np.asarray(_sum(events, low, high, times) / (high - low))


def _first(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    assert events.values is not None
    return events.values[low]


def _last(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    assert events.values is not None
    return events.values[high - 1]


def _seconds_since_last(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    return np.asarray((times - events.times[high - 1]) / 1e6)


def _min(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    return _reduced(np.minimum, events, low, high)


def _max(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    return _reduced(np.maximum, events, low, high)


def _reduced(ufunc: Any, events: Events, low: IntArray, high: IntArray) -> FloatArray:
    assert events.values is not None
    order, first, after = np.argsort(low), int(low.min()), int(high.max())
    ends = np.stack((low[order], high[order]), axis=1).ravel() - first
    # Every second stretch is a window; those between them are short, as windows begin in rising order.
    inside = np.append(events.values[first:after], 0.0)  # a place after the last
    found = np.empty(len(low))
    found[order] = ufunc.reduceat(inside, ends)[::2]
    return found


def _distinct(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    """Values whose previous event lies before the window: each counts once."""
    assert events.earlier is not None
    found = np.empty(len(low))
    for rows, inside, begins in _read(low, high):
        new = events.earlier[inside] < np.repeat(low[rows], high[rows] - low[rows])
        found[rows] = np.add.reduceat(new.astype(np.int64), begins)
    return found


def _trend(events: Events, low: IntArray, high: IntArray, times: IntArray) -> FloatArray:
    """Slope of least squares a day; NaN where all events have one time."""
    assert events.values is not None
    found = np.full(len(low), math.nan)
    for row, (start, stop) in enumerate(zip(low.tolist(), high.tolist(), strict=True)):
        days = (events.times[start:stop] - events.times[start]) / DAY
        apart, above = _from_mean(days), _from_mean(events.values[start:stop])
        spread = math.fsum((apart * apart).tolist())
        if spread > 0:
            found[row] = math.fsum((apart * above).tolist()) / spread
    return found


def _from_mean(values: FloatArray) -> FloatArray:
    return np.asarray(values - math.fsum(values.tolist()) / len(values))


def _read(low: IntArray, high: IntArray) -> Iterator[tuple[slice, IntArray, IntArray]]:
    """Windows in lots: the rows, the places of all their events, and where each row's begin among them.

    No window is empty. A window larger than a lot is a lot of its own.
    """
    ends = np.cumsum(high - low)
    start = 0
    while start < len(low):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + MOST_AT_ONCE, side="right")))
        rows = slice(start, stop)
        sizes = (high - low)[rows]
        begins = np.cumsum(sizes) - sizes
        inside = np.arange(int(sizes.sum())) + np.repeat(low[rows] - begins, sizes)
        yield rows, inside, begins
        start = stop


Made = Callable[[Events, IntArray, IntArray, IntArray], npt.NDArray[np.float64]]

_MADE: Mapping[Aggregate, Made] = {
    Aggregate.COUNT: _count,
    Aggregate.SUM: _sum,
    Aggregate.MEAN: _mean,
    Aggregate.MIN: _min,
    Aggregate.MAX: _max,
    Aggregate.FIRST: _first,
    Aggregate.LAST: _last,
    Aggregate.DISTINCT: _distinct,
    Aggregate.SHARE: _mean,
    Aggregate.SECONDS_SINCE_LAST: _seconds_since_last,
    Aggregate.TREND: _trend,
}
