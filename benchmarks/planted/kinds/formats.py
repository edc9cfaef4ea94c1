"""Values that break the pattern of their column: dates, phones, e-mail addresses, postcodes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from planted.attach import Maker, attached, emails, phones, postcodes, written_dates
from planted.plant import Kind, Planted, Planter, Strength, Truth, known, put, some_rows
from planted.world import World

Break = Callable[[str], str]
DATES: tuple[Break, ...] = (
    lambda v: f"{v[8:]}/{v[5:7]}/{v[:4]}",
    lambda v: f"{int(v[8:])}.{int(v[5:7])}.{v[2:4]}",
    lambda v: f"{v[:4]}-{v[5:7]}-3{v[9:]}".replace("-30", "-34").replace("-31", "-35"),
    lambda v: v.replace("-", ""),
)
PHONES: tuple[Break, ...] = (
    lambda v: v[:7],
    lambda v: v.replace(" ", "x", 1),
    lambda v: f"{v} {v[-4:]} 11",
    lambda v: "ask at the desk",
)
EMAILS: tuple[Break, ...] = (
    lambda v: v.replace("@", " at "),
    lambda v: v.split("@")[0],
    lambda v: v.replace(".example", "example").replace("@", "@@"),
    lambda v: v.rsplit(".", 1)[0] + ",com",
)
POSTCODES: tuple[Break, ...] = (
    lambda v: v[:4],
    lambda v: f"{v[5:]} {v[:4]}",
    lambda v: f"{v[:3]} {v[5:]}",
    lambda v: f"{v[:4]}{v[:2]} {v[5:]}",
)


def planter(column: str, make: Maker, breaks: tuple[Break, ...]) -> Planter:
    """A planter that breaks some values of an added column, all in the same way."""

    def plant(world: World, rng: np.random.Generator, strength: Strength) -> Planted:
        before = attached(world, column, make)
        broken = breaks[int(rng.integers(len(breaks)))]
        mask = some_rows(rng, known(before, column), strength.rows * before.rows)
        values = pl.Series([broken(value) for value in before.frame[column]])
        return Planted(put(before, column, mask, values), Truth((column,), int(mask.sum())), before)

    return plant


REASON = "one row in fifty: enough that letters, calls and joins fail every day"
ROWS = (0.002, 0.005, 0.02, 0.10)
KINDS = (
    Kind(
        "format.date",
        "dates in another form",
        planter("signed_on", written_dates, DATES),
        Strength(0.02),
        REASON,
        ROWS,
    ),
    Kind(
        "format.phone", "broken phone numbers", planter("phone", phones, PHONES), Strength(0.02), REASON, ROWS
    ),
    Kind(
        "format.email",
        "broken e-mail addresses",
        planter("email", emails, EMAILS),
        Strength(0.02),
        REASON,
        ROWS,
    ),
    Kind(
        "format.postcode",
        "broken postcodes",
        planter("postcode", postcodes, POSTCODES),
        Strength(0.02),
        REASON,
        ROWS,
    ),
)
