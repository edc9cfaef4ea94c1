"""What a run may cost: amounts in one currency, machines with a listed price, and nothing absurd."""

from __future__ import annotations

from pathlib import Path

import pytest
from charter_examples import MINIMAL

from airworthy.charter import parse_charter
from airworthy.charter.model import BudgetRules
from airworthy.charter.spending import grid_of, hourly_rate
from airworthy.kernel.errors import CharterError
from airworthy.kernel.units import Money

HERE = Path("airworthy.toml")


def budget(lines: str) -> BudgetRules:
    return parse_charter(f"{MINIMAL}[budget]\n{lines}\n", HERE).budget


@pytest.fixture(autouse=True)
def no_tables_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(tmp_path))


def test_a_listed_machine_says_what_an_hour_costs_and_in_which_currency() -> None:
    rules = budget('machine = "aws p3.2xlarge us-east-1"\nmax_cost = 50\nmonthly = "400 USD"')
    assert hourly_rate(rules) == Money(3.06, "USD")
    assert (rules.max_cost, rules.monthly) == (Money(50.0, "USD"), Money(400.0, "USD"))


def test_energy_and_region_are_read_with_their_units() -> None:
    rules = budget('max_energy = "500Wh"\nregion = "de"')
    assert rules.max_kwh == 0.5
    grid = grid_of(rules)
    assert grid is not None
    assert grid.carbon_g(2) == 762.82  # 381.41 g/kWh


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ('machine = "aws p3.2xlarg us-east-1"', "aws p3.2xlarge us-east-1"),
        ('machine = "my own"', "no known price"),
        ('region = "Germny"', "Did you mean DE"),
        ('region = "ZZ"', "No grid intensity"),
        ("max_cost = 50", "max_cost has no currency"),
        ('max_cost = "50 USD"', "nobody said what an hour"),
        ('max_cost = "0 USD"\nrate_per_hour = 1', "nothing could be spent"),
        ('max_cost = "-5 USD"\nrate_per_hour = 1', "is negative"),
        ("max_cost = [1, 2]", "expected amount"),
        ('monthly = "1e12 USD"', "is no amount of money"),
        ('monthly = "5000000000 USD"\nrate_per_hour = 1', "nothing is limited"),
        ('max_cost = "50 DOLLAR"', "is no amount of money"),
        ('max_cost = "50 USX"\nrate_per_hour = 1', '"USX" is no currency code'),
        ('max_cost = "50 EUR"\nmachine = "aws p3.2xlarge us-east-1"', "currencies are never mixed"),
        ('max_cost = "50 EUR"\nmonthly = "100 USD"\nrate_per_hour = 1', "monthly is in USD"),
        ('rate_per_hour = 0\ncurrency = "EUR"', "cannot cost 0"),
        ('rate_per_hour = 1e9\ncurrency = "EUR"', "cannot cost 1e\\+09"),
        ('rate_per_hour = 3\ncurrency = "USD"\nmachine = "aws p3.2xlarge us-east-1"', "both say"),
        ('max_energy = "0Wh"', "nothing could run"),
        ('max_energy = "2 horses"', "no amount of energy"),
        ('time = "400d"', "longer than a year"),
    ],
)
def test_what_limits_nothing_or_cannot_be_counted_is_refused_with_its_line(lines: str, says: str) -> None:
    with pytest.raises(CharterError, match=says) as caught:
        budget(lines)
    assert caught.value.line is not None
    assert MINIMAL.count("\n") < caught.value.line
