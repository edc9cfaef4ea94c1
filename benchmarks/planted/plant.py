"""What a planter is: a kind of defect, its strengths, the one that must be found, and the truth it leaves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from planted.world import NotHere, World


@dataclass(frozen=True)
class Strength:
    """How strong a defect is: the share of rows touched, and an effect in the kind's own unit."""

    rows: float
    effect: float = 1.0


@dataclass(frozen=True)
class Truth:
    """What was planted. `date` where the defect begins at one; `span` is that of the table's dates, in days.

    A hit names any of `columns`, or, where there are none, any subject at all.
    """

    columns: tuple[str, ...] = ()
    rows: int = 0
    effect: float = 1.0
    date: datetime | None = None
    span: float = 0.0


@dataclass(frozen=True)
class Planted:
    """The damaged table, the truth, and the unharmed table where the planter had to change it first."""

    world: World
    truth: Truth
    before: World | None = None


Planter = Callable[[World, np.random.Generator, Strength], Planted]


@dataclass(frozen=True)
class Kind:
    """One kind of defect.

    `rows` and `effects` span the grid; `must` is the strength that has to be found, for `reason`.
    """

    name: str
    says: str
    plant: Planter
    must: Strength
    reason: str
    rows: tuple[float, ...]
    effects: tuple[float, ...] = (1.0,)
    unit: str = ""

    def grid(self) -> tuple[Strength, ...]:
        return tuple(Strength(rows, effect) for rows in self.rows for effect in self.effects)


def pick(rng: np.random.Generator, options: Sequence[str], what: str) -> str:
    """One of `options`, or `NotHere` where there are none."""
    if not options:
        raise NotHere(f"no {what}")
    return str(options[int(rng.integers(len(options)))])


def some_rows(rng: np.random.Generator, among: np.ndarray, count: float) -> np.ndarray:
    """A mask of `count` rows (at least one) drawn from the rows where `among` is true."""
    places = np.flatnonzero(among)
    if not len(places):
        raise NotHere("no row to touch")
    mask = np.zeros(len(among), dtype=bool)
    mask[rng.choice(places, min(len(places), max(1, round(count))), replace=False)] = True
    return mask


def known(world: World, column: str) -> np.ndarray:
    """Which rows of `column` hold a value."""
    return world.frame[column].is_not_null().to_numpy()


def put(world: World, column: str, mask: np.ndarray, values: object) -> World:
    """`world` with `column` replaced by `values` (a series, a scalar or None) where `mask` is true."""
    new = pl.lit(values) if isinstance(values, pl.Series) or not isinstance(values, pl.Expr) else values
    changed = pl.when(pl.lit(pl.Series(mask))).then(new).otherwise(pl.col(column)).alias(column)
    return world.having(world.frame.with_columns(changed))
