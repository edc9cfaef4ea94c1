"""The grid on which the times of series lie, and the step that the times themselves show."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.stepping import Step, parse_step
from airworthy.kernel.errors import InputError

Places = npt.NDArray[np.int64]


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
