"""Columns cut into statements such as `tenure below 6`; the cuts of numbers come from the searched half."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Values
from airworthy.scoring.contract import Column, LogicalType

Mask = NDArray[np.bool_]
Readable = Mapping[str, NDArray[Any]]

CUTS = (0.1, 0.25, 0.5, 0.75, 0.9)
MOST_VALUES = 12
"""Rarer values of a column are left to its other statements: each would hold too few rows."""
FEW_NUMBERS = 6
"""A number with at most so many values is read value by value."""


@dataclass(frozen=True)
class Predicate:
    """One statement of one column: it equals `value`, is missing, or lies in [low, high).

    `whole` numbers are written without decimals.

    >>> print(Predicate("tenure", high=6.0)), print(Predicate("contract", value="monthly"))
    tenure below 6
    contract is monthly
    (None, None)
    """

    column: str
    value: str | None = None
    low: float | None = None
    high: float | None = None
    missing: bool = False

    def __str__(self) -> str:
        if self.missing:
            return f"{self.column} is missing"
        if self.value is not None:
            return f"{self.column} is {self.value}"
        if self.low is None:
            return f"{self.column} below {_shown(self.high)}"
        if self.high is None:
            return f"{self.column} of {_shown(self.low)} or more"
        return f"{self.column} from {_shown(self.low)} to below {_shown(self.high)}"

    def holds(self, table: Readable) -> Mask:
        """(n,) rows of which it is true."""
        values = table[self.column]
        if values.dtype.kind != "f":
            return np.asarray(values == ("" if self.missing else self.value), bool)
        if self.missing:
            return np.asarray(~np.isfinite(values), bool)
        if self.value is not None:
            return np.asarray(values == float(self.value), bool)
        above = values >= (-np.inf if self.low is None else self.low)
        return np.asarray(above & (values < (np.inf if self.high is None else self.high)), bool)


def readable(columns: Mapping[str, Values], chosen: Sequence[Column]) -> Readable:
    """The chosen columns as (n,) floats, or as texts that are empty where missing."""
    return {c.name: _as_read(columns[c.name]) for c in chosen}


def _as_read(values: Values) -> NDArray[Any]:
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return values.astype(float)
    listed = values.tolist() if isinstance(values, np.ndarray) else values
    return np.array(["" if v is None or v != v else str(v) for v in listed], dtype=np.str_)


def predicates_of(
    table: Readable, chosen: Sequence[Column], least: int
) -> tuple[tuple[Predicate, ...], NDArray[np.float32]]:
    """Every statement that holds of at least `least` rows and not of all, and where: (p, n) of 0 and 1.

    Two statements that hold of the same rows are one: the first is kept.
    """
    found: list[Predicate] = []
    held: list[NDArray[np.float32]] = []
    seen: set[bytes] = set()
    for column in chosen:
        for predicate in _of_column(column, table[column.name]):
            mask = predicate.holds(table)
            key = mask.tobytes()
            if least <= int(mask.sum()) < len(mask) and key not in seen:
                seen.add(key)
                found.append(predicate)
                held.append(mask.astype(np.float32))
    rows = len(next(iter(table.values()), ()))
    return tuple(found), np.stack(held) if held else np.zeros((0, rows), np.float32)


def _of_column(column: Column, values: NDArray[Any]) -> list[Predicate]:
    if values.dtype.kind != "f":
        return _of_words(column.name, values)
    known = values[np.isfinite(values)]
    empty = [Predicate(column.name, missing=True)] if len(known) < len(values) else []
    codes = column.type in (LogicalType.CATEGORY, LogicalType.FLAG)
    if codes or len(np.unique(known)) <= FEW_NUMBERS:
        return [*_of_codes(column.name, known), *empty]
    return [*_of_scale(column.name, known, column.type is LogicalType.INTEGER), *empty]


def _of_words(name: str, words: NDArray[np.str_]) -> list[Predicate]:
    seen, counts = np.unique(words, return_counts=True)
    order = np.lexsort((seen, -counts))[:MOST_VALUES]
    return [Predicate(name, value=str(seen[i])) if seen[i] else Predicate(name, missing=True) for i in order]


def _of_codes(name: str, known: NDArray[np.float64]) -> list[Predicate]:
    seen, counts = np.unique(known, return_counts=True)
    order = np.lexsort((seen, -counts))[:MOST_VALUES]
    return [Predicate(name, value=_plain(float(seen[i]))) for i in order]


def _of_scale(name: str, known: NDArray[np.float64], whole: bool) -> list[Predicate]:
    """Below and above each cut, and between neighbouring ones."""
    cuts = np.quantile(known, CUTS)
    cuts = np.ceil(cuts) if whole else np.array([float(f"{cut:.3g}") for cut in cuts])
    edges, least = sorted({float(cut) for cut in cuts}), float(known.min())
    return [
        *(Predicate(name, high=edge) for edge in edges),
        # From the least number on, it says of every row that has one that it has one.
        *(Predicate(name, low=edge) for edge in edges if edge > least),
        *(Predicate(name, low=low, high=high) for low, high in pairwise(edges)),
    ]


def _plain(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def _shown(value: float | None) -> str:
    """Thousands apart, but not in what may be a year."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 10_000 and value == int(value) else _plain(value)
