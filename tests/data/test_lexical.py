"""Values from text: exact, conservative, and never guessed."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.data.audit import audit_frame
from airworthy.data.frame import from_any
from airworthy.data.lexical import refuse_mixed, type_text
from airworthy.kernel.errors import InputError


def typed(*values, european=False):
    """The column's values and the note on it."""
    frame = pl.DataFrame({"x": list(values)}, schema={"x": pl.String})
    result = type_text(frame, european=european)
    note = result.notes[0].text if result.notes else ""
    return result.frame["x"].to_list(), note


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_whole_numbers_come_back_exactly(numbers):
    assert typed(*map(str, numbers))[0] == numbers


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False, width=64), min_size=1))
def test_real_numbers_come_back_bit_for_bit(numbers):
    texts = [repr(number) for number in numbers]
    values, note = typed(*texts)
    if "spreadsheet" not in note:
        assert values == numbers


def test_leading_zeros_stay_text():
    assert typed("007", "12")[0] == ["007", "12"]
    assert typed("01,5", "2,5")[0] == ["01,5", "2,5"]


def test_a_lone_zero_and_zero_point_are_numbers():
    assert typed("0", "10")[0] == [0, 10]
    assert typed("0.5", "-0.25")[0] == [0.5, -0.25]


def test_numbers_beyond_sixty_four_bits_stay_text():
    values, note = typed("12345678901234567890", "1")
    assert values == ["12345678901234567890", "1"]
    assert "more digits" in note


def test_keys_that_a_spreadsheet_rounded_stay_text_with_a_note():
    values, note = typed("5.70306E+17", "5.70301E+17")
    assert values[0] == "5.70306E+17"
    assert "spreadsheet" in note


def test_one_word_among_numbers_keeps_the_column_text():
    assert typed("1", "2", "abc")[0] == ["1", "2", "abc"]


def test_blanks_and_dashes_among_numbers_are_missing_and_counted():
    assert typed("1", " ", "-", "3") == ([1, None, None, 3], "' ' means \"no value\" in 2 of 4 rows")


def test_infinity_is_kept_for_the_audit():
    assert typed("inf", "-Infinity", "1.5")[0] == [float("inf"), float("-inf"), 1.5]


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (("1,5", "2,25"), [1.5, 2.25]),
        (("1.234,5", "7"), [1234.5, 7.0]),
        (("1,234.5", "7"), [1234.5, 7.0]),
        (("1,234", "567"), [1234, 567]),
        (("1,234,567", "5"), [1234567, 5]),
        (("12%", "3.5%"), [12.0, 3.5]),
        (("$1,200.00", "$3"), [1200.0, 3.0]),
        (("3,5 €", "12 €"), [3.5, 12.0]),
    ],
)
def test_numbers_as_people_write_them(values, numbers):
    assert typed(*values)[0] == numbers


def test_a_currency_sign_makes_money():
    frame = type_text(pl.DataFrame({"x": ["$1.50", "$2"]}))
    assert frame.money == {"x"}


@pytest.mark.parametrize(
    "values", [("1.5", "2,5"), ("0.125", "1,5"), ("1.234", "0,5"), ("1,234", "0.5", "5000")]
)
def test_decimal_commas_mixed_with_points_stay_text_and_name_both(values):
    told = type_text(pl.DataFrame({"x": list(values)}))
    assert told.frame["x"].to_list() == list(values)
    assert "has a decimal comma" in told.notes[0].text
    with pytest.raises(InputError, match=r'f\.csv, column "x": data row \d has a decimal comma') as caught:
        refuse_mixed(told.written, "f.csv")
    assert "one way" in caught.value.remedy


def test_only_the_audit_takes_a_frame_that_mixes_decimal_signs():
    amounts = [f"{n}.5" for n in range(1, 98)] + ["3,75", "4,25", "5,5"]
    with pytest.raises(InputError, match="decimal comma"):
        from_any({"amount": amounts})
    (found,) = [r for r in audit_frame({"amount": amounts}).failures if r.code == "DAT004"]
    assert found.details["rows_touched"] == 3
    assert "decimal comma" in found.details["forms"]
    assert "same decimal sign" in found.remedy


def test_commas_that_may_be_either_stay_text_unless_the_file_is_european():
    values, note = typed("1,234", "5,678")
    assert values == ["1,234", "5,678"]
    assert "decimal or group thousands" in note
    assert typed("1,234", "5,678", european=True)[0] == [1.234, 5.678]


def test_truth_values_are_read_in_any_case():
    assert typed("True", "FALSE", None)[0] == [True, False, None]
    assert typed("True", "maybe")[0] == ["True", "maybe"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("2013-01-31", "2013-02-01"), date(2013, 1, 31)),
        (("31.01.2013", "1.2.2013"), date(2013, 1, 31)),
        (("13/2/2015", "1/3/2015"), date(2015, 2, 13)),
        (("2/24/2015 11:35", "2/4/2015 9:05"), datetime(2015, 2, 24, 11, 35)),
        (("2013-01-01T06:00:00.5", "2013-01-01T07:00:00.25"), datetime(2013, 1, 1, 6, 0, 0, 500000)),
        (("1982 Apr", "1982 May"), date(1982, 4, 1)),
        (("Mar 3, 2020", "Apr 30, 2020"), date(2020, 3, 3)),
        (("1/31/20 3:15 PM", "1/1/20 1:10 AM"), datetime(2020, 1, 31, 15, 15)),
        (("03-Jan-2020", "04-Jan-2020"), date(2020, 1, 3)),
    ],
)
def test_dates_are_read_in_the_usual_spellings(values, expected):
    assert typed(*values)[0][0] == expected


def test_offsets_bring_times_to_utc():
    values, _ = typed("2013-01-01T06:00:00+02:00", "2013-01-01T07:00:00Z")
    assert [value.isoformat() for value in values] == [
        "2013-01-01T04:00:00+00:00",
        "2013-01-01T07:00:00+00:00",
    ]


def test_several_spellings_in_one_column_are_read_when_each_has_one_meaning():
    values, note = typed("2013-01-01", "13/02/2015", "1 Feb 2014")
    assert values == [date(2013, 1, 1), date(2015, 2, 13), date(2014, 2, 1)]
    assert note == "3 ways of writing dates were read as one"


def test_days_and_months_that_could_be_exchanged_stay_text_with_a_note():
    values, note = typed("1/2/2015", "3/4/2015")
    assert values == ["1/2/2015", "3/4/2015"]
    assert "cannot be told apart" in note


def test_days_that_equal_their_month_are_no_doubt():
    assert typed("1/1/2015", "4/4/2015")[0] == [date(2015, 1, 1), date(2015, 4, 4)]


def test_both_orders_in_one_column_are_a_contradiction():
    assert "day first (13/2/2015) and others the month (2/13/2015)" in typed("13/2/2015", "2/13/2015")[1]


def test_dates_with_a_word_among_them_stay_text_and_say_so():
    values, note = typed("2013-01-01", "2013-01-02", "unknown")
    assert values[0] == "2013-01-01"
    assert "66.7% of the values are dates" in note


def test_impossible_dates_stay_text():
    values, note = typed("2013-02-30", "2013-02-01")
    assert values[0] == "2013-02-30"
    assert "on no calendar" in note


def test_local_clock_numbers_stay_whole_numbers():
    assert typed("517", "1745", "2400")[0] == [517, 1745, 2400]


def test_eight_digit_numbers_are_not_taken_for_dates():
    assert typed("20130101", "20130102")[0] == [20130101, 20130102]
