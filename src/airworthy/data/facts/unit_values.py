"""A number of few different values: are one source's those of the others, once the unit is put right?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from airworthy.data.facts.splits import Floats
from airworthy.data.facts.unit_changes import RATIOS
from airworthy.data.facts.unit_fit import Fit

Flags = NDArray[np.bool_]

MOST_VALUES, REPEATED, GLANCE = 400, 5, 2_000
"""Most different values that a number with few of them has, how often each stands in the others at least (on
average), and the rows by which most columns are known to have more."""

PUT_RIGHT, AS_IS = 0.9, 0.5
"""Share of a source's rows with values of the others: at least, with the unit put right; at most, without."""

FEWEST_DIFFERENT, LEAST_ODDS = 4, 1e-9
"""Different values that must fall on others', and the chance of as many: 17 factors either way, of 50 sources
in 16 columns, in 500 numbers, leave it below one in 50."""

ROUNDED_FACTOR = 3e-4
"""Part of itself by which a factor in use may be off: 3.28 feet are a metre, and 3.2808."""

_DECIMALS = 6


def fit_values(rest: Floats, own: Floats) -> Fit | None:
    """The known factor by which the different values of a source fall on those of the others, if they do.

    Parameters
    ----------
    rest, own : (n,) and (m,) finite numbers but zero, of the other sources and of this one.

    Returns
    -------
    Fit or None
        `apart` and `left` are shares of the source's rows with values that no other source has: as they are,
        and with the unit put right.

    Notes
    -----
    Arbitrary values on the grid of the source's own (multiples of their greatest common divisor) would fall
    on others' with a chance that is the share of that grid which the others fill. So round amounts, which
    stay round amounts times ten, prove nothing. The bound on the odds is Chernoff's.

    >>> seats = np.array([20, 55, 95, 140, 149, 182, 200, 379])
    >>> fit = fit_values(np.repeat(seats, 50), np.repeat(seats, 10) * 2.2046)
    >>> fit.name, fit.apart, fit.left
    ('2.2 (kg and pounds)', 1.0, 0.0)
    >>> tens = np.arange(1_000, 11_000, 1_000)
    >>> fit_values(np.repeat(tens, 50), np.repeat(tens * 10, 10)) is None
    True
    """
    if len(np.unique(rest[:GLANCE])) > MOST_VALUES:
        return None
    known = np.unique(rest)
    if len(known) > min(MOST_VALUES, len(rest) / REPEATED):
        return None
    different, rows = np.unique(own, return_counts=True)
    apart = 1 - float(rows[_falls(different, known, 0.0)].sum()) / len(own)
    if len(different) < FEWEST_DIFFERENT or apart < 1 - AS_IS:
        return None
    best: Fit | None = None
    for known_factor, name in RATIOS:
        for factor in (known_factor, 1 / known_factor):
            falls = _falls(different / factor, known, _step(different) / 2 / factor)
            left = 1 - float(rows[falls].sum()) / len(own)
            if left > 1 - PUT_RIGHT or falls.sum() < FEWEST_DIFFERENT:
                continue
            if _odds(different, falls, known, factor) < LEAST_ODDS and (best is None or left < best.left):
                best = Fit(factor, 0.0, name, apart, left, 0.0)
    return best


def _falls(values: Floats, known: Floats, slack: float) -> Flags:
    """Which of the values lie on a known one, by the slack and the rounding of the factor."""
    place = np.searchsorted(known, values)
    near = np.stack([known[np.maximum(place - 1, 0)], known[np.minimum(place, len(known) - 1)]])
    off = np.abs(near - values).min(0)
    return np.asarray(off <= slack * (1 + 1e-9) + ROUNDED_FACTOR * np.abs(values))


def _odds(different: Floats, falls: Flags, known: Floats, factor: float) -> float:
    """At most the chance that of arbitrary values on the source's grid as many fall on known ones."""
    put = different / factor
    low, high = float(put.min()), float(put.max())
    inside = known[(known >= low * (1 - 1e-3)) & (known <= high * (1 + 1e-3))]
    cells = np.maximum(_step(different[falls]) / factor, 2 * ROUNDED_FACTOR * np.abs(inside))
    chance = float(cells.sum()) / (high - low + float(cells.mean())) if len(cells) else 1.0
    share = float(falls.mean())
    if share <= chance:
        return 1.0
    wrong = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return math.exp(-len(different) * (share * math.log(share / chance) + wrong))


def _step(values: Floats) -> float:
    """The greatest common divisor, of values told to six decimals at most."""
    whole = np.round(np.abs(values) * 10**_DECIMALS).astype(np.int64)
    return float(np.gcd.reduce(whole) / 10**_DECIMALS)
