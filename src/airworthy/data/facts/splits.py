"""Where the mean of a measure of the rows changes most in time: over all rows, and over those of a source."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import TIME

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

FEWEST, LEAST_SHARE = 25, 0.05
"""Values on either side of a date, and of a source; and their share of the source's."""

FEWEST_OF_SOURCE = 40

MOST_VALUES, MOST_SOURCES = 50, 16
"""Values of a column that may name sources, and columns of that kind that are read, in their order."""


@dataclass(frozen=True)
class Source:
    """The rows of a column's values: `order` sorts the rows by value and time, `starts` bounds each value."""

    name: str
    values: tuple[str, ...]
    order: Places
    starts: tuple[int, ...]


def row_times(sample: pl.DataFrame) -> Floats | None:
    if TIME not in sample.columns:
        return None
    seconds = sample[TIME].cast(pl.Datetime("us")).dt.epoch("us").cast(pl.Float64) / 1e6
    return seconds.fill_null(math.nan).to_numpy()


def read_sources(
    sample: pl.DataFrame, names: Sequence[str], times: Floats | None
) -> tuple[Source | None, list[Source]]:
    """All rows as one source, if they are dated; and the sources of each column with few values."""
    clock = np.zeros(sample.height) if times is None else times
    rows = np.flatnonzero(~np.isnan(clock))
    rows = rows[np.argsort(clock[rows], kind="stable")]
    everybody = Source("", ("",), rows, (0, len(rows))) if times is not None else None
    found: list[Source] = []
    for name in names:
        words = sample[name].cast(pl.String)[rows]
        counts = words.drop_nulls().value_counts(name="n").filter(pl.col("n") >= FEWEST_OF_SOURCE).sort(name)
        if words.drop_nulls().n_unique() > MOST_VALUES or counts.height < 2:
            continue
        place = {value: i for i, value in enumerate(counts[name])}
        codes = words.replace_strict(place, default=-1, return_dtype=pl.Int32).fill_null(-1).to_numpy()
        order = np.argsort(codes, kind="stable")
        starts = np.searchsorted(codes[order], np.arange(len(place) + 1))
        found.append(Source(name, tuple(place), rows[order], tuple(starts.tolist())))
        if len(found) == MOST_SOURCES:
            break
    return everybody, found


def best_splits(ranks: Floats, present: NDArray[np.bool_], moved_least: float) -> tuple[Floats, Places]:
    """For each column the split of the rows (m, columns) where the mean rank changes most significantly."""
    if not len(ranks):
        return np.zeros(ranks.shape[1]), np.zeros(ranks.shape[1], np.int64)
    count, total = np.cumsum(present, axis=0, dtype=float), np.cumsum(ranks, axis=0)
    n, whole = count[-1], total[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = (ranks**2).sum(axis=0) / n - (whole / n) ** 2
        rest = n - count
        least = np.maximum(FEWEST, LEAST_SHARE * n)
        moved = total / count - (whole - total) / rest
        size = np.abs(moved) * np.sqrt(count * rest / n / variance)
    size[~((count >= least) & (rest >= least) & (np.abs(moved) >= moved_least))] = 0.0
    size[:, ~(variance > 0)] = 0.0
    places = size.argmax(axis=0)
    return size[places, np.arange(size.shape[1])], places + 1
