"""Rows that contradict all the others with the same label: another manager than the branch's own."""

from __future__ import annotations

import zlib

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.words import LAST
from planted.world import World


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Each label gets its manager, and some rows name the manager of another label."""
    label = pick(rng, world.categories(4, 40), "category")
    before = managed(world, label)
    right = before.frame["manager"].to_list()
    names = sorted(set(right) - {None})
    wrong = [_other(rng, names, name) for name in right]
    mask = some_rows(rng, known(before, "manager"), strength.rows * world.rows)
    truth = Truth(("manager", label), int(mask.sum()))
    return Planted(put(before, "manager", mask, pl.Series(wrong)), truth, before)


def managed(world: World, label: str) -> World:
    """`world` with a manager for each value of `label`; one has two labels or three to look after."""
    values = world.frame[label].drop_nulls().unique().sort().to_list()
    values.sort(key=lambda value: zlib.crc32(f"{world.name}/{value}".encode()))
    names = [name.title() for name in LAST[: max(3, min(len(LAST), len(values) // 2))]]
    manager = {value: names[place % len(names)] for place, value in enumerate(values)}
    column = pl.col(label).replace_strict(manager, default=None, return_dtype=pl.String).alias("manager")
    return world.having(world.frame.with_columns(column))


def _other(rng: np.random.Generator, names: list[str], name: str | None) -> str:
    return str(rng.choice([one for one in names if one != name]))


KINDS = (
    Kind(
        "contradiction",
        "a few rows against all others of their label",
        plant,
        Strength(0.005),
        "one row in two hundred where the other 199 agree: a hand that slipped, and nothing in between",
        rows=(0.001, 0.002, 0.005, 0.01),
    ),
)
