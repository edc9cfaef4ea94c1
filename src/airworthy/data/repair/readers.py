"""TOML values to the parameters of a step: one reader a shape, each naming what it expected."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from airworthy.charter.bad_value import BadValue, show
from airworthy.charter.problems import did_you_mean, listed

Reader = Callable[[object], object]


@dataclass(frozen=True)
class Key:
    """One parameter of a kind: its name, how it is read, an example, and what it means."""

    name: str
    read: Reader
    example: str
    meaning: str
    required: bool = True


def _wrong(value: object, expected: str) -> BadValue:
    return BadValue(f"expected {expected}, found {show(value)}.", f"Write {expected}.")


def number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _wrong(value, "a finite number")
    return float(value)


def optional_number(value: object) -> float | None:
    return None if value is None else number(value)


def share(value: object) -> float:
    found = number(value)
    if not 0 < found < 0.5:
        raise BadValue(f"{show(value)} is no share of a tail.", "Write a number between 0 and 0.5.")
    return found


def flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(value, "true or false")
    return value


def text(value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(value, "a text in quotes")
    return value


def column_name(value: object) -> str:
    if not text(value).strip():
        raise _wrong(value, "the name of a column")
    return str(value)


def names(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong(value, "a list of column names")
    return tuple(column_name(item) for item in value)


def one_of(*words: str) -> Reader:
    """A reader of one of `words`."""

    def read(value: object) -> object:
        if value not in words:
            raise BadValue(
                f"{show(value)} is not known here.",
                did_you_mean(str(value), words, f"Write one of {listed(words)}."),
            )
        return value

    return read


def sign(value: object) -> str:
    """One character, or none."""
    if len(text(value)) > 1:
        raise _wrong(value, "one character")
    return str(value)


def stand_ins(value: object) -> tuple[float | str, ...]:
    """Numbers, or texts; never both."""
    if not isinstance(value, list) or not value:
        raise _wrong(value, "a list of numbers, or of texts")
    if all(isinstance(item, str) for item in value):
        return tuple(value)
    return tuple(number(item) for item in value)


def filling(value: object) -> float | str:
    return value if isinstance(value, str) else number(value)


def words(value: object) -> dict[str, str]:
    """A table of text to text."""
    if not isinstance(value, dict) or not value:
        raise _wrong(value, 'a table such as { "Lodnon" = "London" }')
    for key, item in value.items():
        if not isinstance(item, str):
            raise BadValue(f"expected a text, found {show(item)}.", f'Write "{key}" = "…".', (key,))
    return dict(value)


def factors(value: object) -> dict[str, float]:
    """A table of unit to factor; the empty text stands for no unit."""
    if not isinstance(value, dict) or not value:
        raise _wrong(value, 'a table such as { "kg" = 1.0, "g" = 0.001 }')
    found = {}
    for key, item in value.items():
        try:
            found[key] = number(item)
        except BadValue as error:
            raise BadValue(error.message, error.remedy, (key,)) from None
        if found[key] == 0:
            raise BadValue("a factor of 0 makes every value 0.", "Write another number.", (key,))
    return found


def moment(value: object) -> datetime | None:
    """A TOML date or date-time; without an offset it is UTC."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    raise _wrong(value, "a date such as 2024-03-01, without quotes")
