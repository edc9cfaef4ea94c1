"""Rows of one table that are the same person or thing, as groups: all that links lead to."""

from __future__ import annotations

import numpy as np
import polars as pl

from airworthy.data.linkage.linked import Linked
from airworthy.data.linkage.neighbours import Places
from airworthy.kernel.errors import InputError

ENTITY = "entity"


def entities(found: Linked) -> Places:
    """(n,) number of each row's entity, from 1 in the order of their first rows.

    A pair that is linked puts both rows, and all that is linked to either, into one entity. Raises
    `InputError` for two tables.
    """
    from scipy.sparse import coo_matrix  # slow to import
    from scipy.sparse.csgraph import connected_components

    if not found.pairs.one:
        raise InputError(
            "Entities are groups of rows of one table, and two were linked.",
            value=2,
            remedy="Put both tables below each other and link that one, or write the pairs with --out.",
        )
    left, right = found.places()
    rows = found.pairs.rows[0]
    links = coo_matrix((np.ones(len(left), np.int8), (left, right)), (rows, rows))
    groups = connected_components(links, directed=False)[1]
    _, first, of = np.unique(groups, return_index=True, return_inverse=True)
    return np.asarray(first.argsort().argsort()[of] + 1, np.int64)


def with_entities(table: pl.DataFrame, found: Linked) -> pl.DataFrame:
    """The table with the number of each row's entity. Raises `InputError` where it has such a column."""
    if ENTITY in table.columns:
        raise InputError(
            f'The table has a column "{ENTITY}" already.',
            value=ENTITY,
            remedy="Rename it, or take the pairs: --out.",
        )
    return table.with_columns(pl.Series(ENTITY, entities(found)))
