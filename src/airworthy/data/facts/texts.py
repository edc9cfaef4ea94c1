"""The texts of a column with their rows, whether they are few or all different."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from airworthy.data.facts import Sample
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

PIECE = 1 << 20


def texts_of(view: ColumnView) -> pl.DataFrame:
    """Columns value and count: the different values where they are few, else every value once."""
    return view.tally if view.tally is not None else each_once(view.values)


def each_once(values: pl.Series) -> pl.DataFrame:
    present = values.drop_nulls().alias("value").cast(pl.String)
    return pl.DataFrame({"value": present, "count": pl.repeat(1, len(present), eager=True)})


def sampled(view: ColumnView, facts: Facts) -> pl.DataFrame | None:
    """The sample's values of a column too long to look at twice; None where all of it is short enough."""
    sample: pl.DataFrame = facts[Sample()]
    if view.tally is not None or sample.height == view.rows:
        return None
    return each_once(sample[view.name])


def pieces(values: pl.Series) -> Iterator[pl.Series]:
    """The column, a million rows at a time: what rewrites its texts copies a piece, not the whole."""
    return (values.slice(start, PIECE) for start in range(0, max(1, len(values)), PIECE))
