"""Who is in the table: other proxies (a number, a title), groups written as numbers, other selections."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import polars as pl

from planted.plant import Planted, Planter, Strength, Truth, pick, some_rows
from planted.world import NotHere, World


def imbalance(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """As flags: the rarer outcome is true in a share `effect` of the rows."""
    outcome = world.positive().to_numpy()
    keep = strength.effect / (1 - strength.effect) * (~outcome).sum()
    if keep > outcome.sum():
        raise NotHere("rarer already")
    mask = ~outcome | some_rows(rng, outcome, keep)
    flags = pl.Series(
        world.target or "", outcome if rng.random() < 0.5 else np.where(outcome, "fraud", "fine")
    )
    before = world.having(world.frame.with_columns(flags))
    return Planted(
        before.having(before.frame.filter(pl.Series(mask))), Truth((), int(keep), strength.effect), before
    )


def proxy(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A form of address of five labels, or a number that the best cut reads right in `effect` of the rows."""
    if world.group is None:
        raise NotHere("no protected attribute")
    values = world.frame[world.group].drop_nulls().value_counts().sort("count", world.group)[world.group]
    member = (world.frame[world.group] == values[0]).fill_null(False).to_numpy()
    if rng.random() < 0.5:
        told = member ^ (rng.random(world.rows) > strength.effect)
        titles = np.where(told, *(np.array(c)[rng.integers(len(c), size=world.rows)]
                                  for c in (("Mrs", "Ms", "Miss"), ("Mr", "Sir"))))  # fmt: skip
        column = pl.Series("salutation", titles)
    else:
        # two normal curves whose middle is passed by one row in twenty from either side
        apart = 2 * _upper_quantile(1 - strength.effect)
        column = pl.Series("shoe_size", np.round(40 + 2 * (member * apart + rng.normal(0, 1, world.rows)), 1))
    frame = world.frame.with_columns(column)
    return Planted(
        world.having(frame, protected=[world.group]), Truth((column.name,), world.rows, strength.effect)
    )


def _upper_quantile(share: float) -> float:
    """The standard normal value that a share of the values exceeds."""
    return NormalDist().inv_cdf(1 - share)


def small_group(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A third group of `effect` of the rows: some rows are told to be of it; groups may be numbers."""
    if world.group is None:
        raise NotHere("no protected attribute")
    labels = world.frame[world.group].drop_nulls().unique().sort()
    numbered = rng.random() < 0.5
    names: dict[object, object] = {label: i + 1 if numbered else label for i, label in enumerate(labels)}
    third = len(labels) + 1 if numbered else "other"
    kind = pl.Int64 if numbered else pl.String
    column = (
        world.frame[world.group]
        .cast(pl.String)
        .replace_strict({str(k): v for k, v in names.items()}, default=None, return_dtype=kind)
    )
    before = world.having(world.frame.with_columns(column.alias(world.group)), protected=[world.group])
    mask = some_rows(rng, column.is_not_null().to_numpy(), strength.effect * world.rows)
    put_in = pl.when(pl.lit(pl.Series(mask))).then(pl.lit(third)).otherwise(pl.col(world.group))
    frame = before.frame.with_columns(put_in.alias(world.group))
    return Planted(before.having(frame), Truth((world.group,), int(mask.sum()), strength.effect), before)


def selection(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Those high, or those low, in one number got in more often; a third of the rows is the population."""
    column = pick(rng, world.numbers(), "number")
    shuffled = world.frame[rng.permutation(world.rows)]
    population, rest = shuffled.head(world.rows // 3), shuffled.tail(world.rows - world.rows // 3)
    order = rest[column].rank("random", seed=int(rng.integers(1 << 30))).fill_null(0).to_numpy()
    rank = (order / rest.height - 0.5) * 12**0.5 * (1 if rng.random() < 0.5 else -1)
    got_in = rng.random(rest.height) < 1 / (1 + np.exp(-strength.effect * rank))
    by = [world.time] if world.time else []
    unharmed = rest.sort(by) if by else rest
    chosen = rest.filter(pl.Series(got_in))
    told = {"population": population.drop(world.target) if world.target else population}
    return Planted(
        world.having(chosen.sort(by) if by else chosen, **told),
        Truth((column,), int((~got_in).sum()), strength.effect),
        world.having(unharmed, **told),
    )


PLANTERS: dict[str, Planter] = {
    "imbalance": imbalance,
    "proxy": proxy,
    "small-group": small_group,
    "selection": selection,
}
