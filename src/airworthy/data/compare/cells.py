"""Cells that differ in matched rows: how many of each column, what became of what, and by what factor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.canonical import as_text
from airworthy.data.compare.alike import unequal
from airworthy.data.compare.factor import factor_of_rows
from airworthy.data.compare.found import Changed, Transition
from airworthy.data.compare.matching import Matched
from airworthy.data.compare.words import MOST_WORDS

EXAMPLES = 3
"""Values and their successors that are told of a column, the most frequent first."""


FIRST_CELLS = 2
"""Cells that name a row without a key, beside its number."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The changed columns, which matched rows (m,) changed at all, and of words what they became."""

    changed: tuple[Changed, ...]
    rows: NDArray[np.bool_]
    became: Mapping[str, Mapping[str, tuple[str, float]]]


def compare_cells(before: pl.DataFrame, after: pl.DataFrame, matched: Matched) -> Cells:
    """Compare the columns of two frames of the same names and types in matched rows."""
    touched = np.zeros(len(matched.before), bool)
    found, became = [], {}
    for name in before.columns:
        if name in matched.key:
            continue
        one, other = before[name], after[name]
        if not matched.whole:
            one, other = one[matched.before], other[matched.after]
        differ = unequal(one, other)
        if not differ.any():
            continue
        touched |= differ.to_numpy()
        places = differ.arg_true()
        changes = pl.DataFrame({"before": one[places], "after": other[places]})
        found.append(_changed(name, changes, _first_rows(before, matched, places.head(10_000))))
        if one.dtype == pl.String:
            became[name] = _successors(one, other)
    return Cells(tuple(sorted(found, key=lambda one: -one.rows)), touched, became)


def _first_rows(before: pl.DataFrame, matched: Matched, places: pl.Series) -> pl.Series:
    return row_names(before, matched.before[places.to_numpy()], matched.key)


def row_names(frame: pl.DataFrame, places: NDArray[np.int64], key: tuple[str, ...]) -> pl.Series:
    """Names of rows, as people find them again: by their key, else by their number from 1 and first cells.

    >>> row_names(pl.DataFrame({"id": ["a", "b"]}), np.array([1]), ("id",)).to_list()
    ['id=b']
    """
    shown = key or tuple(frame.columns[:FIRST_CELLS])
    numbers = ("row " + pl.Series(places + 1, dtype=pl.Int64).cast(pl.String)).alias("at")
    if not shown:
        return numbers  # the tables have no column in common
    rows = frame.select(shown)[places]
    told = [pl.lit(f"{name}=") + as_text(rows[name]).fill_null("") for name in shown]
    cells = rows.select(pl.concat_str(told, separator=", ").alias("at")).to_series()
    return cells if key else numbers + " (" + cells + ")"


def _changed(name: str, changes: pl.DataFrame, at: pl.Series) -> Changed:
    then, now = changes["before"], changes["after"]
    return Changed(
        name,
        changes.height,
        filled=then.null_count(),
        emptied=now.null_count(),
        transitions=_transitions(changes, at),
        factor=factor_of_rows(*(changes.drop_nulls()[side] for side in ("before", "after"))),
    )


def _transitions(changes: pl.DataFrame, at: pl.Series) -> tuple[Transition, ...]:
    """The most frequent changes of the first rows that changed; of equals, the first."""
    some = changes.head(len(at)).with_columns(at)
    tally = some.group_by("before", "after", maintain_order=True).agg(pl.len().alias("rows"), pl.first("at"))
    most = tally.sort("rows", descending=True, maintain_order=True).head(EXAMPLES)
    if changes.height > len(at):  # counted among all, once it is known which they are
        most = most.drop("rows").join(
            changes.join(most.select("before", "after"), on=["before", "after"], nulls_equal=True)
            .group_by("before", "after")
            .len("rows"),
            on=["before", "after"],
            nulls_equal=True,
            maintain_order="left",
        )
    told = most.with_columns(as_text(most[side]).alias(side) for side in ("before", "after"))
    return tuple(
        Transition(**row) for row in told.select("before", "after", "rows", "at").iter_rows(named=True)
    )


def _successors(one: pl.Series, other: pl.Series) -> dict[str, tuple[str, float]]:
    """Of each word, the word that most of its rows hold now, with the share of them that do."""
    if one.head(20 * MOST_WORDS).n_unique() > MOST_WORDS:
        return {}
    pairs = pl.DataFrame({"before": one, "after": other}).drop_nulls("before")
    tally = pairs.group_by("before", "after").len("rows")
    if tally.height > MOST_WORDS**2:
        return {}
    shares = tally.with_columns((pl.col("rows") / pl.col("rows").sum().over("before")).alias("share"))
    most = shares.sort("share", "after", descending=[True, False]).unique(
        "before", keep="first", maintain_order=True
    )
    return {
        before: (after or "", share)
        for before, after, share in most.select("before", "after", "share").iter_rows()
    }
