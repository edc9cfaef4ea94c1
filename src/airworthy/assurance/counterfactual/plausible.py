"""How near a candidate is to real rows: a point that no real row is near to tells little about real cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.changes import ChangeRules
from airworthy.assurance.predictions import Values

Floats = NDArray[np.float64]
MOST_REAL = 1_000
UNUSUAL = 0.95


@dataclass(frozen=True, eq=False)
class Near:
    """How near m candidates are to the real rows that are decided as wanted.

    Attributes
    ----------
    apart : (m,) mean difference from the nearest of them over all columns, each from 0 to 1.
    nearest : (m,) place of that row among them.
    unusual : (m,) whether 95 % of them have a nearer neighbour of their own.
    """

    apart: Floats
    nearest: NDArray[np.int64]
    unusual: NDArray[np.bool_]


class RealRows:
    """Real rows that are decided as wanted, to hold candidates against.

    The distance is Gower's (Biometrics 27 (1971) 857): a number counts by its difference in the range between
    the 5th and 95th percentile, at most 1; anything else by 0 or 1.
    """

    def __init__(self, rules: ChangeRules, columns: Mapping[str, Values], rng: np.random.Generator) -> None:
        self._rules = [rule for rule in rules.columns if rule.words is None or rule.words]
        n = len(next(iter(columns.values()), []))
        at = np.sort(rng.permutation(n)[:MOST_REAL])
        self._held = {rule.name: _array(columns[rule.name])[at] for rule in self._rules}
        self.places = at
        self._usual = self._own_neighbours() if len(at) > 1 else np.array([1.0])

    def __len__(self) -> int:
        return len(self.places)

    def near(self, columns: Mapping[str, Any]) -> Near:
        """Hold m candidates against them; there is at least one real row."""
        apart = self._apart(columns)
        nearest = apart.argmin(axis=1)
        found = apart[np.arange(len(apart)), nearest]
        return Near(found, nearest, found > np.quantile(self._usual, UNUSUAL) + 1e-12)

    def nearest_first(self, row: Mapping[str, Any]) -> NDArray[np.int64]:
        """Places among them (k,), the nearest to the one row first."""
        return np.argsort(self._apart(row)[0], kind="stable")

    def _apart(self, columns: Mapping[str, Any]) -> Floats:
        """Mean difference of m candidates from each of the k real rows, (m, k)."""
        total: Floats = np.zeros(())
        for rule in self._rules:
            one, other = _array(columns[rule.name])[:, None], self._held[rule.name][None, :]
            if rule.words is not None:
                total = total + (one != other)
                continue
            one, other = one.astype(float), other.astype(float)
            width = rule.spread[95] - rule.spread[5] or rule.spread[-1] - rule.spread[0] or 1.0
            gap = np.minimum(1.0, np.abs(one - other) / width)
            both = np.isnan(one) & np.isnan(other)
            total = total + np.where(both, 0.0, np.where(np.isnan(gap), 1.0, gap))
        return np.asarray(total / max(1, len(self._rules)))

    def _own_neighbours(self) -> Floats:
        """How far each of some real rows is from the nearest other one."""
        some = slice(0, 300)
        apart = self._apart({name: values[some] for name, values in self._held.items()})
        apart[np.arange(len(apart)), np.arange(len(apart))] = np.inf
        return np.asarray(apart.min(axis=1))


def _array(values: Values) -> NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    made = np.empty(len(values), object)
    made[:] = list(values)
    return made
