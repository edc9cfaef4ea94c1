"""Membership inference on a recipe: its models attacked in turn, as the version has seen every row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.privacy.attacks import CALIBRATED, LOSS
from airworthy.assurance.privacy.membership import FEWEST, TOO_FEW, Membership, NotAttacked
from airworthy.assurance.privacy.signals import of_margins
from airworthy.assurance.privacy.stand_ins import StandIns, in_turn, toss
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.stand_ins.recipe import Recipe

ROWS = 10_000
"""Rows that are dealt: half of them teach each model. Enough for 0.1 % false positives."""
FEWEST_MADE = 4
"""With fewer models a row would be compared with one or none."""

Floats = NDArray[np.float64]


def attack_recipe(
    recipe: Recipe, count: int, most: int, seed: int, after: Callable[[int], bool]
) -> Membership | NotAttacked:
    """`count` models, each of half of at most `most` rows; every row attacked on one of them.

    Parameters
    ----------
    after
        Told how many models are made; says whether there is time for another.
    """
    rng = np.random.default_rng(derive_seed(seed, "privacy", "stand-ins"))
    places = _drawn(recipe.units, most, rng)
    rows, units = recipe.rows.take(places), np.unique(recipe.units[places], return_inverse=True)[1]
    alone = np.unique(units, return_index=True)[1]  # one row a unit: others of it say the same
    if len(alone) < 2 * FEWEST:
        return NotAttacked(TOO_FEW)

    def learn(some: NDArray[np.intp]) -> Floats:
        return of_margins(recipe.margins(recipe.model(rows.take(some)), rows), rows.y, rows.task)

    made = StandIns.trained(learn, toss(units.astype(np.int64), count, rng), after, FEWEST_MADE)
    if len(made) < FEWEST_MADE:
        return NotAttacked(f"The time was up after {len(made)} of {count} models; {FEWEST_MADE} are needed.")
    member, sure, ratio = in_turn(StandIns(made.sure[:, alone], made.learned[:, alone]), rng)
    how = (
        f"{len(made)} models of the recipe {recipe.name} were attacked in turn, each learned from about "
        f"{len(rows) // 2:,} of {len(recipe.rows):,} rows; models of fewer rows betray more."
    )
    return Membership(member, {LOSS: sure, CALIBRATED: ratio}, None, how)


def _drawn(units: NDArray[np.int64], most: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Places of whole units, at most about `most` rows, in their order."""
    if len(units) <= most:
        return np.arange(len(units))
    order = rng.permutation(int(units.max()) + 1)
    sizes = np.bincount(units)[order].cumsum()
    kept = np.zeros(len(order), bool)
    kept[order[sizes <= most]] = True
    return np.flatnonzero(kept[units])
