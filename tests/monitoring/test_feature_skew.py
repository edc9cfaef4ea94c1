"""SRV003: planted skews are found and named, a clean world is silent, few rows leave it unsure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from airworthy.data.histories.compute import features_of
from airworthy.kernel.errors import InputError
from airworthy.kernel.fact import Facts
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result, Verdict
from airworthy.kernel.run_checks import run_checks
from airworthy.monitoring.checks.feature_skew import SKEWS, FeatureScope, FeatureSkew
from airworthy.monitoring.feature_skew import HISTORY, TIME, measure_skews
from airworthy.scoring.history.definition import Aggregate, Definition

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = 86_400.0


def definition(name: str, aggregate: str, **said: object) -> Definition:
    return Definition(
        name=name,
        source="orders",
        event_time="at",
        key=(("customer", "who"),),
        aggregate=Aggregate(aggregate),
        **said,
    )  # type: ignore[arg-type]


COUNT = definition("orders_30d", "count", window=30 * DAY)
SPENT = definition("spent_30d", "sum", column="amount", window=30 * DAY)
LAST = definition("last_item", "last", column="item")
ASKED = (COUNT, SPENT, LAST)


def instants(seconds: np.ndarray) -> pl.Series:
    return pl.Series([START + timedelta(seconds=float(s)) for s in seconds], dtype=pl.Datetime("us", "UTC"))


def world(seed: int, rows: int = 800) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Orders of 120 days, about one every other day and customer; and decisions in the last 60."""
    rng = np.random.default_rng(seed)
    orders = pl.DataFrame(
        {
            "who": rng.integers(0, 50, 3_000),
            "at": instants(rng.uniform(0, 120 * DAY, 3_000)),
            "amount": np.round(rng.lognormal(3, 1, 3_000), 2),
            "item": rng.choice(["a", "b", "c"], 3_000),
        }
    )
    asks = pl.DataFrame(
        {"customer": rng.integers(0, 55, rows), TIME: instants(rng.uniform(60 * DAY, 120 * DAY, rows))}
    )
    return orders, asks


def served(orders: pl.DataFrame, asks: pl.DataFrame, by: tuple[Definition, ...] = ASKED, ago: float = 0.0):
    """What a client computes: by these definitions, as of that long ago."""
    found = features_of(asks, asks[TIME] - timedelta(seconds=ago), by, {"orders": orders})
    return asks.with_columns(found.columns).with_columns(pl.lit("").alias(HISTORY))


def judged(logged: pl.DataFrame, orders: pl.DataFrame) -> dict[str, Result]:
    check, scope = FeatureSkew(), FeatureScope(tuple(one.name for one in ASKED))
    skews = measure_skews(logged, ASKED, {"orders": orders})
    results = run_checks(make_plan([check], scope, ()), [check], Facts({SKEWS: skews}), scope)
    return {result.subject.removeprefix("feature:"): result for result in results}


def test_a_clean_world_is_silent_in_every_seed() -> None:
    for seed in range(20):
        orders, asks = world(seed)
        for result in judged(served(orders, asks), orders).values():
            assert result.verdict is Verdict.PASS
            assert result.measurement is not None
            assert result.measurement.value == 0.0


def test_features_of_yesterday_are_found_and_named() -> None:
    orders, asks = world(1)
    found = judged(served(orders, asks, ago=DAY), orders)
    for name in ("orders_30d", "spent_30d"):
        assert found[name].verdict is Verdict.FAIL
        assert "the value of 1 d earlier" in found[name].finding
    assert found["orders_30d"].details["sent"] == found["orders_30d"].details["rows"] > 300


def test_another_window_is_found_and_named() -> None:
    orders, asks = world(2)
    other = definition("orders_30d", "count", window=90 * DAY)
    found = judged(served(orders, asks, (other, SPENT, LAST)), orders)
    assert found["orders_30d"].verdict is Verdict.FAIL
    assert "the value of a window of 90 d" in found["orders_30d"].finding
    assert found["spent_30d"].verdict is Verdict.PASS


def test_another_unit_is_found_and_named() -> None:
    orders, asks = world(3)
    cents = served(orders, asks).with_columns(pl.col("spent_30d") * 100)
    found = judged(cents, orders)["spent_30d"]
    assert found.verdict is Verdict.FAIL
    assert "are 100 times as large: another unit" in found.finding
    assert found.remedy == "Send spent_30d in the unit of amount."


def test_events_that_arrive_late_are_found_in_rows_that_the_server_filled() -> None:
    orders, asks = world(4)
    late = definition("orders_30d", "count", window=30 * DAY, known_after=2 * DAY)
    logged = served(orders, asks, (late, SPENT, LAST)).with_columns(pl.lit("build").alias(HISTORY))
    found = judged(logged, orders)["orders_30d"]
    assert found.verdict is Verdict.FAIL
    assert "lack the events of the last 2 d: they come later than known_after says" in found.finding
    assert "Raise known_after of orders by 2 d" in found.remedy
    assert found.details["filled"] == found.details["rows"]


def test_words_and_gaps_are_compared_and_the_share_is_counted_by_hand() -> None:
    orders, asks = world(5, rows=400)
    clean = served(orders, asks)
    row = pl.int_range(400)
    wrong = clean.with_columns(
        pl.when(row < 100).then(pl.lit("z")).otherwise("last_item").alias("last_item"),
        pl.when(row < 40).then(None).otherwise("orders_30d").alias("orders_30d"),
    )
    found = judged(wrong, orders)
    assert found["last_item"].measurement is not None
    assert found["last_item"].measurement.value == 0.25
    assert found["orders_30d"].details["rows"] == 40
    assert "(10.0 %" in found["orders_30d"].finding


def test_ten_rows_leave_it_unsure_and_none_is_not_applicable() -> None:
    orders, asks = world(6, rows=10)
    assert judged(served(orders, asks), orders)["orders_30d"].verdict is Verdict.UNSURE
    nothing = judged(served(orders, asks).clear(), orders)["orders_30d"]
    assert nothing.verdict is Verdict.NOT_APPLICABLE


def test_a_source_that_lost_its_column_is_told() -> None:
    orders, asks = world(7, rows=10)
    logged = served(orders, asks)
    with pytest.raises(InputError, match='orders has no column "amount"'):
        measure_skews(logged, ASKED, {"orders": orders.drop("amount")})
