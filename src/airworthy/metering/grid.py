"""Grams of CO2 equivalents for a kilowatt-hour: yearly averages of countries, which a user's file adds to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from airworthy.kernel.errors import InputError
from airworthy.metering.dated import age_note, own_file, read_rows

SHIPPED = Path(__file__).with_name("grid.toml")
VARIABLE = "AIRWORTHY_GRID"
HIGHEST = 2000.0
"""Grams per kWh: no grid emits more; burning lignite alone stays below 1,300."""

_NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "zone": str,
    "name": str,
    "grams_per_kwh": (int, float),
    "year": int,
}


@dataclass(frozen=True)
class Intensity:
    """What a kilowatt-hour of one grid emits on average over a year, life cycle included."""

    zone: str  # ISO 3166-1 alpha-2 for a country, or a name of the user's own
    name: str
    grams_per_kwh: float
    year: int
    as_of: date
    source: str

    def carbon_g(self, kwh: float) -> float:
        """Grams of CO2 equivalents.

        >>> Intensity("DE", "Germany", 381, 2023, date(2024, 7, 1), "Ember").carbon_g(0.5)
        190.5
        """
        return kwh * self.grams_per_kwh

    def note(self, today: date) -> str:
        """A sentence when the year it is of ended too long ago, else ""."""
        return age_note(f"The grid figure of {self.name}", self.as_of, today)


@dataclass(frozen=True)
class Grid:
    """Intensities by zone."""

    zones: Mapping[str, Intensity]

    def get(self, zone: str | None) -> Intensity | None:
        """The intensity of a zone, or None where none is known: carbon is then unknown too, never guessed."""
        return None if zone is None else self.zones.get(zone.strip().upper())

    def find(self, zone: str) -> Intensity:
        """The same; raises `InputError` with the nearest zones when there is none."""
        if found := self.get(zone):
            return found
        names = {known.name.casefold(): known.zone for known in self.zones.values()}
        near = get_close_matches(zone.casefold(), names, n=2) or get_close_matches(
            zone.upper(), self.zones, n=3
        )
        offers = [names.get(word, word) for word in near]
        hint = f"Did you mean {' or '.join(offers)}? Else add it" if offers else "Add it"
        raise InputError(
            f'No grid intensity is known for "{zone}".',
            value=zone,
            remedy=f"{hint} to a grid.toml of your own ({VARIABLE}), or leave the region out: "
            "carbon then stays unknown.",
        )


def grid_table(environment: Mapping[str, str] | None = None) -> Grid:
    """The shipped intensities; the user's own file adds to them, and its entry counts where both name one.

    >>> grid_table({"AIRWORTHY_CONFIG": "/nowhere"}).find("FR").grams_per_kwh
    56.02
    """
    own = own_file(VARIABLE, "grid.toml", environment)
    rows = [(row, path) for path in (SHIPPED, own) if path for row in read_rows(path, "zone", _NEEDED)]
    return Grid({found.zone: found for found in (_intensity(row, path) for row, path in rows)})


def _intensity(row: Mapping[str, Any], path: Path) -> Intensity:
    grams = float(row["grams_per_kwh"])
    if not (math.isfinite(grams) and 0 <= grams <= HIGHEST):
        raise InputError(
            f"{path}: {row['zone']} emits {grams:g} g for a kWh.",
            value=grams,
            remedy=f"Write grams of CO2 equivalents for a kWh, 0 to {HIGHEST:g}.",
        )
    zone = row["zone"].strip().upper()
    return Intensity(zone, row["name"], grams, row["year"], row["as_of"], row["source"])
