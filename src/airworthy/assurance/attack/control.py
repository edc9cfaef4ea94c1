"""The naive baseline of the search: as many permitted changes, drawn at random."""

from __future__ import annotations

import numpy as np

from airworthy.assurance.attack.target import Target
from airworthy.assurance.attack.tried import try_points
from airworthy.assurance.changes.space import Mask, Places, Space

PORTION = 20_000
"""Candidates that are drawn at a time."""


def flipped_at_random(
    space: Space, target: Target, own: Places, draws: int, changes: int, rng: np.random.Generator
) -> Mask:
    """Whether any of `draws` candidates of each row flips, (n,); each moves `changes` levers at random."""
    found, moved = np.zeros(len(own), bool), min(changes, len(space.names))
    if not moved or not draws:
        return found
    portion = max(1, PORTION // draws)
    for first in range(0, len(own), portion):
        rows = np.repeat(np.arange(first, min(len(own), first + portion)), draws)
        points = space.drawn(rows, moved, rng)
        flips = try_points(space, target, own, rows, points).flips
        np.logical_or.at(found, rows, flips)
    return found
