"""A key that nobody declared: columns that name a row in both tables, under which the other cells agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import polars as pl

from airworthy.data.types import named_as_key

GLANCE = 5_000
"""Rows by which most columns are known to repeat."""

MOST_TRIED, MOST_ASKED, WIDEST = 8, 16, 4
"""Columns of which keys are put together, columns asked how well they agree, and columns of a key."""

MOST_ROWS = 50_000
"""Rows by which the agreement is judged."""

LEAST_AGREEMENT = 0.5
"""Share of rows matched, times the share of equal cells among them, below which whole numbers or several
columns are no key: they meet by chance. Words and days, and columns named as keys, need only meet."""


def one_column(before: pl.DataFrame, after: pl.DataFrame) -> tuple[str, ...]:
    """The column that is unique in both frames under which most rows meet and most cells agree; () for none.

    Parameters
    ----------
    before, after : frames with the same columns in the same types, each with rows.

    >>> a = pl.DataFrame({"n": [1, 2, 3], "id": ["a", "b", "c"], "v": [5, 5, 6]})
    >>> b = pl.DataFrame({"n": [1, 2], "id": ["b", "c"], "v": [5, 6]})
    >>> one_column(a, b)
    ('id',)
    """
    usable = _usable(before, after)
    glances = [frame.head(GLANCE).select(usable) for frame in (before, after)]
    singles = [name for name in usable if all(not glance[name].is_duplicated().any() for glance in glances)]
    singles.sort(key=lambda name: not named_as_key(name))
    return _best(before, after, [(name,) for name in singles[:MOST_TRIED] if _unique(before, after, (name,))])


def several_columns(before: pl.DataFrame, after: pl.DataFrame) -> tuple[str, ...]:
    """As `one_column`, the fewest columns that are unique together; () for none."""
    usable = _usable(before, after)
    if not usable or any(frame.select(usable).n_unique() < frame.height for frame in (before, after)):
        return ()  # rows that are alike in all of these columns have no key among them
    glances = [frame.head(GLANCE).select(usable) for frame in (before, after)]
    varied = sorted(usable, key=lambda name: -glances[0][name].n_unique())[:MOST_TRIED]
    for width in range(2, WIDEST + 1):
        wide = (key for key in combinations(varied, width) if _unique(glances[0], glances[1], key))
        if best := _best(before, after, [key for key in _first(wide, 5) if _unique(before, after, key)]):
            return best
    return ()


def _usable(before: pl.DataFrame, after: pl.DataFrame) -> list[str]:
    """Columns without a missing value that are no measurements."""
    return [
        name
        for name in before.columns
        if before[name].dtype != pl.Float64 and not before[name].null_count() and not after[name].null_count()
    ]


def _best(before: pl.DataFrame, after: pl.DataFrame, keys: list[tuple[str, ...]]) -> tuple[str, ...]:
    ranked = [(meeting(before, after, key), key) for key in keys]
    told = [
        (share * (1 + equal), key) for (share, equal), key in ranked if _is_key(before, key, share, equal)
    ]
    return max(told, key=lambda one: one[0])[1] if told else ()


def _is_key(frame: pl.DataFrame, key: tuple[str, ...], share: float, equal: float) -> bool:
    if len(key) == 1 and (named_as_key(key[0]) or frame[key[0]].dtype != pl.Int64):
        return share > 0
    return share * equal >= LEAST_AGREEMENT


def _first(keys: Iterator[tuple[str, ...]], most: int) -> list[tuple[str, ...]]:
    return [key for key, _ in zip(keys, range(most), strict=False)]


def _unique(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> bool:
    return all(frame.select(key).n_unique() == frame.height for frame in (before, after))


def meeting(before: pl.DataFrame, after: pl.DataFrame, key: tuple[str, ...]) -> tuple[float, float]:
    """Share of the rows of the smaller table that `key` matches, and of their other cells that are equal.

    >>> a = pl.DataFrame({"k": [1, 2], "v": [5, 6]})
    >>> meeting(a, pl.DataFrame({"k": [2, 3], "v": [6, 7]}), ("k",))
    (0.5, 1.0)
    """
    others = [name for name in before.columns if name not in key][:MOST_ASKED]
    left, right = before.select(*key, *others), after.select(*key, *others)
    if max(left.height, right.height) > MOST_ROWS:
        left = left.head(MOST_ROWS)  # any row of the other may be the partner
    pairs = left.join(right, on=list(key), how="inner", suffix="__other__")
    if not pairs.height:
        return 0.0, 0.0
    share = pairs.height / min(left.height, right.height)
    if not others:
        return share, 1.0
    equal = [pl.col(name).eq_missing(pl.col(f"{name}__other__")).mean() for name in others]
    return share, float(pairs.select(pl.mean_horizontal(equal)).item())
