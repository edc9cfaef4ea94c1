"""Units that change at a date, in one source at a date, or in one source always."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
from audit_worlds import audited, clean

import airworthy
from airworthy.kernel.result import Result, Verdict


def failed(table: pl.DataFrame, column: str) -> list[Result]:
    return [r for r in audited(table).failures if (r.code, r.subject) == ("DAT015", f"column:{column}")]


def times(table: pl.DataFrame, rows: pl.Series, factor: float, column: str = "income") -> pl.DataFrame:
    cell = pl.col(column)
    changed = pl.when(rows.fill_null(value=False)).then(cell * factor).otherwise(cell)
    return table.with_columns(changed.alias(column))


def test_feet_for_metres_since_a_date_are_named_with_date_and_factor() -> None:
    table = clean(4, 3000)
    (found,) = failed(times(table, table["at"] >= datetime(2022, 6, 1), 3.2808), "income")
    assert found.details["factor"] == "3.28 (metres and feet)"
    assert found.details["from"] in ("31 May 2022", "1 Jun 2022", "2 Jun 2022")
    assert found.details["source"] == ""


def test_another_unit_in_one_source_since_a_date_is_named_with_its_source() -> None:
    table = clean(5, 4000)
    own = (table["region"] == "east") & (table["at"] >= datetime(2022, 5, 1))
    (found,) = failed(times(table, own, 10.0), "income")
    assert (found.details["source"], found.details["value"]) == ("region", "east")
    assert found.details["factor"] == "10"
    assert abs(found.details["rows_touched"] - int(own.sum())) < 0.02 * table.height
    assert found.details["from"] in ("1 May 2022", "2 May 2022", "3 May 2022")
    assert f"since {found.details['from']}" in found.finding


def test_a_season_hides_no_change_of_unit_in_one_source() -> None:
    table = clean(5, 4000)
    own = (table["region"] == "south") & (table["at"] >= datetime(2022, 9, 1))
    (found,) = failed(times(table, own, 10.0, "temperature"), "temperature")
    assert (found.details["value"], found.details["factor"]) == ("south", "10")
    assert found.details["from"] in ("1 Sep 2022", "2 Sep 2022", "3 Sep 2022")


def test_cents_for_euros_in_one_source_are_found_without_any_date() -> None:
    table = clean(6, 3000)
    (found,) = failed(times(table, table["region"] == "west", 100.0), "income")
    assert (found.details["value"], found.details["factor"]) == ("west", "100")
    assert "from" not in found.details


def test_groups_that_honestly_have_more_are_not_accused() -> None:
    rng = np.random.default_rng(3)
    kind = rng.choice(["flat", "house", "shop"], 4000)
    level = np.select([kind == "flat", kind == "house"], [11.0, 11.3], 12.3)
    table = pl.DataFrame({"kind": kind, "price": np.exp(rng.normal(level, 0.7)).round()})
    assert not failed(table.with_columns(clean(1, 4000)), "price")


def test_a_season_is_no_unit() -> None:
    accused = [r for seed in range(20, 32) for r in audited(clean(seed, 500)).failures if r.code == "DAT015"]
    assert not accused


def test_the_first_winter_of_a_short_table_is_no_unit() -> None:
    for seed in (8, 17, 55):  # of 60 such tables these looked like gallons and litres, inches, and pounds
        rng = np.random.default_rng(seed)
        day = np.sort(rng.random(300)) * 1000
        degrees = (10.5 - 7 * np.cos(2 * np.pi * (day - 20) / 365.25) + rng.normal(0, 2.5, 300)).round(1)
        at = [datetime(2020, 1, 1) + timedelta(days=float(d)) for d in day]
        table = pl.DataFrame({"at": at, "degrees": degrees})
        accused = airworthy.audit(table, time="at", effects=False).failures
        assert "DAT015" not in {r.code for r in accused}, seed


def test_few_values_leave_it_unsure() -> None:
    table = clean(7, 90)
    (told,) = [r for r in audited(table).results if (r.code, r.subject) == ("DAT015", "column:income")]
    assert told.verdict is Verdict.UNSURE
