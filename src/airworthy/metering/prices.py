"""What an hour of a machine costs: dated list prices of clouds, which a user's own file adds to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from airworthy.kernel.errors import InputError
from airworthy.metering.currency import CURRENCIES
from airworthy.metering.dated import age_note, own_file, read_rows

SHIPPED = Path(__file__).with_name("prices.toml")
VARIABLE = "AIRWORTHY_PRICES"
HIGHEST_RATE = 1e6
"""Money an hour: what lies above is a slip of the pen, in any currency."""

_NEEDED: Mapping[str, type | tuple[type, ...]] = {
    "provider": str,
    "machine": str,
    "region": str,
    "per_hour": (int, float),
    "currency": str,
}


@dataclass(frozen=True)
class Price:
    """What one hour of one machine costs in one region, on demand or spot, without tax."""

    provider: str
    machine: str
    region: str
    spot: bool
    per_hour: float
    currency: str
    as_of: date
    source: str
    gpu: str = ""
    gpus: int = 0

    @property
    def name(self) -> str:
        """How a charter names it, such as `aws p3.2xlarge us-east-1 spot`."""
        return " ".join([self.provider, self.machine, self.region, *(["spot"] if self.spot else [])])

    def note(self, today: date) -> str:
        """A sentence when the price is old, else ""."""
        return age_note(f"The price of {self.name}", self.as_of, today)


@dataclass(frozen=True)
class PriceTable:
    """Prices by name. Spot prices change by the hour: theirs are of the day of `as_of`."""

    prices: Mapping[str, Price]

    def find(self, name: str) -> Price:
        """The price of `provider machine region [spot]`. Raises `InputError` with the nearest names."""
        wanted = " ".join(name.split())
        by_folded = {known.casefold(): price for known, price in self.prices.items()}
        if wanted.casefold() in by_folded:
            return by_folded[wanted.casefold()]
        near = get_close_matches(wanted, self.prices, n=3, cutoff=0.5)
        hint = f"Did you mean {' or '.join(near)}? Else add it" if near else "Add it"
        raise InputError(
            f'"{name}" has no known price.',
            value=name,
            remedy=f"{hint} to a prices.toml of your own ({VARIABLE}), or declare what an hour costs.",
        )


def price_table(environment: Mapping[str, str] | None = None) -> PriceTable:
    """The shipped prices; the user's own file adds to them, and its entry counts where both name one.

    >>> price_table({"AIRWORTHY_CONFIG": "/nowhere"}).find("aws p3.2xlarge us-east-1").per_hour
    3.06
    """
    own = own_file(VARIABLE, "prices.toml", environment)
    read = [price for path in (SHIPPED, own) if path for price in _prices(path)]
    return PriceTable({price.name: price for price in read})


def _prices(path: Path) -> list[Price]:
    return [_price(row, path) for row in read_rows(path, "price", _NEEDED)]


def _price(row: Mapping[str, Any], path: Path) -> Price:
    per_hour, currency = float(row["per_hour"]), row["currency"]
    if not (math.isfinite(per_hour) and 0 < per_hour <= HIGHEST_RATE):
        raise InputError(
            f"{path}: {row['machine']} costs {per_hour:g} an hour.",
            value=per_hour,
            remedy="Write what one hour costs, above 0.",
        )
    if currency not in CURRENCIES:
        raise InputError(
            f'{path}: "{currency}" of {row["machine"]} is no currency code.',
            value=currency,
            remedy="Write three capitals, such as USD.",
        )
    return Price(
        provider=row["provider"],
        machine=row["machine"],
        region=row["region"],
        spot=bool(row.get("spot", False)),
        per_hour=per_hour,
        currency=currency,
        as_of=row["as_of"],
        source=row["source"],
        gpu=str(row.get("gpu", "")),
        gpus=int(row.get("gpus", 0)),
    )
