"""Keys that one of the systems writes in its own way, so that its rows join with nobody's."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import polars as pl

from planted.attach import attached
from planted.groups import one_group
from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World

FORM = r"^[A-Z]+-?\d+$"
"""C00123 and KD-004711: letters and a number, the keys that people hand around."""
Way = Callable[[str, str], str]
WAYS: dict[str, Way] = {
    "small letters": lambda letters, number: letters.lower() + number,
    "the number alone": lambda letters, number: str(int(number)),
    "zeros in front": lambda letters, number: letters + number.zfill(9),
    "a colon between": lambda letters, number: f"{letters.rstrip('-')}:{number}",
}


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """`rows` is the least share of rows that the system writes, `effect` the share of them in its own form."""
    column, before = keys(world)
    _, inside = one_group(before, rng, strength.rows)
    among = inside & known(before, column)
    mask = some_rows(rng, among, strength.effect * among.sum())
    way = WAYS[pick(rng, list(WAYS), "way")]
    other = pl.Series([None if key is None else rewritten(key, way) for key in before.frame[column]])
    return Planted(
        put(before, column, mask, other), Truth((column,), int(mask.sum()), strength.effect), before
    )


def keys(world: World) -> tuple[str, World]:
    """A column of keys that come back: the table's own where it has the form, else one of accounts."""
    own = world.entity
    if own is not None and world.frame[own].dtype == pl.String:
        held = world.frame[own].drop_nulls()
        if held.n_unique() < 0.7 * world.rows and held.str.contains(FORM).all():
            return own, world
    return "account", attached(world, "account", accounts)


def accounts(rng: np.random.Generator, rows: int) -> list[str]:
    """KD-004711: each of them in four rows on average."""
    numbers = rng.choice(90_000, max(20, rows // 4), replace=False) + 1_000
    return [f"KD-{number:06d}" for number in rng.choice(numbers, rows)]


def rewritten(key: str, way: Way) -> str:
    """C00123 by `way`; the letters keep their sign between, for the ways that keep it."""
    letters, number = re.fullmatch(r"([A-Z]+-?)(\d+)", key).groups()  # type: ignore[union-attr]
    return way(letters, number)


KINDS = (
    Kind(
        "key-format",
        "keys written otherwise in one system",
        plant,
        Strength(0.1),
        "a system that writes every tenth row: its customers are all taken for others",
        rows=(0.05, 0.1, 0.2),
        effects=(0.5, 1.0),
        unit="share of the system's rows",
    ),
)
