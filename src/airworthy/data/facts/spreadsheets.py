"""What spreadsheets do to values: ranges as dates, long keys rounded, zeros lost, dates as numbers."""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from airworthy.data.facts.contents import SheetCounts, SheetDamage
from airworthy.data.facts.texts import texts_of
from airworthy.data.facts.visit import ColumnView, Floats
from airworthy.kernel.fact import Facts

RANGE, POWER, ZEROS, SERIAL, ERROR, ROUNDED, CUT = (
    "ranges or codes turned into dates",
    "long numbers in scientific notation",
    "leading zeros lost",
    "dates turned into day numbers",
    "a formula's error",
    "long numbers rounded to six digits",
    "long numbers cut to fifteen digits",
)

_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)"
_AS_DATE = rf"(?i)^(?:[0-9]{{1,2}}-{_MONTH}|{_MONTH}-[0-9]{{2}})$"
_AS_POWER = r"^[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2,}$"
_DATE = r"^[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}"
_ERRORS = r"^#(?:REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!|#{3,})$"
_FIRST_DAY, _LAST_DAY = 14_611, 73_050
"""Day numbers of 1940 and 2100, counted from 30 December 1899."""

_DATED_NAME = r"(?i)(?:^|_)(?:date|datum|dob)(?:$|_)|date$|_on$|_at$"
_ZERO_NAME = r"(?i)zip|postal|post_?code|(?:^|_)plz(?:$|_)|(?:^|_)fips(?:$|_)"

USUAL_WIDTH, ZERO_LED, MOST = 0.6, 0.02, 0.5
"""A fixed width is that of 60 % of the keys, 2 % of which start with a zero; damage is never the most."""

FEW, LONG, CUT_AT = 20, 1e11, 1e15
SIGNIFICANT = 6


def answer(fact: SheetDamage, view: ColumnView, facts: Facts) -> SheetCounts:
    """Text by its different values, numbers in one look."""
    values = view.rows - view.nulls
    if not values:
        return SheetCounts(0)
    found = _in_texts(fact.column, view) if view.kind == pl.String else _in_numbers(fact.column, view, values)
    return SheetCounts(values, tuple(sorted(found, key=lambda told: (-told[1], told[0]))))


def _in_texts(column: str, view: ColumnView) -> list[tuple[str, int, str]]:
    texts = texts_of(view).filter(pl.col("value").str.contains(r"[0-9#]"))
    texts = texts.with_columns(pl.col("value").str.strip_chars())
    value, total = pl.col("value"), view.rows - view.nulls
    day = value.str.extract(r"^([1-7][0-9]{4})(?:\.[0-9]+)?$", 1).cast(pl.Int64, strict=False)
    dated = int(texts.filter(value.str.contains(_DATE))["count"].sum()) > MOST * total
    asked = {
        RANGE: value.str.contains(_AS_DATE),
        POWER: value.str.contains(_AS_POWER),
        ERROR: value.str.contains(_ERRORS),
        SERIAL: day.is_between(_FIRST_DAY, _LAST_DAY).fill_null(value=False) & pl.lit(value=dated),
    }
    found = [(kind, texts.filter(where)) for kind, where in asked.items()] + [
        (ZEROS, short_keys(texts, column))
    ]
    told = [(kind, int(rows["count"].sum()), str(rows["value"].min())) for kind, rows in found]
    return [(kind, rows, example) for kind, rows, example in told if 0 < rows < MOST * total]


def short_keys(texts: pl.DataFrame, column: str) -> pl.DataFrame:
    """Keys of digits that are shorter than a fixed width, which keys that start with zero give away.

    >>> keys = pl.DataFrame({"value": ["01234", "56789", "04567", "1234"], "count": [40, 50, 40, 20]})
    >>> short_keys(keys, "shop")["value"].to_list()
    ['1234']
    """
    keys = texts.filter(pl.col("value").str.contains(r"^[0-9]{2,18}$")).with_columns(
        pl.col("value").str.len_chars().alias("width")
    )
    total = int(keys["count"].sum())
    if not total:
        return keys
    widths = keys.group_by("width").agg(pl.col("count").sum()).sort("count", "width", descending=True)
    width, usual = widths.row(0)
    led = int(keys.filter((pl.col("width") == width) & pl.col("value").str.starts_with("0"))["count"].sum())
    named = re.search(_ZERO_NAME, column) is not None
    if usual < USUAL_WIDTH * total or (led < ZERO_LED * usual and not named):
        return keys.clear()
    return keys.filter((pl.col("width") < width) & ~pl.col("value").str.starts_with("0"))


def _in_numbers(column: str, view: ColumnView, values: int) -> list[tuple[str, int, str]]:
    numbers = view.numbers[np.isfinite(view.numbers)]
    if not len(numbers):
        return []
    if re.search(_DATED_NAME, column) and values >= FEW:
        low, high = float(numbers.min()), float(numbers.max())
        if low >= _FIRST_DAY and high <= _LAST_DAY:
            return [(SERIAL, values, f"{numbers[0]:.10g}")]
    if re.search(_ZERO_NAME, column) and view.kind.is_integer():
        texts = pl.DataFrame({"value": view.values.drop_nulls().cast(pl.String)}).group_by("value")
        short = short_keys(texts.len("count").sort("value"), column)
        rows = int(short["count"].sum())
        return [(ZEROS, rows, str(short["value"].min()))] if 0 < rows < MOST * values else []
    return _long_numbers(numbers[numbers >= LONG], values)


def _long_numbers(numbers: Floats, values: int) -> list[tuple[str, int, str]]:
    """Long keys of which only the first six, or fifteen, digits are left."""
    if len(numbers) < max(FEW, MOST * values):
        return []
    digits = np.floor(np.log10(numbers))
    rounded = numbers % 10 ** (digits - (SIGNIFICANT - 1)) == 0
    if 0 < rounded.sum() < MOST * len(numbers):
        return [(ROUNDED, int(rounded.sum()), f"{numbers[rounded][0]:.0f}")]
    cut = (numbers >= CUT_AT) & (numbers % 10 == 0)
    if not rounded.any() and cut.sum() > 0.9 * len(numbers):
        return [(CUT, int(cut.sum()), f"{numbers[cut][0]:.0f}")]
    return []
