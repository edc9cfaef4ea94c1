"""Columns as a matrix of numbers and back: what explainers that know only numbers are given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Values

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Coded:
    """`words` are the different texts of each column of texts, in the order of their codes."""

    names: tuple[str, ...]
    words: Mapping[str, tuple[str | None, ...]]
    kinds: Mapping[str, np.dtype[np.generic]]

    @classmethod
    def of(cls, *tables: Mapping[str, Values]) -> Coded:
        """Codes for every text in any of the tables, which have the same columns."""
        words, kinds = {}, {}
        for name, values in tables[0].items():
            if isinstance(values, np.ndarray) and values.dtype.kind in "fiub":
                kinds[name] = values.dtype
                continue
            held = dict.fromkeys(None if v is None else str(v) for table in tables for v in table[name])
            words[name] = tuple(held)
        return cls(tuple(tables[0]), words, kinds)

    @property
    def categorical(self) -> list[int]:
        return [at for at, name in enumerate(self.names) if name in self.words]

    def matrix(self, columns: Mapping[str, Values]) -> Floats:
        """(n, d); a text is its code.

        >>> coded = Coded.of({"city": ["Rome", None, "Oslo"]})
        >>> coded.matrix({"city": ["Oslo", "Rome"]}).tolist(), coded.columns(np.array([[1.0]]))
        ([[2.0], [0.0]], {'city': [None]})
        """
        made = []
        for name in self.names:
            if name in self.words:
                codes = {word: float(code) for code, word in enumerate(self.words[name])}
                made.append([codes[None if v is None else str(v)] for v in columns[name]])
            else:
                made.append(np.asarray(columns[name], float).tolist())
        return np.array(made, float).T

    def columns(self, matrix: Floats) -> dict[str, Values]:
        """The columns that a matrix stands for."""
        found: dict[str, Values] = {}
        for at, name in enumerate(self.names):
            if name in self.words:
                last = len(self.words[name]) - 1
                found[name] = [self.words[name][min(last, max(0, round(v)))] for v in matrix[:, at].tolist()]
            else:
                found[name] = matrix[:, at].astype(self.kinds[name])
        return found
