"""Of single changes that flip, the smallest of each row: brackets are halved, hopeless ones dropped."""

from __future__ import annotations

import numpy as np

from airworthy.assurance.attack.target import Asks
from airworthy.assurance.attack.tried import try_points
from airworthy.assurance.changes.space import Floats, Places, Space


def nearest_of_each(
    space: Space, target: Asks, own: Places, rows: Places, points: Floats, halvings: int
) -> tuple[Places, Floats]:
    """Rows (k,), each once, and their points (k, d), of single changes `points` (m, d) that flip `rows` (m,).

    A setting that flips bounds the smallest change of its lever from above, one that does not from below; a
    lever whose lower bound is above the best upper bound of its row is asked no more. Exact to the last
    halving where one lever alone moves the decision one way.
    """
    rows, points, levers = _one_a_side(space, rows, points)
    far = points[np.arange(len(rows)), levers]
    near = space.start[rows, levers].copy()
    most, least = space.sizes(rows, points), np.zeros(len(rows))
    for _ in range(halvings):
        best = _smallest(rows, most, len(own))
        middle = space.between(rows, levers, near, far)
        on = np.flatnonzero(space.ordered[levers] & (middle != near) & (middle != far) & (least < best[rows]))
        if not len(on):
            break
        tried = points[on].copy()
        tried[np.arange(len(on)), levers[on]] = middle[on]
        hits = try_points(space, target, own, rows[on], tried).flips
        sizes = space.sizes(rows[on], tried)
        far[on[hits]], most[on[hits]], points[on[hits]] = middle[on[hits]], sizes[hits], tried[hits]
        near[on[~hits]], least[on[~hits]] = middle[on[~hits]], sizes[~hits]
    order = np.lexsort((most, rows))
    found, first = np.unique(rows[order], return_index=True)
    return found, points[order[first]]


def _one_a_side(space: Space, rows: Places, points: Floats) -> tuple[Places, Floats, Places]:
    """Of each row, lever and direction the smallest change."""
    levers = (points != space.start[rows]).argmax(axis=1)
    up = points[np.arange(len(rows)), levers] > space.start[rows, levers]
    order = np.lexsort((space.sizes(rows, points), up, levers, rows))
    keys = np.column_stack([rows, levers, up])[order]
    first = np.append(True, (keys[1:] != keys[:-1]).any(axis=1)) if len(keys) else np.zeros(0, bool)
    chosen = order[first]
    return rows[chosen], points[chosen], levers[chosen]


def _smallest(rows: Places, sizes: Floats, n: int) -> Floats:
    best = np.full(n, np.inf)
    np.minimum.at(best, rows, sizes)
    return best
