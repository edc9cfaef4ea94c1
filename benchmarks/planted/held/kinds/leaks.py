"""Leaks in other clothes: several statuses for one outcome, ranks, running text keys, dates and reasons."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import norm

from planted.plant import Planted, Planter, Strength, Truth, put, some_rows
from planted.world import NotHere, World

NAMES = ("status_2", "var_31", "flag_b", "z_4", "extra_field", "k18")
OPEN, CLOSED = ("open", "waiting", "in review"), ("closed", "settled")


def copy(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """The outcome as a status of several labels, a number or a flag; right in a share `effect` of the rows."""
    said = world.positive().to_numpy() ^ (rng.random(world.rows) > strength.effect)
    way = int(rng.integers(3))
    if way == 0:
        words = np.where(said, np.array(CLOSED)[rng.integers(2, size=world.rows)],
                         np.array(OPEN)[rng.integers(3, size=world.rows)])  # fmt: skip
        return _added(world, rng, words, world.rows, strength)
    return _added(world, rng, said if way == 1 else np.where(said, 0, 1), world.rows, strength)


def figure(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A whole number, a rank or a share that follows the outcome as closely as asked for, falling or rising."""
    if world.target is not None and world.frame[world.target].dtype == pl.Float64:
        # by rank: of a skewed target the lower half would else drown in the noise
        share = (world.frame[world.target].rank().fill_null(strategy="mean").to_numpy() - 0.5) / world.rows
        centre = 3 * strength.effect * norm.ppf(share)
    else:
        centre = world.positive().to_numpy() * strength.effect
    score = (centre + rng.normal(0, 1, world.rows)) * (1 if rng.random() < 0.5 else -1)
    shapes = (
        np.round(1_000 + 100 * score),
        np.round(1 / (1 + np.exp(-score / 3)), 5),
        np.argsort(np.argsort(score)) + 1.0,
    )
    return _added(world, rng, shapes[int(rng.integers(3))], world.rows, strength)


def key(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Running numbers handed out by outcome: descending, with gaps, or as text."""
    sorting = world.positive().to_numpy() + np.where(
        rng.random(world.rows) < strength.effect, 0, rng.normal(0, 3, world.rows)
    )
    rank = np.argsort(np.argsort(sorting + rng.uniform(0, 1e-3, world.rows)))
    way = int(rng.integers(3))
    if way == 0:
        values: object = 9_000_000 - rank
    elif way == 1:
        values = 500_000 + 7 * rank + rng.integers(0, 7, world.rows)
    else:
        values = [f"CASE-{number:06d}" for number in rank + 1]
    return _added(world, rng, values, world.rows, strength, "case_no")


def late(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A reason, a date or a number filled in for a share `rows` of the rarer outcome and `effect` of the rest."""
    outcome = world.positive().to_numpy()
    draw = rng.random(world.rows)
    filled = np.where(outcome, draw < strength.rows, draw < strength.effect)
    way = int(rng.integers(3))
    if way == 0:
        full = pl.Series(
            [("moved", "price", "service", "other")[i] for i in rng.integers(4, size=world.rows)]
        )
    elif way == 1:
        days = np.datetime64("2021-01-01") + rng.integers(0, 700, world.rows)
        full = pl.Series([str(day) for day in days])
    else:
        full = pl.Series(rng.integers(1, 9, world.rows))
    values = pl.select(pl.when(pl.lit(pl.Series(filled))).then(pl.lit(full)).otherwise(None)).to_series()
    return _added(world, rng, values, int(filled.sum()), strength)


def order(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """The rarer outcome first; `rows` are in order."""
    outcome = 1.0 - world.positive().to_numpy().astype(float)
    loose = rng.random(world.rows) > strength.rows
    places = np.argsort(
        np.where(loose, rng.uniform(-0.5, 1.5, world.rows), outcome + rng.uniform(-0.5, 0.5, world.rows))
    )
    return Planted(world.having(world.frame[places]), Truth((), int(strength.rows * world.rows)))


def label_noise(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Wrong labels where the difference of two numbers, or one number by a category, tells almost all."""
    numbers, words = world.numbers(), world.categories(2, 12)
    if world.target is None or len(numbers) < 2:
        raise NotHere("no target, or fewer than two numbers")
    first, second = (numbers[int(place)] for place in rng.choice(len(numbers), 2, replace=False))
    score = _rank(world, first) - rng.uniform(0.5, 1.0) * _rank(world, second)
    if words and rng.random() < 0.5:
        word = words[int(rng.integers(len(words)))]
        codes = world.frame[word].fill_null("").cast(pl.Categorical).to_physical().to_numpy()
        score = _rank(world, first) + rng.uniform(-0.35, 0.35, int(codes.max()) + 1)[codes]
    score = score + rng.normal(0, 0.03, world.rows)
    labels = (score > np.quantile(score, rng.uniform(0.5, 0.7))).astype(np.int64)
    before = world.having(world.frame.with_columns(pl.Series(world.target, labels)))
    mask = some_rows(rng, np.ones(world.rows, dtype=bool), strength.rows * world.rows)
    return Planted(put(before, world.target, mask, pl.Series(1 - labels)), Truth((), int(mask.sum())), before)


def _rank(world: World, name: str) -> np.ndarray:
    filled = world.frame[name].cast(pl.Float64).fill_null(strategy="mean")
    return np.asarray(filled.rank().to_numpy() / world.rows)


def _added(
    world: World, rng: np.random.Generator, values: object, rows: int, strength: Strength, name: str = ""
) -> Planted:
    if world.target is None:
        raise NotHere("no target")
    name = name or NAMES[int(rng.integers(len(NAMES)))]
    column = values.alias(name) if isinstance(values, pl.Series) else pl.Series(name, values)
    return Planted(world.having(world.frame.with_columns(column)), Truth((name,), rows, strength.effect))


PLANTERS: dict[str, Planter] = {
    "leak.copy": copy,
    "leak.figure": figure,
    "leak.id": key,
    "leak.late": late,
    "leak.order": order,
    "label-noise": label_noise,
}
