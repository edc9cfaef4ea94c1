"""The step of a series and the horizon of a forecast, as people write them: `1mo`, `12mo`, `28d`, `12`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from airworthy.kernel.errors import InputError

MONTHS = {"mo": 1, "q": 3, "y": 12}
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
WORDS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "q": "quarter"}
MOST_MONTH_SECONDS = 31 * 86_400


@dataclass(frozen=True)
class Step:
    """`months` calendar months, or `seconds` where there are none."""

    months: int = 0
    seconds: int = 0

    @property
    def longest(self) -> float:
        """Seconds of the longest such step."""
        return float(self.seconds or self.months * MOST_MONTH_SECONDS)

    def __str__(self) -> str:
        """As it is written: `1mo`, `1w`."""
        if self.months:
            return f"{self.months // 12}y" if self.months % 12 == 0 else f"{self.months}mo"
        unit = next(unit for unit in ("w", "d", "h", "m", "s") if self.seconds % SECONDS[unit] == 0)
        return f"{self.seconds // SECONDS[unit]}{unit}"

    def words(self, count: int) -> str:
        """`count` steps in words.

        >>> Step(months=1).words(3), Step(seconds=86_400).words(1)
        ('3 months', '1 day')
        """
        if self.months:
            number, unit = count * self.months, "month"
        else:
            text = str(self)
            number, unit = count * int(text[:-1]), WORDS[text[-1]]
        return f"{number:,} {unit}" + ("" if number == 1 else "s")


def parse_step(text: str, what: str) -> Step:
    """Read `1mo`, `7d`, `15m`. Raises `InputError` for anything else.

    >>> parse_step("2q", "every"), str(parse_step("14d", "every"))
    (Step(months=6, seconds=0), '2w')
    """
    match = re.fullmatch(r"([1-9]\d*) ?(mo|[yqwdhms])", text.strip())
    if match is None:
        raise InputError(
            f"{what} is no length of time: {text}.",
            value=text,
            remedy="Write a number and a unit: 15m (minutes), 1h, 1d, 1w, 1mo, 1q or 1y.",
        )
    number, unit = int(match[1]), match[2]
    if unit in MONTHS:
        return Step(months=number * MONTHS[unit])
    return Step(seconds=number * SECONDS[unit])


def parse_horizon(text: str | int, step: Step) -> int:
    """Steps ahead: a number of steps, or a length of time that whole steps fill.

    >>> parse_horizon("1y", Step(months=3)), parse_horizon("28d", Step(seconds=604_800))
    (4, 4)
    """
    if isinstance(text, int) or re.fullmatch(r"\d+", text.strip()):
        steps = int(text)
        if steps >= 1:
            return steps
        raise InputError(f"A horizon is 1 step or more: {steps}.", value=steps, remedy="Write 12 or 12mo.")
    length = parse_step(text, "The horizon")
    whole, part = (length.months, step.months) if step.months else (length.seconds, step.seconds)
    if not whole or whole % part:
        raise InputError(
            f"The horizon {text} is not a number of whole steps of {step.words(1)}.",
            value=text,
            remedy=f"Write the number of steps, such as 12 for {step.words(12)}.",
        )
    return whole // part
