"""The search: the fewest permitted changes that flip a decision, by the model's answers alone.

Gradients are flat on trees, so none is used: every setting of every lever is asked once, and those that lean
most are combined, all rows' candidates of one step in one call.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from airworthy.assurance.attack.nearest import nearest_of_each
from airworthy.assurance.attack.target import Asks
from airworthy.assurance.attack.tried import Tried, try_points
from airworthy.assurance.attack.walk_back import walk_back
from airworthy.assurance.changes.space import Floats, Places, Space

CELLS = 4_000_000
"""Numbers in one step's table of candidates: rows are taken in portions that keep below it."""
KEPT = 3
"""Of the candidates of a row that flip, so many of the smallest are walked back."""


@dataclass(frozen=True)
class Effort:
    """How far is searched.

    Attributes
    ----------
    changes : levers moved at once, at most.
    settings : of each lever, tried alone.
    partners : settings of each lever that are tried beside earlier changes.
    beam : earlier changes that are extended by one more.
    levers : tried at most; where more may change, a pilot picks them.
    halvings : of the way back to the row as it was.
    """

    changes: int = 3
    settings: int = 8
    partners: int = 2
    beam: int = 4
    levers: int = 40
    halvings: int = 12

    def asked(self, levers: int) -> int:
        """Candidates of one row at most, but for those that walk back.

        >>> Effort(changes=2, settings=8, partners=2, beam=4).asked(levers=10)     # 80 + 4 * 9 * 2
        152
        """
        turned = min(levers, self.levers)
        later = sum(self.beam * max(0, turned - done) * self.partners for done in range(1, self.changes))
        return turned * self.settings + later


@dataclass(frozen=True, eq=False)
class Flips:
    """Of n rows the levers moved (n,), 0 where no flip was found; the points (n, d); their sizes (n,)."""

    changes: Places
    points: Floats
    sizes: Floats


def joined(parts: Sequence[Flips]) -> Flips:
    """The rows of all parts, in their order."""
    if not parts:
        return Flips(np.zeros(0, np.int64), np.zeros((0, 0)), np.zeros(0))
    changes, points, sizes = zip(*((part.changes, part.points, part.sizes) for part in parts), strict=True)
    return Flips(np.concatenate(changes), np.concatenate(points), np.concatenate(sizes))


def search(
    space: Space, target: Asks, own: Places, effort: Effort = Effort()
) -> Iterator[tuple[Places, Flips]]:
    """Attack all rows of `space`, portion by portion: each portion's rows, and what was found of them.

    Parameters
    ----------
    own : (n,) the class that the model decides of each row as it is.
    """
    levers = pick_levers(space, target, own, effort)
    if not len(levers):
        everything = np.arange(len(own))
        yield everything, _nothing(space, everything)
        return
    widest = max(effort.settings, effort.beam * effort.partners) * len(levers) * max(1, len(space.names))
    portion = max(1, CELLS // widest)
    for first in range(0, len(own), portion):
        rows = np.arange(first, min(len(own), first + portion))
        yield rows, _Portion(space, target, own, effort, levers, rows).attack()


def pick_levers(space: Space, target: Asks, own: Places, effort: Effort) -> Places:
    """The levers to move: all, or those that moved a few rows most."""
    levers = np.arange(len(space.names))
    if len(levers) <= effort.levers or not len(own):
        return levers
    pilot = np.unique(np.linspace(0, len(own) - 1, min(len(own), PILOT)).astype(np.int64))
    rows, _, points, places = _singles(space, pilot, levers, 2)
    tried = try_points(space, target, own, rows, points)
    gains = np.zeros((len(pilot), len(levers)))
    before = try_points(space, target, own, pilot, space.start[pilot]).leaning
    at = np.searchsorted(pilot, rows)
    np.maximum.at(gains, (at, places), np.where(np.isfinite(tried.leaning), tried.leaning - before[at], 0))
    order = np.argsort(-gains.mean(axis=0), kind="stable")
    return np.asarray(np.sort(levers[order[: effort.levers]]))


PILOT = 4
"""Rows that pick the levers of a wide table."""


def _singles(space: Space, rows: Places, levers: Places, most: int) -> tuple[Places, Floats, Floats, Places]:
    """Every setting of every lever alone: rows, settings (m,), points (m, d), places in `levers` (m,)."""
    made = []
    for place, lever in enumerate(levers.tolist()):
        settings = space.settings(rows, lever, most)
        own = space.start[rows, lever]
        row, column = np.nonzero(~np.isnan(settings) & (settings != own[:, None]))
        made.append((rows[row], settings[row, column], np.full(len(row), place)))
    every, settings, places = (np.concatenate(part) for part in zip(*made, strict=True))
    points = space.start[every]
    points[np.arange(len(every)), levers[places]] = settings
    return every, settings, points, places


def _nothing(space: Space, rows: Places) -> Flips:
    return Flips(np.zeros(len(rows), np.int64), space.start[rows].copy(), np.full(len(rows), np.inf))


class _Portion:
    """The attack on some of the rows, step by step; rows that flipped take no further step."""

    def __init__(
        self, space: Space, target: Asks, own: Places, effort: Effort, levers: Places, rows: Places
    ) -> None:
        self._space, self._target, self._own, self._effort = space, target, own, effort
        self._levers, self._rows = levers, rows
        self._found = _nothing(space, rows)

    def attack(self) -> Flips:
        rows, settings, points, places = _singles(
            self._space, self._rows, self._levers, self._effort.settings
        )
        tried = try_points(self._space, self._target, self._own, rows, points)
        self._keep_singles(rows, points, tried)
        partners = self._partners(rows, settings, places, tried)
        best = self._widest(rows, settings, places, tried)
        for _ in range(1, min(self._effort.changes, len(self._levers))):
            best = best[self._found.changes[rows[best] - self._rows[0]] == 0]
            if not len(best):
                break
            rows, points = self._extended(rows[best], points[best], partners)
            tried = try_points(self._space, self._target, self._own, rows, points)
            self._keep(rows, points, tried)
            best = best_of(rows, tried.leaning, self._effort.beam)
        return self._found

    def _partners(self, rows: Places, settings: Floats, places: Places, tried: Tried) -> Floats:
        """The settings of each lever to try beside other changes, (n, levers, partners); NaN without."""
        found = np.full((len(self._rows), len(self._levers), self._effort.partners), np.nan)
        cell, order, rank = self._by_lever(rows, settings, places, tried)
        best = rank < self._effort.partners
        found.reshape(-1, self._effort.partners)[cell[order[best]], rank[best]] = settings[order[best]]
        return found

    def _widest(self, rows: Places, settings: Floats, places: Places, tried: Tried) -> Places:
        """Single changes to extend: the best setting of a lever each, of the levers that lean most."""
        _, order, rank = self._by_lever(rows, settings, places, tried)
        each = order[rank == 0]
        return np.asarray(each[best_of(rows[each], tried.leaning[each], self._effort.beam)])

    def _by_lever(
        self, rows: Places, settings: Floats, places: Places, tried: Tried
    ) -> tuple[Places, Places, Places]:
        """Cells of row and lever (m,), and single changes by cell, those that lean most first, with ranks.

        Where none leans more than another, the outermost: a lever may only count once another one is moved.
        """
        cell = (rows - self._rows[0]) * len(self._levers) + places
        return cell, *ranked(cell, (tried.leaning, -_from_the_end(cell, settings)))

    def _extended(self, rows: Places, points: Floats, partners: Floats) -> tuple[Places, Floats]:
        """Each of m points with one more lever moved, to each of its partner settings."""
        offered = partners[rows - self._rows[0]]  # (m, levers, partners)
        untouched = points[:, self._levers] == self._space.start[rows][:, self._levers]
        at, place, rank = np.nonzero(~np.isnan(offered) & untouched[:, :, None])
        made = points[at].copy()
        made[np.arange(len(at)), self._levers[place]] = offered[at, place, rank]
        return rows[at], made

    def _keep_singles(self, rows: Places, points: Floats, tried: Tried) -> None:
        hits = np.flatnonzero(tried.flips)
        if len(hits):
            world = self._space, self._target, self._own
            self._note(*nearest_of_each(*world, rows[hits], points[hits], self._effort.halvings))

    def _keep(self, rows: Places, points: Floats, tried: Tried) -> None:
        """Of each row's flips the smallest, each walked back."""
        hits = np.flatnonzero(tried.flips)
        if len(hits):
            sizes = self._space.sizes(rows[hits], points[hits])
            at = hits[best_of(rows[hits], -sizes, KEPT)]
            world = self._space, self._target, self._own
            self._note(rows[at], walk_back(*world, rows[at], points[at], self._effort.halvings))

    def _note(self, rows: Places, points: Floats) -> None:
        """Of each row the point of fewest changes, and of these the smallest."""
        changes = (points != self._space.start[rows]).sum(axis=1)
        sizes = self._space.sizes(rows, points)
        order = np.lexsort((sizes, changes, rows))
        _, first = np.unique(rows[order], return_index=True)
        least = order[first]
        at = rows[least] - self._rows[0]
        self._found.changes[at], self._found.points[at] = changes[least], points[least]
        self._found.sizes[at] = sizes[least]


def _from_the_end(groups: Places, values: Floats) -> Floats:
    """How many values of its group lie between each value and the nearer end."""
    order, rank = ranked(groups, (values,))
    found, counts = np.empty(len(groups)), np.bincount(groups, minlength=1)[groups[order]]
    found[order] = np.minimum(rank, counts - 1 - rank)
    return found


def ranked(groups: Places, values: tuple[Floats, ...]) -> tuple[Places, Places]:
    """Positions by group, the largest value first, ties by the next values; and the rank of each, from 0.

    >>> ranked(np.array([1, 0, 1]), (np.array([3.0, 1.0, 4.0]),))
    (array([1, 2, 0]), array([0, 0, 1]))
    """
    order = np.lexsort((*(-one for one in reversed(values)), groups))
    _, firsts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    return order, np.arange(len(order)) - np.repeat(firsts, counts)


def best_of(groups: Places, values: Floats, most: int) -> Places:
    """Positions of the `most` largest values of each group, groups in rising order.

    >>> best_of(np.array([0, 0, 0, 1]), np.array([1.0, 3.0, 2.0, 5.0]), 2)
    array([1, 2, 3])
    """
    order, rank = ranked(groups, (values,))
    return np.asarray(order[rank < most])
