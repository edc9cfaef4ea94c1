"""A source that changes its unit at a date, held against the others at the same time: no season counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from airworthy.data.facts.splits import FEWEST, Floats, best_splits
from airworthy.data.facts.unit_fit import NEAR, SLACK, Fit, apart, fit_unit, shift

ALLOWED, MOST_ALLOWED = 0.06, 0.15
"""How far the distributions of sources may differ besides: always, and with what they differed by before."""

AT_ONCE, STEADY = 0.6, 0.4
"""Next to the date, the difference from the others must be this part of the factor after, and at most the
second part before."""

SIGNIFICANT, MOVED = 6.0, 0.12
BLOCKS, ROWS_IN_BLOCK = 40, 50


@dataclass(frozen=True)
class Beside:
    """From `place` of the source's known rows on, its values are as of the others, but for `fit`."""

    place: int
    fit: Fit


def changed_beside(own: Floats, own_times: Floats, others: Floats, other_times: Floats) -> Beside | None:
    """The date at which a source began to differ from the others by a known change of unit, if there is one.

    Parameters
    ----------
    own, own_times : (n,) numbers without gaps and their times, in order of time.
    others, other_times : (m,) the same of all other sources.

    >>> days = np.arange(2000.0)
    >>> rng = np.random.default_rng(0)
    >>> level = 20 + 15 * np.sin(days / 58) + rng.normal(0, 2, (2, 2000))
    >>> level[0, 1200:] *= 10
    >>> found = changed_beside(level[0], days, level[1], days)
    >>> found.fit.name, abs(found.place - 1200) < 5
    ('10', True)
    """
    if min(len(own), len(others)) < 2 * FEWEST:
        return None
    ranks = _ranks_beside(own, own_times, others, other_times)
    sizes, places = best_splits(ranks[:, None], np.ones((len(own), 1), dtype=bool), MOVED)
    if sizes[0] < SIGNIFICANT:
        return None
    place = min(int(places[0]), len(own) - 1)
    between = int(np.searchsorted(other_times, own_times[place]))
    if min(between, len(others) - between) < FEWEST:
        return None
    before, usual = shift(_logs(others[:between]), _logs(own[:place])), others[:between]
    allowed = ALLOWED + apart(np.sort(_logs(usual)) + before, np.sort(_logs(own[:place])), SLACK)
    expected = others[between:] * math.exp(before)
    fit = fit_unit(expected, own[place:], min(allowed, MOST_ALLOWED), NEAR)
    if fit is None:
        return None
    far = _level(others[between:], own[place:], fit) - _level(usual, own[:place], fit)
    near = [
        _level(others[there], own[here], fit) - _level(usual, own[:place], fit)
        for here, there in _windows(place, own_times, other_times)
        if there.stop - there.start >= FEWEST
    ]
    sudden = len(near) == 2 and abs(near[0]) <= STEADY * abs(far) and near[1] / far >= AT_ONCE
    return Beside(place, fit) if sudden else None


def _ranks_beside(own: Floats, own_times: Floats, others: Floats, other_times: Floats) -> Floats:
    """For each own value the share of the others of its time that are smaller in size, less a half."""
    blocks = max(1, min(BLOCKS, len(others) // ROWS_IN_BLOCK))
    bounds = np.linspace(0, len(others), blocks + 1).astype(int)
    starts = other_times[bounds[1:-1]]
    block = np.searchsorted(starts, own_times, side="right")
    ranks = np.zeros(len(own))
    for i in range(blocks):
        there, here = np.sort(np.abs(others[bounds[i] : bounds[i + 1]])), block == i
        sizes = np.abs(own[here])
        sides = np.searchsorted(there, sizes, "left") + np.searchsorted(there, sizes, "right")
        ranks[here] = sides / (2 * len(there)) - 0.5
    return ranks


def _windows(place: int, own_times: Floats, other_times: Floats) -> list[tuple[slice, slice]]:
    """Own rows just before and just after the date, each with the others' rows of the same time."""
    rows = [max(FEWEST, side // 5) for side in (place, len(own_times) - place)]
    found = []
    for here in (slice(max(0, place - rows[0]), place), slice(place, min(len(own_times), place + rows[1]))):
        start, end = own_times[here.start], own_times[here.stop - 1]
        there = np.searchsorted(other_times, [start, end], side="left")
        found.append((here, slice(int(there[0]), int(there[1]))))
    return found


def _level(first: Floats, second: Floats, fit: Fit) -> float:
    """How far the second lies above the first: in logarithms, where the unit changes by a factor alone."""
    return shift(first, second) if fit.offset else shift(_logs(first), _logs(second))


def _logs(values: Floats) -> Floats:
    sizes = np.abs(values)
    return np.asarray(np.log(sizes[sizes > 0]), float)
