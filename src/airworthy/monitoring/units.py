"""Common changes of unit, recognised by the distribution that they would restore."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from airworthy.measures import psi
from airworthy.monitoring.profile import ColumnProfile, count
from airworthy.monitoring.window import Traffic


@dataclass(frozen=True)
class Conversion:
    """Old value = new value * factor + offset."""

    name: str
    factor: float
    offset: float = 0.0


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


def likely_unit(profile: ColumnProfile, traffic: Traffic, since: float) -> str | None:
    """The conversion that brings the values since `since` closest to training; None if none helps much.

    It must halve the population stability index and leave less than 5 % of the values out of range.
    """
    values = np.asarray(traffic.columns[profile.name], dtype=np.float64)[traffic.time >= since]
    values = values[~np.isnan(values)]
    if len(values) < 20 or profile.low is None or profile.high is None:
        return None
    reference = np.asarray(profile.counts[:-1])
    margin = 1e-6 * max(1.0, abs(profile.low), abs(profile.high))
    now = psi(reference, count(profile, values)[:-1])
    best: tuple[float, str] | None = None
    for conversion in CONVERSIONS:
        back = values * conversion.factor + conversion.offset
        beyond = (back < profile.low - margin) | (back > profile.high + margin)
        if beyond.mean() >= 0.05:
            continue
        distance = psi(reference, count(profile, back)[:-1])
        if best is None or distance < best[0]:
            best = distance, conversion.name
    return best[1] if best and best[0] < now / 2 else None
