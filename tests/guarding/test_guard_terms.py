"""Figures that nobody can mean, the moment of a stop, and the board between two guardians."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from airworthy.guarding.account import Account, Phase
from airworthy.guarding.asking import Asked, agree
from airworthy.guarding.board import Board
from airworthy.guarding.idle import Idleness
from airworthy.guarding.limits import Seen, must_stop, shares
from airworthy.guarding.monthly import within_month
from airworthy.guarding.priced import priced
from airworthy.guarding.terms import Terms
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import Money
from airworthy.metering.gpu import Device
from airworthy.metering.month import MonthLeft

RATED = {"max_cost": "50", "rate": "3.06/h"}


def agreed(**options: str) -> Terms:
    return agree(Asked(command=("sh",), **options), id="a", project="p", person="me", began_at="")


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({}, "No limit was given"),
        ({"max_cost": "50"}, "--max-cost needs --rate"),
        ({**RATED, "max_cost": "-50"}, "--max-cost '-50' is not above zero."),
        ({**RATED, "max_cost": "0"}, "is not above zero"),
        ({**RATED, "max_cost": "nan"}, "is not a finite number"),
        ({**RATED, "max_cost": "fifty"}, "holds no number"),
        ({**RATED, "rate": "-1/h"}, "--rate '-1/h' is not above zero."),
        ({**RATED, "rate": "3.06"}, "is not money per time"),
        ({**RATED, "rate": "2e6/h"}, "is more than 1,000,000 an hour"),
        ({**RATED, "rate": "3 USX/h"}, "names no currency"),
        ({**RATED, "rate": "3 EUR/h", "max_cost": "50 USD"}, "several currencies: EUR, USD"),
        ({**RATED, "currency": "XYZ"}, "names no currency"),
        ({"max_time": "0s"}, "--max-time '0s' allows nothing."),
        ({"max_time": "5"}, "is not a duration"),
        ({"max_time": "400d"}, "is more than a year"),
        ({"max_time": "1h", "grace": "1h"}, "is not shorter than the limit"),
        ({"max_energy": "2"}, "is not an amount of energy"),
        ({"max_energy": "-2kWh"}, "is not above zero"),
        ({"max_memory": "8"}, "is not an amount of memory"),
        ({"max_memory": "900000GiB"}, "is more than this machine has"),
        ({"max_time": "1h", "log_pattern": "loss=(.*)"}, "belong together"),
        ({"max_time": "1h", "log_pattern": "loss", "patience": "1h"}, "has no group"),
        ({"max_time": "1h", "log_pattern": "(", "patience": "1h"}, "is no regular expression"),
        ({"max_time": "1h", "warn": "hooks.team.org"}, "is no web address"),
        ({"max_time": "1h", "mail": "me"}, "is no mail address"),
        ({"max_time": "1h", "mail": "me@team.org"}, "AIRWORTHY_SMTP is not set"),
    ],
)
def test_an_impossible_figure_is_named_before_anything_starts(
    monkeypatch: pytest.MonkeyPatch, options: dict[str, str], text: str
) -> None:
    monkeypatch.delenv("AIRWORTHY_SMTP", raising=False)
    with pytest.raises(InputError) as caught:
        agreed(**options)
    assert text in str(caught.value)
    assert caught.value.remedy


def test_fifty_at_three_an_hour_are_sixteen_hours_and_the_tighter_limit_counts() -> None:
    assert agreed(**RATED).limit_seconds == pytest.approx(50 / 3.06 * 3600)
    assert agreed(**RATED, max_time="5h").limit_seconds == 18000
    assert agreed(**RATED).currency == "USD"
    assert agreed(max_cost="50 EUR", rate="3.06/h").currency == "EUR"


def test_a_night_in_which_the_machine_slept_counts_when_it_wakes() -> None:
    terms = agreed(max_time="5h")
    account = Account(began=1000.0, seconds=60.0)
    assert must_stop(terms, account, Seen(1060.0, 0.0, 0)) is None
    woken = must_stop(terms, account, Seen(1060.0 + 9 * 3600, 0.0, 0))
    assert woken is not None
    assert woken.kill_at == 1000.0 + 5 * 3600  # long over: SIGKILL at once


def test_sleep_is_no_idleness() -> None:
    account = Account(began=0.0)
    Idleness(None).count(account, 10.0, 1.0, 0.0)
    Idleness(None).count(account, 11.0, 9 * 3600.0, 0.0)
    assert account.idle_seconds == 1.0
    assert 11.0 + 9 * 3600 - account.idle_since == pytest.approx(1.0)
    Idleness(None).count(account, 40000.0, 1.0, 0.9)
    assert account.idle_since is None


def test_a_busy_gpu_is_work_although_the_processor_rests() -> None:
    class Planted:
        share = 0.4

        def devices(self) -> list[Device]:
            return [Device(0, "planted", self.share, None, None, None), Device(1, "silent", *[None] * 4)]

    gpu, account = Planted(), Account(began=0.0)
    Idleness(gpu).count(account, 10.0, 1.0, 0.0)
    assert account.idle_seconds == 0
    gpu.share = 0.01
    Idleness(gpu).count(account, 11.0, 1.0, 0.0)
    assert account.idle_seconds == 1.0


def test_energy_leaves_room_for_the_grace() -> None:
    """At 100 W and 10 s of grace SIGTERM comes 1,000 J before the limit."""
    terms = agreed(max_energy="1kWh", grace="10s")
    account = Account(began=0.0, joules=3.6e6 - 1001)
    assert must_stop(terms, account, Seen(5.0, 100.0, 0)) is None
    account.joules += 1
    stop = must_stop(terms, account, Seen(5.0, 100.0, 0))
    assert stop is not None
    assert (stop.reason, stop.kill_at) == ("energy", 15.0)


def test_memory_leaves_no_grace_and_its_limit_itself_is_allowed() -> None:
    terms = agreed(max_memory="1MB", max_time="1h")
    account = Account(began=0.0)
    assert must_stop(terms, account, Seen(5.0, 0.0, 10**6)) is None
    stop = must_stop(terms, account, Seen(5.0, 0.0, 10**6 + 1))
    assert stop is not None
    assert stop.kill_at == 5.0
    assert shares(terms, account, 500_000)["memory"] == 0.5


def test_the_board_keeps_the_last_whole_account_when_its_writer_dies_writing() -> None:
    board = Board()
    board.write(Account(began=1.0, seconds=1.0))
    board.write(Account(began=1.0, seconds=2.0, phase=Phase.STOPPING, reason="time"))
    third = Board(board.descriptor)
    third._memory[64 + 8160 + 16 : 64 + 8160 + 40] = b"\0" * 24  # it was being written over the first
    assert board.read().reason == "time"
    board.write(Account(began=1.0, seconds=3.0))
    assert board.read().seconds == 3.0


@pytest.mark.parametrize(
    ("spent", "currency", "text"), [("50", "USD", "Nothing is left"), ("10", "EUR", "in USD and the monthly")]
)
def test_a_month_that_cannot_pay_refuses(spent: str, currency: str, text: str) -> None:
    with pytest.raises(InputError, match=text):
        within_month(agreed(**RATED), MonthLeft("p", "2026-11", Money(50.0, currency), Decimal(spent)))


def test_a_month_that_can_pay_less_lowers_the_limit_and_says_so() -> None:
    """20 of 50 are left, at 3.06 an hour six and a half hours."""
    terms, said = within_month(agreed(**RATED), MonthLeft("p", "2026-11", Money(50.0, "USD"), Decimal(30)))
    assert terms.limit_seconds == pytest.approx(20 / 3.06 * 3600)
    assert said.startswith("20.00 USD are left of the monthly budget of p, 50.00 USD")
    assert within_month(agreed(**RATED), MonthLeft("p", "2026-11", Money(50.0, "USD"), Decimal(0)))[1] == ""


def test_a_rate_comes_from_the_option_the_price_table_or_the_charter() -> None:
    day = date(2026, 11, 22)
    charter = {"rate_per_hour": 0.4, "currency": "EUR", "machine": "aws p3.2xlarge us-east-1"}
    assert priced(Asked(rate="2/h"), charter, day) == (Asked(rate="2/h"), "")
    assert priced(Asked(), charter, day)[0].rate == "0.4 EUR/h"
    assert priced(Asked(), {"machine": charter["machine"]}, day)[0].rate == "3.06 USD/h"
    assert priced(Asked(), {}, day)[0].rate is None
    with pytest.raises(InputError, match="has no known price"):
        priced(Asked(rate="aws p3.3xlarge us-east-1"), {}, day)
