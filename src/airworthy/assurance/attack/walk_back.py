"""Makes a flip small: takes back what it does not need, and walks each change back while it flips."""

from __future__ import annotations

import numpy as np

from airworthy.assurance.attack.target import Asks
from airworthy.assurance.attack.tried import try_points
from airworthy.assurance.changes.space import Floats, Mask, Places, Space


def walk_back(space: Space, target: Asks, own: Places, rows: Places, points: Floats, halvings: int) -> Floats:
    """Points (m, d) no farther from `rows` (m,) than the given `points`, each of which still flips.

    Every point was asked: a model whose score rises and falls keeps what was seen to flip. The largest change
    goes first.
    """
    way = _Way(space, target, own, rows, points.copy())
    order = _largest_first(space, rows, points)
    for rank in range(order.shape[1]):
        way.undo(order[:, rank])
    for rank in range(order.shape[1]):
        way.approach(order[:, rank], halvings)
    return way.points


def _largest_first(space: Space, rows: Places, points: Floats) -> Places:
    """The levers that each point moves, largest change first, (m, most); -1 where there are fewer."""
    start = space.start[rows]
    changed = points != start
    alone = np.full(points.shape, -np.inf)
    for lever in np.flatnonzero(changed.any(axis=0)):
        single = start.copy()
        single[:, lever] = points[:, lever]
        alone[:, lever] = np.where(changed[:, lever], space.sizes(rows, single), -np.inf)
    most = int(changed.sum(axis=1).max(initial=0))
    order = np.argsort(-alone, axis=1, kind="stable")[:, :most]
    return np.where(np.take_along_axis(changed, order, axis=1), order, -1)


class _Way:
    """Points on their way back; each step asks the model about all of them at once."""

    def __init__(self, space: Space, target: Asks, own: Places, rows: Places, points: Floats) -> None:
        self._space, self._target, self._own, self._rows = space, target, own, rows
        self.points = points

    def undo(self, levers: Places) -> None:
        """Take one change of each point back where the rest flips without it; the last one stays."""
        several = (self.points != self._space.start[self._rows]).sum(axis=1) > 1
        at = np.flatnonzero((levers >= 0) & several)
        settings = self._space.start[self._rows[at], levers[at]]
        hits = self._flips(at, levers[at], settings)
        self.points[at[hits], levers[at[hits]]] = settings[hits]

    def approach(self, levers: Places, halvings: int) -> None:
        """Halve the way back of one lever of each point."""
        at = np.flatnonzero(levers >= 0)
        at = at[self._space.ordered[levers[at]]]
        levers = levers[at]
        near, far = self._space.start[self._rows[at], levers], self.points[at, levers]
        for _ in range(halvings):
            middle = self._space.between(self._rows[at], levers, near, far)
            on = np.flatnonzero((middle != far) & (middle != near))
            if not len(on):
                break
            hits = self._flips(at[on], levers[on], middle[on])
            far[on[hits]], near[on[~hits]] = middle[on[hits]], middle[on[~hits]]
        self.points[at, levers] = far

    def _flips(self, at: Places, levers: Places, settings: Floats) -> Mask:
        """Whether points with another setting of one lever each flip, (len(at),)."""
        if not len(at):
            return np.zeros(0, bool)
        tried = self.points[at].copy()
        tried[np.arange(len(at)), levers] = settings
        return try_points(self._space, self._target, self._own, self._rows[at], tried).flips
