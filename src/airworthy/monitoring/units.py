"""Common changes of unit, recognised by the distribution that they would restore."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.measures import psi
from airworthy.monitoring.profile import ColumnProfile, count

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Conversion:
    """Old value = new value * factor + offset."""

    name: str
    factor: float
    offset: float = 0.0

    @property
    def formula(self) -> str:
        """New value from old.

        >>> Conversion("°F became °C", 9 / 5, 32.0).formula
        'new = old x 0.5556 - 17.78'
        """
        times, plus = 1 / self.factor, -self.offset / self.factor
        sign = "" if plus == 0 else f" {'+' if plus > 0 else '-'} {abs(plus):.4g}"
        return ("new = old" if times == 1 else f"new = old x {times:.4g}") + sign


HINTS = {
    "temperature": ("temp", "dew", "celsius", "fahrenheit", "degree", "heat", "chill"),
    "length": ("dist", "visib", "height", "length", "width", "altitude", "elevation", "speed", "depth"),
    "mass": ("weight", "mass", "load"),
    "pressure": ("press", "baro"),
    "depth of rain": ("precip", "rain", "snow"),
    "money": ("price", "cost", "amount", "fare", "pay", "income", "balance", "salary", "limit", "bill"),
}
"""Parts of a column's name that speak for one kind of unit."""

_KINDS = {
    "temperature": ("°", "kelvin"),
    "length": ("miles", "kilometres", "feet", "metres"),
    "mass": ("pounds", "kilograms"),
    "pressure": ("hPa", "mercury"),
    "depth of rain": ("inches became milli", "millimetres"),
    "money": ("cents",),
}

CONVERSIONS = (
    Conversion("°F became °C", 9 / 5, 32.0),
    Conversion("°C became °F", 5 / 9, -160 / 9),
    Conversion("kelvin became °C", 1.0, 273.15),
    Conversion("°C became kelvin", 1.0, -273.15),
    Conversion("miles became kilometres", 1 / 1.609344),
    Conversion("kilometres became miles", 1.609344),
    Conversion("feet became metres", 1 / 0.3048),
    Conversion("metres became feet", 0.3048),
    Conversion("pounds became kilograms", 1 / 0.45359237),
    Conversion("kilograms became pounds", 0.45359237),
    Conversion("hPa became inches of mercury", 33.8638867),
    Conversion("inches of mercury became hPa", 1 / 33.8638867),
    Conversion("inches became millimetres", 1 / 25.4),
    Conversion("millimetres became inches", 25.4),
    Conversion("ten times as large", 1 / 10),
    Conversion("a tenth as large", 10.0),
    Conversion("a hundred times as large (units became cents?)", 1 / 100),
    Conversion("a hundredth as large (cents became units?)", 100.0),
    Conversion("a thousand times as large", 1 / 1000),
    Conversion("a thousandth as large", 1000.0),
    Conversion("the sign was turned", -1.0),
)


FEWEST_VALUES = 20


def likely_unit(profile: ColumnProfile, values: Floats, before: Floats | None) -> Conversion | None:
    """The conversion that brings `values` back to what they were; None if none does.

    Parameters
    ----------
    values : (n,) since the change, without NaN.
    before : (m,) from shortly before the change; None: training's distribution stands in. Then a conversion
        must halve the population stability index and leave less than 5 % of the values out of range.
    """
    if len(values) < FEWEST_VALUES or profile.low is None or profile.high is None:
        return None
    grain = _by_grain(profile, values)
    if grain is not None:
        return grain
    if before is None or len(before) < FEWEST_VALUES:
        return _by_training(profile, values)
    middle, spread = _shape(before)
    spread = max(spread, NARROW * abs(middle)) or 1.0
    best: tuple[float, Conversion] | None = None
    for conversion in CONVERSIONS:
        back, width = _shape(values * conversion.factor + conversion.offset)
        away = abs(back - middle) / spread + abs(math.log(max(width, NARROW * abs(middle), 1e-9) / spread))
        away += _against(profile.name, conversion)
        if best is None or away < best[0]:
            best = away, conversion
    return best[1] if best and best[0] < CLOSE else None


def _by_grain(profile: ColumnProfile, values: Floats) -> Conversion | None:
    """The one conversion that puts most values back on numbers that training knew one by one.

    An instrument reads in steps: 39.02 and 39.92 °F are 3.9 and 4.4 °C. Such a grain tells units apart where
    one day differs from the next by more than the change of unit. None where training had no grain, where the
    values still fit it, or where two conversions do.
    """
    if not profile.common:
        return None
    common = np.asarray(profile.common)
    if _on(common, values) > STRANGE:
        return None
    shares = [(_on(common, values * c.factor + c.offset), c.name, c) for c in CONVERSIONS]
    (best, _, found), (second, _, _) = sorted(shares, key=lambda share: share[:2], reverse=True)[:2]
    return found if best > MOSTLY and second < best / 2 else None


STRANGE, MOSTLY = 0.1, 0.5
"""At most this share of the values lies on training's numbers as it is, and at least this share converted."""


def _on(common: Floats, values: Floats) -> float:
    """Share of values that equal one of `common` (ascending) to seven digits."""
    place = np.clip(np.searchsorted(common, values), 1, max(1, len(common) - 1))
    near = np.minimum(
        np.abs(values - common[np.minimum(place, len(common) - 1)]), np.abs(values - common[place - 1])
    )
    return float((near <= 1e-7 * np.maximum(1.0, np.abs(values))).mean())


CLOSE = 1.2
"""Quartile ranges of distance, plus the logarithm of the change of spread: a day differs from the next."""


def _against(column: str, conversion: Conversion) -> float:
    """A penalty where the column's name speaks of another kind of unit; the numbers alone leave ties."""
    name = column.lower()
    said = {kind for kind, parts in HINTS.items() if any(part in name for part in parts)}
    meant = {kind for kind, words in _KINDS.items() if any(word in conversion.name for word in words)}
    return 1.0 if said and meant and not said & meant else 0.0


NARROW = 0.02
"""Of the level: a column that is mostly one number is taken to spread this much."""


def _shape(values: Floats) -> tuple[float, float]:
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75])
    return float(middle), float(high - low)


def _by_training(profile: ColumnProfile, values: Floats) -> Conversion | None:
    assert profile.low is not None
    assert profile.high is not None
    reference = np.asarray(profile.counts[:-1])
    margin = 1e-6 * max(1.0, abs(profile.low), abs(profile.high))
    now = psi(reference, count(profile, values)[:-1])
    best: tuple[float, Conversion] | None = None
    for conversion in CONVERSIONS:
        back = values * conversion.factor + conversion.offset
        beyond = (back < profile.low - margin) | (back > profile.high + margin)
        if beyond.mean() >= 0.05:
            continue
        distance = psi(reference, count(profile, back)[:-1])
        if best is None or distance < best[0]:
            best = distance, conversion
    return best[1] if best and best[0] < now / 2 else None
