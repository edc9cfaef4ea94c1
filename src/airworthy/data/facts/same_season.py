"""How far a level moved at a date, between rows of the same months of the year: no season counts."""

from __future__ import annotations

import numpy as np

from airworthy.data.facts.splits import FEWEST, Floats

YEAR, PARTS = 365.2425 * 86_400, 12


def moved_in_season(before: Floats, before_times: Floats, after: Floats, after_times: Floats) -> float | None:
    """The level after less the level before, in twelfths of the year that both have; None of too few rows.

    Parameters
    ----------
    before, after : (n,) and (m,) numbers of either side of a date.
    before_times, after_times : their times, in seconds since 1970.

    Notes
    -----
    Medians are subtracted within a twelfth, and weighted by the rows that the side with fewer of them has.

    >>> days = np.arange(1000.0) * 86_400
    >>> level = 10 - 8 * np.cos(2 * np.pi * days / YEAR)
    >>> round(moved_in_season(level[:760], days[:760], level[760:], days[760:]), 1)
    0.0
    """
    sides = [(values, _part(times)) for values, times in ((before, before_times), (after, after_times))]
    moved, weights = [], []
    for part in range(PARTS):
        first, second = (values[parts == part] for values, parts in sides)
        if len(first) and len(second):
            moved.append(float(np.median(second) - np.median(first)))
            weights.append(min(len(first), len(second)))
    return float(np.average(moved, weights=weights)) if sum(weights) >= FEWEST / 2 else None


def _part(times: Floats) -> Floats:
    return np.asarray(times % YEAR // (YEAR / PARTS), float)
