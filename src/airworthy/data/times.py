"""Times in UTC: the zone of a source, the two hours a year that clocks make doubtful, and decision times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import available_timezones

import polars as pl

from airworthy.charter.problems import did_you_mean
from airworthy.data.dates import parse_dates
from airworthy.data.lexical import Note
from airworthy.kernel.errors import InputError


@dataclass(frozen=True)
class Localised:
    """Instants in UTC. `doubled` local times existed twice (the earlier was taken), `skipped` never."""

    values: pl.Series
    doubled: int = 0
    skipped: int = 0


def localise(naive: pl.Series, zone: str) -> Localised:
    """Read naive local times in `zone`.

    When clocks go back, an hour exists twice: the first is taken. When they go forward, an hour does not
    exist: such a time is moved on by one hour, to what a clock that was not changed would have meant.

    >>> times = pl.Series(["2013-03-10 02:30:00"]).str.to_datetime(time_unit="us")
    >>> localise(times, "America/New_York").values[0].hour
    7
    """
    if zone == "UTC":
        return Localised(naive.dt.replace_time_zone("UTC"))
    if zone not in available_timezones():
        raise InputError(
            f"There is no time zone {zone}.",
            value=zone,
            remedy=did_you_mean(zone, available_timezones(), "Use a name such as Europe/Berlin or UTC."),
        )
    early = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    late = naive.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    doubled = int((early != late).fill_null(value=False).sum())
    gap = early.is_null() & naive.is_not_null()
    skipped = int(gap.sum())
    if skipped:
        moved = (naive + timedelta(hours=1)).dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        )
        early = early.zip_with(~gap, moved)
    return Localised(early.dt.convert_time_zone("UTC"), doubled, skipped)


def times_to_utc(frame: pl.DataFrame, zone: str) -> tuple[pl.DataFrame, list[Note]]:
    """All times of a source in UTC, with notes on doubtful hours."""
    notes: list[Note] = []
    columns = []
    for column in frame.iter_columns():
        if isinstance(column.dtype, pl.Datetime) and column.dtype.time_zone is None:
            local = localise(column, zone)
            notes += _doubts(column.name, local, zone)
            column = local.values
        columns.append(column)
    return pl.DataFrame(columns), notes


def _doubts(name: str, local: Localised, zone: str) -> list[Note]:
    def of(times: int) -> str:
        return f"in {times:,} of {len(local.values):,} rows"

    notes = []
    if local.doubled:
        notes.append(Note(name, f"existed twice in {zone} {of(local.doubled)}; the earlier was taken"))
    if local.skipped:
        notes.append(Note(name, f"never existed in {zone} {of(local.skipped)}; one hour was added"))
    return notes


def instants(column: pl.Series, zone: str, label: str) -> pl.Series:
    """A column as instants, for a decision or event time: times, days (their local midnight), years, epochs.

    Raises `InputError` with the first value when the column is no time or has gaps.

    >>> instants(pl.Series("year", [2013]), "UTC", "f")[0].isoformat()
    '2013-01-01T00:00:00+00:00'
    """
    found = _as_instants(column, zone)
    if found is None:
        example, why = _no_time(column)
        raise InputError(
            f'{label}, column "{column.name}" is not a time: {why}.',
            value=example,
            remedy="Name a column of dates or times; write them as 2020-01-31 or 2020-01-31T13:45:00Z.",
        )
    return found


def _no_time(column: pl.Series) -> tuple[str, str]:
    """A value that is no time (else the column's name), and why the column as a whole is none."""
    present = column.drop_nulls()
    if not len(present):
        return "no value", "it holds no value"
    if column.dtype != pl.String:
        return str(present[0]), f"it holds numbers such as {present[0]}"
    wrong = present.filter(~present.str.contains(r"^\d{1,4}[-/. ].*\d"))
    if len(wrong):
        row = column.index_of(wrong[0]) or 0
        return wrong[0], f"data row {row + 1:,} holds {wrong[0]!r}"
    note = parse_dates(present).note
    return column.name, note or f"its values are written in several ways (for example {present[0]!r})"


def _as_instants(column: pl.Series, zone: str) -> pl.Series | None:
    if isinstance(column.dtype, pl.Datetime):
        return column if column.dtype.time_zone else localise(column, zone).values
    if column.dtype == pl.Date:
        return localise(column.cast(pl.Datetime("us")), zone).values
    if column.dtype != pl.Int64:
        return None
    low, high = column.min(), column.max()
    if not isinstance(low, int) or not isinstance(high, int):
        return None
    if low >= 1800 and high <= 2200:
        january = pl.select(pl.datetime(column, 1, 1, time_unit="us")).to_series()
        return localise(january.alias(column.name), zone).values
    for scale in (1, 10**3, 10**6):
        # Epoch times between September 2001 and May 2033: outside, a number is only a number.
        if low >= 10**9 * scale and high < 2 * 10**9 * scale:
            return (column * (10**6 // scale)).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return None
