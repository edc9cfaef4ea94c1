"""Which row of one table is which of the other: by a key, by place, or only where whole rows are equal."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

Places = NDArray[np.int64]

_BEFORE, _AFTER, _TURN, _ONE, _TWO = "__before__", "__after__", "__turn__", "__hash_1__", "__hash_2__"


@dataclass(frozen=True, eq=False)
class Matched:
    """Pairs of rows, in the order of the first table, and the rows of either that have no partner."""

    before: Places
    after: Places
    removed: Places
    added: Places
    how: str
    key: tuple[str, ...] = ()
    repeated: int = 0

    @cached_property
    def reordered(self) -> bool:
        """Whether partners stand in another order."""
        return bool((np.diff(self.after) < 0).any())

    @cached_property
    def whole(self) -> bool:
        """Whether every row has its partner at its own place, so that columns compare as they are."""
        straight = len(self.removed) == len(self.added) == 0 and not self.reordered
        return straight and bool((self.before == self.after).all())


def match_by_key(before: pl.DataFrame, after: pl.DataFrame, key: tuple[str, ...], how: str) -> Matched:
    """Match rows of two frames with the same columns by `key`; a missing value is a value like others.

    Rows that share a key are matched with identical ones first, and the rest in their order.

    >>> a = pl.DataFrame({"k": [1, 1, 2], "v": [5, 6, 7]})
    >>> b = pl.DataFrame({"k": [1, 1, 3], "v": [6, 9, 7]})
    >>> found = match_by_key(a, b, ("k",), "given")
    >>> found.before.tolist(), found.after.tolist(), found.removed.tolist(), found.repeated
    ([0, 1], [1, 0], [2], 4)
    """
    names = list(key)
    repeated = sum(_repeated(frame, names) for frame in (before, after))
    left = before.select(names).with_row_index(_BEFORE)
    right = after.select(names).with_row_index(_AFTER)
    if not repeated:
        return _matched(_joined(left, right, names), (before.height, after.height), how, key)
    equal = _identical(before, after)
    left = left.join(equal, on=_BEFORE, how="anti", maintain_order="left").with_columns(_turn(names))
    right = right.join(equal, on=_AFTER, how="anti", maintain_order="left").with_columns(_turn(names))
    pairs = pl.concat([equal, _joined(left, right, [*names, _TURN])])
    return _matched(pairs, (before.height, after.height), how, key, repeated)


def match_whole_rows(before: pl.DataFrame, after: pl.DataFrame) -> Matched:
    """Match identical rows, each once."""
    return _matched(_identical(before, after), (before.height, after.height), "whole rows")


def match_in_place(rows: int, key: tuple[str, ...] = ()) -> Matched:
    """Each row with that at the same place."""
    at, none = np.arange(rows), np.empty(0, np.int64)
    return Matched(at, at, none, none, "place", key)


def match_nothing(rows: tuple[int, int], how: str = "whole rows", key: tuple[str, ...] = ()) -> Matched:
    """No row has a partner: a table is empty, or the tables have no column in common."""
    none = np.empty(0, np.int64)
    return Matched(none, none, np.arange(rows[0]), np.arange(rows[1]), how, key)


def _repeated(frame: pl.DataFrame, key: list[str]) -> int:
    if frame.select(key).n_unique() == frame.height:
        return 0
    return int(frame.select(pl.struct(key).is_duplicated().sum()).item())


def _identical(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Pairs of rows that are equal in every cell; of repeated ones, as many as both tables hold."""
    left, right = (_hashed(frame, place) for frame, place in ((before, _BEFORE), (after, _AFTER)))
    return _joined(left, right, [_ONE, _TWO, _TURN])


def _hashed(frame: pl.DataFrame, place: str) -> pl.DataFrame:
    # 128 bits: of a million rows no two differ behind one hash.
    hashes = [frame.hash_rows(seed).alias(name) for seed, name in ((11, _ONE), (29, _TWO))]
    rows = pl.DataFrame(hashes).with_row_index(place)
    if (
        rows[_ONE].n_unique() == rows.height
    ):  # to number repeats takes most of the time, and few tables have any
        return rows.with_columns(pl.lit(0, pl.Int64).alias(_TURN))
    return rows.with_columns(_turn([_ONE, _TWO]))


def _turn(names: list[str]) -> pl.Expr:
    return pl.int_range(pl.len(), dtype=pl.Int64).over(names).alias(_TURN)


def _joined(left: pl.DataFrame, right: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    return left.join(right, on=on, how="inner", nulls_equal=True).select(_BEFORE, _AFTER)


def _matched(
    pairs: pl.DataFrame, rows: tuple[int, int], how: str, key: tuple[str, ...] = (), repeated: int = 0
) -> Matched:
    ordered = pairs.sort(_BEFORE)
    before, after = (ordered[name].to_numpy().astype(np.int64) for name in (_BEFORE, _AFTER))
    return Matched(before, after, _rest(before, rows[0]), _rest(after, rows[1]), how, key, repeated)


def _rest(taken: Places, rows: int) -> Places:
    free = np.ones(rows, bool)
    free[taken] = False
    return np.flatnonzero(free)
