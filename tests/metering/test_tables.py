"""Prices and grids: shipped with their date, added to by the user's own file, and never guessed."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from airworthy.kernel.errors import InputError
from airworthy.metering.currency import CURRENCIES
from airworthy.metering.grid import grid_table
from airworthy.metering.prices import price_table

OWN = """
as_of = 2026-11-01
source = "our contract"
[[price]]
provider = "aws"
machine = "p3.2xlarge"
region = "us-east-1"
per_hour = 2.10
currency = "EUR"
[[price]]
provider = "ours"
machine = "rack 3"
region = "basement"
per_hour = 0.8
currency = "EUR"
"""


def test_every_shipped_price_and_intensity_has_a_source_a_date_and_a_currency(tmp_path: Path) -> None:
    nobody = {"AIRWORTHY_CONFIG": str(tmp_path)}
    for price in price_table(nobody).prices.values():
        assert price.source
        assert date(2025, 1, 1) <= price.as_of <= date(2026, 11, 22)
        assert price.currency in CURRENCIES
    for found in grid_table(nobody).zones.values():
        assert found.source
        assert 0 < found.grams_per_kwh < 1300


def test_spot_is_another_price_and_the_order_of_magnitude_is_right(tmp_path: Path) -> None:
    table = price_table({"AIRWORTHY_CONFIG": str(tmp_path)})
    for price in table.prices.values():
        if price.spot:
            assert price.per_hour < table.find(price.name.removesuffix(" spot")).per_hour
    assert table.find("AWS  p3.2xlarge us-east-1").per_hour == 3.06


def test_the_users_own_file_adds_and_goes_first(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text(OWN)
    table = price_table({"AIRWORTHY_CONFIG": str(tmp_path)})
    mine = table.find("aws p3.2xlarge us-east-1")
    assert (mine.per_hour, mine.currency, mine.source) == (2.1, "EUR", "our contract")
    assert table.find("ours rack 3 basement").per_hour == 0.8
    assert table.find("aws m7g.large us-east-1").per_hour == 0.0816  # shipped ones stay


def test_a_variable_names_another_file_and_a_wrong_path_is_told(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(OWN)
    assert price_table({"AIRWORTHY_PRICES": str(tmp_path / "mine.toml")}).find("ours rack 3 basement")
    with pytest.raises(InputError, match="no such file"):
        price_table({"AIRWORTHY_PRICES": str(tmp_path / "other.toml")})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("per_hour = 2.10", "per_hour = 0", "costs 0 an hour"),
        ("per_hour = 2.10", "per_hour = nan", "costs nan an hour"),
        ("per_hour = 2.10", 'per_hour = "2"', "entry 1 of .* has no usable per_hour"),
        ('currency = "EUR"', 'currency = "EURO"', "is no currency code"),
        ("as_of = 2026-11-01", "", "has no usable as_of"),
        ("[[price]]", "[[prize]]", "has no \\[\\[price\\]\\]"),
        ("as_of =", "as_of", "cannot be read"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_by_file_and_entry(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    (tmp_path / "prices.toml").write_text(OWN.replace(old, new))
    with pytest.raises(InputError, match=says) as caught:
        price_table({"AIRWORTHY_CONFIG": str(tmp_path)})
    assert "prices.toml" in str(caught.value)


def test_an_unknown_zone_has_no_carbon_and_its_nearest_names_are_offered(tmp_path: Path) -> None:
    grid = grid_table({"AIRWORTHY_CONFIG": str(tmp_path)})
    assert grid.get("Atlantis") is None
    assert grid.get(None) is None
    with pytest.raises(InputError, match="Did you mean DE"):
        grid.find("germany ")


def test_old_figures_say_so() -> None:
    price = price_table({"AIRWORTHY_CONFIG": "/nowhere"}).find("aws p3.2xlarge us-east-1")
    assert price.note(date(2025, 9, 1)) == ""
    assert "of 2025-04-01, 600 days old" in price.note(date(2026, 11, 22))
