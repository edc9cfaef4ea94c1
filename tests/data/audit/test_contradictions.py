"""Rows that contradict what another column says in all others, and pairs of columns that must be let be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from airworthy.data import read_file
from airworthy.data.bare import scope_of_frame
from airworthy.data.checks.dat037_contradictions import Contradictions
from airworthy.data.facts import Table
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks

ROWS = 1000


def judged(table: pl.DataFrame) -> dict[str, Result]:
    scope, canonical = scope_of_frame(table, None, None)
    checks = (Contradictions(),)
    told = run_checks(make_plan(checks, scope, ()), checks, Facts({Table(): canonical}), scope)
    return {result.subject: result for result in told}


def shops(seed: int = 1) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    shop = rng.integers(100, 120, ROWS)
    return pl.DataFrame({"shop": shop, "city": [f"city {n % 7}" for n in shop]})


def test_rows_against_the_others_are_counted_and_shown() -> None:
    table = shops().with_row_index()
    wrong = table["index"].is_in([5, 80, 81, 300, 512, 900])
    table = table.with_columns(pl.when(wrong).then(pl.lit("city 9")).otherwise("city").alias("city"))
    found = judged(table.drop("index"))["column:city"]
    assert found.verdict is Verdict.FAIL
    assert (found.details["rows_touched"], found.details["by"]) == (6, "shop")
    assert found.details["examples"][0][0] == "city 9"
    assert "6 rows of 1,000 (0.6 %)" in found.finding


def test_one_slip_is_let_be_and_agreement_is_silent() -> None:
    assert judged(shops())["column:city"].verdict is Verdict.NOT_APPLICABLE
    one = (
        shops()
        .with_row_index()
        .with_columns(pl.when(pl.col("index") == 7).then(pl.lit("city 9")).otherwise("city").alias("city"))
    )
    assert judged(one.drop("index"))["column:city"].verdict is Verdict.PASS


def test_true_alternatives_are_no_contradiction() -> None:
    """Two of twenty aircraft fly for two airlines: neither of a pair is a slip."""
    table = shops().with_columns(
        pl.when((pl.col("shop") < 102) & (pl.int_range(pl.len()) % 2 == 0))
        .then(pl.lit("city 6"))
        .otherwise("city")
        .alias("city")
    )
    assert judged(table)["column:city"].verdict is Verdict.NOT_APPLICABLE


def test_columns_that_merely_go_together_are_let_be() -> None:
    accused = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        a = rng.integers(0, 30, ROWS)
        columns = {
            f"c{k}": np.where(rng.random(ROWS) < 0.5, a % 5, rng.integers(0, 5, ROWS)) for k in range(4)
        }
        words = {name: [f"w{v}" for v in values] for name, values in columns.items()}
        rare = {"rare": np.where(rng.random(ROWS) < 0.02, "yes", "no"), "key": rng.integers(0, 300, ROWS)}
        accused += sum(r.verdict is Verdict.FAIL for r in judged(pl.DataFrame({**words, **rare})).values())
    print(f"{accused} of 20 tables of columns that go together accused")
    assert accused == 0


def test_four_values_are_enough_where_each_nearly_always_has_one_partner() -> None:
    """Sources and their bookkeeping account: lopsided, and with two sources on one account."""
    rng = np.random.default_rng(3)
    source = rng.choice(4, 4000, p=[0.8, 0.1, 0.06, 0.04])
    account = np.array([0, 1, 2, 2])[source]
    account[[5, 500, 1000, 1500, 2000]] = (account[[5, 500, 1000, 1500, 2000]] + 1) % 3
    table = pl.DataFrame({"source": [f"s{n}" for n in source], "account": [f"K{n}" for n in account]})
    found = judged(table)["column:account"]
    assert (found.verdict, found.details["rows_touched"], found.details["by"]) == (Verdict.FAIL, 5, "source")


def test_four_values_that_go_together_in_97_of_100_rows_are_let_be() -> None:
    accused = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        a = rng.integers(0, 4, ROWS)
        b = np.where(rng.random(ROWS) < 0.96, a, rng.integers(0, 4, ROWS))
        told = judged(pl.DataFrame({"a": [f"a{n}" for n in a], "b": [f"b{n}" for n in b]}))
        accused += any(result.verdict is Verdict.FAIL for result in told.values())
    print(f"{accused} of 20 tables of four values that go together accused")
    assert accused == 0


def test_few_rows_and_gaps_are_no_evidence() -> None:
    table = shops().with_columns(pl.lit(None, pl.String).alias("empty"))
    assert {r.verdict for r in judged(table.head(40)).values()} == {Verdict.NOT_APPLICABLE}
    gaps = table.with_columns(pl.when(pl.int_range(pl.len()) % 3 > 0).then("city").alias("city"))
    assert judged(gaps)["column:city"].verdict is Verdict.NOT_APPLICABLE


def test_the_cities_that_took_in_their_state_are_found(shared_data: Callable[[str], Path]) -> None:
    found = judged(read_file(shared_data("dirty_beers") / "dirty.csv"))["column:city"]
    clean = judged(read_file(shared_data("dirty_beers") / "clean.csv"))["column:city"]
    assert found.verdict is Verdict.FAIL
    assert found.details["by"] == "brewery_id"
    # The table's notes count 127 cities with their state; the others stand in breweries of one or two beers.
    assert 90 <= found.details["rows_touched"] <= 127
    # What is left in the corrected table are towns in two spellings, and breweries in two towns.
    assert clean.details["rows_touched"] == 4
