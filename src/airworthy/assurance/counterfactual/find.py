"""The search for one row: all changes of one column, then the best of two and more, each made small.

Gradients are flat on trees and a model behind an address has none: only decisions and scores are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from airworthy.assurance.attack.search import Effort, best_of
from airworthy.assurance.attack.tried import try_points
from airworthy.assurance.attack.walk_back import walk_back
from airworthy.assurance.changes import Space
from airworthy.assurance.changes.space import Floats, Places
from airworthy.assurance.counterfactual.wanted import Wanted

FEW_SETTINGS, MOST_SETTINGS = 4, 16
SAME_SET = 2
"""Of flips that move the same columns, so many are made small: the smallest need not stay the smallest."""
MOST_SMALL = 24


def effort_for(rows: int, levers: int, changes: int) -> Effort:
    """How far one row is searched when about so many candidates may be asked.

    >>> effort_for(6_000, 10, 3).settings, effort_for(200, 10, 3).settings
    (16, 5)
    """
    levers = max(1, levers)
    settings = int(np.clip(rows // (4 * levers), FEW_SETTINGS, MOST_SETTINGS))
    partners = 3 if rows >= 2_000 else 1
    later = max(1, rows // 2 - settings * levers)
    beam = int(np.clip(later // (levers * partners * max(1, changes - 1)), 1, 12))
    return Effort(changes=changes, settings=settings, partners=partners, beam=beam, halvings=12)


@dataclass(eq=False)
class Search:
    """One row under search; `points` (k, d) are candidates that reach the wanted decision, made small.

    Attributes
    ----------
    space : of one row. wanted : asks the model.
    most : candidates to ask about, roughly.
    best : what leans most to the wanted decision of all candidates that do not reach it.
    """

    space: Space
    wanted: Wanted
    effort: Effort
    most: int
    points: Floats = field(init=False)
    best: Floats | None = None
    _lean: float = -np.inf

    def __post_init__(self) -> None:
        self.points = np.empty((0, self.space.start.shape[1]))

    def run(self, real: Floats | None = None) -> None:
        """Search; `real` (m, d) are the points of real rows near by, from which a last attempt starts."""
        if not self.space.open[0].any():
            return
        flips = self._step(self._singles())
        partners = self._partners
        for depth in range(2, self.effort.changes + 1):
            if (depth > 2 and len(flips) and not self.space.rules.all_priced) or not len(self._beam):
                break
            if self.wanted.asked + len(self._beam) > self.most:
                break
            flips = np.vstack([flips, self._step(self._extended(partners))])
        if not len(flips) and real is not None and len(real):
            flips = self._step(self._towards(real))
        self.points = self._made_small(flips)

    def _singles(self) -> Floats:
        """Every setting of every open lever alone."""
        made, row = [], np.zeros(1, np.int64)
        for knob in np.flatnonzero(self.space.open[0]):
            offered = self.space.settings(row, int(knob), self.effort.settings)[0]
            offered = offered[~np.isnan(offered)]
            points = np.repeat(self.space.start, len(offered), axis=0)
            points[:, knob] = offered
            made.append(points)
        return np.vstack(made) if made else np.empty((0, self.space.start.shape[1]))

    def _step(self, points: Floats) -> Floats:
        """Ask about candidates; those that reach the decision. The rest stay as the beam of the next step."""
        rows = np.zeros(len(points), np.int64)
        tried = try_points(self.space, self.wanted, np.zeros(1, np.int64), rows, points)
        rest = np.flatnonzero(~tried.flips & np.isfinite(tried.leaning))
        self._partners = self._best_settings(points[rest], tried.leaning[rest])
        # Scores that rise by less than a tie leave the smallest change in front.
        order = np.lexsort((self.space.sizes(rows[rest], points[rest]), -tried.leaning[rest]))
        self._beam = points[rest[order[: self.effort.beam]]]
        if len(rest) and tried.leaning[rest[order[0]]] > self._lean:
            self._lean, self.best = float(tried.leaning[rest[order[0]]]), points[rest[order[0]]]
        return points[tried.flips]

    def _best_settings(self, points: Floats, leaning: Floats) -> list[tuple[int, float]]:
        """The settings of each lever that lean most, where one lever alone was moved."""
        start = self.space.start
        single = np.flatnonzero((points != start).sum(axis=1) == 1)
        knobs = (points[single] != start).argmax(axis=1).astype(np.int64)
        best = best_of(knobs, leaning[single], self.effort.partners)
        return [(int(knobs[at]), float(points[single[at], knobs[at]])) for at in best]

    def _extended(self, partners: list[tuple[int, float]]) -> Floats:
        """The beam with one more lever moved, each to its best settings."""
        made = []
        for knob, setting in partners:
            untouched = self._beam[self._beam[:, knob] == self.space.start[0, knob]].copy()
            untouched[:, knob] = setting
            made.append(untouched)
        return np.unique(np.vstack(made), axis=0) if made else np.empty((0, self.space.start.shape[1]))

    def _towards(self, real: Floats) -> Floats:
        """The row with every open lever set as in real rows; NaN there leaves it as it is."""
        points, row = np.repeat(self.space.start, len(real), axis=0), np.zeros(1, np.int64)
        for knob in np.flatnonzero(self.space.open[0]):
            settings, own = real[:, knob], points[:, knob]
            if self.space.ordered[knob]:
                settings = self.space.snapped(row, int(knob), settings[None, :])[0]
            points[:, knob] = np.where(np.isnan(settings), own, settings)
        return points

    def _made_small(self, flips: Floats) -> Floats:
        """Of each set of levers the smallest flips, walked back as far as they still reach the decision."""
        if not len(flips):
            return flips
        rows = np.zeros(len(flips), np.int64)
        sizes = self.space.sizes(rows, flips)
        sets = np.unique(flips != self.space.start, axis=0, return_inverse=True)[1].reshape(-1)
        first = best_of(sets, -sizes, SAME_SET)
        first = first[np.argsort(sizes[first], kind="stable")]
        steps = self.effort.changes * self.effort.halvings
        some = int(np.clip((self.most - self.wanted.asked) // steps, 1, MOST_SMALL))
        kept = flips[first[:some]]
        zeros = np.zeros(len(kept), np.int64)
        small = walk_back(self.space, self.wanted, np.zeros(1, np.int64), zeros, kept, self.effort.halvings)
        return np.unique(small, axis=0)


def chosen(space: Space, points: Floats, count: int) -> Places:
    """The `count` best of k points, best first; none moves all levers of a better one and is no smaller.

    By money where every change has a price, else by the number of changes and then their size.
    """
    rows = np.zeros(len(points), np.int64)
    found = space.distance(rows, points)
    order = np.lexsort((found.size, found.changes))
    if space.rules.all_priced:
        order = np.lexsort((found.changes, found.money))
    kept: list[int] = []
    moved, sizes = points != space.start, space.sizes(rows, points)
    for at in order.tolist():
        adds = any((moved[one] <= moved[at]).all() and sizes[at] >= sizes[one] for one in kept)
        if len(kept) < count and not adds:
            kept.append(at)
    return np.array(kept, np.int64)
