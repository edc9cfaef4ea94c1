"""A first look at every column of a raw table, before anybody declared anything; it guides the proposal."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice

import numpy as np
import polars as pl

from airworthy.data.canonical import as_text
from airworthy.data.lexical import SHORT_ROWS
from airworthy.data.types import infer_type
from airworthy.scoring.contract import LogicalType

MOST_VALUES, FEWEST_ALIKE = 12, 100
"""Frequent values that are shown, and the fewest rows whose neighbours are compared."""


@dataclass(frozen=True)
class Look:
    """One column. `values` are its most frequent ones, as text."""

    name: str
    type: LogicalType
    rows: int
    nulls: int
    distinct: int
    values: tuple[str, ...]
    falls: int | None = None  # rows below the row before; None where that has no meaning
    scientific: bool = False  # an identifier that a spreadsheet rounded: 5.70306E+17
    alike: float | None = None  # correlation of a row's value with the next row's
    at_top: int = 0  # rows that hold the largest number

    @property
    def filled(self) -> int:
        return self.rows - self.nulls

    @property
    def repeats(self) -> float:
        """Rows per value."""
        return self.filled / max(1, self.distinct)

    @property
    def rises(self) -> bool:
        return self.falls == 0

    @property
    def nearly_rises(self) -> bool:
        """At most one fall in a thousand rows."""
        return self.falls is not None and self.distinct > 20 and self.falls <= self.rows / 1000

    @property
    def numeric(self) -> bool:
        return self.type.numeric

    @property
    def is_time(self) -> bool:
        return self.type in (LogicalType.INSTANT, LogicalType.DAY)


def look_at(frame: pl.DataFrame) -> tuple[Look, ...]:
    """Look at each column of `frame`, of native types as `airworthy.data.read_file` gives them, in order."""
    numbers = [name for name, kind in frame.schema.items() if kind in (pl.Float64, pl.Int64)]
    known = _look_at_numbers(frame.select(numbers)) if numbers and frame.height <= SHORT_ROWS else {}
    return tuple(known.get(name) or _look(frame[name]) for name in frame.columns)


def as_numbers(series: pl.Series) -> pl.Series | None:
    """`series` as Float64 without NaN, or None where its values are no numbers."""
    if series.dtype.is_numeric() or series.dtype == pl.Boolean:
        return series.cast(pl.Float64).fill_nan(None)
    return None


def _look(raw: pl.Series) -> Look:
    series = raw.fill_nan(None) if raw.dtype.is_float() else raw
    filled = series.drop_nulls()
    distinct = filled.n_unique()
    return Look(
        name=raw.name,
        type=infer_type(raw),
        rows=series.len(),
        nulls=series.null_count(),
        distinct=distinct,
        values=_frequent(filled),
        falls=_falls(series, distinct),
        scientific=_scientific(filled),
        alike=_alike(series, distinct),
        at_top=int((filled == filled.max()).sum()) if filled.dtype.is_numeric() and filled.len() else 0,
    )


def _look_at_numbers(raw: pl.DataFrame) -> dict[str, Look]:
    """What `_look` says of each number column, with a few questions to all of them together.

    Of thousands of columns, some twenty questions to each took ten times as long (measured).
    """
    frame = raw.with_columns(pl.selectors.float().fill_nan(None))
    every, rows = pl.all(), frame.height
    nulls = frame.null_count().row(0)
    distinct = frame.select(every.drop_nulls().n_unique()).row(0)
    falls = frame.select((every.diff() < 0).sum()).row(0)
    at_top = frame.select((every == every.max()).sum()).row(0)
    middle = frame.select(every.abs().median()).row(0)
    alike = frame.select(_neighbours(name) for name in frame.columns).row(0)
    values = _frequent_numbers(frame)
    return {
        name: Look(
            name=name,
            type=infer_type(raw[name]),
            rows=rows,
            nulls=nulls[at],
            distinct=distinct[at],
            values=values[name],
            falls=None if nulls[at] or distinct[at] <= 2 else int(falls[at]),
            scientific=kind.is_float() and middle[at] is not None and middle[at] > 2.0**53,
            alike=_known(alike[at]) if distinct[at] >= 2 and rows >= FEWEST_ALIKE else None,
            at_top=int(at_top[at]) if nulls[at] < rows else 0,
        )
        for at, (name, kind) in enumerate(frame.schema.items())
    }


def _neighbours(name: str) -> pl.Expr:
    now = pl.col(name).cast(pl.Float64)
    before = now.shift(1)
    both = now.is_not_null() & before.is_not_null()
    return pl.corr(now.filter(both), before.filter(both)).alias(name)


def _known(answer: float | None) -> float | None:
    return float(answer) if answer is not None and answer == answer else None


def _frequent_numbers(frame: pl.DataFrame) -> dict[str, tuple[str, ...]]:
    """What `_frequent` says of each column, written as text together."""
    found: dict[str, tuple[str, ...]] = {}
    tops: dict[str, pl.Series] = {}
    for column in frame.iter_columns():
        filled = column.drop_nulls() if column.null_count() else column
        different, counts = np.unique(filled.to_numpy(), return_counts=True)
        if np.signbit(different[different == 0]).any():  # two ways to write a zero: as they stand there
            found[column.name] = _frequent(filled)
        else:
            first = np.argsort(-counts, kind="stable")[:MOST_VALUES]
            tops[column.name] = pl.Series(different[first], dtype=column.dtype)
    for kind in (pl.Float64, pl.Int64):
        own = {name: top for name, top in tops.items() if top.dtype == kind}
        texts = iter(as_text(pl.concat(list(own.values()))).to_list() if own else [])
        found.update({name: tuple(islice(texts, len(top))) for name, top in own.items()})
    return found


def _frequent(filled: pl.Series) -> tuple[str, ...]:
    """Up to 12 values, most frequent first, ties in value order."""
    counts = filled.rename("value").value_counts(name="count")
    top = counts.sort(["count", "value"], descending=[True, False]).head(MOST_VALUES)
    return tuple(as_text(top["value"]).to_list())


def _falls(series: pl.Series, distinct: int) -> int | None:
    """How often a complete numeric column steps down from one row to the next."""
    if not series.dtype.is_numeric() or series.null_count() or distinct <= 2:
        return None
    return int((series.diff() < 0).sum())


def _alike(series: pl.Series, distinct: int) -> float | None:
    """Correlation of neighbouring rows: of numbers, else of being the most frequent value."""
    if distinct < 2 or series.len() < FEWEST_ALIKE:
        return None
    same = series == series.drop_nulls().mode().sort()[0]
    numbers = (series if series.dtype.is_numeric() else same).cast(pl.Float64).rename("now")
    found = pl.DataFrame([numbers, numbers.shift(1).rename("before")]).drop_nulls()
    answer = found.select(pl.corr("now", "before")).item()
    return _known(answer)


def _scientific(filled: pl.Series) -> bool:
    """Whole numbers that a spreadsheet wrote with an exponent: digits have been lost."""
    if filled.dtype == pl.String and filled.len():
        return bool(filled.str.contains(r"^\d(\.\d+)?[eE]\+?\d{2}$").all())
    if not filled.dtype.is_float() or not filled.len():
        return False
    middle = filled.abs().median()
    return isinstance(middle, float) and middle > 2.0**53
