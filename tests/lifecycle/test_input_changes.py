"""Changes of the inputs that nobody declared: found where they were planted, and not in clean rows."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

import airworthy as aw
from airworthy.lifecycle.outlook.changes import changes
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

COLUMNS = {
    "level": LogicalType.REAL,
    "season": LogicalType.REAL,
    "kind": LogicalType.CATEGORY,
    "note": LogicalType.TEXT,
}
CONTRACT = Contract(
    columns=tuple(Column(name=name, type=kind, role=Role.INPUT) for name, kind in COLUMNS.items())
)


def table(n: int = 2000, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "level": rng.normal(10, 2, n),
            "season": rng.normal(size=n) + 2 * np.sin(np.arange(n) / n * 9),
            "kind": rng.choice(["a", "b", "c"], n, p=[0.6, 0.3, 0.1]),
            "note": rng.choice(["x", None], n),
        }
    )


def since(place: int, name: str, value: pl.Expr) -> pl.DataFrame:
    changed = pl.when(pl.int_range(pl.len()) < place).then(name).otherwise(value)
    return table().with_columns(changed.alias(name))


def test_a_number_that_moves_for_good_is_found_with_its_date_and_middles() -> None:
    (found,) = changes(since(1500, "level", pl.col("level") + 4), CONTRACT)
    assert abs(found.place - 1500) <= 10
    assert found.rows == 2000 - found.place
    (moved,) = found.columns
    assert (moved.column, moved.what) == ("level", "middle")
    assert abs(moved.before - 10) < 0.3
    assert abs(moved.since - 14) < 0.3


def test_a_sensor_that_falls_silent_and_a_new_category_are_one_change() -> None:
    rows = since(1200, "kind", pl.lit("d")).with_columns(
        since(1200, "level", pl.lit(None, dtype=pl.Float64))["level"]
    )
    (found,) = changes(rows, CONTRACT)
    assert found.place == 1200
    moved = {one.column: one for one in found.columns}
    assert (moved["level"].what, moved["level"].before, moved["level"].since) == ("missing", 0.0, 1.0)
    assert (moved["kind"].what, moved["kind"].before, moved["kind"].since) == ("d", 0.0, 1.0)


def test_a_new_category_in_some_rows_is_found_by_itself() -> None:
    drawn = pl.Series(np.random.default_rng(3).random(2000) < 0.25)
    (found,) = changes(since(1400, "kind", pl.when(drawn).then(pl.lit("d")).otherwise("kind")), CONTRACT)
    assert abs(found.place - 1400) <= 25
    (moved,) = found.columns
    assert (moved.column, moved.what, moved.before) == ("kind", "d", 0.0)


def test_a_passing_change_is_no_regime() -> None:
    inside = (pl.int_range(pl.len()) >= 900) & (pl.int_range(pl.len()) < 1150)
    rows = table().with_columns(pl.when(inside).then(pl.col("level") + 9).otherwise("level").alias("level"))
    assert changes(rows, CONTRACT) == ()


def test_clean_rows_are_silent() -> None:
    assert [changes(table(seed=seed), CONTRACT) for seed in range(20)] == [()] * 20


def test_too_few_rows_tell_nothing() -> None:
    rows = since(150, "level", pl.col("level") + 40)
    assert changes(rows[:300], CONTRACT) == ()


def test_a_forecast_names_a_change_that_nobody_declared() -> None:
    rows = since(1500, "level", pl.col("level") + 4).drop("note", "season")
    rows = rows.with_columns(
        pl.Series("day", [date(2023, 1, 1) + timedelta(days=i // 4) for i in range(2000)]),
        pl.Series("y", np.random.default_rng(1).integers(0, 2, 2000)),
    )
    said = aw.foresee(rows, "y", time="day").lacking[0]
    assert said.startswith("Inputs changed from about 2024-01-")
    middle = float(np.median(rows["level"][1500:].to_numpy()))
    assert f"level has its middle at {middle:.4g}" in said
