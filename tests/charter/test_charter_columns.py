"""Columns that the charter names must exist in the tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from charter_examples import FLIGHTS

from airworthy.charter import check_columns, load_charter, parse_charter
from airworthy.kernel.errors import CharterError

COLUMNS = {
    "flights": [
        "time_hour", "origin", "dest", "tailnum", "year", "flight", "carrier",
        "dep_time", "dep_delay", "air_time", "arr_delay",
    ],
    "weather": ["origin", "observed", "wind_speed", "visib", "temp"],
    "airports": ["faa", "name", "lat", "lon"],
}  # fmt: skip


def write(folder: Path, text: str) -> Path:
    path = folder / "airworthy.toml"
    path.write_text(text)
    return path


def test_a_charter_that_fits_its_tables_passes(tmp_path: Path) -> None:
    check_columns(load_charter(write(tmp_path, FLIGHTS)), COLUMNS)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('column = "arr_delay"', 'column = "arr_dely"', 'Did you mean "arr_delay"?'),
        ('decision_time = "time_hour"', 'decision_time = "timehour"', 'Did you mean "time_hour"?'),
        ('"air_time"]', '"airtime"]', 'data.after_decision: there is no column "airtime"'),
        ('entity = ["tailnum"]', 'entity = ["tail"]', "the joined table"),
        ('  "visib",', '  "visibility",', 'Did you mean "visib"?'),
        ('on = { dest = "faa" }', 'on = { dest = "iata" }', 'source "airports"'),
        ('on = ["origin"]', 'on = ["Origin"]', 'Did you mean "origin"?'),
        ('event_time = "observed"', 'event_time = "observd"', 'Did you mean "observed"?'),
        ('column = "w_wind_speed"', 'column = "wind_speed"', 'Did you mean "w_wind_speed"?'),
        ('protected = ["carrier"]', 'protected = ["Carrier"]', 'Did you mean "carrier"?'),
        ("types = { flight", "types = { flght", 'Did you mean "flight"?'),
        ('dest = "airport of', 'dst = "airport of', 'Did you mean "dest"?'),
    ],
)
def test_a_missing_column_names_its_line(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert FLIGHTS.count(old) == 1
    text = FLIGHTS.replace(old, new)
    with pytest.raises(CharterError) as caught:
        check_columns(load_charter(write(tmp_path, text)), COLUMNS)
    line = next(number for number, row in enumerate(text.split("\n"), 1) if new in row)
    assert words in str(caught.value)
    assert f"line {line}:" in str(caught.value)


def test_a_joined_column_that_was_not_asked_for_does_not_exist(tmp_path: Path) -> None:
    text = FLIGHTS.replace('exclude = ["year"]', 'exclude = ["w_temp"]')
    with pytest.raises(CharterError, match="w_temp"):
        check_columns(load_charter(write(tmp_path, text)), COLUMNS)


def test_the_main_table_can_be_checked_before_the_others_are_open() -> None:
    charter = parse_charter(FLIGHTS, Path("nowhere/airworthy.toml"))
    check_columns(charter, {"flights": COLUMNS["flights"]})


def test_without_the_file_the_error_still_names_the_column() -> None:
    charter = parse_charter(FLIGHTS.replace('"arr_delay"', '"gone"'), Path("nowhere/airworthy.toml"))
    with pytest.raises(CharterError, match="gone") as caught:
        check_columns(charter, COLUMNS)
    assert caught.value.line is None
