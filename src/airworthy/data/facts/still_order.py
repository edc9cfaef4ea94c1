"""The orders in which a number may stand still: that of time, and each source's own rows in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import TARGET, TIME, RowCount, Sample, Table
from airworthy.data.facts.scan import column_of, epoch_seconds
from airworthy.kernel.fact import Facts

Places = NDArray[np.signedinteger]
Codes = NDArray[np.signedinteger]

MOST_SOURCES, MOST_VALUES = 4, 50
"""Columns whose values' rows are looked at by themselves, those of the fewest values first."""


@dataclass(frozen=True)
class Order:
    """Row numbers (`places`) one after the other, and which of them are a source's own (`codes`, by row)."""

    places: Places
    source: str = ""
    codes: Codes | None = None


def clock_of(facts: Facts) -> pl.Series | None:
    """(rows,) seconds since 1970; None where the table has no time."""
    table = facts[Table()].lazy()
    if TIME not in table.collect_schema():
        return None
    clock: pl.Series = table.select(epoch_seconds(TIME)).collect().to_series()
    return clock


def in_time(facts: Facts, clock: pl.Series | None) -> Order:
    """All rows with a time, the file's order where there is none or it is the same."""
    if clock is None:
        return Order(np.arange(facts[RowCount()]))
    known = clock.is_not_null().arg_true().to_numpy().astype(np.int64)
    times = clock.gather(known).to_numpy()
    if (np.diff(times) < 0).any():
        known = known[np.argsort(times, kind="stable")]
    return Order(known)


def by_source(facts: Facts, order: Order, source: str) -> Order:
    """The same rows, each source's together."""
    codes = codes_of(column_of(facts, source))
    known = order.places[codes[order.places] >= 0]
    return Order(known[np.argsort(codes[known], kind="stable")], source, codes)


def codes_of(words: pl.Series) -> Codes:
    """(rows,) the number of each row's word, -1 where it is missing."""
    written = words.cast(pl.String)
    names = written.unique().drop_nulls().sort()
    codes = written.cast(pl.Enum(names)).to_physical().cast(pl.Int32).fill_null(-1).to_numpy()
    # Numpy sorts numbers of 16 bits by counting them, ten times as fast.
    return codes.astype(np.int16) if len(names) < np.iinfo(np.int16).max else codes


def chosen_sources(facts: Facts, names: Sequence[str]) -> list[str]:
    """The columns with few different words, those of the fewest first."""
    sample: pl.DataFrame = facts[Sample()]
    counts = [(sample[name].n_unique(), place, name) for place, name in enumerate(names)]
    return [name for count, _, name in sorted(counts) if 2 <= count <= MOST_VALUES][:MOST_SOURCES]


def few_outcomes(facts: Facts) -> list[str]:
    """The outcome, where it has few values: a file may be sorted by it."""
    sample: pl.DataFrame = facts[Sample()]
    return [TARGET] if TARGET in sample.columns and sample[TARGET].n_unique() <= MOST_VALUES else []
