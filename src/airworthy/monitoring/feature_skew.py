"""Training/serving skew: features that live rows carried, beside those that the sources give today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.histories.compute import feature_column, histories_of
from airworthy.data.histories.events import History, keys_of
from airworthy.kernel.units import format_duration
from airworthy.scoring.history.definition import Definition
from airworthy.scoring.history.exact import IntArray

TIME, HISTORY = "__time__", "__history__"
"""Columns of logged rows: when each was decided (Datetime, UTC), and the history it came from, if any."""
SAME = 1e-6
"""Relative difference up to which two numbers are the same."""
MOST_OF_THEM, FEWEST = 0.9, 5
"""Share of the rows that differ which an explanation must account for, and the least number of rows."""
HOUR, DAY = 3600.0, 86_400.0
DELAYS = (HOUR, 6 * HOUR, DAY, 2 * DAY, 7 * DAY)
WINDOWS = tuple(days * DAY for days in (1, 7, 14, 28, 30, 31, 60, 90, 91, 180, 182, 364, 365))


@dataclass(frozen=True)
class Skew:
    """One feature in n logged rows.

    Attributes
    ----------
    differs : whether the row carried another value than the sources give, shape (n,).
    filled : whether the server filled it in; else the client sent it. Shape (n,).
    median_difference : of the rows that differ, where both values are numbers.
    explanation, remedy : which other definition gives most of the values that differ; empty where none does.
    """

    differs: NDArray[np.bool_]
    filled: NDArray[np.bool_]
    median_difference: float | None = None
    explanation: str = ""
    remedy: str = ""

    def as_json(self) -> dict[str, object]:
        return {
            "rows": int(self.differs.sum()),
            "filled": int((self.differs & self.filled).sum()),
            "sent": int((self.differs & ~self.filled).sum()),
            "median_difference": self.median_difference,
            "explanation": self.explanation,
            "remedy": self.remedy,
        }


def measure_skews(
    rows: pl.DataFrame, definitions: Sequence[Definition], sources: Mapping[str, pl.DataFrame]
) -> dict[str, Skew]:
    """Compute every feature of logged rows again and compare.

    Parameters
    ----------
    rows : logged rows with their keys and features, `TIME` and `HISTORY`.
    sources : tables of events by source name, in native types.

    Raises `InputError` where a source no longer has what a definition asks for.
    """
    histories = histories_of(definitions, sources)
    return {one.name: _skew(rows, one, histories[one.asked_of]) for one in definitions}


def _skew(rows: pl.DataFrame, definition: Definition, history: History) -> Skew:
    codes = history.codes(keys_of(rows, [mine for mine, _ in definition.key], "the logged rows"))
    at = rows[TIME].dt.epoch("us").to_numpy()
    carried, true = rows[definition.name], feature_column(definition, history, codes, at)
    differs = ~_same(carried, true)
    filled = (rows[HISTORY] != "").to_numpy()
    places = np.flatnonzero(differs)
    if not len(places):
        return Skew(differs, filled)
    theirs, ours = carried.gather(places), true.gather(places)
    explanation, remedy = _explained(theirs, ours, definition, history, codes[places], at[places])
    return Skew(differs, filled, _median_difference(theirs, ours), explanation, remedy)


def _same(one: pl.Series, other: pl.Series) -> NDArray[np.bool_]:
    """Equal, or both null; numbers to one part in a million."""
    if other.dtype == pl.String:
        return one.cast(pl.String).eq_missing(other).to_numpy()
    a, b = _numbers(one), _numbers(other)
    return np.asarray(
        (np.abs(a - b) <= SAME * np.maximum(np.abs(a), np.abs(b))) | (np.isnan(a) & np.isnan(b))
    )


def _numbers(column: pl.Series) -> NDArray[np.float64]:
    return column.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()


def _median_difference(theirs: pl.Series, ours: pl.Series) -> float | None:
    if ours.dtype == pl.String:
        return None
    apart = np.abs(_numbers(theirs) - _numbers(ours))
    return float(np.nanmedian(apart)) if not np.isnan(apart).all() else None


def _explained(
    theirs: pl.Series,
    ours: pl.Series,
    definition: Definition,
    history: History,
    codes: IntArray,
    at: IntArray,
) -> tuple[str, str]:
    """What accounts for most of the rows that differ, and what to do about it."""
    best, found = max(MOST_OF_THEM * len(theirs), float(FEWEST)), ("", "")
    for explanation, remedy, given in _alternatives(theirs, ours, definition, history, codes, at):
        explained = int(_same(theirs, given).sum())
        if explained >= best and explained > 0:
            told = f"{explained:,} of them {explanation}."
            best, found = explained + 1, (told, remedy)
    return found


def _alternatives(
    theirs: pl.Series,
    ours: pl.Series,
    definition: Definition,
    history: History,
    codes: IntArray,
    at: IntArray,
) -> Iterator[tuple[str, str, pl.Series]]:
    """Explanation, remedy, and the values that the rows would then carry; the likeliest first."""

    def column(other: Definition, moments: IntArray) -> pl.Series:
        return feature_column(other, history, codes, moments)

    ratio = _ratio(theirs, ours)
    if ratio is not None:
        unit = f"are {ratio:.6g} times as large: another unit"
        yield unit, f"Send {definition.name} in the unit of {definition.column}.", ours * ratio
    for delay in DELAYS:
        ago = format_duration(delay) if delay < DAY else f"{delay / DAY:g} d"
        earlier = f"are the value of {ago} earlier: the features are old"
        yield (
            earlier,
            "Compute features when the decision is made.",
            column(definition, at - int(delay * 1e6)),
        )
        late = msgspec.structs.replace(definition, known_after=definition.known_after + delay)
        why = f"lack the events of the last {ago}: they come later than known_after says"
        mend = (
            f"Raise known_after of {definition.source} by {ago} and train again, or build the history more "
            "often: airworthy features build"
        )
        yield why, mend, column(late, at)
    for window in (*WINDOWS, None):
        if window != definition.window:
            other = msgspec.structs.replace(definition, window=window)
            length = f"a window of {window / DAY:g} d" if window else "no window"
            yield f"are the value of {length}", "Correct the client's window.", column(other, at)


def _ratio(theirs: pl.Series, ours: pl.Series) -> float | None:
    """How many times as large most values are; None where that says nothing."""
    if ours.dtype == pl.String:
        return None
    a, b = _numbers(theirs), _numbers(ours)
    both = (a != 0) & (b != 0) & ~np.isnan(a) & ~np.isnan(b)
    return float(np.median(a[both] / b[both])) if both.sum() >= FEWEST else None
