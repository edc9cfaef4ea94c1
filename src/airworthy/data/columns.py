"""A canonical frame as the arrays that scoring reads."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.contract import as_numbers
from airworthy.scoring.contract import Column, Contract, LogicalType

SLICE = 10_000

ScoringColumn = npt.NDArray[np.float64] | list[str | None]


def columns_for_scoring(
    frame: pl.DataFrame, contract: Contract, *, names: Sequence[str] | None = None
) -> dict[str, ScoringColumn]:
    """The contract's inputs (or `names`) as scoring reads them.

    Parameters
    ----------
    frame
        Canonical frame of n rows.
    contract
        Names the inputs and their types.
    names
        Other columns of the contract, for example those of a fallback rule.

    Returns
    -------
    dict
        Numbers as float64 arrays (n,) with NaN for null and for infinity; flags 0.0 and 1.0; instants and
        days as UTC epoch seconds. Categories, text and identifiers as lists of n strings, None for null.

    >>> contract = Contract(columns=(Column(name="a", type=LogicalType.FLAG),))
    >>> columns_for_scoring(pl.DataFrame({"a": [True, None]}), contract)
    {'a': array([ 1., nan])}
    """
    wanted = contract.inputs if names is None else tuple(contract[name] for name in names)
    return {column.name: _scoring_column(frame[column.name], column) for column in wanted}


def _scoring_column(values: pl.Series, column: Column) -> ScoringColumn:
    if column.type is LogicalType.FLAG:
        return values.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()
    numbers = as_numbers(values, column.type)
    if numbers is None:
        return _words(values.cast(pl.String))
    array = numbers.to_numpy(writable=True)  # null becomes NaN
    array[~np.isfinite(array)] = np.nan
    return array


def _words(values: pl.Series) -> list[str | None]:
    """A column of text, each different word once in memory: 8 bytes a cell instead of 60."""
    known: dict[str | None, str | None] = {}
    slices = (values[start : start + SLICE].to_list() for start in range(0, len(values), SLICE))
    return [known.setdefault(value, value) for part in slices for value in part]
