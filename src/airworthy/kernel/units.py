"""Units with a type: durations, sizes and money, as people write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_SECONDS = {
    "us": 1e-6,
    "ms": 1e-3,
    "s": 1.0,
    "m": 60.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 604800.0,
}
_BYTES = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def parse_duration(text: str) -> float:
    """Seconds in `text`, such as `3m`, `80ms`, `1h30m`.

    Raises `ValueError` when the text is not a duration.

    >>> parse_duration("3m"), parse_duration("1h30m"), parse_duration("80ms")
    (180.0, 5400.0, 0.08)
    """
    parts = re.findall(r"(\d+(?:\.\d+)?)\s*(us|ms|min|s|m|h|d|w)", text.strip())
    if not parts or re.sub(r"(\d+(?:\.\d+)?)\s*(us|ms|min|s|m|h|d|w)\s*", "", text.strip()):
        raise ValueError(f"{text!r} is not a duration; write for example 30s, 3m, 1h30m, 80ms or 2d")
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def parse_size(text: str) -> int:
    """Bytes in `text`, such as `4GiB` or `500 MB`.

    >>> parse_size("4GiB")
    4294967296
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(B|KB|MB|GB|KiB|MiB|GiB)", text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a size; write for example 500MB or 4GiB")
    return int(float(match[1]) * _BYTES[match[2]])


_KWH = {"J": 1 / 3.6e6, "kJ": 1 / 3600, "MJ": 1 / 3.6, "Wh": 1e-3, "kWh": 1.0, "MWh": 1e3}


def parse_energy(text: str) -> float:
    """Kilowatt-hours in `text`, such as `2kWh`, `500 Wh` or `3.6 MJ`.

    Raises `ValueError` when the text is not an amount of energy.

    >>> parse_energy("2kWh"), parse_energy("500 Wh"), parse_energy("3.6 MJ")
    (2.0, 0.5, 1.0)
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(J|kJ|MJ|Wh|kWh|MWh)", text.strip())
    if not match:
        raise ValueError(f"{text!r} is not an amount of energy; write for example 500Wh or 2kWh")
    return float(match[1]) * _KWH[match[2]]


def format_energy(kwh: float) -> str:
    """Energy for people.

    >>> format_energy(0.0000123), format_energy(0.0123), format_energy(2.5)
    ('0.0123 Wh', '12.3 Wh', '2.5 kWh')
    """
    return f"{kwh * 1e3:.3g} Wh" if kwh < 1 else f"{kwh:.4g} kWh"


def format_duration(seconds: float) -> str:
    """A duration for people.

    >>> format_duration(0.0042), format_duration(75), format_duration(8000)
    ('4.2 ms', '1 min 15 s', '2 h 13 min')
    """
    if seconds < 0.9995:  # which would round to 1e+03 ms
        return f"{seconds * 1e3:.3g} ms"
    if seconds < 60:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60)} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def format_micro(us: float) -> str:
    """Microseconds for people.

    >>> format_micro(17.6), format_micro(2340.0)
    ('18 µs', '2.34 ms')
    """
    return f"{us:.0f} µs" if us < 999.5 else format_duration(us / 1e6)


def format_size(size: float) -> str:
    """Bytes for people, in powers of a thousand.

    >>> format_size(812), format_size(23_456), format_size(5e6)
    ('812 B', '23 KB', '5 MB')
    """
    for unit in ("B", "KB", "MB"):
        if size < 999.5:
            return f"{size:.0f} {unit}" if size >= 10 or size == int(size) else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB".replace(".0 GB", " GB")


@dataclass(frozen=True)
class MoneyRange:
    """An amount that a person declared: a figure, or a range when they are not sure."""

    low: float
    high: float
    currency: str

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True)
class Money:
    """One amount in one currency."""

    amount: float
    currency: str

    def __str__(self) -> str:
        """For people: cents, and more digits where the amount is less than a few of them.

        >>> str(Money(1234.5, "USD")), str(Money(0.00213, "EUR")), str(Money(0.00001, "EUR"))
        ('1,234.50 USD', '0.0021 EUR', '0.00001 EUR')
        """
        few = 0 < abs(self.amount) < 0.1
        return (
            f"{Decimal(f'{self.amount:.2g}'):f} {self.currency}"
            if few
            else f"{self.amount:,.2f} {self.currency}"
        )
