"""The regular step of a series: its length in calendar months or in seconds, and the grid of its times."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.kernel.errors import InputError

MONTHS = {"mo": 1, "q": 3, "y": 12}
SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
WORDS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "q": "quarter"}
MOST_MONTH_SECONDS = 31 * 86_400

Places = npt.NDArray[np.int64]


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


@dataclass(frozen=True)
class Grid:
    """Moments `start`, `start` + step, ...: place 0, 1, ... `month_end`: on the last day of each month."""

    step: Step
    start: datetime
    month_end: bool = False

    def places(self, times: pl.Series) -> Places:
        """Places of naive times (n,); -1 where a time is not on the grid or before its start."""
        if self.step.months:
            months = _months(times) - _months(pl.Series([self.start]))[0]
            own = np.asarray(months // self.step.months, dtype=np.int64)
            on = (months % self.step.months == 0) & (months >= 0)
            made = self.times(np.where(on, own, 0))
            return np.where(on & (made == times.cast(pl.Datetime("us"))).to_numpy(), own, -1)
        away = (times.cast(pl.Datetime("us")) - self.start).dt.total_microseconds().to_numpy()
        length = self.step.seconds * 1_000_000
        return np.where((away % length == 0) & (away >= 0), away // length, -1).astype(np.int64)

    def times(self, places: Places) -> pl.Series:
        """The naive times (n,) of places (n,), which may lie in the future."""
        if not self.step.months:
            return pl.Series(
                np.datetime64(self.start, "us") + places * np.timedelta64(self.step.seconds, "s")
            ).cast(pl.Datetime("us"))
        frame = pl.DataFrame({"months": np.asarray(places) * self.step.months})
        by = pl.concat_str(pl.col("months").cast(pl.String), pl.lit("mo"))
        made = pl.lit(self.start).cast(pl.Datetime("us")).dt.offset_by(by)
        if self.month_end:
            clock = timedelta(hours=self.start.hour, minutes=self.start.minute, seconds=self.start.second)
            made = made.dt.month_end().dt.truncate("1d") + clock
        return frame.select(made.alias("time")).to_series()


def grid_of(times: pl.Series, every: str | None) -> Grid:
    """The grid on which all times lie.

    Parameters
    ----------
    times : naive times without gaps, at least two of them different.
    every : the declared step; when None, the most frequent distance of neighbouring times.

    Raises
    ------
    InputError : a time lies beside the grid.
    """
    distinct = times.cast(pl.Datetime("us")).unique().sort()
    if len(distinct) < 2:
        raise InputError(
            "All rows have one time, so nothing can be learned from the past.",
            value=str(distinct[0]) if len(distinct) else None,
            remedy="Give the rows of earlier times as well.",
        )
    step = parse_step(every, "every") if every else _usual(distinct)
    ends = bool((distinct.dt.date() == distinct.dt.month_end().dt.date()).all())
    grid = Grid(step, distinct[0], month_end=bool(step.months) and ends)
    beside = distinct.filter(pl.Series(grid.places(distinct) < 0))
    if len(beside):
        raise InputError(
            f"{len(beside):,} of {len(distinct):,} times are not a whole number of steps of {step.words(1)} "
            f"after {distinct[0]:%Y-%m-%d %H:%M} (the first is {beside[0]:%Y-%m-%d %H:%M}).",
            value=str(beside[0]),
            remedy="Add the rows up to one a step (group_by_dynamic in Polars, resample in pandas), or "
            "declare another step with every.",
        )
    return grid


def _usual(distinct: pl.Series) -> Step:
    """The most frequent distance; months where every time lies on one day of its month."""
    days, ends = distinct.dt.day(), distinct.dt.month_end().dt.date() == distinct.dt.date()
    seconds = distinct.diff().drop_nulls().dt.total_seconds()
    apart_a_month = bool((seconds >= 28 * 86_400).all())
    if (days.n_unique() == 1 or bool(ends.all())) and apart_a_month:
        apart = np.diff(_months(distinct))
        return Step(months=math.gcd(*(int(value) for value in np.unique(apart))))
    often = seconds.value_counts(sort=True)
    most = often.filter(pl.col("count") == often["count"].max())[seconds.name].sort()
    return Step(seconds=max(1, int(most[0])))


def _months(times: pl.Series) -> Places:
    stamps = times.cast(pl.Datetime("us"))
    return (stamps.dt.year().cast(pl.Int64) * 12 + stamps.dt.month().cast(pl.Int64)).to_numpy()
