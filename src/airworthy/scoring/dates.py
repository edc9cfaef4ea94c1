"""Parts of an instant in a time zone, for arrays and for one value, by the same integer arithmetic.

The offset from UTC is taken at the start of the instant's UTC minute: every offset since 1972 is whole
minutes, so nothing is lost, and many instants share one look-up.
"""

from __future__ import annotations

import math
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt

from airworthy.kernel.errors import InputError
from airworthy.scoring.columns import NAN, FloatArray

PARTS = ("hour", "weekday", "month", "day", "yearday", "days")
FIRST, LAST = -62_135_424_000.0, 253_402_127_999.0  # years 1 to 9999, two days inside, for any offset
UNIX_ORDINAL = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InputError(
            f"The time zone {name!r} is not known on this machine.",
            value=name,
            remedy="Use an IANA name such as Europe/Berlin, and install the package tzdata.",
        ) from error


@lru_cache(maxsize=200_000)
def offset_seconds(zone: str, minute: int) -> int:
    """Seconds to add to UTC in `zone` at the UTC minute `minute` (whole minutes since 1970).

    >>> offset_seconds("America/New_York", 0), offset_seconds("UTC", 0)
    (-18000, 0)
    """
    if zone == "UTC":
        return 0
    moment = datetime.fromtimestamp(minute * 60, UTC).astimezone(_zone(zone))
    offset = moment.utcoffset()
    return 0 if offset is None else round(offset.total_seconds())


def part_of(part: str, zone: str, seconds: float) -> float:
    """One part of one instant; NaN for null and for instants outside the years 1 to 9999.

    `hour` 0-23, `weekday` 0 = Monday, `month` 1-12, `day` 1-31, `yearday` 1-366, `days` whole local days
    since 1970-01-01.

    >>> part_of("hour", "America/New_York", 0.0), part_of("weekday", "UTC", 0.0)
    (19.0, 3.0)
    """
    if not FIRST <= seconds <= LAST:
        return NAN
    whole = math.floor(seconds)
    local = whole + offset_seconds(zone, whole // 60)
    days = local // 86_400
    if part == "hour":
        return float(local % 86_400 // 3600)
    if part == "weekday":
        return float((days + 3) % 7)  # 1970-01-01 was a Thursday
    if part == "days":
        return float(days)
    day = date.fromordinal(UNIX_ORDINAL + days)
    if part == "month":
        return float(day.month)
    if part == "day":
        return float(day.day)
    return float(day.timetuple().tm_yday)


def parts_of(part: str, zone: str, seconds: FloatArray) -> FloatArray:
    """`part_of` for an array of shape (n,)."""
    known = (seconds >= FIRST) & (seconds <= LAST)
    whole = np.floor(np.where(known, seconds, 0.0)).astype(np.int64)
    if zone != "UTC":
        minutes, back = np.unique(whole // 60, return_inverse=True)
        offsets = np.array([offset_seconds(zone, minute) for minute in minutes.tolist()], dtype=np.int64)
        whole = whole + offsets[back]
    return np.where(known, _calendar(part, whole).astype(np.float64), NAN)


def _calendar(part: str, local: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    days = local // 86_400
    if part == "hour":
        return local % 86_400 // 3600
    if part == "weekday":
        return (days + 3) % 7
    if part == "days":
        return days
    dates = days.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    if part == "month":
        return np.asarray(months.astype(np.int64) % 12 + 1)
    start = months if part == "day" else dates.astype("datetime64[Y]")
    return np.asarray((dates - start.astype("datetime64[D]")).astype(np.int64) + 1)
