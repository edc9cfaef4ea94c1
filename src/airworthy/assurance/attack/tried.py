"""Candidate rows in one batch: which are permitted, what the model decides of them, how far they lean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airworthy.assurance.attack.target import Asks, flipped
from airworthy.assurance.changes.space import Floats, Mask, Places, Space

MOST_AT_ONCE = 50_000
"""Candidate rows in one call of the scorer: memory stays in bounds, and Ctrl-C waits for one call at most."""


@dataclass(frozen=True, eq=False)
class Tried:
    """Of m candidates whether each flips, and how far it leans, (m,): -inf where it is not permitted."""

    flips: Mask
    leaning: Floats


def try_points(space: Space, target: Asks, own: Places, rows: Places, points: Floats) -> Tried:
    """What becomes of m candidate `points` (m, d) of `rows` (m,); `own` are the classes of all n rows."""
    flips, leaning = np.zeros(len(rows), bool), np.full(len(rows), -np.inf)
    for first in range(0, len(rows), MOST_AT_ONCE):
        at = slice(first, first + MOST_AT_ONCE)
        columns = space.columns(rows[at], points[at])
        kept = np.flatnonzero(space.permitted(rows[at], columns))
        if not len(kept):
            continue
        whole = len(kept) == len(rows[at])
        columns = columns if whole else space.columns(rows[at][kept], points[at][kept])
        mine = own[rows[at][kept]]
        answered = target.against(columns, mine)
        flips[first + kept] = flipped(answered.decided, mine)
        leaning[first + kept] = answered.leaning
    return Tried(flips, leaning)
