"""The search: the fewest permitted changes that flip a decision, by the model's answers alone.

Gradients are flat on trees, so none is used: every setting of every knob is asked once, and those that lean
most are combined, all rows' candidates of one step in one call.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from airworthy.assurance.attack.field import Field, Floats, Mask, Places
from airworthy.assurance.attack.nearest import nearest_of_each
from airworthy.assurance.attack.target import Asks
from airworthy.assurance.attack.tried import Tried, try_points
from airworthy.assurance.attack.walk_back import walk_back

CELLS = 4_000_000
"""Numbers in one step's table of candidates: rows are taken in portions that keep below it."""
KEPT = 3
"""Of the candidates of a row that flip, so many of the smallest are walked back."""


@dataclass(frozen=True)
class Effort:
    """How far is searched.

    Attributes
    ----------
    changes : knobs turned at once, at most.
    settings : of each knob, tried alone.
    partners : settings of each knob that are tried beside earlier changes.
    beam : earlier changes that are extended by one more.
    knobs : tried at most; where more may change, a pilot picks them.
    halvings : of the way back to the row as it was.
    """

    changes: int = 3
    settings: int = 8
    partners: int = 2
    beam: int = 4
    knobs: int = 40
    halvings: int = 12

    def asked(self, knobs: int) -> int:
        """Candidates of one row at most, but for those that walk back.

        >>> Effort(changes=2, settings=8, partners=2, beam=4).asked(knobs=10)     # 80 + 4 * 9 * 2
        152
        """
        turned = min(knobs, self.knobs)
        later = sum(self.beam * max(0, turned - done) * self.partners for done in range(1, self.changes))
        return turned * self.settings + later


@dataclass(frozen=True, eq=False)
class Flips:
    """Of n rows the knobs turned (n,), 0 where no flip was found; the points (n, d); their sizes (n,)."""

    changes: Places
    points: Floats
    sizes: Floats


def search(
    field: Field, target: Asks, own: Places, effort: Effort = Effort()
) -> Iterator[tuple[Places, Flips]]:
    """Attack all rows of `field`, portion by portion: each portion's rows, and what was found of them.

    Parameters
    ----------
    own : (n,) the class that the model decides of each row as it is.
    """
    knobs = pick_knobs(field, target, own, effort)
    if not len(knobs):
        everything = np.arange(len(own))
        yield everything, _nothing(field, everything)
        return
    widest = max(effort.settings, effort.beam * effort.partners) * len(knobs) * max(1, len(field.names))
    portion = max(1, CELLS // widest)
    for first in range(0, len(own), portion):
        rows = np.arange(first, min(len(own), first + portion))
        yield rows, _Portion(field, target, own, effort, knobs, rows).attack()


def pick_knobs(field: Field, target: Asks, own: Places, effort: Effort) -> Places:
    """The knobs to turn: all, or those that moved a few rows most."""
    knobs = np.arange(len(field.names))
    if len(knobs) <= effort.knobs or not len(own):
        return knobs
    pilot = np.unique(np.linspace(0, len(own) - 1, min(len(own), PILOT)).astype(np.int64))
    rows, _, points, places = _singles(field, pilot, knobs, 2)
    tried = try_points(field, target, own, rows, points)
    gains = np.zeros((len(pilot), len(knobs)))
    before = try_points(field, target, own, pilot, field.start[pilot]).leaning
    at = np.searchsorted(pilot, rows)
    np.maximum.at(gains, (at, places), np.where(np.isfinite(tried.leaning), tried.leaning - before[at], 0))
    order = np.argsort(-gains.mean(axis=0), kind="stable")
    return np.asarray(np.sort(knobs[order[: effort.knobs]]))


PILOT = 4
"""Rows that pick the knobs of a wide table."""


def _singles(field: Field, rows: Places, knobs: Places, most: int) -> tuple[Places, Floats, Floats, Places]:
    """Every setting of every knob alone: rows (m,), settings (m,), points (m, d), places in `knobs` (m,)."""
    made = []
    for place, knob in enumerate(knobs.tolist()):
        settings = field.settings(rows, knob, most)
        own = field.start[rows, knob]
        row, column = np.nonzero(~np.isnan(settings) & (settings != own[:, None]))
        made.append((rows[row], settings[row, column], np.full(len(row), place)))
    every, settings, places = (np.concatenate(part) for part in zip(*made, strict=True))
    points = field.start[every]
    points[np.arange(len(every)), knobs[places]] = settings
    return every, settings, points, places


def _nothing(field: Field, rows: Places) -> Flips:
    return Flips(np.zeros(len(rows), np.int64), field.start[rows].copy(), np.full(len(rows), np.inf))


class _Portion:
    """The attack on some of the rows, step by step; rows that flipped take no further step."""

    def __init__(
        self, field: Field, target: Asks, own: Places, effort: Effort, knobs: Places, rows: Places
    ) -> None:
        self._field, self._target, self._own, self._effort = field, target, own, effort
        self._knobs, self._rows = knobs, rows
        self._found = _nothing(field, rows)

    def attack(self) -> Flips:
        rows, settings, points, places = _singles(self._field, self._rows, self._knobs, self._effort.settings)
        tried = try_points(self._field, self._target, self._own, rows, points)
        self._keep_singles(rows, points, tried)
        partners = self._partners(rows, settings, places, tried)
        for done in range(1, self._effort.changes):
            open_rows = self._open(rows)
            rows, points, tried = rows[open_rows], points[open_rows], _of(tried, open_rows)
            if not len(rows) or done >= len(self._knobs):
                break
            best = best_of(rows, tried.leaning, self._effort.beam)
            rows, points = self._extended(rows[best], points[best], partners)
            tried = try_points(self._field, self._target, self._own, rows, points)
            self._keep(rows, points, tried)
        return self._found

    def _open(self, rows: Places) -> Mask:
        return np.asarray(self._found.changes[rows - self._rows[0]] == 0)

    def _partners(self, rows: Places, settings: Floats, places: Places, tried: Tried) -> Floats:
        """The settings of each knob that lean most when tried alone, (n, knobs, partners); NaN without."""
        found = np.full((len(self._rows), len(self._knobs), self._effort.partners), np.nan)
        cell = (rows - self._rows[0]) * len(self._knobs) + places
        usable = np.where(np.isfinite(tried.leaning), tried.leaning, -np.inf)
        best = best_of(cell, usable, self._effort.partners)
        best = best[np.isfinite(usable[best])]
        order = best[np.argsort(cell[best], kind="stable")]
        _, firsts, counts = np.unique(cell[order], return_index=True, return_counts=True)
        rank = np.arange(len(order)) - np.repeat(firsts, counts)
        found.reshape(-1, self._effort.partners)[cell[order], rank] = settings[order]
        return found

    def _extended(self, rows: Places, points: Floats, partners: Floats) -> tuple[Places, Floats]:
        """Each of m points with one more knob turned, to each of its partner settings."""
        offered = partners[rows - self._rows[0]]  # (m, knobs, partners)
        untouched = points[:, self._knobs] == self._field.start[rows][:, self._knobs]
        at, place, rank = np.nonzero(~np.isnan(offered) & untouched[:, :, None])
        made = points[at].copy()
        made[np.arange(len(at)), self._knobs[place]] = offered[at, place, rank]
        return rows[at], made

    def _keep_singles(self, rows: Places, points: Floats, tried: Tried) -> None:
        hits = np.flatnonzero(tried.flips)
        if len(hits):
            world = self._field, self._target, self._own
            self._note(*nearest_of_each(*world, rows[hits], points[hits], self._effort.halvings))

    def _keep(self, rows: Places, points: Floats, tried: Tried) -> None:
        """Of each row's flips the smallest, each walked back."""
        hits = np.flatnonzero(tried.flips)
        if len(hits):
            sizes = self._field.sizes(rows[hits], points[hits])
            at = hits[best_of(rows[hits], -sizes, KEPT)]
            world = self._field, self._target, self._own
            self._note(rows[at], walk_back(*world, rows[at], points[at], self._effort.halvings))

    def _note(self, rows: Places, points: Floats) -> None:
        """Of each row the point of fewest changes, and of these the smallest."""
        changes = (points != self._field.start[rows]).sum(axis=1)
        sizes = self._field.sizes(rows, points)
        order = np.lexsort((sizes, changes, rows))
        _, first = np.unique(rows[order], return_index=True)
        least = order[first]
        at = rows[least] - self._rows[0]
        self._found.changes[at], self._found.points[at] = changes[least], points[least]
        self._found.sizes[at] = sizes[least]


def _of(tried: Tried, at: Mask) -> Tried:
    return Tried(tried.flips[at], tried.leaning[at])


def best_of(groups: Places, values: Floats, most: int) -> Places:
    """Positions of the `most` largest values of each group, groups in rising order.

    >>> best_of(np.array([0, 0, 0, 1]), np.array([1.0, 3.0, 2.0, 5.0]), 2)
    array([1, 2, 3])
    """
    order = np.lexsort((-values, groups))
    _, firsts, counts = np.unique(groups[order], return_index=True, return_counts=True)
    rank = np.arange(len(order)) - np.repeat(firsts, counts)
    return np.asarray(order[rank < most])
