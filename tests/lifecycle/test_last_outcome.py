"""The naive guess "as last time", with dates, without them, and for each entity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import Charter, Task
from airworthy.charter.parse import parse_charter
from airworthy.data.contract import learn_contract
from airworthy.lifecycle.outlook.backtest import expect_next
from airworthy.lifecycle.predict import last_outcome_of
from airworthy.scoring.contract import LogicalType
from airworthy.scoring.spec import ParseNumber, Scale

HEAD = """name = "m"
purpose = "test"
task = "{task}"
[[sources]]
name = "rows"
path = "rows.csv"
[target]
column = "y"
{target}
[data]
{data}
[split]
method = "time"
"""


def charter(task: str, data: str, target: str = "") -> Charter:
    return parse_charter(HEAD.format(task=task, data=data, target=target), Path("airworthy.toml"))


def dated(days: list[int], outcomes: list[str], **more: list[str]) -> pl.DataFrame:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return pl.DataFrame(
        {"__row__": range(len(days)), "__time__": [start + timedelta(days=d) for d in days], **more}
    ).with_columns(pl.Series("__target__", outcomes))


def test_an_outcome_counts_only_once_it_is_known() -> None:
    rules = charter("binary", 'decision_time = "t"', 'positive = "yes"\nmatures_after = "2d"')
    frame = dated([0, 1, 2, 3], ["yes", "no", "no", "no"])
    found = last_outcome_of(frame, rules, ("no", "yes"))
    np.testing.assert_array_equal(found, [np.nan, np.nan, 1.0, 0.0])


def test_rows_in_order_without_dates_know_the_row_before() -> None:
    rules = charter("multiclass", 'order_by = ["__row__"]')
    frame = pl.DataFrame({"__row__": [0, 1, 2], "__target__": ["c", "a", "b"]})
    np.testing.assert_array_equal(last_outcome_of(frame, rules, ("a", "b", "c")), [np.nan, 2.0, 0.0])


def test_nothing_is_said_where_places_would_have_to_be_durations() -> None:
    rules = charter("multiclass", 'order_by = ["__row__"]', 'matures_after = "2d"')
    frame = pl.DataFrame({"__row__": [0, 1], "__target__": ["a", "b"]})
    assert last_outcome_of(frame, rules, ("a", "b")) is None


def test_an_entity_repeats_itself_and_no_other() -> None:
    rules = charter("binary", 'decision_time = "t"\nentity = ["shop"]', 'positive = "yes"')
    frame = dated([0, 0, 1, 1, 2], ["yes", "no", "no", "no", "yes"], shop=["x", "y", "x", "y", "z"])
    found = last_outcome_of(frame, rules, ("no", "yes"))
    np.testing.assert_array_equal(found, [np.nan, np.nan, 1.0, 0.0, np.nan])


def test_a_backtest_reads_text_and_an_order_without_dates() -> None:
    rng = np.random.default_rng(5)
    events = rng.random(1200) < 0.5
    words = np.where(events, "late bag lost again", "thank you great crew")
    frame = pl.DataFrame(
        {
            "__row__": np.arange(1200),
            "__target__": np.where(events, "yes", "no"),
            "text": [f"{said} {rng.integers(1000)}" for said in words],
            "x": rng.normal(size=1200),
        }
    )
    rules = charter("binary", 'order_by = ["__row__"]', 'positive = "yes"')
    contract = learn_contract(frame, rules, {"text": LogicalType.TEXT, "x": LogicalType.REAL})
    expected = expect_next(frame, rules, contract)
    assert rules.task is Task.BINARY
    assert expected is not None
    assert len(expected.leads) == 12
    # The first period has 92 rows before it, too few for the learner's leaves of 50.
    assert expected.periods[1:] == pytest.approx([1.0] * 11, abs=0.05)
    assert expected.random_split == pytest.approx(1.0, abs=0.02)


def test_a_backtest_repairs_its_rows_as_the_model_does() -> None:
    rng = np.random.default_rng(7)
    x = rng.normal(size=1200).round(3)
    clean = pl.DataFrame(
        {
            "__row__": np.arange(1200),
            "__target__": np.where(rng.random(1200) < 1 / (1 + np.exp(-3 * x)), "yes", "no"),
            "x": x,
        }
    )
    rules = charter("binary", 'order_by = ["__row__"]', 'positive = "yes"')
    dirty = clean.with_columns(pl.format("{} kg", "x").alias("x"))
    told = learn_contract(dirty, rules, {"x": LogicalType.CATEGORY})
    steps = (ParseNumber(column="x", units={"kg": 1.0}), Scale(column="x", factor=2.0))
    promised = expect_next(clean, rules, learn_contract(clean, rules, {"x": LogicalType.REAL}))
    repaired, left = expect_next(dirty, rules, told, steps=steps), expect_next(dirty, rules, told)
    assert promised is not None
    assert repaired is not None
    assert left is not None
    # Messy input comes before the repair: numbers slip in one table, their texts in the other.
    assert replace(repaired, scenarios=()) == replace(promised, scenarios=())
    assert left.periods != promised.periods
