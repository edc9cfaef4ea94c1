"""Further configurations, drawn at random, for the time that the portfolio leaves.

Random search (Bergstra and Bengio, JMLR 13 (2012) 281): the i-th draw depends on the charter's seed and i
alone, so a schedule of finished trials replays exactly, on whatever machine they were tried.
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
    random = np.random.default_rng(derive_seed(seed, "draw", str(number)))

    def between(low: float, high: float) -> float:
        return float(math.exp(random.uniform(math.log(low), math.log(high))))

    return Trees(
        leaves=round(between(4, 128)),
        learning_rate=between(0.03, 0.1),
        columns=float(random.uniform(0.3, 1.0)),
        rows=float(random.uniform(0.5, 1.0)),
        penalty=between(0.1, 50.0),
        leaf_rows=round(between(5, 200)),
    )
