"""The regimes that a charter declares: what changed in how rows come about, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from airworthy.charter.model import Charter

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Regime:
    """What changed, on which day, and when that day began in epoch seconds."""

    name: str
    first: date
    seconds: float


def regimes_of(charter: Charter) -> tuple[Regime, ...]:
    """The declared changes, oldest first; a day begins at midnight of the main source's zone."""
    zone = ZoneInfo(charter.sources[0].zone) if charter.sources and charter.sources[0].zone else UTC
    found = [
        Regime(name, day, datetime.combine(day, time(), zone).timestamp())
        for name, day in charter.outlook.regimes.items()
    ]
    return tuple(sorted(found, key=lambda regime: (regime.seconds, regime.name)))


def regime_at(seconds: float, regimes: tuple[Regime, ...]) -> int:
    """How many changes lie behind: 0 before the first one.

    >>> spring = Regime("price list", date(2025, 3, 1), 1740787200.0)
    >>> regime_at(1740787199.0, (spring,)), regime_at(1740787200.0, (spring,))
    (0, 1)
    """
    return sum(seconds >= regime.seconds for regime in regimes)
