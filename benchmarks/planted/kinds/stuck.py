"""A feed that repeats its last value: from some day to the end, or for a while before it comes back."""

from __future__ import annotations

import numpy as np

from planted.dates import since, span_days
from planted.plant import Kind, Planted, Planter, Strength, Truth, known, pick, put, some_rows
from planted.world import World


def restless(world: World) -> list[str]:
    """Numbers in which a repeat would be noticed: of a hundred rows at most five share their value."""
    chosen = []
    for name in world.numbers(distinct=100):
        counts = world.frame[name].drop_nulls().value_counts()["count"]
        if counts.max() <= 0.05 * world.rows:  # type: ignore[operator]
            chosen.append(name)
    return chosen


def planter(low: float, high: float) -> Planter:
    """`rows` is the length of the stretch as a share of the rows, `effect` the share of it that repeats.

    The stretch begins in a place between `low` and `high` of those that leave it room, 1 being the last. It
    follows the dates, or, where there are none, the file, as after filling down in a spreadsheet.
    """

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        column = pick(rng, restless(world), "number that does not repeat itself")
        begin = rng.uniform(low, high) * (1 - strength.rows)
        inside, truth = _stretch(world, begin, begin + strength.rows)
        inside &= known(world, column)
        last = world.frame[column].filter(inside)[0]
        mask = some_rows(rng, inside, strength.effect * inside.sum())
        done = Truth((column,), int(mask.sum()), strength.effect, truth.date, truth.span)
        return Planted(put(world, column, mask, last), done)

    return plant


def _stretch(world: World, begin: float, end: float) -> tuple[np.ndarray, Truth]:
    """The rows between two shares of the table, and its date where the table has dates."""
    if world.time is None:
        place = np.arange(world.rows) / world.rows
        return (place >= begin) & (place < end), Truth()
    times = world.frame[world.time].drop_nulls().sort()
    first = times[int(len(times) * begin)]
    inside = since(world, first)
    if end < 1 - 1e-9:
        inside &= ~since(world, times[int(len(times) * end)])
    return inside, Truth(date=first, span=span_days(world))


REASON = "ten weeks of a year in which a number that never repeats holds one value: no chance explains it"
ROWS, EFFECTS, UNIT = (0.02, 0.05, 0.1, 0.2), (0.95, 1.0), "share of the stretch"
KINDS = (
    Kind(
        "stuck.since",
        "one value from some row to the last",
        planter(1.0, 1.0),
        Strength(0.2),
        REASON,
        ROWS,
        EFFECTS,
        UNIT,
    ),
    Kind(
        "stuck.while",
        "one value for a while, then again as before",
        planter(0.2, 0.8),
        Strength(0.2),
        REASON,
        ROWS,
        EFFECTS,
        UNIT,
    ),
)
