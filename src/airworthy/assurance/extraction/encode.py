"""Columns as the matrices that a copy learns from: codes and numbers for trees, else indicators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from airworthy.scoring.contract import Column, LogicalType

Floats = NDArray[np.float64]

WORDS = 2**14
"""Places into which words are hashed; a client need not know the model's vocabulary."""
FURTHEST = 10.0
"""Standard deviations at which a number is cut off: one far cell must not bend a linear copy."""


@dataclass(frozen=True)
class Encoder:
    """How columns become matrices, by what the asked rows hold.

    `levels` are the values of each worded column; `centre` and `scale` those of each number.
    """

    inputs: tuple[Column, ...]
    levels: Mapping[str, Mapping[str, int]]
    centre: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, columns: Mapping[str, Any], inputs: Sequence[Column]) -> Encoder:
        """Learn values, centres and scales from the columns of the queries."""
        own = tuple(column for column in inputs if column.name in columns)
        levels, centre = {}, {}
        for column in own:
            values = columns[column.name]
            if isinstance(values, np.ndarray):
                known = values.astype(float)[np.isfinite(values.astype(float))]
                spread = float(known.std()) if len(known) else 0.0
                centre[column.name] = (float(known.mean()) if len(known) else 0.0, spread or 1.0)
            elif column.type is not LogicalType.TEXT:
                seen = sorted({str(value) for value in values if value is not None})
                levels[column.name] = {value: place for place, value in enumerate(seen)}
        return cls(own, levels, centre)

    @property
    def has_texts(self) -> bool:
        return any(column.type is LogicalType.TEXT for column in self.inputs)

    def dense(self, columns: Mapping[str, Any]) -> Floats:
        """(n, d) for trees: numbers with NaN where they are missing, codes of words, -1 for unknown ones."""
        parts = []
        for column in self.inputs:
            values = columns[column.name]
            if column.name in self.levels:
                known = self.levels[column.name]
                parts.append(np.array([known.get(str(value), -1) for value in values], float))
            elif column.name in self.centre:
                parts.append(np.asarray(values, float))
        return np.column_stack(parts)

    @property
    def worded(self) -> list[int]:
        """Which columns of `dense` hold codes."""
        shown = [c.name for c in self.inputs if c.name in self.levels or c.name in self.centre]
        return [place for place, name in enumerate(shown) if name in self.levels]

    def spread_out(self, columns: Mapping[str, Any]) -> sparse.csr_matrix:
        """(n, d) for a linear copy: standardised numbers, an indicator for each value, hashed words."""
        blocks = []
        for column in self.inputs:
            values = columns[column.name]
            if column.name in self.centre:
                blocks.append(self._number(column.name, np.asarray(values, float)))
            elif column.name in self.levels:
                blocks.append(self._indicators(column.name, values))
            else:
                blocks.append(_hashed(values))
        return sparse.csr_matrix(sparse.hstack(blocks))

    def _number(self, name: str, values: Floats) -> sparse.csr_matrix:
        centre, scale = self.centre[name]
        missing = ~np.isfinite(values)
        standard = np.clip(np.where(missing, 0.0, (values - centre) / scale), -FURTHEST, FURTHEST)
        return sparse.csr_matrix(np.column_stack([standard, missing.astype(float)]))

    def _indicators(self, name: str, values: Sequence[Any]) -> sparse.csr_matrix:
        known = self.levels[name]
        places = np.array([known.get(str(value), -1) for value in values], np.int64)
        rows = np.flatnonzero(places >= 0)
        shape = (len(places), max(1, len(known)))
        return sparse.csr_matrix((np.ones(len(rows)), (rows, places[rows])), shape=shape)


def _hashed(values: Sequence[str | None]) -> sparse.csr_matrix:
    from sklearn.feature_extraction.text import HashingVectorizer  # heavy, and only texts need it

    words = HashingVectorizer(n_features=WORDS, alternate_sign=False)
    return sparse.csr_matrix(words.transform([value or "" for value in values]))
