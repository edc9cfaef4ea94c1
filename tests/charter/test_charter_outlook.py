"""[outlook]: sites, changes of regime and the cost of a label, and what contradicts them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from charter_examples import FLIGHTS, MINIMAL

from airworthy.charter import parse_charter
from airworthy.charter.model import Charter
from airworthy.kernel.errors import CharterError
from airworthy.kernel.units import Money

OUTLOOK = """
[outlook]
sites = ["origin", "carrier"]
label_cost = 0.5
[outlook.regimes]
"fuel surcharge" = 2013-05-01
"new gates" = "2013-09-15"
"""


def read(text: str) -> Charter:
    return parse_charter(text, Path("airworthy.toml"))


def test_sites_days_and_the_cost_of_a_label_are_read() -> None:
    rules = read(FLIGHTS + OUTLOOK).outlook
    assert rules.sites == ("origin", "carrier")
    assert rules.regimes == {"fuel surcharge": date(2013, 5, 1), "new gates": date(2013, 9, 15)}
    assert rules.label_cost == Money(0.5, "EUR")  # the currency of [costs]


def test_a_charter_without_it_leaves_nothing_out() -> None:
    rules = read(MINIMAL).outlook
    assert (rules.sites, rules.regimes, rules.label_cost) == ((), {}, None)


def test_another_day_is_another_charter() -> None:
    assert (
        read(FLIGHTS + OUTLOOK).digest != read(FLIGHTS + OUTLOOK.replace("2013-05-01", "2013-05-02")).digest
    )


@pytest.mark.parametrize(
    ("text", "said", "remedy"),
    [
        (FLIGHTS + '[outlook]\nsites = ["arr_delay"]\n', "names no site", "Take it out"),
        (MINIMAL + "[outlook]\nlabel_cost = 2\n", "has no currency", '"2 EUR"'),
        (MINIMAL + "[outlook.regimes]\nflow = 2025-03-01\n", "no column dates the rows", "decision_time"),
        (FLIGHTS + '[outlook.regimes]\nflow = "March"\n', '"March" is no day', "year, month and day"),
        (FLIGHTS + "[outlook.regimes]\nflow = 2025-03-01T08:00:00\n", "is no day", "year, month and day"),
        (FLIGHTS + "[outlook]\nregimes = {}\n", "expected table of name to date", "sign-up flow"),
    ],
)
def test_what_cannot_be_is_told_with_its_line(text: str, said: str, remedy: str) -> None:
    with pytest.raises(CharterError, match="line") as caught:
        read(text)
    assert said in caught.value.message
    assert remedy in caught.value.remedy
