"""One value of one category: the source, shop or site that a defect comes from."""

from __future__ import annotations

import numpy as np

from planted.plant import pick
from planted.world import World


def one_group(
    world: World, rng: np.random.Generator, least: float, most: float = 0.5
) -> tuple[str, np.ndarray]:
    """A category and the mask of one of its values that has `least` to `most` of the rows, or `NotHere`."""
    names = world.categories(2, 40)
    options = []
    for name in [world.source] * 2 + names if world.source in names else names:
        for value, count in world.frame[name or ""].drop_nulls().value_counts().sort(name or "").iter_rows():
            if least <= count / world.rows <= most:
                options.append(f"{name}\t{value}")
    name, value = pick(rng, options, "category of that size").split("\t", 1)
    return name, (world.frame[name] == value).fill_null(False).to_numpy()
