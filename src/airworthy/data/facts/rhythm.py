"""The rhythm in which rows come, and the periods that break it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.data.facts import Timeline

Counts = NDArray[np.int64]

HOUR, DAY, WEEK, MONTH = 3600, 86_400, 7 * 86_400, 2_629_746
"""Seconds; those of a month are the mean of the calendar's, whose own months are counted."""

UNIT_NAMES = {60: "minute", HOUR: "hour", DAY: "day", WEEK: "week", MONTH: "month"}

HOLIDAY = 2
"""So many empty days in a row are taken for a holiday."""

_CYCLES = 4  # weeks (days, years) that a weekly (daily, yearly) rhythm must have been seen
_BUSY = 8  # usual rows of a period that cannot be empty by chance: P(0) = e^-8 = 0.0003
_MOST_ROWS = 0.8  # of the rows lie in slots that are rarely empty, where there is a rhythm
_STEADY = 0.3  # spread over mean of a series that comes in equal steps


@dataclass(frozen=True)
class Gaps:
    """Expected periods of `seconds`, those without a row, and the runs of them (start, periods)."""

    seconds: int
    expected: int
    missing: int
    runs: tuple[tuple[int, int], ...]

    @property
    def unit(self) -> str:
        return UNIT_NAMES.get(self.seconds, f"{self.seconds // 60}-minute step")


def find_gaps(timeline: Timeline) -> Gaps | None:
    """Empty periods at the finest rhythm that the rows keep; None when they keep none.

    Tried in turn: the usual step of a regular series, hours (of the week), days (of the week), weeks, months
    of the calendar. A rhythm holds when at least 80 % of the rows lie in slots that are rarely empty. The
    first and last period are left out: they may be cut.
    """
    rows = np.array(timeline.rows, np.int64)
    for seconds in _units(timeline, rows):
        first, counts = _regrouped(timeline, rows, seconds)
        if len(counts) < 5:
            continue
        slots = _slots(first, seconds, len(counts))
        open_slots = _kept_slots(counts, slots)
        if counts[np.isin(slots, open_slots)].sum() < _MOST_ROWS * counts.sum():
            continue
        starts = first + np.arange(len(counts)) * seconds
        return _gaps(starts, seconds, counts, np.isin(slots, open_slots))
    # A longer bin spans the turn of a month, and would lend its rows to the wrong one.
    return _gaps_of_months(timeline, rows) if timeline.seconds <= DAY else None


def _gaps_of_months(timeline: Timeline, rows: Counts) -> Gaps | None:
    """Empty months of the calendar, where the same month of other years is rarely so."""
    starts = timeline.start + np.arange(len(rows)) * timeline.seconds
    months = starts.astype("datetime64[s]").astype("datetime64[M]")
    counts = np.bincount((months - months[0]).astype(int), weights=rows).astype(np.int64)
    if len(counts) < 12 * _CYCLES:
        return None
    every = months[0] + np.arange(len(counts))
    slots = every.astype(np.int64) % 12
    expected = np.isin(slots, _kept_slots(counts, slots))
    if counts[expected].sum() < _MOST_ROWS * counts.sum():
        return None
    return _gaps(every.astype("datetime64[s]").astype(np.int64), MONTH, counts, expected)


def _units(timeline: Timeline, rows: Counts) -> Iterator[int]:
    step = np.diff(np.flatnonzero(rows))
    if step.size:
        values, counts = np.unique(step, return_counts=True)
        usual = int(values[counts.argmax()]) * timeline.seconds
        if counts.max() >= 0.7 * step.size and usual < WEEK and usual not in (HOUR, DAY):
            yield usual
    yield from (unit for unit in (HOUR, DAY, WEEK) if unit >= timeline.seconds)


def _regrouped(timeline: Timeline, rows: Counts, seconds: int) -> tuple[int, Counts]:
    starts = timeline.start + np.arange(len(rows)) * timeline.seconds
    place = starts // seconds
    # Weeks since 1970 start on a Thursday, which is as good as any day.
    counts = np.bincount(place - place[0], weights=rows).astype(np.int64)
    return int(place[0]) * seconds, counts


def _slots(first: int, seconds: int, periods: int) -> Counts:
    """The place of each period in its week, or in its day while few weeks have been seen."""
    starts = first + np.arange(periods) * seconds
    if seconds in (HOUR, DAY) and periods * seconds >= _CYCLES * WEEK:
        return np.asarray(starts % WEEK // seconds)
    if seconds == HOUR and periods * seconds >= _CYCLES * DAY:
        return np.asarray(starts % DAY // seconds)
    return np.zeros(periods, np.int64)


def _kept_slots(counts: Counts, slots: Counts) -> list[int]:
    kept = []
    for slot in np.unique(slots):
        seen = counts[slots == slot]
        filled = seen[seen > 0]
        if len(seen) < _CYCLES or np.quantile(seen, 0.2) < 1:
            continue
        steady = filled.std() < _STEADY * filled.mean()
        if steady or np.median(seen) >= _BUSY:
            kept.append(int(slot))
    return kept


def _gaps(starts: Counts, seconds: int, counts: Counts, expected: NDArray[np.bool_]) -> Gaps:
    places = np.flatnonzero(expected)
    places = places[(places > 0) & (places < len(counts) - 1)]
    empty = counts[places] == 0
    edges = np.flatnonzero(np.diff(np.concatenate(([0], empty.astype(int), [0]))))
    least = HOLIDAY + 1 if seconds == DAY else 1
    runs = [(int(a), int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= least]
    dated = [(int(starts[places[start]]), length) for start, length in runs]
    longest = sorted(dated, key=lambda run: (-run[1], run[0]))
    return Gaps(seconds, len(places), sum(length for _, length in runs), tuple(longest))
