"""Time that is not in the table: a stretch without rows, a season never seen."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from planted.dates import moment, span_days
from planted.plant import Kind, Planted, Strength, Truth
from planted.world import NotHere, World


def gap(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """No rows for a share `effect` of the span, from a date on."""
    date = moment(world, rng, 0.15, 0.8)
    days = strength.effect * span_days(world)
    at = world.frame[world.time or ""]
    inside = (at >= date) & (at < date + timedelta(days=days))
    return Planted(
        world.having(world.frame.filter(~inside)), Truth((), int(inside.sum()), days, date, span_days(world))
    )


def season(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`effect` neighbouring calendar months are missing in every year."""
    if world.time is None or span_days(world) < 360:
        raise NotHere("less than a year")
    start = int(rng.integers(12))
    months = [(start + i) % 12 + 1 for i in range(int(strength.effect))]
    inside = world.frame[world.time].dt.month().is_in(months)
    return Planted(world.having(world.frame.filter(~inside)), Truth((), int(inside.sum()), strength.effect))


KINDS = (
    Kind(
        "time-gap",
        "a stretch without rows",
        gap,
        Strength(1.0, 0.05),
        "a twentieth of the history: five weeks of two years",
        (1.0,),
        (0.005, 0.01, 0.02, 0.05),
        "share of the span",
    ),
    Kind(
        "unseen-season",
        "calendar months never seen",
        season,
        Strength(1.0, 2.0),
        "two months: a summer, or the weeks before Christmas",
        (1.0,),
        (1.0, 2.0, 3.0),
        "months",
    ),
)
