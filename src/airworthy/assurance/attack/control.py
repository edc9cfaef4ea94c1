"""The naive baseline of the search: as many permitted changes, drawn at random."""

from __future__ import annotations

import numpy as np

from airworthy.assurance.attack.field import Field, Floats, Mask, Places
from airworthy.assurance.attack.target import Asks
from airworthy.assurance.attack.tried import try_points

PORTION = 20_000
"""Candidates that are drawn at a time."""


def flipped_at_random(
    field: Field,
    target: Asks,
    own: Places,
    draws: int,
    changes: int,
    settings: int,
    rng: np.random.Generator,
) -> Mask:
    """Whether any of `draws` candidates of each row flips, (n,); each turns `changes` knobs at random."""
    found, turned = np.zeros(len(own), bool), min(changes, len(field.names))
    if not turned:
        return found
    portion = max(1, PORTION // max(1, draws))
    for first in range(0, len(own), portion):
        rows = np.repeat(np.arange(first, min(len(own), first + portion)), draws)
        points = drawn(field, rows, turned, settings, rng)
        flips = try_points(field, target, own, rows, points).flips
        np.logical_or.at(found, rows, flips)
    return found


def drawn(field: Field, rows: Places, turned: int, settings: int, rng: np.random.Generator) -> Floats:
    """Points (m, d) of `rows` (m,) with `turned` knobs each, chosen at random and set at random."""
    points = field.start[rows].copy()
    knobs = rng.random(points.shape).argsort(axis=1)[:, :turned]
    for knob in range(points.shape[1]):
        at = np.flatnonzero((knobs == knob).any(axis=1))
        if not len(at):
            continue
        offered = field.settings(rows[at], knob, settings)
        offered = np.where(offered == points[at, knob][:, None], np.nan, offered)
        order = np.where(np.isnan(offered), np.inf, rng.random(offered.shape)).argmin(axis=1)
        chosen = offered[np.arange(len(at)), order]
        points[at, knob] = np.where(np.isnan(chosen), points[at, knob], chosen)
    return points
