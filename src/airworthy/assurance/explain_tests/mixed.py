"""Rows mixed of others: how far the score moves without a column's own value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Values

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.int64]
Output = Callable[[Mapping[str, Values], Places], Floats]
"""Columns of m rows, and whose copies they are (m,), to the output (m,) that the reasons are about."""
AT_ONCE = 20_000
"""Rows that are scored together: more would only fill memory."""


@dataclass(frozen=True, eq=False)
class Mixer:
    """Scores rows that are mixed of others.

    Parameters
    ----------
    columns : n rows.
    names : the d columns that may be taken from another row.
    output : what is scored.
    """

    columns: Mapping[str, Values]
    names: tuple[str, ...]
    output: Output

    def scored(self, rows: Places, donors: Places, taken: Mask) -> Floats:
        """(m,) outputs of `rows` (m,) whose `taken` (m, d) columns come from `donors` (m,)."""
        parts = [
            self._some(rows[at : at + AT_ONCE], donors[at : at + AT_ONCE], taken[at : at + AT_ONCE])
            for at in range(0, len(rows), AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _some(self, rows: Places, donors: Places, taken: Mask) -> Floats:
        mixed: dict[str, Values] = {}
        place = {name: at for at, name in enumerate(self.names)}
        for name, values in self._arrays.items():
            at = rows if name not in place else np.where(taken[:, place[name]], donors, rows)
            mixed[name] = values[at] if isinstance(self.columns[name], np.ndarray) else values[at].tolist()
        return self.output(mixed, rows)

    @cached_property
    def _arrays(self) -> dict[str, NDArray[Any]]:
        """Every column as an array that is indexed; lists of words as objects."""
        return {
            name: values if isinstance(values, np.ndarray) else np.array(values, dtype=object)
            for name, values in self.columns.items()
        }
