"""Dates and times from text: read only when all values agree on one meaning, else left as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import polars as pl

_MAX_FORMATS = 6
_TIME = (
    (r"\d{1,2}:\d{2}:\d{2}\.\d+", "%H:%M:%S%.f"),
    (r"\d{1,2}:\d{2}:\d{2} ?[AaPp][Mm]", "%I:%M:%S %p"),
    (r"\d{1,2}:\d{2} ?[AaPp][Mm]", "%I:%M %p"),
    (r"\d{1,2}:\d{2}:\d{2}", "%H:%M:%S"),
    (r"\d{1,2}:\d{2}", "%H:%M"),
)
_DATE = (
    (r"\d{4}-\d{1,2}-\d{1,2}", ("%Y-%m-%d",)),
    (r"\d{4}/\d{1,2}/\d{1,2}", ("%Y/%m/%d",)),
    (r"\d{4}\.\d{1,2}\.\d{1,2}", ("%Y.%m.%d",)),
    (r"\d{1,2}/\d{1,2}/\d{4}", ("%d/%m/%Y", "%m/%d/%Y")),
    (r"\d{1,2}-\d{1,2}-\d{4}", ("%d-%m-%Y", "%m-%d-%Y")),
    (r"\d{1,2}\.\d{1,2}\.\d{4}", ("%d.%m.%Y",)),
    (r"\d{1,2}/\d{1,2}/\d{2}", ("%d/%m/%y", "%m/%d/%y")),
    (r"\d{1,2}\.\d{1,2}\.\d{2}", ("%d.%m.%y",)),
    (r"\d{1,2} [A-Za-z]{3} \d{4}", ("%d %b %Y",)),
    (r"\d{1,2}-[A-Za-z]{3}-\d{4}", ("%d-%b-%Y",)),
    (r"\d{1,2}-[A-Za-z]{3}-\d{2}", ("%d-%b-%y",)),
    (r"\d{1,2} [A-Za-z]{4,9} \d{4}", ("%d %B %Y",)),
    (r"[A-Za-z]{3} \d{1,2}, \d{4}", ("%b %d, %Y",)),
    (r"[A-Za-z]{4,9} \d{1,2}, \d{4}", ("%B %d, %Y",)),
    (r"\d{4} [A-Za-z]{3}", ("%Y %b",)),
)
_DAY_FIRST, _MONTH_FIRST = ("%d/%m", "%d-%m"), ("%m/%d", "%m-%d")
_ZONE = re.compile(r" ?(?:Z|UTC|[+-]\d{2}:?\d{2})$")
_ANY = (
    f"^(?:{'|'.join(pattern for pattern, _ in _DATE)})"
    f"(?:[T ](?:{'|'.join(pattern for pattern, _ in _TIME)})(?: ?(?:Z|UTC|[+-]\\d{{2}}:?\\d{{2}}))?)?$"
)


@dataclass(frozen=True)
class Dates:
    """`values` is a Date or Datetime column (UTC where a zone is written), or None; `note` says why.

    `forms` are (form, rows, example) of the days, the most frequent first; `either` counts those of which
    day and month could be exchanged, and were read in the order that others prove.
    """

    values: pl.Series | None
    note: str = ""
    forms: tuple[tuple[str, int, str], ...] = ()
    either: int = 0


@dataclass(frozen=True)
class _Form:
    """One way of writing a date: its pattern, and the formats it may mean (two where the order is open)."""

    pattern: str
    formats: tuple[str, ...]
    has_time: bool
    has_zone: bool


def looks_like_date(text: str) -> bool:
    """Whether `text` is written like a date.

    >>> looks_like_date("2/24/2015 11:35"), looks_like_date("5-3")
    (True, False)
    """
    return _form_of(text) is not None


def parse_dates(values: pl.Series) -> Dates:
    """Read a `String` column (stripped, null for "no value") as dates.

    Several ways of writing may share a column as long as each value has one meaning. Where day and month
    could be exchanged, the order that the other values prove (a day above 12) is taken; when nothing proves
    it, or both orders are proved, the column stays text and the note says so.

    >>> parse_dates(pl.Series(["13/01/2020", "2/3/2020"])).values.to_list()
    [datetime.date(2020, 1, 13), datetime.date(2020, 3, 2)]
    """
    forms = list(_forms(values))
    if not forms or forms[-1] is None:
        return _not_all_dates(values, forms)
    known = [form for form in forms if form is not None]
    if len({form.has_zone for form in known}) > 1:
        return Dates(None, "some times carry a zone and others do not; left as text")
    either = any(len(form.formats) > 1 for form in known)
    readings = [_read(values, known, day_first) for day_first in ((True, False) if either else (True,))]
    nulls = values.null_count()
    whole = [reading for reading in readings if reading.null_count() == nulls]
    if not whole:
        return _contradiction(values, readings)
    if len(whole) == 2 and not whole[0].equals(whole[1]):
        example = values.filter((whole[0] != whole[1]).fill_null(value=False))[0]
        return Dates(
            None,
            f"day and month cannot be told apart (for example {example}); left as text: write 2020-01-31",
        )
    note = f"{len(known)} ways of writing dates were read as one" if len(known) > 1 else ""
    open_order = (readings[0] != readings[-1]).sum() if either else 0
    return Dates(whole[0], note, _counted(values, known, whole[0] is readings[0]), int(open_order))


def undated(values: pl.Series) -> pl.Series:
    """Which values are written like no date, or stand on no calendar, while others are dates.

    >>> undated(pl.Series(["31/01/2020", "soon", "30/02/2020", None])).to_list()
    [False, True, True, False]
    """
    none = pl.repeat(False, len(values), eager=True)
    if not values.count() or parse_dates(values).values is not None:
        return none
    written = values.str.contains(_ANY).fill_null(value=True)
    likely = values.set(~written, None)
    known = [form for form in _forms(likely) if form is not None]
    if not known:
        return none
    readings = [_read(likely, known, day_first) for day_first in (True, False)]
    return values.is_not_null() & readings[0].is_null() & readings[1].is_null()


def _counted(values: pl.Series, known: list[_Form], day_first: bool) -> tuple[tuple[str, int, str], ...]:
    """The forms of the days; the time behind them, or its absence, makes no other form."""
    found: dict[str, tuple[int, str]] = {}
    for form in known:
        mine = values.drop_nulls()
        mine = mine if len(known) == 1 else mine.filter(mine.str.contains(form.pattern))
        if not len(mine):
            continue
        name = _name(form, day_first)
        rows, example = found.get(name, (0, str(mine[0])))
        found[name] = (rows + len(mine), example)
    ordered = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    return tuple((name, rows, example) for name, (rows, example) in ordered)


def _name(form: _Form, day_first: bool) -> str:
    """The form of the last day of 2024; months by name are one form, cut short or not."""
    format_ = _wanted(form, day_first)
    day = re.split(r"[T ](?=%[HI])", format_)[0].replace("%B", "%b")
    return f"date as {date(2024, 12, 31).strftime(day)}"


def _forms(values: pl.Series) -> Iterator[_Form | None]:
    """The ways of writing in the column, at most six; None ends the list where a value is no date."""
    remaining = values.drop_nulls().unique(maintain_order=True)
    for _ in range(_MAX_FORMATS):
        if not len(remaining):
            return
        form = _form_of(str(remaining[0]))
        yield form
        if form is None:
            return
        remaining = remaining.filter(~remaining.str.contains(form.pattern))
    if len(remaining):
        yield None


def _form_of(text: str) -> _Form | None:
    zone = _ZONE.search(text)
    bare = text[: zone.start()] if zone and ":" in text[: zone.start()] else text
    zone_pattern = _ZONE.pattern if bare != text else "$"
    for date_pattern, formats in _DATE:
        match = re.match(date_pattern, bare)
        if not match:
            continue
        rest = bare[match.end() :]
        if not rest:
            return _Form(f"^{date_pattern}{zone_pattern}", formats, False, False)
        for time_pattern, time_format in _TIME:
            if re.fullmatch(f"[T ]{time_pattern}", rest):
                pattern = f"^{date_pattern}{rest[0]}{time_pattern}{zone_pattern}"
                joined = tuple(f"{date}{rest[0]}{time_format}" for date in formats)
                return _Form(pattern, joined, True, bare != text)
    return None


def _read(values: pl.Series, forms: list[_Form], day_first: bool) -> pl.Series:
    """All values, each by its form; null where a value has no meaning under this order of day and month."""
    with_time = any(form.has_time for form in forms)
    result: pl.Series | None = None
    for form in forms:
        mine = values
        if len(forms) > 1:
            mine = values.set(~values.str.contains(form.pattern).fill_null(value=False), None)
        part = _read_form(mine, form, day_first)
        if with_time and part.dtype == pl.Date:
            part = part.cast(pl.Datetime("us"))
        result = part if result is None else result.zip_with(result.is_not_null(), part)
    assert result is not None
    return result


def _read_form(values: pl.Series, form: _Form, day_first: bool) -> pl.Series:
    format_ = _wanted(form, day_first)
    if format_ == "%Y %b":
        return (values + " 01").str.to_date("%Y %b %d", strict=False)
    if not form.has_time:
        return values.str.to_date(format_, strict=False)
    if format_.endswith("%p"):
        values = values.str.replace(r"(\d)([AaPp][Mm])", "${1} ${2}")
    if not form.has_zone:
        return values.str.to_datetime(format_, time_unit="us", strict=False)
    offsets = values.str.replace(r" ?(?:Z|UTC)$", "+00:00").str.replace(r" ([+-]\d{2}:?\d{2})$", "${1}")
    return offsets.str.to_datetime(format_ + "%z", time_unit="us", strict=False)


def _wanted(form: _Form, day_first: bool) -> str:
    unwanted = _MONTH_FIRST if day_first else _DAY_FIRST
    return next(f for f in form.formats if len(form.formats) == 1 or not f.startswith(unwanted))


def _not_all_dates(values: pl.Series, forms: list[_Form | None]) -> Dates:
    known = [form for form in forms if form is not None]
    if not known:
        return Dates(None)
    present = values.drop_nulls()
    matches = pl.Series([False]).new_from_index(0, len(present))
    for form in known:
        matches = matches | present.str.contains(form.pattern)
    share = float(matches.mean() or 0.0)  # type: ignore[arg-type]
    if share < 0.5 or bool(matches.all()):
        return Dates(None)
    other = present.filter(~matches)[0]
    return Dates(
        None, f"{share:.1%} of the values are dates and others are not (for example {other!r}); left as text"
    )


def _contradiction(values: pl.Series, readings: list[pl.Series]) -> Dates:
    present = values.is_not_null()
    unread = values.filter(present & readings[0].is_null() & readings[-1].is_null())
    if len(unread):
        count = f"{len(unread):,} {'is' if len(unread) == 1 else 'are'}"
        return Dates(
            None,
            f"written like dates, of which {count} on no calendar (for example {unread[0]!r}); left as text",
        )
    day_only, month_only = readings[0].is_not_null() & readings[1].is_null(), readings[1].is_not_null()
    first = values.filter(present & day_only)[0]
    second = values.filter(present & month_only & readings[0].is_null())[0]
    return Dates(
        None, f"some values put the day first ({first}) and others the month ({second}); left as text"
    )
