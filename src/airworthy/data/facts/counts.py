"""Counts of one column over all rows: missing, infinite, different values, and the range."""

from __future__ import annotations

import math
from typing import Any

import polars as pl

from airworthy.data.facts import Counts
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts


def answer(fact: Any, view: ColumnView, facts: Facts) -> Counts:
    low, high, infinite = _range(view)
    if view.kind.is_float() or view.kind.is_temporal():
        # Counting different real numbers costs a hash table; the range tells all that is asked of them.
        distinct = (1 if infinite else 0) if low is None else 2 if low != high or infinite else 1
    else:
        distinct = view.distinct
    return Counts(view.rows, view.nulls, infinite, distinct, low, high)


def _range(view: ColumnView) -> tuple[float | None, float | None, int]:
    """The finite range, and how many values are infinite."""
    values, infinite = view.values, 0
    if not (view.kind.is_numeric() or view.kind.is_temporal()):
        return None, None, 0
    if view.kind.is_temporal():
        ends = pl.Series([values.min(), values.max()], dtype=view.kind)
        values = ends.cast(pl.Datetime("us")).dt.epoch("s")
    low, high = _ends(values)
    if low is not None and high is not None and not (math.isfinite(low) and math.isfinite(high)):
        infinite = int(values.is_infinite().sum())
        low, high = _ends(values.filter(values.is_finite()))
    return low, high, infinite


def _ends(values: pl.Series) -> tuple[float | None, float | None]:
    low, high = values.min(), values.max()
    return (None, None) if low is None or high is None else (float(low), float(high))  # type: ignore[arg-type]
