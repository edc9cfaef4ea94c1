"""The how-to's charter is a real one: it loads, fits the flights tables, and its error message is the true one."""

from __future__ import annotations

from pathlib import Path

import pytest

from airworthy.charter import check_columns, parse_charter
from airworthy.kernel.errors import CharterError

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "charter.md"
HERE = Path("airworthy.toml")
COLUMNS = {
    "flights": (
        "year month day dep_time sched_dep_time dep_delay arr_time sched_arr_time arr_delay carrier flight tailnum "
        "origin dest air_time distance hour minute time_hour"
    ),
    "weather": (
        "origin year month day hour temp dewp humid wind_dir wind_speed wind_gust precip pressure visib time_hour"
    ),
    "airports": "faa name lat lon alt tz dst tzone",
}


def block(language: str) -> str:
    return PAGE.read_text().split(f"```{language}\n", 1)[1].split("```", 1)[0]


def test_the_charter_of_the_how_to_loads_and_fits_its_tables() -> None:
    charter = parse_charter(block("toml"), HERE)
    check_columns(charter, {name: columns.split() for name, columns in COLUMNS.items()})
    assert charter.promotion.approvals == 2


def test_the_message_of_the_how_to_is_the_one_that_is_printed() -> None:
    with pytest.raises(CharterError) as caught:
        parse_charter(block("toml").replace("matures_after", "matures_aftr"), HERE)
    assert str(caught.value) == block("text").strip()
