"""Which rows must stay together: those of one entity, and rows that say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.types import RESERVED_TARGET

IntArray = npt.NDArray[np.int64]

_LARGEST_SHARE = 0.1
_STRATA = 10


@dataclass(frozen=True)
class Units:
    """`codes` numbers the unit of each row from 0; `apart` says that identical rows are kept together."""

    codes: IntArray
    identical_together: bool


def row_units(frame: pl.DataFrame, inputs: Sequence[str], entity: Sequence[str]) -> Units:
    """Number the units of rows that no division may part.

    Rows are identical when all inputs and the target are. Where identical rows would chain more than a tenth
    of the table into one unit (few, coarse columns), they are cases that look alike and not copies: then
    only entities hold together, and the division reports how many look-alikes it parted.
    """
    same = _codes(frame.select(*inputs, RESERVED_TARGET)) if inputs else np.arange(frame.height)
    if not entity:
        units = same
    else:
        units = _chained(entity_codes(frame, entity), same)
    if frame.height and np.bincount(units).max() <= max(1.0, _LARGEST_SHARE * frame.height):
        return Units(units, identical_together=True)
    alone = entity_codes(frame, entity) if entity else np.arange(frame.height, dtype=np.int64)
    return Units(alone, identical_together=False)


def entity_codes(frame: pl.DataFrame, entity: Sequence[str]) -> IntArray:
    """Number the entities; a row without one is an entity of its own."""
    codes = _codes(frame.select(entity))
    missing = frame.select(pl.any_horizontal(pl.col(entity).is_null())).to_series().to_numpy()
    codes[missing] = codes.max(initial=-1) + 1 + np.arange(int(missing.sum()))
    return _renumbered(codes)


def look_alikes(frame: pl.DataFrame, inputs: Sequence[str], aside: npt.NDArray[np.bool_]) -> int:
    """Rows set aside whose inputs and target also stand in a row that stayed."""
    if not inputs:
        return 0
    codes = _codes(frame.select(*inputs, RESERVED_TARGET))
    stayed = np.zeros(codes.max(initial=-1) + 1, bool)
    stayed[codes[~aside]] = True
    return int(stayed[codes[aside]].sum())


def strata(target: pl.Series) -> IntArray:
    """The stratum of each row: its class, or its tenth of a number's ranks.

    >>> strata(pl.Series(["b", "a", "b"])).tolist()
    [0, 1, 0]
    """
    if target.dtype == pl.String:
        return _renumbered(target.rank("dense").fill_null(0).cast(pl.Int64).to_numpy().copy())
    ranks = target.rank("ordinal").fill_null(0).cast(pl.Int64).to_numpy()
    return (ranks * _STRATA // (len(ranks) + 1)).astype(np.int64)


def _codes(frame: pl.DataFrame) -> IntArray:
    """Equal rows share a number. A 64-bit hash may join unequal rows: more stays together, never less."""
    return _renumbered(frame.hash_rows(seed=0).to_numpy())


def _renumbered(values: npt.NDArray[np.generic]) -> IntArray:
    """Numbers from 0 in order of first appearance: independent of the values themselves."""
    _, first, inverse = np.unique(values, return_index=True, return_inverse=True)
    order = np.empty(first.size, np.int64)
    order[np.argsort(first)] = np.arange(first.size)
    return order[inverse]


def _chained(entities: IntArray, same: IntArray) -> IntArray:
    """Units in which neither an entity nor a group of identical rows is parted."""
    # scipy.sparse takes 0.1 s to import and only tables with entities need it.
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    left, right = int(entities.max(initial=-1)) + 1, int(same.max(initial=-1)) + 1
    ones = np.ones(entities.size, np.int8)
    graph = coo_array((ones, (entities, same + left)), shape=(left + right, left + right))
    _, labels = connected_components(graph, directed=False)
    return _renumbered(labels[entities])
