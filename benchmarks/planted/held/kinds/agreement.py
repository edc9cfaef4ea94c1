"""What should agree and does not: numbers of a patient in several forms, towns beside the wrong postcode."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import polars as pl

from planted.attach import attached
from planted.groups import one_group
from planted.held.words import TOWNS
from planted.plant import Planted, Planter, Strength, Truth, known, put, some_rows
from planted.world import NotHere, World

Rewrite = Callable[[str], str]
NUMBERS: tuple[Rewrite, ...] = (
    lambda key: f"{key}.0",
    lambda key: key.zfill(12),
    lambda key: f"{key[:-4]} {key[-4:]}",
    lambda key: f"HIS-{key}",
)
"""A column with gaps that was read as decimals, a fixed width, groups of four, the hospital's own prefix."""
CHARTS: tuple[Rewrite, ...] = (
    lambda key: key.replace("/", "-"),
    lambda key: key.replace("/", ""),
    str.lower,
    lambda key: key.replace("/0", "/"),
)
"""17/B/0482 on a label, in a file name, typed by hand, and after a number lost its zero."""


def key_format(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """One site's rows, those up to a date or from one on, or those of some clerks, of whom nothing tells."""
    column, ways, before = _keys(world, rng)
    fit = known(before, column)
    place = int(rng.integers(3))
    if place == 0:
        inside = one_group(before, rng, strength.rows)[1] & fit
    elif place == 1 and before.time:
        order = before.frame[before.time].rank("ordinal").fill_null(0).to_numpy() / before.rows
        inside = (order <= strength.rows if rng.random() < 0.5 else order > 1 - strength.rows) & fit
    else:
        inside = some_rows(rng, fit, strength.rows * before.rows)
    way = ways[int(rng.integers(len(ways)))]
    other = pl.Series([None if key is None else way(key) for key in before.frame[column]])
    changes = (other != before.frame[column]).fill_null(False).to_numpy()
    mask = some_rows(rng, inside & changes, strength.effect * inside.sum())
    if mask.sum() < 0.8 * strength.effect * inside.sum():
        raise NotHere("too few keys that this form changes")
    truth = Truth((column,), int(mask.sum()), strength.effect)
    return Planted(put(before, column, mask, other), truth, before)


def _keys(world: World, rng: np.random.Generator) -> tuple[str, tuple[Rewrite, ...], World]:
    """Numbers that come back, as texts: the table's own in half of those that have some, else chart numbers."""
    own = world.entity
    returning = own and world.frame[own].n_unique() < 0.7 * world.rows
    if own and returning and world.frame[own].dtype.is_integer() and rng.random() < 0.5:
        return own, NUMBERS, world.having(world.frame.with_columns(pl.col(own).cast(pl.String)))
    return "chart", CHARTS, attached(world, "chart", _charts)


def _charts(rng: np.random.Generator, rows: int) -> list[str]:
    """17/B/0482: each of them in three rows on average, some in many."""
    made = [
        f"{rng.integers(10, 24)}/{'ABCDEF'[rng.integers(6)]}/{rng.integers(10_000):04d}"
        for _ in range(max(20, rows // 3))
    ]
    weight = rng.gamma(1.5, 1.0, len(made))
    return [made[i] for i in rng.choice(len(made), rows, p=weight / weight.sum())]


def contradiction(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A pair of the table's own where it has one, else postcode and town; damaged in either column."""
    own = _pairs(world)
    before = world if own else _with_towns(world)
    pairs = own or [("postcode", "town")]
    key, told = pairs[int(rng.integers(len(pairs)))]
    count = round(strength.rows * before.rows)
    if rng.random() < 0.5:
        column, (other, mask) = told, _slipped(before, rng, told, count)
    else:
        column, (other, mask) = key, _mistyped(before, rng, key, told, count)
    if not mask.any():
        raise NotHere("nothing that contradicts")
    return Planted(put(before, column, mask, other), Truth((key, told), int(mask.sum())), before)


def _slipped(world: World, rng: np.random.Generator, told: str, count: int) -> tuple[pl.Series, np.ndarray]:
    """The values of the rows above, from some row on until `count` differ: cells moved down by one."""
    above = world.frame[told].shift(1)
    wrong = (above != world.frame[told]).fill_null(False).to_numpy().copy()
    wrong[: int(rng.integers(round(0.8 * world.rows)))] = False
    return above, wrong & (np.cumsum(wrong) <= count)


def _mistyped(
    world: World, rng: np.random.Generator, key: str, told: str, count: int
) -> tuple[pl.Series, np.ndarray]:
    """The keys of other rows, in `count` rows that name another value than such a key stands for."""
    typed = world.frame[key].gather(rng.permutation(world.rows))
    return typed, some_rows(rng, _wrong(world, key, told, typed), count)


def _wrong(world: World, key: str, told: str, typed: pl.Series) -> np.ndarray:
    """Rows in which the typed key belongs to another value than the one beside it."""
    pairs = world.frame.select(key, told).drop_nulls().unique(key)
    means = typed.replace_strict(pairs[key], pairs[told], default=None)
    return (means != world.frame[told]).fill_null(False).to_numpy() & known(world, key)


def _pairs(world: World) -> list[tuple[str, str]]:
    """Columns the first of which tells the second in every row: labels or whole numbers that come back."""
    fit = [
        name
        for name in world.inputs()
        if (world.frame[name].dtype == pl.String or world.frame[name].dtype.is_integer())
        and 4 <= world.frame[name].drop_nulls().n_unique() <= 0.1 * world.rows
    ]
    return [(key, told) for key, told in permutations(fit, 2) if _tells(world.frame, key, told)]


def _tells(frame: pl.DataFrame, key: str, told: str) -> bool:
    if frame[told].n_unique() > frame[key].n_unique():
        return False
    return bool(frame.select(key, told).drop_nulls().unique().height == frame[key].drop_nulls().n_unique())


def _with_towns(world: World) -> World:
    """A postcode in every row, of ninety, and its town, of eighteen."""
    coded = attached(world, "postcode", _postcodes)
    codes = coded.frame["postcode"].unique().sort()
    towns = [TOWNS[place % len(TOWNS)] for place in range(len(codes))]
    town = pl.col("postcode").replace_strict(codes, pl.Series(towns)).alias("town")
    return coded.having(coded.frame.with_columns(town))


def _postcodes(rng: np.random.Generator, rows: int) -> list[str]:
    codes = [str(code) for code in rng.choice(80_000, 90, replace=False) + 10_000]
    weight = 1 / np.arange(1, 91) ** 0.7
    return [codes[i] for i in rng.choice(90, rows, p=weight / weight.sum())]


PLANTERS: dict[str, Planter] = {
    "key-format": key_format,
    "contradiction": contradiction,
}
