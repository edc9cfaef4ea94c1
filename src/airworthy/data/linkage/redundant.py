"""Columns that another one says already, as a postcode does its town: compared too, they count twice."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

import polars as pl

DETERMINED, REPEATED = 0.98, 0.3
"""Share of rows with the usual value beside what determines it: a fiftieth may have slips. And the least
share of rows whose determining value stands in other rows too: of these alone it can be told."""

Column = tuple[str, Sequence[str | None], Sequence[str | None]]


def told_already(columns: Sequence[Column]) -> dict[str, str]:
    """Of each column (name, values of the left and of the right table) that another determines, which one.

    Both tables must show it, so that rows of one person in one table do not. Of two that determine each other
    the one with more different values stays, or the first.

    >>> codes, towns = ["1", "1", "2", "2", "3", "3"], ["bern", "bern", "chur", "chur", "bern", "bern"]
    >>> told_already([("town", towns, towns), ("code", codes, codes)])
    {'town': 'code'}
    """
    finest = sorted(columns, key=lambda column: -len(set(column[1])))
    told: dict[str, str] = {}
    for (name, *of), (other, *by) in permutations(finest, 2):
        if name not in told and other not in told and all(map(_determines, of, by)):
            told[other] = name
    return told


def _determines(one: Sequence[str | None], other: Sequence[str | None]) -> bool:
    """Whether rows that agree in `one` agree in `other`."""
    known = pl.DataFrame({"one": one, "other": other}).drop_nulls()
    groups = known.group_by("one", "other").len().group_by("one")
    sizes = groups.agg(rows=pl.col("len").sum(), usual=pl.col("len").max()).filter(pl.col("rows") > 1)
    repeated = int(sizes["rows"].sum())
    return repeated >= REPEATED * len(one) > 0 and int(sizes["usual"].sum()) >= DETERMINED * repeated
