"""Values that stand for "missing": -999, 9999, 1900-01-01, `unknown`, and spikes apart from the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.facts import Sample, SentinelCounts
from airworthy.data.facts.missing_words import WORDS
from airworthy.data.facts.texts import pieces
from airworthy.data.facts.visit import ColumnView
from airworthy.kernel.fact import Facts

Floats = NDArray[np.float64]

DATES = frozenset(
    date(year, month, day)
    for year, month, day in (
        (1, 1, 1),
        (1000, 1, 1),
        (1753, 1, 1),
        (1899, 12, 30),
        (1899, 12, 31),
        (1900, 1, 1),
        (1900, 1, 2),
        (1901, 1, 1),
        (1904, 1, 1),
        (1970, 1, 1),
        (2099, 12, 31),
        (2100, 1, 1),
        (2999, 12, 31),
        (3000, 1, 1),
        (9999, 1, 1),
        (9999, 12, 31),
    )
)
"""Empty dates of databases and spreadsheets, and ends of time."""

LIMITS = frozenset({2**31 - 1, -(2**31), 2**32 - 1, 2**16 - 1, 2**15 - 1, -(2**15), 2**63 - 1, -(2**63)})
"""The ends of integer types, where overflow and defaults land."""

NEIGHBOURS = 10
"""Different values next to a spike that tell how dense the rest is; columns with fewer are left alone."""

APART_CODE, APART_OTHER = 1.0, 3.0
"""Gap to the rest, in spans of its ten nearest values: of a known code, and of any other value."""

AWAY_CODE, AWAY_OTHER, AWAY_ZERO = 0.1, 0.25, 0.03
"""The same gap, in ranges of the middle 90 % of the rest: 100 % humidity next to 99 % is no stand-in."""

BEYOND_RANGE = 5
"""A known code so many ranges away needs not be more frequent than the values next to it."""

MOST_ZEROS = 0.5
"""Zeros that most rows have are the ordinary "none": no loss, no child, no claim."""

PILE, BEYOND = 0.1, 2.5
"""Zeros of a tenth of the rows may be "none" too, unless the others lie so many of their standard deviations
above: amounts with their tail come close to zero in the next hundred rows, a skinfold does not."""

MOST_OTHER = 0.2
"""...and any other value that so many rows have is where the column rests, as a standardised zero."""

DAY = 86_400.0
KEYS = 0.9
"""Different values among the rows from which text names things; a stand-in there comes more than once."""

_PEELS = 3
_LONGEST = max(len(word.encode()) for word in WORDS) + 2
_BARS = 24


@dataclass(frozen=True)
class Distribution:
    """Different values in order, with their rows in the sample."""

    values: Floats
    counts: NDArray[np.int64]

    @property
    def rows(self) -> int:
        return int(self.counts.sum())

    def without(self, place: int) -> Distribution:
        return Distribution(np.delete(self.values, place), np.delete(self.counts, place))


def answer(fact: Any, view: ColumnView, facts: Facts) -> SentinelCounts:
    """Find candidates in the sample, then count them in every row."""
    values, sample = view.rows - view.nulls, facts[Sample()]
    if view.kind == pl.String:
        return SentinelCounts(values, _words(view))
    shape = distribution(sample[fact.column])
    found = find(shape, dated=view.kind.is_temporal())
    if not found:
        return SentinelCounts(values, ())
    cells = _as_number(view.values)
    pairs = tuple((_label(value, view.kind), int((cells == value).sum())) for value in found)
    return SentinelCounts(values, pairs, histogram(shape))


def distribution(column: pl.Series) -> Distribution:
    """Different finite values; instants and days in seconds since 1970."""
    values = _as_number(column).cast(pl.Float64).to_numpy()
    unique, counts = np.unique(values[np.isfinite(values)], return_counts=True)
    return Distribution(unique, counts)


def find(shape: Distribution, *, dated: bool = False) -> list[float]:
    """Stand-ins in a numeric or dated column, from both ends inwards, at most three at each.

    A stand-in repeats, lies at an end of the distribution and apart from the rest. Known codes (-1, -999,
    9999, ends of integer types, empty dates) need less distance than other values.

    >>> ages = Distribution(np.array([-999.0, *range(18, 90)]), np.array([40, *[10] * 72]))
    >>> find(ages)
    [-999.0]
    """
    found: list[float] = []
    for first in (True, False):
        for _ in range(_PEELS):
            place = 0 if first else len(shape.values) - 1
            if len(shape.values) <= NEIGHBOURS or not _stands_apart(shape, first, dated):
                break
            found.append(float(shape.values[place]))
            shape = shape.without(place)
    if dated:
        found += _date_spikes(shape)
    return found


def _stands_apart(shape: Distribution, first: bool, dated: bool) -> bool:
    values = shape.values if first else -shape.values[::-1]
    counts = shape.counts if first else shape.counts[::-1]
    value = float(shape.values[0] if first else shape.values[-1])
    known = _is_date_code(value) if dated else is_code(value)
    rows = int(counts[0])
    if rows < max(5 if not known else 3, 0.0005 * shape.rows):
        return False
    near, usual = values[1 : NEIGHBOURS + 1], float(np.median(counts[1 : NEIGHBOURS + 1]))
    gap, span = float(values[1] - values[0]), float(near[-1] - near[0])
    middle = _middle_range(Distribution(values[1:], counts[1:]))
    if value == 0 and first and not dated:
        far = rows < PILE * shape.rows or _far_above(values[1:], counts[1:])
        return rows <= MOST_ZEROS * shape.rows and far and _zero_for_none(gap, span, rows, usual, middle)
    if known and not dated and value < 0 and first and shape.values[1] >= 0:
        return True
    if known:
        often = rows >= 3 * usual or gap >= BEYOND_RANGE * max(span, middle)
        return gap >= max(APART_CODE * span, AWAY_CODE * middle) and often
    apart = gap >= max(APART_OTHER * span, AWAY_OTHER * middle)
    return apart and 10 * usual <= rows <= MOST_OTHER * shape.rows


def _far_above(values: Floats, counts: NDArray[np.int64]) -> bool:
    """Whether values lie above zero by more than their own spread explains."""
    mean = float(np.average(values, weights=counts))
    return mean >= BEYOND * float(np.sqrt(np.average((values - mean) ** 2, weights=counts)))


def _zero_for_none(gap: float, span: float, rows: int, usual: float, middle: float) -> bool:
    """A zero below positive values only: no blood pressure is 0, but 0 children are true.

    Either many zeros well below the rest (0.6 of the span of its ten lowest values), or a few far below.
    """
    if gap < AWAY_ZERO * middle:
        return False
    return (gap >= 0.6 * span and rows >= 10 * usual) or (gap >= 1.5 * span and rows >= 3 * usual)


def _middle_range(shape: Distribution) -> float:
    """From the 5 % to the 95 % point of the rows."""
    reached = np.cumsum(shape.counts) / shape.rows
    low, high = np.searchsorted(reached, [0.05, 0.95])
    return float(shape.values[high] - shape.values[low])


def _date_spikes(shape: Distribution) -> list[float]:
    """Known empty dates inside the range, far more frequent than a usual day."""
    if len(shape.values) <= NEIGHBOURS:
        return []
    usual = float(np.median(shape.counts))
    return [
        float(value)
        for value, rows in zip(shape.values, shape.counts, strict=True)
        if rows >= max(10, 20 * usual) and _is_date_code(float(value))
    ]


def is_code(value: float) -> bool:
    """Whether people and programs write this number for "missing".

    >>> [is_code(v) for v in (-1.0, -999.0, 9999.0, 99.0, 42.0, 0.0)]
    [True, True, True, True, False, False]
    """
    if value == -1 or value in LIMITS:
        return True
    digits = f"{abs(value):.10g}".replace(".", "").lstrip("0")
    if not digits.isdigit():
        return abs(value) >= 1e30
    return (set(digits) == {"9"} and (len(digits) >= 2 or value < 0)) or (
        set(digits) == {"8"} and (len(digits) >= 3 or value < 0)
    )


def _is_date_code(seconds: float) -> bool:
    try:
        return datetime.fromtimestamp(seconds, UTC).date() in DATES
    except (ValueError, OverflowError, OSError):
        return True  # a date no calendar holds is a stand-in for none


def _as_number(values: pl.Series) -> pl.Series:
    return values.cast(pl.Datetime("us")).dt.epoch("s") if values.dtype.is_temporal() else values


def _label(value: float, kind: pl.DataType) -> str:
    if not kind.is_temporal():
        return f"{value:.10g}"
    try:
        return datetime.fromtimestamp(value, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return f"{value:.0f} s since 1970"


def _words(view: ColumnView) -> tuple[tuple[str, int], ...]:
    """The stand-ins among the values of text with their rows, most frequent first."""
    if view.tally is not None:
        words = view.tally.select(pl.col("value").str.strip_chars().alias("word"), "count")
    else:
        # Cut to size piece by piece: stripped prose is a second copy of the column.
        stripped = (piece.str.strip_chars() for piece in pieces(view.values))
        short = pl.concat([piece.filter(piece.str.len_bytes() <= _LONGEST) for piece in stripped])
        words = pl.DataFrame({"word": short, "count": pl.repeat(1, len(short), eager=True)})
    if view.tally is not None and view.tally.height > KEYS * (view.rows - view.nulls):
        # Each value once is a key, and a key may be any word: UNK is an airport.
        words = words.filter(pl.col("count") > 1)
    rows = (
        words.filter(_plain_word(pl.col("word")).is_in(list(WORDS)))
        .group_by("word")
        .agg(pl.col("count").sum())
        .sort("count", "word", descending=[True, False])
    )
    return tuple((f'"{text}"', int(count)) for text, count in rows.iter_rows())


def _plain_word(word: pl.Expr) -> pl.Expr:
    """Small letters, without brackets around; Not_Available is "not available"."""
    inner = word.str.to_lowercase().str.replace(r"^[(\[<]([^)\]>]+)[)\]>]$", "${1}")
    return inner.str.replace_all(r"[_\s]+", " ")


def histogram(shape: Distribution) -> tuple[tuple[float, float, int], ...]:
    """At most 24 equal bars over all values."""
    low, high = float(shape.values[0]), float(shape.values[-1])
    if low == high:
        return ((low, high, shape.rows),)
    counts, edges = np.histogram(shape.values, _BARS, (low, high), weights=shape.counts)
    return tuple((float(a), float(b), int(c)) for a, b, c in zip(edges, edges[1:], counts, strict=False))
