"""Columns that only number the rows of a file: once a row was taken out, they name other rows than before."""

from __future__ import annotations

import polars as pl

from airworthy.data.compare.alike import unequal
from airworthy.data.compare.matching import match_whole_rows

FEWER = 0.5
"""Part of the rows that differ by number, that may differ at most without it."""


def renumbered(before: pl.DataFrame, after: pl.DataFrame) -> tuple[str, ...]:
    """Columns that number the rows of both frames anew, so that the same number is another row.

    >>> a = pl.DataFrame({"row": [1, 2, 3, 4], "v": ["a", "b", "c", "d"]})
    >>> b = pl.DataFrame({"row": [1, 2, 3], "v": ["b", "c", "d"]})
    >>> renumbered(a, b), renumbered(a, a.head(3))
    (('row',), ())
    """
    names = [name for name in before.columns if all(_numbers(side[name]) for side in (before, after))]
    if not names or len(names) == before.width:
        return ()
    left, right = before.drop(names), after.drop(names)
    rows = min(left.height, right.height)
    places = pl.Series([False]).new_from_index(0, rows)
    for name in left.columns:
        places = places | unequal(left[name].head(rows), right[name].head(rows))
    by_number = int(places.sum())
    if not by_number:
        return ()
    elsewhere = rows - len(match_whole_rows(left, right).before)
    return tuple(names) if elsewhere < FEWER * by_number else ()


def _numbers(column: pl.Series) -> bool:
    """Whether values are 0, 1, 2, … or 1, 2, 3, …"""
    if column.dtype != pl.Int64 or not len(column) or column[0] not in (0, 1):
        return False
    return bool((column.diff().drop_nulls() == 1).all()) and not column.null_count()
