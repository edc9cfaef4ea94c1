"""Clean worlds of 30 columns: what the audit says about tables in which nothing was planted."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import polars as pl

from airworthy.kernel.result import Verdict
from planted import real
from planted.business import business, moments
from planted.held import tables
from planted.held.clinic import clinic
from planted.kinds.contract import promised
from planted.sampling import Tables
from planted.trial import audit
from planted.world import World

COLUMNS = 30
SIZES = (300, 10_000, 200_000)
POPULATION = 5_000
# Keys, and columns with defects of their own: fees among item codes, a capped age, countries "Unspecified",
# tweets with remains of HTML and the phone numbers of their writers.
LEFT_OUT = {"customerID", "StockCode", "Description", "customer", "housing_median_age", "Country", "text"}
OUTCOMES = (
    ("telco_churn", "Churn"),
    ("nycflights", "arrival"),
    ("noaa_weather", "target"),
    ("cps_earnings", "degree"),
)
HELD_OUTCOMES = (
    ("occupancy", "Occupancy"),
    ("amazon_reviews", "is_negative"),
    ("elec2", "class"),
    ("sentiment_sentences", "label"),
)

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Alarm:
    """The failures of one clean table: `code subject`."""

    index: int
    fails: tuple[str, ...]


def seasonal(seed: int, rows: int) -> World:
    """A generated table; nothing in it changes but with the seasons, and all that is declared of it holds."""
    return _declared(business, seed, rows)


def visits(seed: int, rows: int) -> World:
    """The other generated table: its numbers drift and have heavy tails, its sources differ honestly."""
    return _declared(clinic, seed, rows)


def _declared(make: Callable[[int, int, int], World], seed: int, rows: int) -> World:
    """A generated table with all that can be told of one.

    Told are a protected column, a population from the same source, a split that keeps customers apart, and a
    contract that the table keeps.
    """
    whole = make(10_000_000 + seed, rows + min(rows, POPULATION), COLUMNS - 1)
    rng = np.random.default_rng([13, seed, rows])
    others = np.zeros(whole.rows, dtype=bool)
    others[rng.choice(whole.rows, whole.rows - rows, replace=False)] = True
    tested = whole.frame[whole.entity or ""].cast(pl.String).str.slice(-1).is_in(["3", "7"])
    parts = whole.frame.with_columns(
        pl.when(pl.lit(tested)).then(pl.lit("test")).otherwise(pl.lit("train")).alias("part")
    )
    told = {
        "protected": [whole.group],
        "population": parts.filter(pl.Series(others)).drop(whole.target or "", "part"),
        "entity": whole.entity,
        "split": "part",
        "contract": promised(whole.having(parts)),
    }
    return whole.having(parts.filter(pl.Series(~others)), **told)


def permuted(seed: int, rows: int) -> World:
    """Columns of the public tables that detectors are built on."""
    return _permuted("permuted", real.PUBLIC, OUTCOMES, LEFT_OUT, seed, rows)


def shuffled(seed: int, rows: int) -> World:
    """Columns of the held-out public tables."""
    return _permuted("shuffled", tables.PUBLIC, HELD_OUTCOMES, tables.LEFT_OUT, seed, rows)


def _permuted(
    family: str, public: Tables, outcomes: Pairs, left_out: Collection[str], seed: int, rows: int
) -> World:
    """Columns of public tables, each in an order of its own: none can tell of another, of time or outcome.

    The times are made: a public timetable drawn more often than it is long would have holes of its own.
    A number drawn more often than it occurs is moved by a thousandth of its quartiles' distance, so that a
    large table does not repeat each tail value by construction.
    """
    rng = np.random.default_rng([11, seed, rows])
    names = public.at_hand(small=True)
    if not names:
        raise FileNotFoundError("no public table is on this machine")
    outcome = [pair for pair in outcomes if pair[0] in names]
    table, target = outcome[int(rng.integers(len(outcome)))]
    made = {"y": _drawn(rng, public.whole(table).frame[target], rows)}
    made["at"] = pl.Series(moments(rng, rows).at).cast(pl.Datetime("us"))
    options = [(n, column) for n in names for column in public.whole(n).inputs() if column not in left_out]
    for place in rng.permutation(len(options)):
        if len(made) == COLUMNS:
            break
        name, column = options[int(place)]
        drawn = _drawn(rng, public.whole(name).frame[column], rows)
        if drawn.drop_nulls().n_unique() > 1:  # of one value a check would be right to speak
            made[f"{name}_{column}"] = drawn
    frame = pl.DataFrame({name: column.alias(name) for name, column in made.items()})
    return World(f"{family}-{seed}-{rows}", frame, "y", "at")


def _drawn(rng: np.random.Generator, column: pl.Series, rows: int) -> pl.Series:
    again = rows > len(column)
    drawn = column[rng.choice(len(column), rows, replace=again)]
    if again and drawn.dtype.is_float() and drawn.n_unique() > 1_000:
        width = float((column.quantile(0.75) or 0) - (column.quantile(0.25) or 0))
        return drawn + pl.Series(rng.normal(0, width / 1_000, rows))
    return drawn


FAMILIES: dict[str, dict[str, Callable[[int, int], World]]] = {
    "known": {"seasonal": seasonal, "permuted": permuted},
    "held-out": {"visits": visits, "shuffled": shuffled},
}
"""Of each pool the clean tables: generated ones first, then columns of public ones."""
MADE: dict[str, Callable[[int, int], World]] = {
    name: make for families in FAMILIES.values() for name, make in families.items()
}


def alarm(family: str, index: int, rows: int, seed: int) -> Alarm:
    """What the audit says about one clean table; `seed` chooses the series."""
    fails = [r for r in audit(MADE[family](100_000 * seed + index, rows)) if r.verdict is Verdict.FAIL]
    return Alarm(index, tuple(f"{result.code} {result.subject}" for result in fails))
