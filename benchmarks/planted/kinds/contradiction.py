"""Rows that contradict all the others with the same label: booked to the account of another."""

from __future__ import annotations

import zlib

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, known, pick, put, some_rows
from planted.world import World

ACCOUNTS = 20
"""A bookkeeper's code has one right value. A manager would have deputies: who met one in a few rows could not
call it an error."""


def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Each label is booked to one account, and some rows to the account of another label."""
    label = pick(rng, world.categories(4, 40), "category")
    before = booked(world, label)
    right = before.frame["account"].to_list()
    codes = sorted(set(right) - {None})
    wrong = [_other(rng, codes, code) for code in right]
    mask = some_rows(rng, known(before, "account"), strength.rows * world.rows)
    truth = Truth(("account", label), int(mask.sum()))
    return Planted(put(before, "account", mask, pl.Series(wrong)), truth, before)


def booked(world: World, label: str) -> World:
    """`world` with an account for each value of `label`; most accounts take the rows of two labels or three."""
    values = world.frame[label].drop_nulls().unique().sort().to_list()
    values.sort(key=lambda value: zlib.crc32(f"{world.name}/{value}".encode()))
    codes = [f"K{4_100 + 20 * place}" for place in range(max(3, min(ACCOUNTS, len(values) // 2)))]
    account = {value: codes[place % len(codes)] for place, value in enumerate(values)}
    column = pl.col(label).replace_strict(account, default=None, return_dtype=pl.String).alias("account")
    return world.having(world.frame.with_columns(column))


def _other(rng: np.random.Generator, codes: list[str], code: str | None) -> str:
    return str(rng.choice([one for one in codes if one != code]))


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
