"""Repairs that read text: one function of one text each, which rows and columns share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date

from airworthy.scoring.columns import EPOCH, NAN
from airworthy.scoring.spec import MapText, ParseDay, ParseNumber, Rekey

TO_TEXT = Callable[[str | None], str | None]
TO_NUMBER = Callable[[str | None], float]

_PARTS = re.compile(r"([+-]?)\s*([^\d+-]*?)\s*([+-]?)(\d.*\d|\d|[.,]\d+)(.*)", re.DOTALL)
_PLAIN = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_DAYS = (
    re.compile(r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:[T ].*)?", re.ASCII),
    re.compile(r"(?P<a>\d{1,2})[-/](?P<b>\d{1,2})[-/](?P<y>\d{4}|\d{2})(?:[T ].*)?", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4}|\d{2})(?:[T ].*)?", re.ASCII),
    re.compile(r"(?P<d>\d{1,2})[ -]?(?P<n>[A-Za-z]{3,9})\.?[ ,-]+(?P<y>\d{4}|\d{2})(?:[T ].*)?", re.ASCII),
    re.compile(r"(?P<n>[A-Za-z]{3,9})\.? (?P<d>\d{1,2}),? (?P<y>\d{4})(?:[T ].*)?", re.ASCII),
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY = 69
"""Years of two digits below it are of this century, as POSIX has it."""


def fold(text: str) -> str:
    """A text with single blanks, none around it, and without case.

    >>> fold("  New\\u00a0 YORK ")
    'new york'
    """
    return " ".join(text.split()).casefold()


def unit_of(text: str) -> str:
    """How a unit is looked up: folded, without its last full stop.

    >>> unit_of(" OZ. ")
    'oz'
    """
    return fold(text).removesuffix(".").rstrip()


def map_text(step: MapText) -> TO_TEXT:
    """Texts to other texts.

    >>> map_text(MapText(column="c", values={"rome": "Rome"}, folded=True))(" ROME")
    'Rome'
    """
    known = step.values
    if step.folded:
        return lambda text: None if text is None else known.get(fold(text), text)
    return lambda text: None if text is None else known.get(text, text)


def parse_number(step: ParseNumber) -> TO_NUMBER:
    """Texts to numbers; NaN for null and for what is no number.

    >>> read = parse_number(ParseNumber(column="c", decimal=",", thousands=".", units={"": 1.0, "kg": 1e3}))
    >>> [read(text) for text in ("1.234,5", "2,5 kg", "2.5", "€ 3", None)]
    [1234.5, 2500.0, nan, nan, nan]
    """

    def read(text: str | None) -> float:
        parts = split_number(text) if text is not None else None
        if parts is None:
            return NAN
        factor = step.units.get(parts[1])
        digits = plain_digits(parts[0], step.decimal, step.thousands)
        if factor is None or digits is None:
            return NAN
        value = float(digits) * factor
        return value if math.isfinite(value) else NAN

    return read


def split_number(text: str) -> tuple[str, str] | None:
    """The signed digits of a text as written, and its unit before or behind them; None without a digit.

    >>> split_number("$ -1,200.50"), split_number("12.0 OZ."), split_number("none")
    (('-1,200.50', '$'), ('12.0', 'oz'), None)
    """
    match = _PARTS.fullmatch(text.strip())
    if match is None:
        return None
    first, before, second, digits, after = match.groups()
    if first and second:
        return None
    return (first or second) + digits, unit_of(f"{before} {after}")


def plain_digits(digits: str, decimal: str, thousands: str) -> str | None:
    """Digits as programs write them; None where the groups or the decimal sign do not fit.

    >>> plain_digits("-1,200.50", ".", ","), plain_digits("1,20", ".", ","), plain_digits("1e3", ".", "")
    ('-1200.50', None, '1e3')
    """
    sign = digits[0] if digits[0] in "+-" else ""
    body = digits.removeprefix(sign)
    if thousands and thousands in body:
        whole, point, rest = body.partition(decimal)
        groups = whole.split(thousands)
        if not 1 <= len(groups[0]) <= 3 or any(len(group) != 3 for group in groups[1:]):
            return None
        body = "".join(groups) + point + rest
    if decimal != ".":
        if "." in body:
            return None
        body = body.replace(decimal, ".")
    return sign + body if _PLAIN.fullmatch(body) else None


def parse_day(step: ParseDay) -> TO_NUMBER:
    """Texts to days in UTC epoch seconds; NaN for null and for what is no day of the calendar.

    >>> [parse_day(ParseDay(column="c"))(text) for text in ("02/01/1970", "3 Jan 1970", "30/02/1970")]
    [86400.0, 172800.0, nan]
    """

    def read(text: str | None) -> float:
        for pattern in _DAYS if text is not None else ():
            if match := pattern.fullmatch(text.strip()):  # type: ignore[union-attr]
                return _epoch(match.groupdict(), step.day_first)
        return NAN

    return read


def _epoch(parts: dict[str, str], day_first: bool) -> float:
    if "a" in parts:
        parts["d"], parts["m"] = (parts["a"], parts["b"]) if day_first else (parts["b"], parts["a"])
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += 2000 if year < _CENTURY else 1900
    name = parts["n"][:3].lower() if "n" in parts else ""
    if name and name not in _MONTHS:
        return NAN
    month = _MONTHS.index(name) + 1 if name else int(parts["m"])
    try:
        day = date(year, month, int(parts["d"]))
    except ValueError:
        return NAN
    return float((day.toordinal() - EPOCH.toordinal()) * 86_400)


def rekey(step: Rekey) -> TO_TEXT:
    """Keys in one spelling; doing it twice changes nothing.

    >>> rekey(Rekey(column="c", drop="- ", upper=True, zeros=True))("ab-0012")
    'AB12'
    """
    gone = {ord(letter): None for letter in step.drop}

    def write(text: str | None) -> str | None:
        if text is None:
            return None
        text = text.translate(gone)
        if step.upper:
            text = text.upper()
        return re.sub(r"(?<![0-9])0+(?=[0-9])", "", text) if step.zeros else text

    return write
