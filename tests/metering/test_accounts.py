"""Adding up: parts give their total to the last digit, two currencies never meet, a month ends in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal as D
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airworthy.kernel.units import Money
from airworthy.metering.accounts import BETWEEN, Entry, Group, lines, total
from airworthy.metering.month import left_of_month


def entry(name: str = "r1", **more: Any) -> Entry:
    plain: dict[str, Any] = {
        "kind": "run",
        "name": name,
        "what": name,
        "project": "churn",
        "person": "ann",
        "outcome": "finished",
        "ended": datetime(2026, 11, 5, tzinfo=UTC),
        "seconds": D(100),
    }
    return Entry(**{**plain, **more})


def test_two_currencies_stay_apart_and_what_nobody_priced_is_counted() -> None:
    some = [
        entry("r1", money=D("1.50"), currency="USD"),
        entry("r2", money=D("2"), currency="EUR"),
        entry("r3", money=D("0.25"), currency="USD"),
        entry("r4"),
    ]
    line = total(some)
    assert line.money == {"EUR": D(2), "USD": D("1.75")}
    assert (line.entries, line.unpriced) == (4, 1)


def test_stages_share_money_by_time_and_the_rest_is_between_them() -> None:
    run = entry(
        money=D("3"),
        currency="USD",
        energy_kwh=D("0.01"),
        carbon_g=D("4"),
        stages={"train": D(60), "audit": D(10)},
        stage_kwh={"train": D("0.008")},
    )
    parts = {line.key: line for line in lines([run], Group.STAGE)}
    assert {key: line.money["USD"] for key, line in parts.items()} == {
        "train": D("1.8"),
        "audit": D("0.3"),
        BETWEEN: D("0.9"),
    }
    # audit has no counter of its own: a tenth of the time; what is left of 0.01 kWh lies between stages
    assert {key: line.energy_kwh for key, line in parts.items()} == {
        "train": D("0.008"),
        "audit": D("0.001"),
        BETWEEN: D("0.001"),
    }
    assert parts["train"].carbon_g == D("3.2")
    assert all(line.entries == 1 for line in parts.values())


@given(
    st.lists(
        st.tuples(
            st.decimals(min_value=1, max_value=10**6, places=9),
            st.decimals(min_value=0, max_value=10**6, places=9),
            st.sampled_from(["USD", "EUR"]),
            st.lists(st.decimals(min_value=0, max_value=D("0.3"), places=6), max_size=3),
        ),
        max_size=8,
    ),
    st.sampled_from(Group),
)
def test_lines_add_up_to_the_total_exactly(rows: list[Any], group: Group) -> None:
    some = [
        entry(
            f"r{number}",
            seconds=seconds,
            money=money,
            currency=currency,
            energy_kwh=money,
            carbon_g=money,
            person=currency,
            stages={f"s{place}": seconds * share for place, share in enumerate(shares)},
        )
        for number, (seconds, money, currency, shares) in enumerate(rows)
    ]
    found, whole = lines(some, group), total(some)
    for name in ("seconds", "energy_kwh", "carbon_g"):
        assert sum((getattr(line, name) for line in found), D(0)) == getattr(whole, name)
    for currency, amount in whole.money.items():
        assert sum((line.money.get(currency, D(0)) for line in found), D(0)) == amount


def test_idle_time_has_its_price() -> None:
    slept = entry(money=D("3"), currency="USD", idle_seconds=D(40))
    assert slept.idle_money == D("1.2")
    assert entry(idle_seconds=D(40)).idle_money is None


@pytest.mark.parametrize(("spent", "mark"), [("24.99", 0), ("25", 50), ("40", 80), ("47.5", 95), ("80", 95)])
def test_a_month_sounds_at_50_80_and_95_per_cent(spent: str, mark: int) -> None:
    left = left_of_month([entry(money=D(spent), currency="USD")], "churn", Money(50.0, "USD"), "2026-11")
    assert left.alarm == mark
    assert left.left == max(D(0), D(50) - D(spent))


def test_only_this_project_this_month_and_this_currency_count() -> None:
    some = [
        entry("r1", money=D(10), currency="USD"),
        entry("r2", money=D(10), currency="USD", project="other"),
        entry("r3", money=D(10), currency="USD", ended=datetime(2026, 12, 1, tzinfo=UTC)),
        entry("r4", money=D(10), currency="EUR"),
        entry("r5"),
    ]
    left = left_of_month(some, "churn", Money(50.0, "USD"), "2026-11")
    assert (left.spent, left.other, left.unpriced) == (D(10), {"EUR": D(10)}, 1)


def test_what_does_not_fit_into_the_month_is_refused_with_the_amount_that_is_left() -> None:
    left = left_of_month([entry(money=D(30), currency="USD")], "churn", Money(50.0, "USD"), "2026-11")
    assert left.refusal(20.0, "USD") is None
    assert left.refusal(20.01, "USD") == (
        "it may cost 20.01 USD, and 20.00 USD of 50.00 USD are left of 2026-11 for churn"
    )
    assert "in EUR" in str(left.refusal(1.0, "EUR"))
    assert left.seconds_left(40.0) == 1800.0
