"""Where a measured curve first passes a limit, with the interval that its resamples give."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Crossing:
    """Where a curve passes a limit; None where it does not within `last`, the end of what was measured.

    `low` and `high` bound it at 95 %; a bound of None lies beyond `last`.
    """

    value: float | None
    low: float | None
    high: float | None
    last: float

    def as_json(self) -> dict[str, float | None]:
        return {"value": self.value, "low": self.low, "high": self.high, "last": self.last}


def crossing(
    places: Sequence[float], values: Floats, draws: Floats, limit: float, level: float = 0.95
) -> Crossing:
    """Where `values` (k,), measured at ascending `places`, first rise above `limit`; straight between places.

    Parameters
    ----------
    draws : (r, k) the same curve in r resamples; those with a NaN are left out.

    >>> steps = np.array([[0.0, 1.0, 2.0]])
    >>> crossing((0.0, 0.1, 0.2), steps[0], steps, 1.5).value
    0.15
    """
    told = draws[np.isfinite(draws).all(axis=1)]
    at = np.sort([_first(places, row, limit) for row in told])
    tail = (1 - level) / 2
    low = at[math.floor(tail * len(at))] if len(at) else math.inf
    high = at[math.ceil((1 - tail) * len(at)) - 1] if len(at) else math.inf
    found = _first(places, values, limit)
    return Crossing(_finite(found), _finite(min(low, found)), _finite(max(high, found)), float(places[-1]))


def _first(places: Sequence[float], values: Floats, limit: float) -> float:
    above = np.flatnonzero(np.asarray(values) > limit)
    if not len(above):
        return math.inf
    at = int(above[0])
    if at == 0:
        return float(places[0])
    before, after = float(values[at - 1]), float(values[at])
    part = (limit - before) / (after - before)
    return round(float(places[at - 1]) + part * (float(places[at]) - float(places[at - 1])), 12)


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
