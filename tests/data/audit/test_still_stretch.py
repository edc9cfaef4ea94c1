"""Stretches in which a number stands still, and those that are a column's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
from audit_worlds import clean
from numpy.typing import NDArray

from airworthy.data.audit import audit_frame
from airworthy.data.larger import audit_parquet
from airworthy.kernel.result import Result, Verdict

ROWS = 3000


def test_a_stretch_in_the_middle_is_named_with_its_two_dates() -> None:
    times = pl.datetime_range(pl.datetime(2022, 1, 1), pl.datetime(2022, 12, 31), "2h", eager=True)[:ROWS]
    table = pl.DataFrame({"at": times, "reading": stuck(1000, 1300)}).sample(fraction=1, shuffle=True, seed=1)
    told = found(table)["reading"]
    assert told.verdict is Verdict.FAIL
    assert told.details["rows_touched"] == 300
    # Row 1,000 is 2,000 hours, 83 days and 8 hours, after New Year; row 1,299 is 108 days and 6 hours after it.
    assert "from 25 Mar 2022 to 19 Apr 2022 (10 % of 3,000)" in told.finding


def test_a_file_without_time_is_told_by_its_rows() -> None:
    table = pl.DataFrame({"reading": stuck(1000, 1300)})
    assert "of the file from row 1,001 to row 1,300 (10 % of 3,000)" in found(table)["reading"].finding


def test_a_rounded_number_of_some_thirty_values_is_named_and_a_code_of_as_many_in_groups_is_not() -> None:
    degrees = np.random.default_rng(5).normal(10, 5, ROWS).round()
    degrees[1000:1300] = 12.0
    shop = np.repeat(np.arange(31), [20] * 15 + [ROWS - 30 * 20] + [20] * 15)
    told = found(pl.DataFrame({"degrees": degrees, "shop": shop}))
    assert told["degrees"].verdict is Verdict.FAIL
    assert "shop" not in told or told["shop"].verdict is Verdict.PASS


def test_a_source_whose_own_rows_stand_still_is_named() -> None:
    site = np.tile(["a", "b", "c", "d"], ROWS // 4)
    values = stuck(0, 0)
    values[np.flatnonzero(site == "c")[200:400]] = 7.5
    told = found(pl.DataFrame({"site": site, "reading": values}))["reading"]
    assert (told.details["source"], told.details["source_value"]) == ("site", "c")
    assert told.details["rows_touched"] == 200


def test_columns_that_stand_still_in_the_same_rows_are_named_together() -> None:
    told = found(pl.DataFrame({"one": stuck(1000, 1300, seed=1), "two": stuck(1000, 1300, seed=2)}))
    assert told["one"].details["together"] == ["two"]
    assert "so do one" in told["two"].finding


def test_nights_walks_sorted_rows_counters_and_a_group_of_its_own_are_not_accused() -> None:
    rng = np.random.default_rng(3)
    hour, usual = np.arange(ROWS) % 24, stuck(0, 0)
    halves = np.where(rng.random(ROWS) < 0.2, 50.0, usual)
    group = np.repeat(["a", "b", "c"], ROWS // 3)
    table = pl.DataFrame(
        {
            "group": group,
            "sun": np.where((hour > 6) & (hour < 20), rng.gamma(3, 100, ROWS).round(), 0.0),
            "walk": np.cumsum(np.where(rng.random(ROWS) < 0.02, rng.normal(0, 1, ROWS), 0)).round(2),
            "sorted": np.sort(halves),
            "sorted_in_part": np.concatenate([np.sort(halves[:2000]), halves[2000:]]),
            "counter": np.cumsum(np.where((np.arange(ROWS) > 900) & (np.arange(ROWS) < 1400), 0, 3.5)),
            "own": np.where(group == "b", 0.0, usual),
        }
    )
    assert {name for name, told in found(table).items() if told.verdict is not Verdict.PASS} == set()


def test_a_file_tells_the_same_stretch_as_the_table(tmp_path: Path) -> None:
    site = np.tile(["a", "b", "c", "d"], ROWS // 4)
    values = stuck(1000, 1300)
    values[np.flatnonzero(site == "c")[400:700]] = 7.5
    kept = clean(1, ROWS).select("at", "income", "balance")
    table = kept.with_columns(pl.Series("reading", values), pl.Series("site", site))
    table.write_parquet(tmp_path / "t.parquet")
    streamed = audit_parquet(tmp_path / "t.parquet", time="at").results
    told = {r.subject.removeprefix("column:"): r for r in streamed if r.code == "DAT034"}
    assert told == found(table)
    assert told["reading"].verdict is Verdict.FAIL


def stuck(start: int, end: int, seed: int = 0) -> NDArray[np.float64]:
    """Numbers (`ROWS`,) that hold 51.25 from one row to before another."""
    values = np.random.default_rng(seed).normal(50, 9, ROWS).round(2)
    values[start:end] = 51.25
    # Beside the stretch another value stands, or chance would lengthen it.
    values[[start - 1, end]] = 40.0
    return values


def found(table: pl.DataFrame) -> dict[str, Result]:
    report = audit_frame(table, time="at" if "at" in table.columns else None)
    return {r.subject.removeprefix("column:"): r for r in report.results if r.code == "DAT034"}
