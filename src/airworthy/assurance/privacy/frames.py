"""Columns as a table that small trees read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from airworthy.assurance.predictions import Values


def frame_of(columns: Mapping[str, Values], names: Iterable[str]) -> pl.DataFrame:
    """Numbers and flags as floats, everything else as words; names that are not there are left out.

    >>> import numpy as np
    >>> frame_of({"age": np.array([40, 41]), "city": ["Rome", None]}, ["age", "city", "sex"]).schema
    Schema([('age', Float64), ('city', String)])
    """
    return pl.DataFrame({name: _series(columns[name]) for name in names if name in columns})


def _series(values: Values) -> pl.Series:
    if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
        return pl.Series(values.astype(float))
    return pl.Series([None if value is None else str(value) for value in values], dtype=pl.String)
