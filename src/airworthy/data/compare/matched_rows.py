"""How the rows of two tables are matched: by a given, declared or found key, by place, or whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from airworthy.charter.problems import did_you_mean
from airworthy.data.compare.cells import compare_cells
from airworthy.data.compare.keys import one_column, several_columns
from airworthy.data.compare.matching import (
    Matched,
    match_by_key,
    match_in_place,
    match_nothing,
    match_whole_rows,
)
from airworthy.data.compare.names import Pairing
from airworthy.kernel.errors import InputError


@dataclass(frozen=True)
class Known:
    """What is known of two tables besides their cells.

    `key` was given by a person; `entity` is the charter's, and is used where it is unique. `hidden` columns
    are left out, and `target` is the outcome's column, where both tables have it.
    """

    key: tuple[str, ...] = ()
    entity: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    target: str | None = None


def match_rows(
    before: pl.DataFrame, after: pl.DataFrame, known: Known, pairing: Pairing, rows: tuple[int, int]
) -> Matched:
    """Rows by the given key, the charter's entity where it is unique, a key that is found, else whole.

    Parameters
    ----------
    rows : of the tables, which two frames without a common column do not tell.
    """
    key = _given(known.key, before, pairing) if known.key else ()
    if not before.width or not all(rows):
        return match_nothing(rows, "given" if key else "whole rows", key)
    if key:
        return match_by_key(before, after, key, "given")
    if known.entity and set(known.entity) <= set(before.columns):
        charter = match_by_key(before, after, known.entity, "charter")
        if not charter.repeated:
            return charter
    if before.equals(after):
        return match_in_place(before.height)
    if found := one_column(before, after):
        return match_by_key(before, after, found, "found")
    whole = match_whole_rows(before, after)
    if not len(whole.removed) and not len(whole.added):
        return whole
    if found := several_columns(before, after):
        return match_by_key(before, after, found, "found")
    return _in_place(before, after, whole) or whole


def _in_place(before: pl.DataFrame, after: pl.DataFrame, whole: Matched) -> Matched | None:
    """Rows matched by place, where that explains the difference with fewer rows than identical ones do."""
    if before.height != after.height or 2 * len(whole.before) < before.height:
        return None
    place = match_in_place(before.height)
    changed = int(compare_cells(before, after, place).rows.sum())
    return place if changed <= len(whole.removed) else None


def _given(key: Sequence[str], common: pl.DataFrame, pairing: Pairing) -> tuple[str, ...]:
    """The key's columns under their names in the first table."""
    mine = {theirs: name for name, theirs in pairing.pairs.items()}
    asked = tuple(name if name in common.columns else mine.get(name, name) for name in key)
    for name in asked:
        if name not in common.columns:
            raise InputError(
                f'The key "{name}" is no column of both tables.',
                value=name,
                remedy=did_you_mean(name, common.columns, "Name columns that both tables have."),
            )
    return asked
