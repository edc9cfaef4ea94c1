"""Keys that two systems write differently: what is found, what is let be, and what repair makes of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.data.bare import scope_of_frame
from airworthy.data.checks.dat036_key_formats import KeyFormats
from airworthy.data.facts import Table
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks

ROWS = 600


def orders(shop: Callable[[int], str], phone: Callable[[int], str], seed: int = 1) -> pl.DataFrame:
    """Orders of 300 customers from two systems, each of which writes the customer's number in its way."""
    rng = np.random.default_rng(seed)
    numbers, system = rng.integers(1, 301, ROWS), rng.choice(["shop", "phone"], ROWS)
    keys = [shop(n) if s == "shop" else phone(n) for n, s in zip(numbers, system, strict=True)]
    return pl.DataFrame({"customer": keys, "system": system, "amount": rng.lognormal(3, 1, ROWS).round(2)})


def verdict(table: pl.DataFrame, column: str = "customer") -> Result:
    scope, canonical = scope_of_frame(table, None, None)
    checks = (KeyFormats(),)
    told = run_checks(make_plan(checks, scope, ()), checks, Facts({Table(): canonical}), scope)
    (found,) = [result for result in told if result.subject == f"column:{column}"]
    return found


@pytest.mark.parametrize(
    ("shop", "phone"),
    [
        (lambda n: f"C-{n:05d}", str),
        (lambda n: f"AB-{n:05d}", lambda n: f"AB{n:05d}"),
        (lambda n: f"ab{n:05d}", lambda n: f"AB{n:05d}"),
        (lambda n: f"{n:06d}", str),
        (lambda n: f"K{n + 1000}", lambda n: str(n + 1000)),
    ],
    ids=["prefix", "separator", "case", "zeros", "letter"],
)
def test_keys_of_two_systems_are_found_and_made_one(
    shop: Callable[[int], str], phone: Callable[[int], str]
) -> None:
    table = orders(shop, phone)
    found = verdict(table)
    assert found.verdict is Verdict.FAIL
    assert found.details["by"] == "system"
    of_shop = table["system"].eq("shop").sum()
    assert found.details["rows_touched"] in (of_shop, ROWS - of_shop)


def test_the_repair_that_is_proposed_makes_one_key_of_two() -> None:
    table = orders(lambda n: f"C-{n:05d}", str)
    repaired = aw.repair(table).accept("rekey:customer").apply(table)
    customers = orders(str, str)["customer"].n_unique()  # the same draws, written in one way
    assert repaired["customer"].n_unique() == customers < table["customer"].n_unique()


def test_a_key_in_two_ways_is_found_without_a_column_that_names_the_system() -> None:
    table = orders(lambda n: f"AB-{n:05d}", lambda n: f"AB{n:05d}").drop("system")
    found = verdict(table)
    assert found.verdict is Verdict.FAIL
    assert found.details["twins"] >= 10


@pytest.mark.parametrize(
    ("shop", "phone"),
    [
        (lambda n: f"HOME-{n:05d}", lambda n: f"CAR-{n:05d}"),
        (lambda n: f"C{n + 5000}", lambda n: str(n + 7000)),
        (lambda n: f"AB-{n:05d}", lambda n: f"AB-{n:05d}"),
        (lambda n: f"{n / 100:.2f}", lambda n: f"{n / 100:.2f}%"),
    ],
    ids=["other letters", "a kind of record", "one way", "amounts"],
)
def test_other_things_and_amounts_are_let_be(shop: Callable[[int], str], phone: Callable[[int], str]) -> None:
    assert verdict(orders(shop, phone)).verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)


def accounts(usual: Callable[[int], str], rare: Callable[[int], str], span: int = 10**8) -> pl.DataFrame:
    """3,000 rows of nearly unique accounts; every tenth is written the other way, and no column tells why."""
    rng = np.random.default_rng(1)
    numbers = rng.integers(span // 10, span, 3000)
    keys = [rare(n) if place % 10 == 0 else usual(n) for place, n in enumerate(numbers)]
    return pl.DataFrame({"account": keys, "amount": rng.lognormal(3, 1, 3000).round(2)})


@pytest.mark.parametrize(
    ("usual", "rare"),
    [
        (lambda n: f"KD-{n % 10**5:06d}", lambda n: f"KD-{n % 10**5:09d}"),
        (lambda n: f"KD-{n % 10**5:06d}", lambda n: str(n % 10**5)),
        (str, lambda n: f"{n:012d}"),
        (str, lambda n: f"HIS-{n}"),
        (str, lambda n: f"{n}.0"),
        (str, lambda n: f"{n // 10000} {n % 10000:04d}"),
        (lambda n: f"{'ABC'[n % 3]}-{n}", lambda n: f"{'abc'[n % 3]}-{n}"),
    ],
    ids=["more zeros", "prefix and zeros lost", "zeros", "prefix", "a float's point", "blank", "case"],
)
def test_a_tenth_of_the_keys_respelled_is_found_though_no_key_stands_in_both_ways(
    usual: Callable[[int], str], rare: Callable[[int], str]
) -> None:
    found = verdict(accounts(usual, rare), "account")
    assert (found.verdict, found.details["rows_touched"]) == (Verdict.FAIL, 300)


@pytest.mark.parametrize(
    ("usual", "rare"),
    [
        (str, lambda n: f"C{n}"),
        (lambda n: f"K{n}", lambda n: f"K{n * 10}"),
        (str, lambda n: f"{n}{'ABCDEF'[n % 6]}"),
        (lambda n: f"{n % 10**5:05d}", lambda n: f"{['PC', 'CA', 'SOTON'][n % 3]} {n % 10**5:05d}"),
    ],
    ids=["cancelled", "cards of another length", "variants", "offices"],
)
def test_natural_mixtures_of_keys_are_let_be(usual: Callable[[int], str], rare: Callable[[int], str]) -> None:
    told = verdict(accounts(usual, rare), "account")
    assert told.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)


def test_round_amounts_that_passed_through_a_float_stay_numbers() -> None:
    table = accounts(lambda n: str(n // 1000 * 1000), lambda n: f"{n // 1000 * 1000}.0")
    assert scope_of_frame(table, None, None)[1]["account"].dtype == pl.Float64


def test_few_rows_are_no_evidence() -> None:
    table = orders(lambda n: f"AB-{n:05d}", lambda n: f"AB{n:05d}").head(30)
    assert verdict(table).verdict is Verdict.NOT_APPLICABLE
    healthy = orders(lambda n: f"AB-{n:05d}", lambda n: f"AB-{n:05d}")
    assert verdict(healthy.head(60)).verdict is Verdict.UNSURE
    assert verdict(healthy).verdict is Verdict.PASS


def test_blank_and_odd_keys_break_nothing() -> None:
    table = orders(lambda n: f"C-{n:05d}", str).with_columns(
        pl.when(pl.int_range(pl.len()) % 50 == 0).then(pl.lit("  ")).otherwise("customer").alias("customer"),
        pl.lit(None, pl.String).alias("empty"),
    )
    assert verdict(table).verdict is Verdict.FAIL
