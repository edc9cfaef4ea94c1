"""Features as of a moment: by hand, against a plain reading of the definition, and row by row."""

from __future__ import annotations

import math
from statistics import linear_regression

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.scoring.history.definition import Aggregate, Definition, digest_of
from airworthy.scoring.history.events import Events, make_events, sort_events
from airworthy.scoring.history.exact import running
from airworthy.scoring.history.windows import DAY, NOBODY, UNKNOWN, as_of

NUMBERS = st.floats(allow_nan=False, allow_infinity=False, width=64)
ODD = st.sampled_from([0.1, -0.1, 0.3, 19.99, 1e16, -1e16, 5e-324, 2.5, 0.0, -0.0, 7.0])


def definition(aggregate: Aggregate, **said: object) -> Definition:
    return Definition(name="f", source="s", event_time="at", key=(("k", "k"),), aggregate=aggregate, **said)  # type: ignore[arg-type]


def events_of(rows: list[tuple[int, int, float]], keys: int = 3) -> Events:
    codes, times, values = zip(*rows, strict=True) if rows else ((), (), ())
    found = sort_events(np.array(codes, np.int64), np.array(times, np.int64), keys)
    return make_events(found, np.array(values, float), tuple(Aggregate))


def plainly(rows: list[tuple[int, int, float]], asked: Definition, code: int, at: int) -> float:
    """The definition read word by word, one row at a time."""
    if code == NOBODY:
        return math.nan
    mine = sorted((row for row in rows if row[0] == code), key=lambda row: row[1])
    mine = [row for row in mine if row[1] + round(asked.known_after * 1e6) <= at]
    if asked.window is not None:
        mine = [row for row in mine if row[1] > at - round(asked.window * 1e6)]
    mine = mine[-asked.last :] if asked.last else mine
    values = [value + 0.0 for _, _, value in mine]
    if not mine:
        return asked.number_of_nothing
    match asked.aggregate:
        case Aggregate.COUNT:
            return float(len(mine))
        case Aggregate.SUM:
            return _fsum(values)
        case Aggregate.MEAN | Aggregate.SHARE:
            return _fsum(values) / len(values)
        case Aggregate.MIN:
            return min(values)
        case Aggregate.MAX:
            return max(values)
        case Aggregate.FIRST:
            return values[0]
        case Aggregate.LAST:
            return values[-1]
        case Aggregate.DISTINCT:
            return float(len(set(values)))
        case Aggregate.SECONDS_SINCE_LAST:
            return (at - mine[-1][1]) / 1e6
        case Aggregate.TREND:
            return math.nan
    raise AssertionError(asked.aggregate)


def _fsum(values: list[float]) -> float:
    try:
        return math.fsum(values)
    except OverflowError:
        return math.nan


@settings(max_examples=150, deadline=None, derandomize=True)
@given(values=st.lists(st.one_of(NUMBERS, ODD), max_size=30), cuts=st.lists(st.integers(0, 30), min_size=2))
def test_the_sum_of_any_stretch_is_the_exact_sum_rounded_once(values: list[float], cuts: list[int]) -> None:
    totals = running(np.array(values, float) + 0.0)
    ends = sorted(min(cut, len(values)) for cut in cuts)
    low, high = np.array(ends[:-1]), np.array(ends[1:])
    expected = [_fsum(values[a:b]) for a, b in zip(low, high, strict=True)]
    assert np.array_equal(totals.between(low, high), np.array(expected), equal_nan=True)


ROWS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), ODD), max_size=25)
ASKED = st.builds(
    definition,
    st.sampled_from([a for a in Aggregate if a is not Aggregate.TREND]),
    window=st.sampled_from([None, 1e-6, 3e-6, 5e-6]),
    last=st.sampled_from([None, 1, 3]),
    known_after=st.sampled_from([0.0, 2e-6]),
    missing=st.sampled_from([None, -1.0]),
)
DECISIONS = st.lists(st.tuples(st.integers(NOBODY, 2), st.integers(-1, 14)), min_size=1, max_size=12)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(rows=ROWS, asked=ASKED, decisions=DECISIONS)
def test_many_rows_one_row_and_the_plain_reading_agree_in_every_bit(
    rows: list[tuple[int, int, float]], asked: Definition, decisions: list[tuple[int, int]]
) -> None:
    events = events_of(rows)
    codes, times = (np.array(part, np.int64) for part in zip(*decisions, strict=True))
    many = as_of(events, asked, codes, times)
    for index, (code, at) in enumerate(decisions):
        one = as_of(events, asked, codes[[index]], times[[index]])
        assert one.tobytes() == many[[index]].tobytes()
        expected = plainly(rows, asked, code, at)
        assert one[0] == expected or (math.isnan(one[0]) and math.isnan(expected))


@pytest.mark.parametrize(
    ("at", "count", "mean", "since"),
    [
        (9 * DAY, 0.0, None, None),  # before the first event
        (10 * DAY, 1.0, 2.0, 0.0),  # exactly at it: known, so it counts
        (12 * DAY, 3.0, 4.0, 0.0),  # two at one time
        (13 * DAY - 1, 3.0, 4.0, 86_399.999999),
        (13 * DAY, 2.0, 5.0, 86_400.0),  # exactly three days old: outside
    ],
)
def test_windows_of_three_days_by_hand(
    at: int, count: float, mean: float | None, since: float | None
) -> None:
    events = events_of([(0, 10 * DAY, 2.0), (0, 12 * DAY, 4.0), (0, 12 * DAY, 6.0)])
    for aggregate, expected in (("count", count), ("mean", mean), ("seconds_since_last", since)):
        asked = definition(Aggregate(aggregate), window=3 * 86_400.0)
        found = as_of(events, asked, np.array([0]), np.array([at]))[0]
        assert found == expected if expected is not None else math.isnan(found)


def test_an_event_that_is_known_late_counts_once_it_is_known_and_keeps_its_own_time() -> None:
    events = events_of([(0, 10 * DAY, 2.0), (0, 11 * DAY, 8.0)])
    asked = definition(Aggregate.SUM, window=2 * 86_400.0, known_after=86_400.0)
    at = np.array([11 * DAY - 1, 11 * DAY, 12 * DAY, 13 * DAY])
    # Known from day 11 and 12 on; two days old, and so outside, on days 12 and 13.
    assert as_of(events, asked, np.zeros(4, np.int64), at).tolist() == [0.0, 2.0, 8.0, 0.0]


def test_a_trend_is_the_slope_of_least_squares_a_day() -> None:
    days, values = [0.0, 1.0, 2.5, 7.0], [3.0, 2.0, 8.5, 1.0]
    events = events_of([(0, round(day * DAY), value) for day, value in zip(days, values, strict=True)])
    asked = definition(Aggregate.TREND)
    found = as_of(events, asked, np.zeros(2, np.int64), np.array([7 * DAY, 0]))
    assert found[0] == pytest.approx(linear_regression(days, values).slope, rel=1e-12)
    assert math.isnan(found[1])  # one event has no slope


def test_an_unknown_key_has_no_events_and_nobody_has_no_value() -> None:
    events = events_of([(0, 1, 1.0)])
    codes, at = np.array([UNKNOWN, NOBODY]), np.array([5, 5])
    counted = as_of(events, definition(Aggregate.COUNT), codes, at)
    assert counted[0] == 0.0
    assert math.isnan(counted[1])
    told = as_of(events, definition(Aggregate.MEAN, missing=-1.0), codes, at)
    assert told[0] == -1.0


def test_without_any_event_every_answer_is_that_for_nothing() -> None:
    events = events_of([], keys=0)
    found = as_of(events, definition(Aggregate.SUM), np.array([UNKNOWN, UNKNOWN]), np.array([5, 9]))
    assert found.tolist() == [0.0, 0.0]


def test_a_window_larger_than_a_lot_is_read_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("airworthy.scoring.history.windows.MOST_AT_ONCE", 2)
    rows = [(0, second, float(second % 4)) for second in range(9)]
    found = as_of(events_of(rows), definition(Aggregate.DISTINCT), np.zeros(3, np.int64), np.array([8, 1, 0]))
    assert found.tolist() == [4.0, 2.0, 1.0]


def test_the_digest_follows_what_changes_a_number_and_not_the_order() -> None:
    one, other = definition(Aggregate.COUNT, window=60.0), definition(Aggregate.COUNT, window=61.0)
    assert one.digest == definition(Aggregate.COUNT, window=60.0).digest != other.digest
    assert definition(Aggregate.COUNT, window=60.0, zone="Europe/Berlin").digest != one.digest
    assert digest_of([one, other]) == digest_of([other, one])
