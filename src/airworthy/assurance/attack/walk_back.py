"""Makes a flip small: takes back what it does not need, and walks each change back while it flips."""

from __future__ import annotations

import numpy as np

from airworthy.assurance.attack.field import Field, Floats, Mask, Places
from airworthy.assurance.attack.target import Asks
from airworthy.assurance.attack.tried import try_points


def walk_back(field: Field, target: Asks, own: Places, rows: Places, points: Floats, halvings: int) -> Floats:
    """Points (m, d) no farther from `rows` (m,) than the given `points`, each of which still flips.

    Every point was asked: a model whose score rises and falls keeps what was seen to flip. The largest change
    goes first.
    """
    way = _Way(field, target, own, rows, points.copy())
    order = _largest_first(field, rows, points)
    for rank in range(order.shape[1]):
        way.undo(order[:, rank])
    for rank in range(order.shape[1]):
        way.approach(order[:, rank], halvings)
    return way.points


def _largest_first(field: Field, rows: Places, points: Floats) -> Places:
    """The knobs that each point turns, largest change first, (m, most); -1 where there are fewer."""
    start = field.start[rows]
    changed = points != start
    alone = np.full(points.shape, -np.inf)
    for knob in np.flatnonzero(changed.any(axis=0)):
        single = start.copy()
        single[:, knob] = points[:, knob]
        alone[:, knob] = np.where(changed[:, knob], field.sizes(rows, single), -np.inf)
    most = int(changed.sum(axis=1).max(initial=0))
    order = np.argsort(-alone, axis=1, kind="stable")[:, :most]
    return np.where(np.take_along_axis(changed, order, axis=1), order, -1)


class _Way:
    """Points on their way back; each step asks the model about all of them at once."""

    def __init__(self, field: Field, target: Asks, own: Places, rows: Places, points: Floats) -> None:
        self._field, self._target, self._own, self._rows = field, target, own, rows
        self.points = points

    def undo(self, knobs: Places) -> None:
        """Take one change of each point back where the rest flips without it; the last one stays."""
        several = (self.points != self._field.start[self._rows]).sum(axis=1) > 1
        at = np.flatnonzero((knobs >= 0) & several)
        settings = self._field.start[self._rows[at], knobs[at]]
        hits = self._flips(at, knobs[at], settings)
        self.points[at[hits], knobs[at[hits]]] = settings[hits]

    def approach(self, knobs: Places, halvings: int) -> None:
        """Halve the way back of one knob of each point."""
        at = np.flatnonzero(knobs >= 0)
        at = at[self._field.ordered[knobs[at]]]
        knobs = knobs[at]
        near, far = self._field.start[self._rows[at], knobs], self.points[at, knobs]
        for _ in range(halvings):
            middle = self._field.between(self._rows[at], knobs, near, far)
            on = np.flatnonzero((middle != far) & (middle != near))
            if not len(on):
                break
            hits = self._flips(at[on], knobs[on], middle[on])
            far[on[hits]], near[on[~hits]] = middle[on[hits]], middle[on[~hits]]
        self.points[at, knobs] = far

    def _flips(self, at: Places, knobs: Places, settings: Floats) -> Mask:
        """Whether points with another setting of one knob each flip, (len(at),)."""
        if not len(at):
            return np.zeros(0, bool)
        tried = self.points[at].copy()
        tried[np.arange(len(at)), knobs] = settings
        return try_points(self._field, self._target, self._own, self._rows[at], tried).flips
