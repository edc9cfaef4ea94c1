"""Healthy columns that a table may lack and a defect needs: contacts, keys, codes and written dates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import polars as pl

from planted.words import ACCENTED, notes, people
from planted.world import World

Maker = Callable[[np.random.Generator, int], list[str]]
HOSTS = ("example.com", "example.org", "mail.example.net", "post.example.eu")


def emails(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"{a}.{b}{rng.integers(1, 99)}@{HOSTS[rng.integers(4)]}" for a, b in people(rng, rows)]


def phones(rng: np.random.Generator, rows: int) -> list[str]:
    return [
        f"+31 {rng.integers(10, 79)} {rng.integers(100, 999)} {rng.integers(1000, 9999)}" for _ in range(rows)
    ]


def postcodes(rng: np.random.Generator, rows: int) -> list[str]:
    letters = "ABCDEGHJKLMNPRSTVWXZ"
    return [
        f"{rng.integers(1000, 9999)} {letters[rng.integers(20)]}{letters[rng.integers(20)]}"
        for _ in range(rows)
    ]


def ibans(rng: np.random.Generator, rows: int) -> list[str]:
    """Dutch and German account numbers whose ISO 13616 check digits (modulo 97) are right."""

    def one() -> str:
        digits = "".join(map(str, rng.integers(0, 10, 18)))
        country, body = ("NL", "TEST" + digits[:10]) if rng.random() < 0.5 else ("DE", digits)
        spelled = "".join(str(int(letter, 36)) for letter in body + country + "00")
        return f"{country}{98 - int(spelled) % 97:02d}{body}"

    return [one() for _ in range(rows)]


def dutch_ids(rng: np.random.Generator, rows: int) -> list[str]:
    """Nine digits that pass the Dutch eleven test: 9a + 8b + ... + 2h - i is a multiple of 11."""
    made: list[str] = []
    while len(made) < rows:
        digits = rng.integers(0, 10, 8)
        last = int(digits @ np.arange(9, 1, -1)) % 11
        if last < 10 and digits[0]:
            made.append("".join(map(str, digits)) + str(last))
    return made


def spanish_ids(rng: np.random.Generator, rows: int) -> list[str]:
    """Eight digits and the letter that their remainder modulo 23 selects."""
    return [f"{n:08d}{'TRWAGMYFPDXBNJZSQVHLCKE'[n % 23]}" for n in rng.integers(10_000_000, 99_999_999, rows)]


def polish_ids(rng: np.random.Generator, rows: int) -> list[str]:
    """Birth date, serial and a check digit by the weights 1 3 7 9."""
    made = []
    for _ in range(rows):
        born = f"{rng.integers(50, 99):02d}{rng.integers(1, 13):02d}{rng.integers(1, 29):02d}"
        body = born + f"{rng.integers(0, 9999):04d}"
        total = sum(int(digit) * weight for digit, weight in zip(body, (1, 3, 7, 9) * 3, strict=False))
        made.append(body + str(-total % 10))
    return made


def written_dates(rng: np.random.Generator, rows: int) -> list[str]:
    days = np.datetime64("2019-01-01") + rng.integers(0, 1_200, rows)
    return [str(day) for day in days]


def births(rng: np.random.Generator, rows: int) -> list[str]:
    days = np.datetime64("1940-01-01") + (rng.beta(2, 2, rows) * 24_000).astype(int)
    return [str(day) for day in days]


def bands(rng: np.random.Generator, rows: int) -> list[str]:
    return [("1-3", "3-5", "5-10", "10-20", "20-50", "50-99")[i] for i in rng.integers(6, size=rows)]


def accounts(rng: np.random.Generator, rows: int) -> list[str]:
    return [str(n) for n in rng.integers(100_000_000_000, 999_999_999_999, rows)]


def padded(rng: np.random.Generator, rows: int) -> list[str]:
    return [f"{n:06d}" for n in rng.integers(100, 300_000, rows)]


def towns(rng: np.random.Generator, rows: int) -> list[str]:
    return [ACCENTED[i] for i in rng.integers(len(ACCENTED), size=rows)]


def attached(world: World, column: str, make: Maker) -> World:
    """`world` with one more healthy column; its values depend on the table's and the column's names only."""
    seed = int.from_bytes(hashlib.sha256(f"{world.name}/{column}".encode()).digest()[:8], "big")
    values = make(np.random.default_rng(seed), world.rows)
    return world.having(world.frame.with_columns(pl.Series(column, values)))


def with_notes(world: World) -> World:
    """`world` itself where it has prose, else with a column of notes."""
    return world if world.texts() else attached(world, "note", notes)
