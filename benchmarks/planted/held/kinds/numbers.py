"""Numbers: digits and signs that slipped, units and their rounding, other ways to write them, infinities."""

from __future__ import annotations

import numpy as np
import polars as pl

from planted.dates import moment, since, span_days
from planted.groups import one_group
from planted.plant import Planted, Planter, Strength, Truth, known, pick, put, some_rows
from planted.world import NotHere, World

WAYS = (
    "€ {}", "{}-", "({})", "~{}", "{} ?", "{} approx", "> {}", "#VALUE!", "#REF!", "tba", "{} cm", "pending",
    "{} or more", "see file",
)  # fmt: skip
# what one unit is in another: kg, litres, hours, miles, inches; degrees apart
FACTORS = (3.28, 3.6, 3.785, 10.0, 12.0, 25.4, 60.0, 100.0, 1_000.0)
WARM = ("temp", "degrees", "dewp")


def outliers(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A row's own value times a power of ten, in half of the tables with the wrong sign.

    Only rows count whose new value lies 0.8 times as far out as asked for.
    """
    column = pick(rng, world.numbers(), "number")
    values = world.frame[column].cast(pl.Float64).fill_null(0.0).to_numpy()
    middle = np.median(values[known(world, column)])
    reach = strength.effect * np.quantile(np.abs(values[known(world, column)] - middle), 0.999)
    sign = -1.0 if rng.random() < 0.5 else 1.0
    for power in range(1, 7):
        slipped = sign * values * 10.0**power
        fit = (np.abs(slipped - middle) >= 0.8 * reach) & known(world, column)
        if fit.mean() > 0.3:
            break
    else:
        raise NotHere("too many zeros")
    mask = some_rows(rng, fit, strength.rows * world.rows)
    floating = world.having(world.frame.with_columns(pl.col(column).cast(pl.Float64)))
    return Planted(
        put(floating, column, mask, pl.Series(slipped)), Truth((column,), int(mask.sum()), strength.effect)
    )


def unit_source(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    _, inside = one_group(world, rng, strength.rows, 0.4)
    return _other_unit(world, rng, strength, inside, Truth())


def unit_date(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """In half of the tables the other unit is the older one."""
    share = rng.uniform(strength.rows, 0.6)
    early = rng.random() < 0.5
    when = moment(world, rng, *((share, share) if early else (1 - share, 1 - share)))
    inside = ~since(world, when) if early else since(world, when)
    return _other_unit(world, rng, strength, inside, Truth(date=when, span=span_days(world)))


def unit_source_date(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    _, inside = one_group(world, rng, strength.rows, 0.6)
    when = moment(world, rng, 0.3, 0.7)
    early = rng.random() < 0.3
    late = ~since(world, when) if early else since(world, when)
    return _other_unit(world, rng, strength, inside & late, Truth(date=when, span=span_days(world)))


def _other_unit(
    world: World, rng: np.random.Generator, strength: Strength, mask: np.ndarray, truth: Truth
) -> Planted:
    """Degrees as Fahrenheit where the column's name says degrees, else a factor at least as strong as asked for.

    Written with the decimals that the column has, unless the new unit would lose its digits by that.
    """
    warm = [n for n in world.numbers() if any(part in n.lower() for part in WARM) and _celsius(world, n)]
    column = pick(rng, warm if warm and rng.random() < 0.4 else _positive(world), "positive number")
    values = world.frame[column].cast(pl.Float64)
    if column in warm and strength.effect < 10:
        new = values * 1.8 + 32
        factor = 1.8
    else:
        fitting = [f for f in FACTORS if strength.effect <= f <= 20 * strength.effect]
        factor = fitting[int(rng.integers(len(fitting)))]
        factor = factor if rng.random() < 0.6 else 1 / factor
        new = values * factor
    decimals = _decimals(values)
    while decimals < 6 and new.round(decimals).n_unique() < 0.5 * min(values.n_unique(), 200):
        decimals += 1
    touched = mask & known(world, column)
    floating = world.having(world.frame.with_columns(pl.col(column).cast(pl.Float64)))
    done = Truth((column,), int(touched.sum()), factor, truth.date, truth.span)
    return Planted(put(floating, column, touched, new.round(decimals)), done)


def _positive(world: World) -> list[str]:
    """Numbers that a unit may have: not zero in most rows, nor a code on both sides of zero."""
    return [name for name in world.numbers() if (world.frame[name].quantile(0.02) or 0) > 0]


def _celsius(world: World, name: str) -> bool:
    values = world.frame[name].drop_nulls()
    return bool(float(values.min() or 0) > -40 and float(values.max() or 0) < 50)  # type: ignore[arg-type]


def _decimals(values: pl.Series) -> int:
    """The decimals that 99 of 100 values are written with, at most six."""
    known_values = values.drop_nulls()
    for places in range(6):
        if ((known_values - known_values.round(places)).abs() < 1e-9).mean() > 0.99:  # type: ignore[operator]
            return places
    return 6


def mixed(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Other ways to write a number; a decimal comma only where there are decimals."""
    column = pick(rng, world.numbers(), "number")
    text = world.having(world.frame.with_columns(pl.col(column).cast(pl.String)))
    written = text.frame[column]
    if rng.random() < 0.4:
        fit = written.str.contains(r"\.\d*[1-9]").fill_null(False).to_numpy()
        other = written.str.replace(".", ",", literal=True)
    else:
        fit = known(world, column)
        way = pick(rng, WAYS, "way")
        other = pl.Series([None if value is None else way.format(value) for value in written])
    mask = some_rows(rng, fit, strength.rows * world.rows)
    if mask.sum() < round(strength.rows * world.rows):
        raise NotHere("too few values with decimals")
    return Planted(put(text, column, mask, other), Truth((column,), int(mask.sum())))


def infinite(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Both signs."""
    column = pick(rng, world.numbers(), "number")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    floating = world.having(world.frame.with_columns(pl.col(column).cast(pl.Float64)))
    signs = pl.Series(np.where(rng.random(world.rows) < 0.5, np.inf, -np.inf))
    return Planted(put(floating, column, mask, signs), Truth((column,), int(mask.sum())))


PLANTERS: dict[str, Planter] = {
    "outliers": outliers,
    "unit.source": unit_source,
    "unit.date": unit_date,
    "unit.source-date": unit_source_date,
    "mixed-types": mixed,
    "infinite": infinite,
}
