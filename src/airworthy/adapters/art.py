"""HopSkipJump of the Adversarial Robustness Toolbox (ART), as a second opinion on flips of table rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from airworthy.assurance.attack.attacked import Pool
from airworthy.assurance.attack.measure import Struck, spread_of
from airworthy.assurance.attack.report import Second
from airworthy.assurance.attack.target import Target, flipped
from airworthy.assurance.changes.space import Floats, Mask, Places, Space
from airworthy.kernel.errors import MissingExtra
from airworthy.kernel.seed import derive_seed

METHOD = "HopSkipJump (ART)"
NEAREST = 500
"""Rows of another class that are tried as a start, nearest first."""


class HopSkipJump:
    """Walks along the border of a decision from a start beyond it (Chen, Jordan and Wainwright 2020).

    Only numbers that may change are moved; words, flags and groups stay. Without a start of its own ART draws
    one at random, and a class for which none is found then looks as if nothing could flip it; here the start
    is the nearest row of another class whose numbers flip this row, and rows without one are counted.

    Parameters
    ----------
    rows : at most, of each class.
    iterations : of the walk; each takes some thirty rows of the model.
    """

    def __init__(self, rows: int = 20, iterations: int = 10, seed: int = 0) -> None:
        self._rows, self._iterations, self._seed = rows, iterations, seed
        self._attack, self._classifier = _load()

    def __call__(self, struck: Struck, target: Target, pool: Pool) -> Second:
        """What it finds on the first of the rows that the search attacked."""
        before = target.asked
        space, own = struck.space, struck.own
        others = Space(space.rules, pool.rows.columns).start[(pool.decided != own) & (pool.decided >= 0)]
        rows = np.arange(min(self._rows, len(struck.rows)))
        starts = [_start(space, target, own, int(row), others) for row in rows]
        points = space.start[rows].copy()
        for row, start in zip(rows.tolist(), starts, strict=True):
            if start is not None:
                points[row] = self._walked(space, target, own, row, start)
        found = _flips(space, target, own, rows, points)
        rounded = _snapped(space, rows, points)
        kept = _flips(space, target, own, rows, rounded)
        both = rows[kept & (struck.flips.changes[rows] > 0)]
        return Second(
            METHOD,
            len(rows),
            sum(start is not None for start in starts),
            int(found.sum()),
            int(kept.sum()),
            int((kept & (struck.flips.changes[rows] == 0)).sum()),
            spread_of(space.distance(both, rounded[both]).size) if len(both) else None,
            spread_of(space.distance(both, struck.flips.points[both]).size) if len(both) else None,
            target.asked - before,
        )

    def _walked(self, space: Space, target: Target, own: int, row: int, start: Floats) -> Floats:
        """The point (d,) where the walk from `start` (d,) ends."""
        moving, low, width = _numbers(space, row)

        def point(cells: Floats) -> Floats:
            points = np.repeat(space.start[[row]], len(cells), axis=0)
            points[:, moving] = low + np.asarray(cells, float) * width
            return points

        def answer(cells: Floats) -> Floats:
            flips = _flips(space, target, own, np.full(len(cells), row), point(cells))
            return np.column_stack([~flips, flips]).astype(np.float32)

        cells = [
            ((one[moving] - low) / width)[None, :].astype(np.float32) for one in (space.start[row], start)
        ]
        attack = self._attack(
            self._classifier(answer, (len(moving),), 2, clip_values=(0.0, 1.0)),
            targeted=False,
            max_iter=self._iterations,
            max_eval=1000,
            init_eval=10,
            verbose=False,
        )
        with _drawing(derive_seed(self._seed, "attack", f"{METHOD} {row}")):
            return np.asarray(point(attack.generate(cells[0], x_adv_init=cells[1]))[0])


def _load() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """ART's attack and its wrapper of a function. Raises `MissingExtra` where it is not installed."""
    try:
        from art.attacks.evasion import HopSkipJump as Walk  # six seconds to import, and an extra
        from art.estimators.classification import BlackBoxClassifier
    except ImportError:
        raise MissingExtra("adversarial-robustness-toolbox", "attack") from None
    return Walk, BlackBoxClassifier


@contextmanager
def _drawing(seed: int) -> Iterator[None]:
    """ART draws from numpy's global state: it is set, and put back."""
    before = np.random.get_state()
    np.random.seed(seed % 2**32)
    try:
        yield
    finally:
        np.random.set_state(before)


def _numbers(space: Space, row: int) -> tuple[Places, Floats, Floats]:
    """Levers of numbers that may move in this row, their least values and how far they reach."""
    at = np.array([row])
    free = np.flatnonzero(space.ordered & space.open[row])
    limits = [space.limits(at, int(lever)) for lever in free]
    low, high = (np.array([edge[side][0] for edge in limits], float) for side in (0, 1))
    wide = high > low
    return free[wide], low[wide], (high - low)[wide]


def _start(space: Space, target: Target, own: int, row: int, others: Floats) -> Floats | None:
    """The row with the numbers of the nearest row of another class that flip it; None without one."""
    moving, low, width = _numbers(space, row)
    if not len(moving) or not len(others):
        return None
    numbers = np.clip(others[:, moving], low, low + width)
    away = (((numbers - space.start[row, moving]) / width) ** 2).sum(axis=1)
    nearest = np.argsort(away, kind="stable")[:NEAREST]
    points = np.repeat(space.start[[row]], len(nearest), axis=0)
    points[:, moving] = numbers[nearest]
    flips = _flips(space, target, own, np.full(len(points), row), points)
    return points[int(np.argmax(flips))] if flips.any() else None


def _flips(space: Space, target: Target, own: int, rows: Places, points: Floats) -> Mask:
    """Which points (m, d) keep every relation and are decided otherwise, (m,)."""
    columns = space.columns(rows, points)
    decided, _ = target.decide(columns, len(rows))
    changed = (points != space.start[rows]).any(axis=1)
    return np.asarray(flipped(decided, np.full(len(rows), own)) & space.permitted(rows, columns) & changed)


def _snapped(space: Space, rows: Places, points: Floats) -> Floats:
    """The points with every number that moved on its grid and within its limits."""
    made = points.copy()
    for lever in np.flatnonzero(space.ordered):
        moved = np.flatnonzero(points[:, lever] != space.start[rows, lever])
        if len(moved):
            cells = points[moved, lever][:, None]
            made[moved, lever] = space.snapped(rows[moved], int(lever), cells)[:, 0]
    return made
