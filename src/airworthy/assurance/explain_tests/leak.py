"""Do a row's reasons tell who the person is, beyond what the score itself tells?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance.explain_tests.explained import Explained
from airworthy.assurance.explain_tests.kept import leading, shown_of
from airworthy.assurance.facts import RowContributions
from airworthy.assurance.predictions import Values
from airworthy.charter.groups import Group, members
from airworthy.data.facts.foretell import foretell
from airworthy.data.facts.small_trees import out_of_fold
from airworthy.kernel.fact import Facts
from airworthy.kernel.result import NotApplicable
from airworthy.measures.ranking import auc
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]

FEWEST = 30
"""Rows inside and outside of a group below which nothing is said of it."""
FEWEST_ROWS = 200
SURE = 3.0
"""Standard errors above one half from which a column stands in for the group: the best of all is picked."""


@dataclass(frozen=True)
class StandIn:
    """The column whose values alone tell the group best, by their area under the curve."""

    column: str
    auc: float


@dataclass(frozen=True, eq=False)
class Leak:
    """How well a group is told by what is known of a row; every score by trees that had not seen the row.

    Attributes
    ----------
    group : its label; `inside` (m,) says which rows are of it.
    shown : (m,) by the reasons that are shown, with their weights.
    score : (m,) by the score alone.
    every, inputs : area under the curve by the reasons of all columns, and by the values of all columns.
    names_itself : share of rows whose shown reasons name the protected column.
    stand_in : the strongest one among the model's other columns; None where none is sure.
    names_stand_in : share of rows whose shown reasons name it.
    """

    group: str
    inside: Mask
    shown: Floats
    score: Floats
    every: float
    inputs: float
    names_itself: float
    stand_in: StandIn | None
    names_stand_in: float
    count: int


def leak(
    known: Facts, fact: RowContributions, column: Column, groups: tuple[Group, ...]
) -> Leak | NotApplicable:
    """The largest group of `column` held against all other rows."""
    found: Explained = known[fact]
    at = _once(found)
    if len(at) < FEWEST_ROWS:
        few = f"Only {len(at):,} rows were explained; telling groups apart needs {FEWEST_ROWS}."
        return NotApplicable(few)
    rows = found.rows.rows(at)
    sides = [(group, members(group, rows.columns)) for group in groups]
    large = [(group, inside) for group, inside in sides if min(inside.sum(), (~inside).sum()) >= FEWEST]
    if not large:
        return NotApplicable(f"No group of {column.name} and its others have {FEWEST} explained rows each.")
    group, inside = max(large, key=lambda side: int(side[1].sum()))
    told = found.contributions
    values, count = told.values[at], shown_of(len(told.names))
    first = leading(values, count)
    named = dict(zip(told.names, first.mean(axis=0).tolist(), strict=True))
    stand_in = _stand_in({n: rows.columns[n] for n in told.names if n != column.name}, inside)
    by = _Teller(inside, column.name)
    return Leak(
        group=group.label,
        inside=inside,
        shown=by.told(np.where(first, values, np.nan)),
        score=by.told(told.raw[at][:, None]),
        every=auc(inside, by.told(values)),
        inputs=auc(inside, by.of_frame(_frame({name: rows.columns[name] for name in told.names}))),
        names_itself=named.get(column.name, 0.0),
        stand_in=stand_in,
        names_stand_in=0.0 if stand_in is None else named[stand_in.column],
        count=count,
    )


@dataclass(frozen=True, eq=False)
class _Teller:
    """Tells the rows `inside` by small trees, each row by trees that had not seen it."""

    inside: Mask
    name: str

    def told(self, matrix: Floats) -> Floats:
        return self.of_frame(
            pl.DataFrame({f"c{j}": part for j, part in enumerate(matrix.T)}, nan_to_null=True)
        )

    def of_frame(self, frame: pl.DataFrame) -> Floats:
        return out_of_fold(frame, self.inside.astype(np.int64), 2, f"reasons tell {self.name}")[:, 1]


def _once(found: Explained) -> Places:
    """The explained rows, of an entity that returns the first: further rows are no further people."""
    entity = found.entity
    n = len(found.contributions)
    return np.arange(n) if entity is None else np.sort(np.unique(entity, return_index=True)[1])


def _stand_in(columns: dict[str, Values], inside: Mask) -> StandIn | None:
    half = np.arange(len(inside)) % 2 == 0  # the rows are in random order
    best: StandIn | None = None
    for name, series in _frame(columns).to_dict().items():
        told = foretell(series, inside.astype(np.int64), ("others", "group"), half)
        if told is not None and told.auc - SURE * told.error > 0.5 and (best is None or told.auc > best.auc):
            best = StandIn(name, told.auc)
    return best


def _frame(columns: dict[str, Values]) -> pl.DataFrame:
    made = {
        name: pl.Series(name, values, nan_to_null=True)
        if isinstance(values, np.ndarray)
        else pl.Series(name, values, dtype=pl.String)
        for name, values in columns.items()
    }
    return pl.DataFrame(made)
