"""How far each column's distribution has moved, with an interval that holds for all columns at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.compare.factor import factor_of_all
from airworthy.data.compare.found import Interval, Moved
from airworthy.measures import PopulationStability
from airworthy.measures.proportion import Newcombe

Floats = NDArray[np.float64]

BINS, WORDS = 10, 20
"""Bins of a number, at the deciles of the first table, and words that are counted alone."""

ALPHA = 0.05
"""Chance that any interval of a comparison misses; shared among its columns (Bonferroni)."""

SORTED = 100_000
"""Values from which the deciles are read; the bins count every row."""


def moved_columns(before: pl.DataFrame, after: pl.DataFrame, names: Sequence[str]) -> tuple[Moved, ...]:
    """How far the columns of `names` moved, of two frames of the same types, the farthest first.

    What did not move at all is left out. The intervals take both tables for independent draws: where most
    rows are the same in both, as after an edit, they are wider than need be.
    """
    level = 1 - ALPHA / max(1, before.width)
    found = [moved(before[name], after[name], level) for name in names]
    told = [one for one in found if one is not None]
    return tuple(sorted(told, key=lambda one: (not one.surely, -one.psi.value)))


def moved(before: pl.Series, after: pl.Series, level: float) -> Moved | None:
    """How far one column moved; None without rows in a table, or when every bin holds the same share.

    >>> a, b = pl.Series("x", ["u"] * 50 + ["w"] * 50), pl.Series("x", ["u"] * 60 + ["w"] * 40)
    >>> found = moved(a, b, 0.95)
    >>> round(found.psi.value, 4), found.word         # .0405 less (2 - 1) (1/100 + 1/100)
    (0.0205, ('u', 0.5, 0.6))
    """
    if not len(before) or not len(after):
        return None
    numeric = before.dtype != pl.String and before.dtype != pl.Boolean
    numbers = (numbers_of(before), numbers_of(after)) if numeric else None
    nulls = before.null_count(), after.null_count()
    then, now, labels = (
        _binned(*numbers, nulls, (len(before), len(after))) if numbers else _worded(before, after)
    )
    shares = then / then.sum(), now / now.sum()
    missing = (nulls[0] / len(before), nulls[1] / len(after))
    index = PopulationStability(then, now)
    told = Moved(
        before.name,
        Interval(index.value, *index.interval(level)),
        missing,
        _missing_change(before, after, level),
    )
    if numbers and before.dtype.is_numeric():
        told = _with_middle(told, *numbers)
    elif labels:
        most = int(np.argmax(np.abs(shares[1] - shares[0])[: len(labels)]))
        told = replace(told, word=(labels[most], float(shares[0][most]), float(shares[1][most])))
    middle = told.middle
    still = np.array_equal(*shares) and (middle is None or middle[0] == middle[1])
    return None if still else told


def _missing_change(before: pl.Series, after: pl.Series, level: float) -> Interval | None:
    then, now = before.null_count(), after.null_count()
    if then == now == 0:
        return None
    change = Newcombe(now, len(after), then, len(before))
    return Interval(change.value, *change.interval(level))


def numbers_of(column: pl.Series) -> Floats:
    """Values of a number, day or time as finite numbers, (n,); what is missing is left out."""
    values = column.drop_nulls()
    if not column.dtype.is_numeric():
        values = values.to_physical()
    found: Floats = values.cast(pl.Float64).to_numpy()
    return np.asarray(found[np.isfinite(found)], float)


def _binned(
    one: Floats, other: Floats, nulls: tuple[int, int], rows: tuple[int, int]
) -> tuple[Floats, Floats, tuple[str, ...]]:
    edges = np.empty(0)
    if len(one):
        some = one[:: max(1, len(one) // SORTED)]
        edges = np.unique(np.quantile(some, np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf"))
    return _counts(one, edges, nulls[0], rows[0]), _counts(other, edges, nulls[1], rows[1]), ()


def _counts(values: Floats, edges: Floats, nulls: int, rows: int) -> Floats:
    """Values at most each edge and above the one before it, above the last, missing, and infinite."""
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=len(edges) + 1)
    return np.append(counts, [nulls, rows - nulls - len(values)]).astype(float)


def _worded(before: pl.Series, after: pl.Series) -> tuple[Floats, Floats, tuple[str, ...]]:
    one, other = (
        dict(side.cast(pl.String).alias("word").value_counts(name="rows").iter_rows())
        for side in (before, after)
    )
    nulls = [side.pop(None, 0) for side in (one, other)]
    labels = tuple(_frequent(one, other))
    counts = [
        [
            *(side.get(word, 0) for word in labels),
            sum(side.values()) - sum(side.get(w, 0) for w in labels),
            null,
        ]
        for side, null in ((one, nulls[0]), (other, nulls[1]))
    ]
    return np.array(counts[0], float), np.array(counts[1], float), labels


def _frequent(one: dict[str, int], other: dict[str, int]) -> Iterator[str]:
    """The most frequent words of either table; the others share a bin."""
    for word, _ in sorted({**other, **one}.items(), key=lambda item: (-item[1], item[0]))[:WORDS]:
        yield word


def _with_middle(told: Moved, one: Floats, other: Floats) -> Moved:
    if not len(one) or not len(other):
        return told
    factor = factor_of_all(one, other) if (told.psi.low or 0) > 0 else None
    return replace(told, middle=(_median(one), _median(other)), factor=factor)


def _median(values: Floats) -> float:
    """The median; of halves, as the sum of two largest numbers is none."""
    return 2 * float(np.median(values / 2))
