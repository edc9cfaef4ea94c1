"""What a spreadsheet does on opening a file: ranges become dates, keys become 5.3E+11, leading zeros go."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from planted.attach import Maker, accounts, attached, bands, padded
from planted.plant import Kind, Planted, Planter, Strength, Truth, put, some_rows
from planted.world import World

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def as_date(value: str) -> str:
    """10-20 as the spreadsheet reads it, 20 October; 20-50 is no date and stays."""
    low, high = value.split("-")
    return f"{high}-{MONTHS[int(low) - 1]}" if int(low) <= 12 and int(high) <= 28 else value


def as_number(value: str) -> str:
    return f"{int(value):.5E}".replace("E+0", "E+")


def without_zeros(value: str) -> str:
    return value.lstrip("0")


def planter(column: str, make: Maker, damage: Callable[[str], str]) -> Planter:
    """A planter that damages some values of an added column the way a spreadsheet would."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = attached(world, column, make)
        values = pl.Series([damage(value) for value in before.frame[column]])
        mask = some_rows(rng, (values != before.frame[column]).to_numpy(), strength.rows * before.rows)
        return Planted(put(before, column, mask, values), Truth((column,), int(mask.sum())), before)

    return plant


REASON = "one row in twenty: the part of the table that one colleague opened and saved"
ROWS = (0.005, 0.02, 0.05, 0.20)
KINDS = (
    Kind(
        "spreadsheet.date",
        '"20-Oct" for "10-20"',
        planter("staff_band", bands, as_date),
        Strength(0.05),
        REASON,
        ROWS,
    ),
    Kind(
        "spreadsheet.number",
        "keys as 5.3E+11",
        planter("account", accounts, as_number),
        Strength(0.05),
        REASON,
        ROWS,
    ),
    Kind(
        "spreadsheet.zeros",
        "leading zeros lost",
        planter("article", padded, without_zeros),
        Strength(0.05),
        REASON,
        ROWS,
    ),
)
