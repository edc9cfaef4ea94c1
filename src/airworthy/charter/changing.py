"""What may change in a row: declared once, kept by counterfactuals and by the search for adversarial rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from airworthy.charter.relations import Relation, parse_relation
from airworthy.kernel.errors import InputError

SHARE_BROKEN = 0.01


class Move(StrEnum):
    """Which way a value may move; words and flags move any way or never."""

    NEVER = "never"
    UP = "up"
    DOWN = "down"
    ANY = "any"


@dataclass(frozen=True)
class ChangePrice:
    """What one change costs, or, with `per`, so many units of it."""

    amount: float
    currency: str
    per: float | None = None

    def __str__(self) -> str:
        """As it is written: `20 EUR per 100`."""
        each = "" if self.per is None else f" per {self.per:g}"
        return f"{self.amount:g} {self.currency}{each}"


@dataclass(frozen=True)
class ColumnChange:
    """How one column may change, by its name: `[changes.income]`. A column without such a table keeps to the
    values of the training rows; protected columns, identifiers, times and texts then never change."""

    may: Move = Move.ANY  # which way its value may move
    low: float | None = None  # lowest value that it may take; when absent, that of the training rows
    high: float | None = None  # highest value that it may take; when absent, that of the training rows
    step: float | None = None  # changes are whole multiples of it; when absent, 1 for whole numbers
    to: tuple[str, ...] = ()  # words that it may become; when absent, every known one
    price: str | None = None  # what a change costs, each or by its size; when absent, no money is told
    hard: float = 1.0  # how much a change counts beside one of another column, where no money decides

    @property
    def priced(self) -> ChangePrice | None:
        return None if self.price is None else parse_price(self.price)


@dataclass(frozen=True)
class Changes:
    """What may change in a row so that it is decided otherwise: by people who act on a decision, or by people
    who work around it. `[changes.COLUMN]` says it of one column."""

    relations: tuple[str, ...] = ()  # what every row keeps: `total = net + tax`, `used <= limit`
    max_broken: float = SHARE_BROKEN  # share of rows that may break a relation; more of them is refused
    one_of: tuple[tuple[str, ...], ...] = ()  # columns of 0 and 1 of which exactly one is 1
    columns: Mapping[str, ColumnChange] = field(default_factory=dict)  # by name, as `[changes.COLUMN]`

    @property
    def related(self) -> tuple[Relation, ...]:
        return tuple(map(parse_relation, self.relations))


_PRICE = re.compile(
    r"(?P<amount>\d+(?:\.\d+)?)\s*(?P<currency>[A-Z]{3})(?:\s+per\s+(?P<per>\d+(?:\.\d+)?))?", re.ASCII
)


def parse_price(text: str) -> ChangePrice:
    """Read `20 EUR` (each change) or `20 EUR per 100` (by its size).

    Raises
    ------
    InputError : it is neither, or is by a size of 0.

    >>> parse_price("20 EUR per 100").per
    100.0
    """
    found = _PRICE.fullmatch(text.strip())
    per = float(found["per"]) if found and found["per"] else None
    if found is None or per == 0:
        raise InputError(
            f'"{text}" is no price of a change.',
            value=text,
            remedy='Write "20 EUR" for each change, or "20 EUR per 100" for its size.',
        )
    return ChangePrice(float(found["amount"]), found["currency"], per)
