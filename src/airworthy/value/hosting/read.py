"""The file of assumptions: read whole, every fault named, nothing made up where something is missing."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from airworthy.kernel.errors import InputError
from airworthy.metering.currency import CURRENCIES
from airworthy.metering.dated import age_note
from airworthy.metering.prices import PriceTable
from airworthy.value.hosting.assumption import BY_NAME, ITEMS, Item, Span, Way

YEARS, MOST_YEARS = 3, 15
HOURS, MACHINE, PER_HOUR = "work.machine_hours", "machine", "cloud.per_hour"
_TOP = ("currency", "years", "as_of", "work", "cloud", "own", "hybrid", "staff")


@dataclass(frozen=True)
class Assumptions:
    """What was declared; `notes` say what was taken from elsewhere, or is old."""

    currency: str
    years: int
    spans: Mapping[str, Span]
    as_of: date | None = None
    notes: tuple[str, ...] = field(default_factory=tuple)

    def missing(self, way: Way) -> tuple[Item, ...]:
        """What this way needs and nobody declared."""
        needed = (item for item in ITEMS if way in item.ways and item.default is None)
        return tuple(item for item in needed if item.name not in self.spans)

    def likely(self) -> dict[str, float]:
        """The likeliest numbers, with the defaults of what may be left out."""
        known = {item.name: item.default for item in ITEMS if item.default is not None}
        return {**known, **{name: span.likely for name, span in self.spans.items()}}


def read_assumptions(path: Path, prices: PriceTable, today: date) -> Assumptions:
    """The assumptions in a TOML file.

    Raises `InputError` that names file, key and value: no TOML, unknown keys, numbers out of bounds, another
    currency.
    """
    document = _document(path)
    currency = _currency(document, path)
    as_of = document.get("as_of")
    if as_of is not None and not isinstance(as_of, date):
        raise _wrong(path, "as_of", as_of, "Write the day of these prices: as_of = 2026-11-01.")
    notes = [] if as_of is None else [age_note(f"What {path.name} assumes", as_of, today)]
    spans = {}
    for table in ("work", "cloud", "own", "hybrid", "staff"):
        for key, value in _table(document, table, path).items():
            if (table, key) == ("cloud", MACHINE):
                spans[PER_HOUR] = _listed(value, prices, currency, today, notes, path)
                continue
            item = _item(f"{table}.{key}", path)
            spans[item.name] = _span(value, item, currency, path)
    if PER_HOUR in spans and {MACHINE, "per_hour"} <= document.get("cloud", {}).keys():
        raise _wrong(path, PER_HOUR, document["cloud"][MACHINE], "Keep machine or per_hour, not both.")
    return Assumptions(currency, _years(document, path), spans, as_of, tuple(filter(None, notes)))


def _document(path: Path) -> dict[str, Any]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"There is no file {path}.",
            value=str(path),
            remedy=f"Write one to fill in: airworthy plan cost --init {path}",
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"{path} cannot be read: {error}.", value=str(path), remedy="Correct the file."
        ) from error
    if unknown := [name for name in document if name not in _TOP]:
        raise _wrong(path, unknown[0], document[unknown[0]], _near(unknown[0], _TOP))
    return document


def _near(name: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"Known here: {', '.join(known)}."


def _currency(document: Mapping[str, Any], path: Path) -> str:
    found = document.get("currency")
    if not isinstance(found, str) or found not in CURRENCIES:
        raise _wrong(path, "currency", found, 'Write one for all amounts: currency = "EUR".')
    return found


def _years(document: Mapping[str, Any], path: Path) -> int:
    years = document.get("years", YEARS)
    if isinstance(years, bool) or not isinstance(years, int) or not 1 <= years <= MOST_YEARS:
        raise _wrong(path, "years", years, f"Write a whole number from 1 to {MOST_YEARS}.")
    return years


def _table(document: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise _wrong(path, name, table, f"Head it with [{name}].")
    return table


def _item(name: str, path: Path) -> Item:
    if name not in BY_NAME:
        raise _wrong(path, name, name, _near(name, tuple(BY_NAME)))
    return BY_NAME[name]


def _span(value: Any, item: Item, currency: str, path: Path) -> Span:
    """`3`, `[2, 5]`, `[2, 3, 5]`; of two numbers the middle is taken for the likeliest."""
    numbers = [_number(one, item, currency, path) for one in (value if isinstance(value, list) else [value])]
    if not 1 <= len(numbers) <= 3 or numbers != sorted(numbers):
        raise _wrong(path, item.name, value, f"Write {item.example}, or [low, high], or [low, likely, high].")
    likely = sum(numbers) / len(numbers) if len(numbers) < 3 else numbers[1]
    return Span(numbers[0], likely, numbers[-1])


def _number(value: Any, item: Item, currency: str, path: Path) -> float:
    if isinstance(value, str) and item.unit == "money":
        amount, _, other = value.strip().partition(" ")
        if other and other != currency:
            remedy = f"Change it into {currency}: no rate is made up here."
            raise _wrong(path, item.name, value, remedy)
        value = _plain(amount)
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise _wrong(path, item.name, value, f"Write a number, for example {item.example}.")
    top = float("inf") if item.high is None else item.high
    if not item.low <= value <= top:
        bounds = f"at least {item.low:g}" + ("" if item.high is None else f" and at most {item.high:g}")
        raise _wrong(path, item.name, value, f"It is {item.meaning}: {bounds}.")
    return float(value)


def _plain(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _listed(value: Any, prices: PriceTable, currency: str, today: date, notes: list[str], path: Path) -> Span:
    """The listed price of a rented machine."""
    price = prices.find(str(value))
    if price.currency != currency:
        remedy = f"Write cloud.per_hour in {currency} instead: no rate is made up here."
        raise _wrong(path, "cloud.machine", f"{price.per_hour:g} {price.currency} an hour", remedy)
    notes.append(
        price.note(today) or f"{price.name}: {price.per_hour:g} {currency} an hour ({price.source})."
    )
    return Span.sure(price.per_hour)


def _wrong(path: Path, name: str, value: object, remedy: str) -> InputError:
    shown = "nothing" if value is None else repr(value)
    return InputError(f"{path.name}: {name} cannot be {shown}.", value=str(value), remedy=remedy)
