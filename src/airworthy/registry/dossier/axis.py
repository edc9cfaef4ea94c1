"""One axis for value, interval, naive baseline and limit: for the SVG gauge and the terminal's strip."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

NO_WIDTH = 1e-9


@dataclass(frozen=True)
class Axis:
    """A linear axis from `low` to `high`."""

    low: float
    high: float

    def percent(self, value: float) -> float:
        """Position of `value` in per cent of the axis, kept inside it.

        >>> Axis(0, 2).percent(0.5)
        25.0
        """
        share = (value - self.low) / (self.high - self.low)
        return round(min(1.0, max(0.0, share)) * 100, 2)

    def ticks(self, most: int = 5) -> list[float]:
        """At most `most` round numbers inside the axis.

        >>> Axis(0.03, 0.97).ticks(5)
        [0.2, 0.4, 0.6, 0.8]
        """
        step = nice_step((self.high - self.low) / max(1, most))
        first = math.ceil(self.low / step - 1e-9)
        last = math.floor(self.high / step + 1e-9)
        return [round(index * step, 12) for index in range(first, last + 1)]


def nice_step(raw: float) -> float:
    """The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `raw`.

    >>> nice_step(0.03), nice_step(7)
    (0.05, 10.0)
    """
    power: float = 10.0 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * power >= raw * (1 - 1e-9):
            return round(factor * power, 12)
    return 10 * power


def axis_around(values: Iterable[float | None], *, unit: str = "", margin: float = 0.12) -> Axis:
    """An axis that holds all `values` with some air; shares stay within 0 and 1.

    >>> axis_around([0.1, 0.3, None], margin=0.5)
    Axis(low=0.0, high=0.4)
    >>> axis_around([1e-17, -1e-17])
    Axis(low=-0.5, high=0.5)
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return Axis(0.0, 1.0)
    low, high = min(known), max(known)
    # A width of rounding errors is none: an axis without width has no place for anything.
    room = next((size * margin for size in (high - low, abs(high)) if size > NO_WIDTH), 0.5)
    axis_low, axis_high = low - room, high + room
    if low >= 0:
        axis_low = max(0.0, axis_low)
    if unit in ("share", "AUC", "probability", "rate") and high <= 1:
        axis_high = min(1.0, axis_high)
    return Axis(round(axis_low, 12), round(axis_high, 12))
