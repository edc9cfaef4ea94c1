"""Rented machines, own ones and both: hand-counted money, break-even, what decides, and what is missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from airworthy.kernel.errors import InputError
from airworthy.metering.prices import Price, PriceTable
from airworthy.value.hosting.assumption import Way
from airworthy.value.hosting.compared import Compared, compare
from airworthy.value.hosting.costs import book_value, months_of
from airworthy.value.hosting.read import Assumptions, read_assumptions
from airworthy.workspace.planning import chart_of, plan_cost, plan_document, write_assumptions

TODAY = date(2026, 11, 1)
LISTED = Price("aws", "gpu.1", "eu", False, 2.0, "USD", date(2025, 1, 1), "a list")
RENTED = """
currency = "EUR"
years = 1
[work]
machine_hours = 365
[cloud]
per_hour = 4
idle = 0.5
staff_hours = 2
[staff]
hour = 50
"""
OWN = """
[own]
price = 12000
lifetime = 2
usable = 0.5
power = 1
electricity = 0.2
staff_hours = 4
"""


def assumed(tmp_path: Path, text: str) -> Assumptions:
    path = tmp_path / "hosting.toml"
    path.write_text(text)
    return read_assumptions(path, PriceTable({LISTED.name: LISTED}), TODAY)


def compared(tmp_path: Path, text: str) -> Compared:
    return compare(assumed(tmp_path, text))


def test_a_month_of_each_way_is_counted_by_hand(tmp_path: Path) -> None:
    # Rented: 365 h of work are 730 h paid at 4, half of them idle; 2 h of people at 50.
    # Own: one machine does 730 x .5 = 365 h: 12,000 in the first month, 365 kWh at .2, 4 h of people.
    rented, own = compared(tmp_path, RENTED + OWN).costs
    assert rented.total == pytest.approx(12 * (730 * 4 + 100))
    assert rented.idle == pytest.approx(12 * 365 * 4)
    assert own.total == pytest.approx(12_000 + 12 * (73 + 200))
    assert own.parts["machines"] == 12_000
    assert own.left == pytest.approx(6_000)
    assert own.idle == pytest.approx(12 * 500 * 0.5)


def test_own_machines_cost_less_from_the_month_counted_by_hand(tmp_path: Path) -> None:
    # 12,000 + 273 m < 3,020 m from m = 4.37 on: in the fifth month.
    (even,) = compared(tmp_path, RENTED + OWN).break_even
    assert (even.way, even.month, even.happens) == (Way.OWN, 5, 1.0)


def test_machines_are_bought_as_work_grows_and_replaced_when_they_are_old() -> None:
    numbers = {
        "work.machine_hours": 365.0,
        "work.growth": 1.0,
        "own.price": 100.0,
        "own.lifetime": 1.0,
        "own.usable": 0.5,
        "own.power": 0.0,
        "own.electricity": 0.0,
        "own.staff_hours": 0.0,
        "staff.hour": 0.0,
    }
    bought = [month.parts[0] / 100 for month in months_of(Way.OWN, numbers, 25)]
    # Twice the work after a year: a second machine in month 2 (from 0), the first one replaced in month 12.
    assert bought[0] == 1
    assert bought[1] == 1
    assert bought[12] >= 1
    assert sum(bought[:12]) == 2
    assert book_value(Way.OWN, numbers, 6) == pytest.approx(100 * 6 / 12 + 100 * 7 / 12)


def test_both_ways_together_rent_what_the_own_machines_cannot_do(tmp_path: Path) -> None:
    text = RENTED.replace("365", "465") + OWN + "[hybrid]\nmachines = 1\n"
    both = next(cost for cost in compared(tmp_path, text).costs if cost.way is Way.HYBRID)
    assert both.parts["machines"] == pytest.approx(12_000 + 12 * 200 * 4)  # 100 h of work, 200 h paid
    assert both.parts["staff"] == pytest.approx(12 * (100 + 200))


def test_the_assumption_that_turns_the_answer_is_named(tmp_path: Path) -> None:
    text = RENTED.replace("idle = 0.5", "idle = [0.0, 0.5]") + OWN.replace("12000", "[14000, 15000]")
    found = compared(tmp_path, text)
    # Without idle hours renting costs 12 x 1,560 = 18,720; with half of them idle 36,240; owning 17,276 to
    # 18,276 and 14,500 in the middle: 17,776.
    assert found.decisive is None
    dearer = compared(tmp_path, text.replace("[14000, 15000]", "[20000, 21000]"))
    assert dearer.decisive is not None
    assert dearer.decisive.name == "cloud.idle"
    assert dearer.decisive.at_low == pytest.approx(20_500 + 3_276 - 18_720)
    assert dearer.decisive.at_high == pytest.approx(20_500 + 3_276 - 36_240)


def test_a_single_missing_number_is_told_with_the_value_that_turns_the_answer(tmp_path: Path) -> None:
    found = compared(tmp_path, RENTED + OWN.replace("price = 12000\n", ""))
    own = next(one for one in found.untold if one.way is Way.OWN)
    assert [item.name for item in own.missing] == ["own.price"]
    assert own.turns_at == pytest.approx(36_240 - 3_276, rel=1e-6)


def test_the_same_file_gives_the_same_answer(tmp_path: Path) -> None:
    text = RENTED.replace("idle = 0.5", "idle = [0.1, 0.5]") + OWN
    assert plan_document(compared(tmp_path, text)) == plan_document(compared(tmp_path, text))


def test_a_listed_machine_gives_its_price_and_says_that_it_is_old(tmp_path: Path) -> None:
    text = RENTED.replace("per_hour = 4", 'machine = "aws gpu.1 eu"').replace("EUR", "USD")
    found = compared(tmp_path, text)
    assert found.costs[0].total == pytest.approx(12 * (730 * 2 + 100))
    assert "669 days old" in found.assumptions.notes[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("per_hour = 4", 'machine = "aws gpu.1 eu"'), "2 USD an hour"),
        (("per_hour = 4", 'per_hour = "4 USD"'), "4 USD"),
        (("per_hour = 4", "per_hour = -4"), "at least 0"),
        (("per_hour = 4", "per_hour = [4, 2]"), "[4, 2]"),
        (("per_hour = 4", "per_hour = true"), "True"),
        (("per_hour = 4", "per_huor = 4"), "cloud.per_hour"),
        (('currency = "EUR"\n', ""), "currency"),
        (("years = 1", "years = 99"), "from 1 to 15"),
        (("[staff]", "[stuff]"), "staff"),
        (("machine_hours = 365\n", "machine_hours = \n"), "cannot be read"),
        (("staff_hours = 2\n", ""), "cloud.staff_hours"),
    ],
)
def test_what_cannot_be_counted_is_refused_by_name(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    with pytest.raises(InputError) as refused:
        compared(tmp_path, RENTED.replace(*change))
    assert said in f"{refused.value} {refused.value.remedy}"


def test_a_new_file_declares_nothing_and_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "hosting.toml"
    write_assumptions(path)
    with pytest.raises(InputError, match=r"work\.machine_hours"):
        plan_cost(path, None, datetime(2026, 11, 1, tzinfo=UTC))
    with pytest.raises(InputError, match="exists already"):
        write_assumptions(path)


def test_the_chart_has_a_line_for_each_way_and_a_point_for_each_month(tmp_path: Path) -> None:
    values = chart_of(compared(tmp_path, RENTED + OWN))["data"]["values"]
    assert len(values) == 24
    assert {value["way"] for value in values} == {"cloud", "own"}
