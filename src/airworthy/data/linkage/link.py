"""Link the rows of two tables, or find the rows of one that are the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from airworthy.data.linkage.answers import answered
from airworthy.data.linkage.columns import Chosen, choose_columns
from airworthy.data.linkage.contradictions import consistent
from airworthy.data.linkage.linked import Linked, decided
from airworthy.data.linkage.neighbours import nearest_pairs
from airworthy.data.linkage.normal import as_texts
from airworthy.data.linkage.partners import Partners
from airworthy.data.linkage.splinked import compare
from airworthy.data.linkage.taught import teach
from airworthy.data.linkage.weights import learn_weights, row_levels
from airworthy.kernel.errors import InputError


def link_frames(
    left: pl.DataFrame,
    right: pl.DataFrame | None = None,
    *,
    same: Mapping[str, str] | None = None,
    leave_out: Mapping[str, str] | None = None,
    partners: Partners | None = None,
    answers: Mapping[str, bool] | None = None,
) -> Linked:
    """Which rows are the same person or thing, with the probability and the reason of each pair.

    Parameters
    ----------
    left, right : tables; without `right`, copies within `left` are looked for.
    same : left column to right column, where names differ.
    leave_out : columns that are not compared, each with why.
    partners : how many a row may have; of two tables one, within one table any.
    answers : what people said of pairs in earlier reviews, by the pair's `key`; it stands, and teaches.

    Raises
    ------
    InputError : a table without rows, or columns that do not fit.
    MissingExtra : without the package splink.
    """
    chosen = choose_columns(left, right, same, leave_out)
    return link_chosen(chosen, partners or (Partners.ANY if right is None else Partners.ONE), answers)


def link_chosen(chosen: Chosen, partners: Partners, answers: Mapping[str, bool] | None = None) -> Linked:
    """The same of columns that were chosen before."""
    _refuse_nothing(chosen)
    one = chosen.compared[0].right is None
    ours = as_texts([column.left for column in chosen.compared])
    theirs = None if one else as_texts([column.right or () for column in chosen.compared])
    pairs = nearest_pairs(ours, theirs)
    levels = np.column_stack([compare(chosen.compared, pairs), row_levels(pairs)])
    said = answered(chosen.compared, pairs, answers or {})
    agreed, disagreements = consistent(pairs, said, partners, lambda row: _content(chosen, row))
    weights = learn_weights(levels, pairs, partners=partners, answers=agreed)
    weights = teach(levels, pairs, weights, partners, agreed)
    return decided(chosen, pairs, levels, weights, partners, agreed, disagreements)


def _content(chosen: Chosen, row: tuple[int, int]) -> tuple[str | None, ...]:
    side, place = row
    columns = (
        column.right if side and column.right is not None else column.left for column in chosen.compared
    )
    return tuple(values[place] for values in columns)


def _refuse_nothing(chosen: Chosen) -> None:
    for values in (chosen.compared[0].left, chosen.compared[0].right):
        if values is not None and len(values) < 2:
            raise InputError(
                f"A table of {len(values)} rows cannot be linked: there is nothing to learn from.",
                value=len(values),
                remedy="Give the whole table.",
            )
