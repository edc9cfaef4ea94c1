"""Link the rows of two tables, or find the rows of one that are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from airworthy.data.linkage.answers import answered
from airworthy.data.linkage.columns import choose_columns
from airworthy.data.linkage.linked import Linked, decided
from airworthy.data.linkage.neighbours import nearest_pairs
from airworthy.data.linkage.normal import as_texts
from airworthy.data.linkage.splinked import compare
from airworthy.data.linkage.weights import learn_weights, row_levels
from airworthy.kernel.errors import InputError


def link_frames(
    left: pl.DataFrame,
    right: pl.DataFrame | None = None,
    *,
    same: Mapping[str, str] | None = None,
    leave_out: Sequence[str] = (),
    single: bool | None = None,
    answers: Mapping[str, bool] | None = None,
) -> Linked:
    """Which rows are the same person or thing, with the probability and the reason of each pair.

    Parameters
    ----------
    left, right : tables; without `right`, copies within `left` are looked for.
    same : left column to right column, where names differ.
    leave_out : columns that are not compared.
    answers : what people said of pairs in earlier reviews, by the pair's `key`; it stands, and teaches.
    single : each row has at most one partner; of two tables so by default, within one table never.

    Raises
    ------
    InputError : a table without rows, or columns that do not fit.
    MissingExtra : without the package splink.
    """
    _refuse_nothing(left, right)
    single = right is not None if single is None else single
    chosen = choose_columns(left, right, same, leave_out)
    ours = as_texts([column.left for column in chosen.compared])
    theirs = None if right is None else as_texts([column.right or () for column in chosen.compared])
    pairs = nearest_pairs(ours, theirs)
    levels = np.column_stack([compare(chosen.compared, pairs), row_levels(pairs)])
    said = answered(chosen.compared, pairs, answers or {})
    weights = learn_weights(levels, pairs, single=single, answers=said)
    return decided(chosen, pairs, levels, weights, single=single, said=said)


def _refuse_nothing(left: pl.DataFrame, right: pl.DataFrame | None) -> None:
    for table in (left, right):
        if table is not None and table.height < 2:
            raise InputError(
                f"A table of {table.height} rows cannot be linked: there is nothing to learn from.",
                value=table.height,
                remedy="Give the whole table.",
            )
