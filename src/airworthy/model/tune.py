"""Further configurations, spread evenly over their ranges, for the time that the portfolio leaves.

Points of a Kronecker sequence, moved by the seed, which leave fewer gaps than random search (Bergstra and
Bengio, JMLR 13 (2012) 281, section 4). The i-th depends on the charter's seed and i alone, so a schedule of
finished trials replays exactly, on whatever machine they were tried and in whatever order they ended.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

import numpy as np

from airworthy.kernel.seed import derive_seed
from airworthy.model.crossfit import Field
from airworthy.model.learners.settings import Trees
from airworthy.model.trials import Trial, boosted_trees, fold_seconds

MOST = 40
"""Draws at most: beyond it another one is found by chance on the measured rows."""

SETTINGS = 6
ROOT = 1.1127756842787055
"""Of g^7 = g + 1."""


def drawn_trials(field: Field, threads: int) -> Iterator[Trial]:
    """Configurations of LightGBM in the order of their numbers."""
    for number in range(1, MOST + 1):
        trees = drawn(field.rows.seed, number)
        forecast = fold_seconds(field) * (0.5 + trees.leaves / 30) * 0.1 / trees.learning_rate
        fit = partial(boosted_trees, trees=trees, threads=threads)
        yield Trial(f"lightgbm-draw-{number}", "lightgbm", 3, fit, forecast, drawn=True)


def drawn(seed: int, number: int) -> Trees:
    """The configuration of one draw.

    >>> drawn(0, 1) == drawn(0, 1), drawn(0, 1) == drawn(0, 2)
    (True, False)
    """
    at = place(seed, number)

    def between(share: float, low: float, high: float) -> float:
        return math.exp(math.log(low) + share * (math.log(high) - math.log(low)))

    return Trees(
        leaves=round(between(at[0], 4, 128)),
        learning_rate=between(at[1], 0.03, 0.1),
        columns=0.3 + 0.7 * at[2],
        rows=min(1.0, 0.5 + at[3]),  # every second one takes all
        penalty=between(at[4], 0.1, 50.0),
        leaf_rows=round(between(at[5], 5, 200)),
    )


def place(seed: int, number: int) -> list[float]:
    """Where draw `number` stands in each of the six ranges, from 0 to 1.

    From one draw to the next the places move on by the powers of 1 / g, and wrap around; g is the root of
    g^7 = g + 1, which keeps points apart whatever their number (Roberts 2018).

    >>> steps = np.subtract(place(0, 2), place(0, 1)) % 1
    >>> steps.round(4)
    array([0.8987, 0.8076, 0.7257, 0.6522, 0.5861, 0.5267])
    """
    start = np.random.default_rng(derive_seed(seed, "draw")).random(SETTINGS)
    moved: list[float] = ((start + number * ROOT ** -np.arange(1.0, SETTINGS + 1)) % 1.0).tolist()
    return moved
