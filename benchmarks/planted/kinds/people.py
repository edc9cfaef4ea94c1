"""Who is in the table: a rare outcome, a proxy, a small group, a population of which only some got in."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.plant import Kind, Planted, Strength, Truth, pick, some_rows
from planted.world import NotHere, World


def imbalance(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Rows of the rarer outcome are taken out until it has `effect` of the rest."""
    outcome = world.positive().to_numpy()
    keep = strength.effect / (1 - strength.effect) * (~outcome).sum()
    mask = ~outcome | some_rows(rng, outcome, keep)
    return Planted(
        world.having(world.frame.filter(pl.Series(mask))),
        Truth((), int(keep), strength.effect),
    )


def proxy(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A new category that follows the protected attribute; `effect` is the share of rows it tells."""
    if world.group is None:
        raise NotHere("no protected attribute")
    values = world.frame[world.group].drop_nulls().value_counts().sort("count", world.group)[world.group]
    member = (world.frame[world.group] == values[0]).fill_null(False).to_numpy()
    told = member ^ (rng.random(world.rows) > strength.effect)
    clubs = np.where(
        told,
        *(np.array(c)[rng.integers(2, size=world.rows)] for c in (("rowing", "chess"), ("choir", "yoga"))),
    )
    frame = world.frame.with_columns(pl.Series("club", clubs))
    return Planted(
        world.having(frame, protected=[world.group]), Truth(("club",), world.rows, strength.effect)
    )


def small_group(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Rows of one group are taken out until it has `effect` of the table."""
    if world.group is None:
        raise NotHere("no protected attribute")
    values = world.frame[world.group].drop_nulls().unique().sort()
    member = (world.frame[world.group] == values[int(rng.integers(len(values)))]).fill_null(False).to_numpy()
    keep = strength.effect / (1 - strength.effect) * (~member).sum()
    frame = world.frame.filter(pl.Series(~member | some_rows(rng, member, keep)))
    told = world.having(frame, protected=[world.group])
    return Planted(
        told,
        Truth((world.group,), int(keep), strength.effect),
        world.having(world.frame, protected=[world.group]),
    )


def selection(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Half of the rows are the declared population; of the others those high in one number got in more often.

    `effect` is the log of the odds of getting in, per standard deviation of the number's rank.
    """
    column = pick(rng, world.numbers(), "number")
    shuffled = world.frame[rng.permutation(world.rows)]
    population, rest = shuffled.head(world.rows // 2), shuffled.tail(world.rows - world.rows // 2)
    rank = (
        rest[column].rank("random", seed=int(rng.integers(1 << 30))).fill_null(0).to_numpy() / rest.height
        - 0.5
    ) * 12**0.5
    got_in = rng.random(rest.height) < 1 / (1 + np.exp(-strength.effect * rank))
    order = [world.time] if world.time else []
    unharmed = rest.sort(order) if order else rest
    chosen = rest.filter(pl.Series(got_in))
    sample = chosen.sort(order) if order else chosen
    told = {"population": population.drop(world.target) if world.target else population}
    return Planted(
        world.having(sample, **told),
        Truth((column,), int((~got_in).sum()), strength.effect),
        world.having(unharmed, **told),
    )


KINDS = (
    Kind(
        "imbalance",
        "a rare outcome",
        imbalance,
        Strength(1.0, 0.02),
        '"never" is right in 98 of 100 rows',
        (1.0,),
        (0.10, 0.05, 0.02, 0.01),
        "share of the rarer outcome",
    ),
    Kind(
        "proxy",
        "a proxy of a protected attribute",
        proxy,
        Strength(1.0, 0.95),
        "tells the attribute in 19 rows of 20: leaving the attribute out changes nothing",
        (1.0,),
        (0.7, 0.8, 0.9, 0.95),
        "share of rows told",
    ),
    Kind(
        "small-group",
        "an under-represented group",
        small_group,
        Strength(1.0, 0.01),
        "one row in a hundred: 40 rows of 4,000 carry no rate of errors worth the name",
        (1.0,),
        (0.1, 0.05, 0.02, 0.01),
        "share of the group",
    ),
    Kind(
        "selection",
        "rows chosen by a number, against a population",
        selection,
        Strength(1.0, 1.5),
        "odds of 4.5 to 1 per standard deviation: the sample's mean moves by half of one or more",
        (1.0,),
        (0.25, 0.5, 1.0, 1.5),
        "log odds per standard deviation",
    ),
)
