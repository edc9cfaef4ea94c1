"""Rows a hair's breadth away: numbers moved by a small share of their spread, to values of other rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Values
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]
SHARE = 0.01
"""Of the distance between the 5th and the 95th percentile."""
_TAILS = (0.05, 0.95)


def nudged(
    columns: Mapping[str, Values],
    all_rows: Mapping[str, Values],
    inputs: Sequence[Column],
    rng: np.random.Generator,
) -> tuple[dict[str, Values], tuple[str, ...]]:
    """The rows with every number moved a little, and the names of the columns in which any moved.

    A number goes to the nearest value that some row has, so it stays whole, in range and as rounded as the
    feed is; where none lies within the hundredth, it stays. Categories, flags, dates and gaps stay.

    Parameters
    ----------
    columns : (n,) values by name.
    all_rows : values that the columns are known to have.
    inputs : what the columns are.
    """
    moved, names = dict(columns), []
    for column in inputs:
        if column.type.numeric and column.name in columns:
            own = np.asarray(columns[column.name], float)
            near = nudged_column(own, np.asarray(all_rows[column.name], float), rng)
            if not np.array_equal(own, near, equal_nan=True):
                moved[column.name] = near
                names.append(column.name)
    return moved, tuple(names)


def nudged_column(values: Floats, known: Floats, rng: np.random.Generator) -> Floats:
    """`values` (n,), each moved to a value of `known` at most a hundredth of their spread away.

    >>> near = nudged_column(np.array([3.0, np.nan]), np.arange(11.0), np.random.default_rng(0))
    >>> near.tolist()                                  # a hundredth of 9 is too little for whole numbers
    [3.0, nan]
    """
    seen = np.unique(known[np.isfinite(known)])
    if len(seen) < 2:
        return values
    low, high = np.quantile(known[np.isfinite(known)], _TAILS)
    most = SHARE * float(high - low)
    wanted = values + rng.uniform(-most, most, len(values))
    above = np.clip(np.searchsorted(seen, wanted), 1, len(seen) - 1)
    nearest = np.where(wanted - seen[above - 1] <= seen[above] - wanted, seen[above - 1], seen[above])
    return np.where(np.abs(nearest - values) <= most, nearest, values)
