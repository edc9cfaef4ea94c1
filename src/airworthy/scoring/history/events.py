"""The events of every key side by side: by key, then by time, events of one time in the order of the file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from airworthy.scoring.history.definition import Aggregate
from airworthy.scoring.history.exact import FloatArray, IntArray, Running, running

MOST_PACKED = 2**62
SUMMED = frozenset({Aggregate.SUM, Aggregate.MEAN, Aggregate.SHARE})


@dataclass(frozen=True)
class Events:
    """n events of k keys.

    Attributes
    ----------
    starts : where each key's events begin, shape (k + 1,).
    times : microseconds since 1970 UTC, shape (n,), rising within a key.
    values : what is summed or compared (n,): numbers, or the places of words; None where events are counted.
    sums : running totals of the values, where a feature asks for sums.
    earlier : place of the same key's previous event with the same value (n,), -1 where there is none; where
        a feature asks for different values.
    words : the words whose places are the values.
    """

    starts: IntArray
    times: IntArray
    values: FloatArray | None = None
    sums: Running | None = None
    earlier: IntArray | None = None
    words: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        return len(self.times)


@dataclass(frozen=True)
class Sorted:
    """Events by key, then time: their codes and times in that order (n,), and where each stood before."""

    codes: IntArray
    times: IntArray
    order: IntArray
    keys: int


def sort_events(codes: IntArray, times: IntArray, keys: int) -> Sorted:
    """Sort by key and time; events of one time stay in the order of the file.

    Parameters
    ----------
    codes : place of each event's key, 0 to keys - 1, shape (n,).
    times : microseconds since 1970 UTC, shape (n,).
    """
    early, late = (int(times.min()), int(times.max())) if len(times) else (0, 0)
    bits = (late - early).bit_length()
    if keys << bits > MOST_PACKED:  # both do not fit into one number
        order = np.lexsort((times, codes))
        return Sorted(codes[order], times[order], order, keys)
    packed = (codes << bits) | (times - early)
    order = np.argsort(packed, kind="stable")
    packed = packed[order]
    return Sorted(packed >> bits, (packed & ((1 << bits) - 1)) + early, order, keys)


def make_events(
    found: Sorted, values: FloatArray | None, asked: Collection[Aggregate], words: tuple[str, ...] = ()
) -> Events:
    """Prepare sorted events for what `asked` makes of them.

    Parameters
    ----------
    values : in the order of the file, shape (n,), NaN where an event has none and does not count; or None.

    >>> found = sort_events(np.array([1, 0, 1]), np.array([9, 5, 3]), keys=2)
    >>> made = make_events(found, np.array([1.0, 2.0, 4.0]), ())
    >>> made.starts.tolist(), made.times.tolist(), made.values.tolist()
    ([0, 1, 3], [5, 3, 9], [2.0, 4.0, 1.0])
    """
    codes, times = found.codes, found.times
    if values is not None:
        values = values[found.order] + 0.0  # negative zero becomes zero
        present = ~np.isnan(values)
        if not present.all():
            codes, times, values = codes[present], times[present], values[present]
    starts = np.searchsorted(codes, np.arange(found.keys + 1))
    if values is None:
        return Events(starts, times)
    return Events(
        starts,
        times,
        values,
        sums=running(values) if SUMMED & set(asked) else None,
        earlier=_earlier(codes, values) if Aggregate.DISTINCT in asked else None,
        words=words,
    )


def _earlier(codes: IntArray, values: FloatArray) -> IntArray:
    """Where the same key had the same value before, -1 where never."""
    order = np.lexsort((np.arange(len(codes)), values, codes))
    again = np.zeros(len(codes), bool)
    again[1:] = (codes[order][1:] == codes[order][:-1]) & (values[order][1:] == values[order][:-1])
    found = np.full(len(codes), -1, np.int64)
    found[order[again]] = order[np.flatnonzero(again) - 1]
    return found
