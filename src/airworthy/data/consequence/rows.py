"""The rows that costs are estimated on: a sample, its folds, and its columns as numbers for small trees."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.charter.model import Costs, Task
from airworthy.charter.scope import Scope
from airworthy.data.canonical import as_text
from airworthy.data.facts import TARGET, TIME
from airworthy.data.facts.sample import draw
from airworthy.scoring.contract import LogicalType

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FOLDS = 3
MOST_ROWS, FEWEST_ROWS = 10_000, 2_000
CELLS = 400_000
"""Rows times inputs times outputs of one fit: about a quarter of a second for three folds."""
MOST_INPUTS = 200
MOST_LEVELS = 200
FEWEST_OF_OUTCOME = 20
"""Rows of an outcome below which three folds cannot tell a cost from luck."""
MOST_OUTCOMES = 20


@dataclass(frozen=True)
class Rows:
    """`y` (n,) is 0/1, a class number or a number; `folds` (n,) is 0..2; rows without an outcome are out."""

    frame: pl.DataFrame
    inputs: tuple[str, ...]
    unread: frozenset[str]  # inputs that are prose, or beyond the most that are read
    of_rows: int
    task: Task
    classes: tuple[str, ...]
    y: Floats
    folds: NDArray[np.int64]
    costs: Costs
    seed: int

    def __len__(self) -> int:
        return len(self.y)

    @cached_property
    def numbers(self) -> Mapping[str, tuple[Floats, bool]]:
        """Each input as numbers, and whether they are codes of categories."""
        return {name: encoded(self.frame[name]) for name in self.inputs}

    @property
    def of_inputs(self) -> int:
        """Inputs of the table, read or not."""
        return len(self.inputs) + len(self.unread)

    @property
    def time(self) -> Floats | None:
        """Seconds since 1970 (n,), where the rows are dated."""
        if TIME not in self.frame.columns:
            return None
        return np.asarray(self.frame[TIME].dt.epoch("s").cast(pl.Float64).fill_null(math.nan).to_numpy())


def sampled_rows(table: pl.DataFrame, of_rows: int, scope: Scope, first: tuple[str, ...]) -> Rows | str:
    """The rows to estimate on, or why nothing can be estimated.

    Parameters
    ----------
    table : canonical rows, or a sample of them.
    of_rows : rows of the whole table.
    first : columns that findings speak of; they are kept where there are more inputs than can be read.
    """
    if TARGET not in table.columns or not scope.charter.target.column:
        return "no outcome was named, so nothing can be predicted; name one with --target"
    columns = [c for c in scope.contract.inputs if c.name in table.columns]
    readable = [c.name for c in columns if c.type is not LogicalType.TEXT]
    if not readable:
        return "no input is a number or a category, and prose is not read here"
    chosen = _chosen(readable, first)
    known = table.filter(pl.col(TARGET).is_not_null())
    classes = _classes(known, scope)
    outputs = len(classes) if len(classes) > 2 else 1
    most = max(FEWEST_ROWS, min(MOST_ROWS, CELLS // (len(chosen) * outputs)))
    drawn = draw(known.lazy(), known.height, most)
    if classes:
        drawn = drawn.filter(pl.col(TARGET).is_in(classes))
    if too_few := _too_few(drawn, scope.charter.task, classes):
        return too_few
    return Rows(
        frame=drawn,
        inputs=chosen,
        unread=frozenset(c.name for c in columns) - set(chosen),
        of_rows=of_rows,
        task=scope.charter.task,
        classes=classes,
        y=_outcome(drawn, classes),
        folds=_folds(drawn, scope.charter.data.entity),
        costs=scope.charter.costs,
        seed=scope.charter.seed,
    )


def _chosen(readable: list[str], first: tuple[str, ...]) -> tuple[str, ...]:
    """At most 200 inputs in their order: those that findings speak of, then the others."""
    if len(readable) <= MOST_INPUTS:
        return tuple(readable)
    named = [name for name in dict.fromkeys(first) if name in set(readable)]
    kept = set([*named, *(name for name in readable if name not in set(named))][:MOST_INPUTS])
    return tuple(name for name in readable if name in kept)


def _classes(known: pl.DataFrame, scope: Scope) -> tuple[str, ...]:
    """Outcomes with enough rows, in the contract's order (binary: the event last)."""
    if scope.charter.task is Task.REGRESSION:
        return ()
    counts = (
        known[TARGET].alias("value").value_counts(name="rows").sort("rows", "value", descending=[True, False])
    )
    often = set(counts.filter(pl.col("rows") >= FEWEST_OF_OUTCOME)["value"].head(MOST_OUTCOMES).to_list())
    return tuple(name for name in scope.contract.classes if name in often)


def _too_few(drawn: pl.DataFrame, task: Task, classes: tuple[str, ...]) -> str:
    if task is Task.REGRESSION:
        values = drawn[TARGET].cast(pl.Float64)
        few = drawn.height < 5 * FEWEST_OF_OUTCOME
        return f"{drawn.height:,} rows with an outcome are too few" if few or not values.var() else ""
    counts = [int((drawn[TARGET] == name).sum()) for name in classes]
    if len(counts) < 2 or min(counts) < FEWEST_OF_OUTCOME:
        least = min(counts, default=0) if len(counts) > 1 else 0
        told = f"{least:,} of the {drawn.height:,} rows" if least else f"fewer than {FEWEST_OF_OUTCOME} rows"
        return f"{told} have the rarer outcome, too few to tell a cost from luck"
    return ""


def _outcome(drawn: pl.DataFrame, classes: tuple[str, ...]) -> Floats:
    if not classes:
        return np.asarray(drawn[TARGET].cast(pl.Float64).to_numpy(), float)
    place = {name: float(i) for i, name in enumerate(classes)}
    return np.asarray(drawn[TARGET].replace_strict(place, return_dtype=pl.Float64).to_numpy(), float)


def _folds(drawn: pl.DataFrame, entity: tuple[str, ...]) -> NDArray[np.int64]:
    """Three random folds; rows of one entity stay together."""
    who = [name for name in entity if name in drawn.columns]
    key = drawn.select(pl.struct(who).hash(91) if who else pl.int_range(pl.len(), dtype=pl.UInt64).hash(91))
    return np.asarray((key.to_series() % FOLDS).cast(pl.Int64).to_numpy(), np.int64)


def encoded(column: pl.Series) -> tuple[Floats, bool]:
    """A column as numbers (n,), NaN for null; of text the 200 most frequent values get a code each.

    >>> encoded(pl.Series(["b", "a", "b", None]))
    (array([ 0.,  1.,  0., nan]), True)
    """
    if column.dtype.is_temporal():
        return np.asarray(column.to_physical().cast(pl.Float64).fill_null(math.nan).to_numpy(), float), False
    if column.dtype.is_numeric() or column.dtype == pl.Boolean:
        return np.asarray(column.cast(pl.Float64).fill_null(math.nan).to_numpy(), float), False
    text = as_text(column).alias("value")
    counts = text.drop_nulls().value_counts(name="rows").sort("rows", "value", descending=[True, False])
    place = {value: float(i) for i, value in enumerate(counts["value"].head(MOST_LEVELS).to_list())}
    codes = text.replace_strict(place, default=float(MOST_LEVELS), return_dtype=pl.Float64)
    codes = codes.set(text.is_null(), None)
    return np.asarray(codes.fill_null(math.nan).to_numpy(), float), True
