"""Missing values: as nulls, NaN or empty texts, in runs, up to a date; other stand-ins for missing."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import polars as pl

from planted.attach import attached, births
from planted.dates import moment, since, span_days
from planted.groups import one_group
from planted.held.attach import each
from planted.plant import Planted, Planter, Strength, Truth, known, pick, put, some_rows
from planted.world import NotHere, World

CODES = (0, -9, -99, -9999, 99999, 65535, -32768, 2147483647, 1e20, -8888)
WORDS = (
    "not specified", "unspecified", "n.a.", "NULL", "nan", "#N/A", "--", "(blank)", "tbd", "not known",
    "undefined", "keine Angabe", "onbekend", "desconocido",
)  # fmt: skip
DATES = (date(1899, 12, 30), date(1753, 1, 1), date(1, 1, 1), date(2999, 12, 31), date(9999, 12, 31))


def emptied(world: World, rng: np.random.Generator, column: str, mask: np.ndarray) -> World:
    """`column` without its values where `mask` is true: null, or, for half of the tables, NaN or an empty text."""
    kind = world.frame[column].dtype
    if rng.random() < 0.5 and kind.is_float():
        return put(world, column, mask, float("nan"))
    if rng.random() < 0.5 and kind == pl.String:
        return put(world, column, mask, pl.lit(""))
    return put(world, column, mask, None)


def rate(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Missing in runs of 5 to 40 rows, as when a device is out of order."""
    column = pick(rng, world.filled(), "column without gaps")
    mask = np.zeros(world.rows, dtype=bool)
    while mask.sum() < strength.rows * world.rows:
        start = int(rng.integers(world.rows))
        mask[start : start + int(rng.integers(5, 40))] = True
    mask &= known(world, column)
    return Planted(emptied(world, rng, column, mask), Truth((column,), int(mask.sum())))


def step(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """Missing up to a date in half of the tables, from a date on in the others."""
    column = pick(rng, world.filled(), "column without gaps")
    early = rng.random() < 0.5
    share = rng.uniform(strength.rows, min(0.9, strength.rows + 0.2))
    when = moment(world, rng, *((share, share) if early else (1 - share, 1 - share)))
    inside = (~since(world, when) if early else since(world, when)) & known(world, column)
    mask = some_rows(rng, inside, strength.effect * inside.sum())
    truth = Truth((column,), int(mask.sum()), strength.effect, when, span_days(world))
    return Planted(emptied(world, rng, column, mask), truth)


def source(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    by, inside = one_group(world, rng, strength.rows, 0.45)
    column = pick(rng, [name for name in world.filled() if name != by], "column without gaps")
    before = numbered(world, by) if rng.random() < 0.3 else world
    among = inside & known(world, column)
    mask = some_rows(rng, among, strength.effect * among.sum())
    return Planted(
        emptied(before, rng, column, mask), Truth((column,), int(mask.sum()), strength.effect), before
    )


def numbered(world: World, column: str) -> World:
    """`world` with a category's labels as the numbers that a system gave them."""
    labels = world.frame[column].drop_nulls().unique().sort()
    codes = {label: place + 11 for place, label in enumerate(labels)}
    return world.having(
        world.frame.with_columns(pl.col(column).replace_strict(codes, default=None, return_dtype=pl.Int64))
    )


def depends(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """By a number's end, or by a date's: older people's answers, older contracts' fields."""
    drivers = [n for n in world.inputs() if world.frame[n].dtype.is_temporal()] + world.numbers()
    driver = pick(rng, drivers, "number or date")
    column = pick(rng, [name for name in world.filled() if name != driver], "column without gaps")
    values = world.frame[driver].cast(pl.Float64 if world.frame[driver].dtype.is_numeric() else pl.Int64)
    order = values.rank("random", seed=int(rng.integers(1 << 30))).to_numpy() / world.rows
    among = (order > 1 - strength.rows if rng.random() < 0.5 else order <= strength.rows) & known(
        world, column
    )
    mask = some_rows(rng, among, strength.effect * among.sum())
    return Planted(emptied(world, rng, column, mask), Truth((column,), int(mask.sum()), strength.effect))


def target(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    column = pick(rng, world.filled(), "column without gaps")
    among = world.positive().to_numpy() & known(world, column)
    mask = some_rows(rng, among, strength.effect * among.sum())
    return Planted(emptied(world, rng, column, mask), Truth((column,), int(mask.sum()), strength.effect))


def constant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """One value, a twentieth of which is missing as before."""
    column = pick(rng, world.filled(), "column without gaps")
    among = known(world, column)
    values = world.frame[column].drop_nulls()
    mask = some_rows(rng, among, strength.rows * among.sum())
    single = put(world, column, mask, values[int(rng.integers(len(values)))])
    if rng.random() < 0.5:
        single = put(single, column, some_rows(rng, among, 0.05 * world.rows), None)
    return Planted(single, Truth((column,), int(mask.sum())))


def code(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """A code that lies outside the column's range by half of it; a zero only below clearly positive values."""
    column = pick(rng, world.numbers(), "number")
    values = world.frame[column].drop_nulls().to_numpy().astype(float)
    low, high = values.min(), values.max()
    fitting = [c for c in CODES if (c == 0 and low > 0.3 * np.median(values)) or (c < 0 <= low)
               or (c < 3 * low < 0) or (c > 0 and c > 1.5 * high)]  # fmt: skip
    if not fitting:
        raise NotHere("no code outside the range")
    value = float(fitting[int(rng.integers(len(fitting)))])
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    floating = world.having(world.frame.with_columns(pl.col(column).cast(pl.Float64)))
    return Planted(put(floating, column, mask, value), Truth((column,), int(mask.sum())))


def day(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    """The empty date of a database or a spreadsheet, among days, times, or dates written as text."""
    value = DATES[int(rng.integers(len(DATES)))]
    way = int(rng.integers(3))
    if way == 0 and world.dates():
        before, column = world, pick(rng, world.dates(), "date")
    else:
        column = ("last_contact", "born")[int(rng.integers(2))]
        before = attached(world, column, births if column == "born" else each(_contact))
        if way == 1:
            before = before.having(before.frame.with_columns(pl.col(column).str.to_datetime(time_unit="us")))
    kind = before.frame[column].dtype
    put_in = pl.lit(f"{value:%Y-%m-%d}".zfill(10)) if kind == pl.String else value
    if isinstance(kind, pl.Datetime):
        put_in = datetime(value.year, value.month, value.day)
    mask = some_rows(rng, known(before, column), strength.rows * before.rows)
    return Planted(put(before, column, mask, put_in), Truth((column,), int(mask.sum())), before)


def _contact(rng: np.random.Generator) -> str:
    return str(np.datetime64("2017-01-01") + int(rng.integers(0, 1_800)))


def word(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
    column = pick(rng, world.categories(), "category")
    mask = some_rows(rng, known(world, column), strength.rows * world.rows)
    return Planted(
        put(world, column, mask, pl.lit(pick(rng, WORDS, "word"))), Truth((column,), int(mask.sum()))
    )


PLANTERS: dict[str, Planter] = {
    "null-rate": rate,
    "null-step": step,
    "null-source": source,
    "null-depends": depends,
    "null-target": target,
    "constant": constant,
    "sentinel.number": code,
    "sentinel.date": day,
    "sentinel.word": word,
}
