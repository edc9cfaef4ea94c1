"""How the audit's sentences write numbers, dates and the next step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from airworthy.kernel.result import Result, Verdict

DAY = 86_400

HOPELESS = 100
"""A table would have to grow by more than this factor: then nobody is told to wait for the rows."""


def share(value: float) -> str:
    """A share as people read it.

    >>> share(0.256), share(0.0004), share(0.0), share(0.99996)
    ('25.6 %', '0.04 %', '0 %', '99.996 %')
    """
    if value in (0.0, 1.0):
        return f"{value:.0%}".replace("%", " %")
    edge = min(abs(value), abs(1 - value))
    digits = 1 if edge >= 0.01 else 2 if edge >= 0.0001 else 4
    text = f"{value * 100:.{digits}f}".rstrip("0").rstrip(".")
    if value < 1 and text == "100":
        text = f"{value * 100:.3f}"
    return f"{text} %"


def points(value: float) -> str:
    """A difference of two shares.

    >>> points(0.123)
    '12.3 points'
    """
    return f"{value * 100:.1f} points"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listing(words: Sequence[str], most: int = 3) -> str:
    """The first few, and how many more.

    >>> listing(["a", "b", "c", "d"])
    'a, b, c and 1 more'
    """
    shown = ", ".join(words[:most])
    return f"{shown} and {len(words) - most} more" if len(words) > most else shown


def moment(seconds: float, step: int = DAY) -> str:
    """A date, with its hour where the steps are shorter than a day (UTC).

    >>> moment(0), moment(3600, 60)
    ('1 Jan 1970', '1 Jan 1970 01:00')
    """
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at.day} {at:%b %Y}" + (f" {at:%H:%M}" if step < DAY else "")


def iso(seconds: float) -> str:
    """A date and time for charts and details."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def measured(result: Result) -> tuple[float, int]:
    """Value and rows of a judged result."""
    if result.measurement is None:
        raise ValueError(f"{result.code} {result.subject} carries no measurement")
    return result.measurement.value, result.measurement.n


def next_step(result: Result, failing: str) -> str:
    """`failing` for a FAIL, what would settle an UNSURE, nothing for a PASS."""
    if result.verdict is Verdict.FAIL:
        return failing
    if result.verdict is not Verdict.UNSURE:
        return ""
    hopeless = result.rows_to_settle is None or (
        result.measurement is not None and result.rows_to_settle > HOPELESS * result.measurement.n
    )
    if hopeless:
        return f"Cannot be told from these rows; look at it by hand. If it is so: {failing}"
    return f"About {result.rows_to_settle:,} rows would tell. If it is so: {failing}"
