"""Which columns of two tables are compared with each other, and which say nothing of who a row is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

import numpy as np
import polars as pl

from airworthy.data.linkage.normal import normal, normal_values
from airworthy.data.linkage.redundant import told_already
from airworthy.kernel.errors import InputError

LONG = 40.0
"""Letters on average: from here on a value is compared by its words."""
LEAST_SHARED, SEEN = 0.1, 5_000
"""Share of distinct values in common that makes columns of other names one; values looked at."""
DENSE = 3.0
"""Whole numbers, all different, that leave no wider gaps than this on average are running numbers."""


class By(StrEnum):
    """How two values of a column are compared."""

    LETTERS = "letters"
    WORDS = "words"
    NUMBER = "number"


@dataclass(frozen=True)
class Written:
    """One column of both tables (or of one), as it is compared."""

    left_name: str
    right_name: str
    left: Sequence[str | None]
    right: Sequence[str | None] | None
    by: By


@dataclass(frozen=True)
class Unread:
    """A column that is not compared, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Chosen:
    """What is compared and what is not."""

    compared: tuple[Written, ...]
    unread: tuple[Unread, ...]


def choose_columns(
    left: pl.DataFrame,
    right: pl.DataFrame | None,
    same: Mapping[str, str] | None = None,
    leave_out: Mapping[str, str] | None = None,
) -> Chosen:
    """Pair the columns: as declared, then by name, then by the values that they have in common.

    Keys are no evidence of who a row is: running numbers, and codes that are all different and never shared.
    Nor does a column say more than the one that determines it.

    Parameters
    ----------
    same : left column to right column, where names differ.
    leave_out : columns of either table that are not compared, each with why.

    Raises
    ------
    InputError : a name that is in no table, or nothing to compare.

    >>> one = pl.DataFrame({"id": [1, 2, 3], "Name": ["ann", "bo", "cy"]})
    >>> two = pl.DataFrame({"id": [7, 8, 9], "name": ["Ann", "Bo", "Di"]})
    >>> [column.left_name for column in choose_columns(one, two).compared]
    ['Name']
    """
    leave_out = leave_out or {}
    _refuse_unknown(left, right, same or {}, tuple(leave_out))
    mates = (
        {n: n for n in left.columns} if right is None else _mates(left, right, same or {}, tuple(leave_out))
    )
    compared, unread = [], [Unread(name, why) for name, why in leave_out.items()]
    for name in left.columns:
        if name in leave_out:
            continue
        if name not in mates:
            unread.append(Unread(name, "no column of the other table is like it"))
            continue
        other = None if right is None else right[mates[name]]
        if (why := _no_evidence(left[name], other)) and name not in (same or {}):
            unread.append(Unread(name, why))
            continue
        ours, theirs = normal_values(left[name]), None if other is None else normal_values(other)
        compared.append(Written(name, mates[name], ours, theirs, _compared_by(left[name], other, ours)))
    if not compared:
        raise InputError(
            "There is no column to compare.",
            value=", ".join(left.columns),
            remedy="Name columns that mean the same: --same phone=telephone.",
        )
    twice = told_already([(c.left_name, c.left, c.right) for c in compared if c.right is not None])
    twice = {name: by for name, by in twice.items() if name not in (same or {})}
    unread += [Unread(name, f"{by} says it already") for name, by in twice.items()]
    return Chosen(tuple(one for one in compared if one.left_name not in twice), tuple(unread))


def _refuse_unknown(
    left: pl.DataFrame, right: pl.DataFrame | None, same: Mapping[str, str], leave_out: Sequence[str]
) -> None:
    theirs = left.columns if right is None else right.columns
    asked = [(n, left.columns) for n in same] + [(n, theirs) for n in same.values()]
    asked += [(name, [*left.columns, *theirs]) for name in leave_out]
    for name, known in asked:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            raise InputError(
                f"There is no column {name!r}.",
                value=name,
                remedy=f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(known)}.",
            )


def _mates(
    left: pl.DataFrame, right: pl.DataFrame, same: Mapping[str, str], leave_out: Sequence[str]
) -> dict[str, str]:
    """Left column to right column: as declared, of one name, or by shared values."""
    mates = dict(same)
    ours = [n for n in left.columns if n not in mates and n not in leave_out]
    theirs = {normal(n): n for n in right.columns if n not in mates.values() and n not in leave_out}
    for name in ours:
        if (found := theirs.pop(normal(name), None)) is not None:
            mates[name] = found
    rest = {name: _distinct(left[name]) for name in ours if name not in mates}
    others = {name: _distinct(right[name]) for name in theirs.values()}
    likeness = sorted(
        ((_shared(a, b), x, y) for x, a in rest.items() for y, b in others.items()), reverse=True
    )
    for shared, x, y in likeness:
        if shared >= LEAST_SHARED and x not in mates and y not in mates.values():
            mates[x] = y
    return mates


def _distinct(values: pl.Series) -> set[str]:
    return {text for text in normal_values(values.unique(maintain_order=True).head(SEEN)) if text}


def _shared(one: set[str], other: set[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _no_evidence(left: pl.Series, right: pl.Series | None) -> str | None:
    """Why a column says nothing of who a row is; None where it may."""
    sides = [left] if right is None else [left, right]
    known = [side.drop_nulls() for side in sides]
    if any(not len(side) for side in known):
        return "it is empty"
    if all(side.n_unique() == 1 for side in known):
        return "all its values are the same"
    if any(side.n_unique() < len(side) for side in known):
        return None
    if all(_running(side) for side in known):
        return "running numbers, all different, say nothing of who a row is"
    single = all(" " not in str(value) for side in known for value in side.head(SEEN).to_list())
    digits = all(
        any(c.isdigit() for c in str(value)) for side in known for value in side.head(SEEN).to_list()
    )
    apart = right is None or not set(known[0].cast(pl.String)) & set(known[-1].cast(pl.String))
    if single and digits and apart:
        return "codes, all different and none in common, say nothing of who a row is"
    return None


def _running(values: pl.Series) -> bool:
    numbers = values if values.dtype.is_integer() else values.cast(pl.String).cast(pl.Int64, strict=False)
    if not numbers.dtype.is_integer() or numbers.null_count():
        return False
    held = numbers.to_numpy().astype(np.float64)
    return bool(held.max() - held.min() <= DENSE * len(held))


def _compared_by(left: pl.Series, right: pl.Series | None, written: Sequence[str | None]) -> By:
    types = [left.dtype] if right is None else [left.dtype, right.dtype]
    if all(kind.is_numeric() for kind in types) and any(kind.is_float() for kind in types):
        return By.NUMBER
    sizes = [len(value) for value in written if value]
    return By.WORDS if sizes and sum(sizes) / len(sizes) >= LONG else By.LETTERS
