"""Dates of a table: where a defect begins, which rows lie behind it, and how long the table runs."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from planted.world import NotHere, World


def moment(world: World, rng: np.random.Generator, low: float = 0.25, high: float = 0.75) -> datetime:
    """A date with `low` to `high` of the rows before it."""
    if world.time is None:
        raise NotHere("no date")
    times = world.frame[world.time].drop_nulls().sort()
    return times[int(len(times) * rng.uniform(low, high))]


def since(world: World, date: datetime) -> np.ndarray:
    return (world.frame[world.time or ""] >= date).fill_null(False).to_numpy()


def span_days(world: World) -> float:
    times = world.frame[world.time or ""].drop_nulls()
    return float((times.max() - times.min()).total_seconds() / 86_400)
