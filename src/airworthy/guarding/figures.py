"""Limits as people type them: durations, energy, memory, money and a rate, or a clear error."""

from __future__ import annotations

import difflib
import math
import os
import re

from airworthy.kernel.errors import InputError
from airworthy.kernel.units import format_size, parse_duration, parse_energy, parse_size
from airworthy.metering.currency import CURRENCIES

HIGHEST_RATE = 1e6
"""Money an hour; what lies above is a slip of the pen, in any currency."""
HIGHEST_COST = 1e9
HIGHEST_KWH = 1e6
LONGEST = 366 * 86400.0

_HOURS = {"h": 1.0, "hour": 1.0, "d": 24.0, "day": 24.0}


def duration(option: str, text: str, *, zero: bool = False, longest: float = LONGEST) -> float:
    """Seconds.

    Raises `InputError` for what is no duration, is not above zero (`zero` allows nought) or over `longest`.

    >>> duration("--max-time", "1h30m")
    5400.0
    """
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise _refused(
            option, text, "is not a duration", "Write for example 30s, 20m, 5h, 1h30m or 2d."
        ) from error
    if seconds == 0 and not zero:
        raise _refused(option, text, "allows nothing", "Give more than zero, or leave the option out.")
    if seconds > longest:
        most = "a year" if longest == LONGEST else f"{longest / 3600:,.0f} hours"
        raise _refused(option, text, f"is more than {most}", f"Give at most {longest / 86400:.0f}d.")
    return seconds


def energy(option: str, text: str) -> float:
    """Kilowatt-hours.

    >>> energy("--max-energy", "500 Wh")
    0.5
    """
    example = "Write for example 2kWh, 500Wh or 7.2MJ."
    try:
        kwh = parse_energy(text)
    except ValueError as error:
        why = "is not above zero" if text.strip().startswith("-") else "is not an amount of energy"
        raise _refused(option, text, why, example) from error
    if kwh == 0:
        raise _refused(option, text, "is not above zero", example)
    if kwh > HIGHEST_KWH:
        raise _refused(option, text, f"is more than {HIGHEST_KWH:,.0f} kWh", example)
    return kwh


def memory(option: str, text: str) -> int:
    """Bytes, at most those of this machine.

    >>> memory("--max-memory", "1MiB")
    1048576
    """
    try:
        size = parse_size(text)
    except ValueError as error:
        raise _refused(
            option, text, "is not an amount of memory", "Write for example 500MB or 8GiB."
        ) from error
    machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if size == 0:
        raise _refused(option, text, "allows nothing", "Give more than zero, or leave the option out.")
    if size > machine:
        raise _refused(
            option,
            text,
            f"is more than this machine has ({format_size(machine)})",
            f"A limit that nothing can reach stops nothing: give less than {format_size(machine)}.",
        )
    return size


def cores(option: str, text: str) -> float:
    """Cores of this machine, also a part of one.

    >>> cores("--min-cpu", "0.5")
    0.5
    """
    example = "Write for example 0.05 for a twentieth of a core."
    amount, here = _positive(option, text, text.strip(), example), os.cpu_count() or 1
    if amount > here:
        raise _refused(option, text, f"is more than this machine has ({here})", example)
    return amount


def money(option: str, text: str) -> tuple[float, str | None]:
    """An amount, and its currency where one is written.

    >>> money("--max-cost", "50"), money("--max-cost", "50 EUR")
    ((50.0, None), (50.0, 'EUR'))
    """
    example = "Write for example 50 or '50 USD'."
    match = re.fullmatch(r"(\S*?)\s*([A-Za-z]{3})?", text.strip())
    number, code = _split(match, text)
    amount = _positive(option, text, number, example)
    if amount > HIGHEST_COST:
        raise _refused(option, text, f"is more than {HIGHEST_COST:,.0f}", example)
    return amount, code and currency(option, code)


def rate(option: str, text: str) -> tuple[float, str | None]:
    """Money an hour, and its currency where one is written.

    >>> rate("--rate", "3.06/h"), rate("--rate", "48 EUR/day")
    ((3.06, None), (2.0, 'EUR'))
    """
    example = "Write what the machine costs, for example 3.06/h or '3.06 USD/h'."
    amount, bar, per = text.strip().partition("/")
    if not bar or per.strip() not in _HOURS:
        raise _refused(option, text, "is not money per time", example)
    match = re.fullmatch(r"(\S*?)\s*([A-Za-z]{3})?", amount.strip())
    number, code = _split(match, amount)
    hourly = _positive(option, text, number, example) / _HOURS[per.strip()]
    if hourly > HIGHEST_RATE:
        raise _refused(option, text, f"is more than {HIGHEST_RATE:,.0f} an hour", example)
    return hourly, code and currency(option, code)


def currency(option: str, text: str) -> str:
    """The ISO 4217 code in `text`, in capitals.

    Raises `InputError`, with the nearest codes, when there is none of this name.

    >>> currency("--currency", "usd")
    'USD'
    """
    code = text.strip().upper()
    if code in CURRENCIES:
        return code
    near = difflib.get_close_matches(code, sorted(CURRENCIES), n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "Write an ISO 4217 code, such as USD or EUR."
    raise _refused(option, text, "names no currency", hint)


def _split(match: re.Match[str] | None, text: str) -> tuple[str, str | None]:
    """Number and code; what does not look like either is left to the check of the number."""
    if match is None or match[0].strip().lower() in ("nan", "inf"):
        return text, None
    return match[1], match[2]


def _positive(option: str, text: str, number: str, example: str) -> float:
    try:
        value = float(number)
    except ValueError as error:
        raise _refused(option, text, "holds no number", example) from error
    if not math.isfinite(value):
        raise _refused(option, text, "is not a finite number", example)
    if value <= 0:
        raise _refused(option, text, "is not above zero", example)
    return value


def _refused(option: str, text: str, why: str, remedy: str) -> InputError:
    return InputError(f"{option} {text!r} {why}.", value=text, remedy=remedy)
