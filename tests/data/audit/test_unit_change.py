"""Units that change at a date, in one source at a date, or in one source always."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest
from audit_worlds import audited, clean
from numpy.typing import NDArray

import airworthy
from airworthy.data.facts.splits import Floats
from airworthy.data.facts.unit_values import fit_values
from airworthy.kernel.result import Result, Verdict


def failed(table: pl.DataFrame, column: str) -> list[Result]:
    return [r for r in audited(table).failures if (r.code, r.subject) == ("DAT015", f"column:{column}")]


def judged(table: pl.DataFrame) -> dict[str, Result]:
    return {r.subject: r for r in airworthy.audit(table, effects=False).results if r.code == "DAT015"}


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


SEATS = np.array([20, 55, 80, 95, 100, 139, 140, 142, 149, 172, 178, 182, 191, 200, 222, 255, 330, 379])


@pytest.mark.parametrize("factor", [2.2046, 3.28, 25.4, 1000.0])
@pytest.mark.parametrize("decimals", [0, 6])
def test_few_different_values_of_one_source_in_another_unit_are_told(factor: float, decimals: int) -> None:
    seats, fleet = drawn_seats(np.random.default_rng(8))
    seats = np.where(fleet == "south", (seats * factor).round(decimals), seats)
    found = judged(pl.DataFrame({"seats": seats, "fleet": fleet}))["column:seats"]
    assert found.verdict is Verdict.FAIL
    assert found.details["value"] == "south"
    assert found.details["times"] == pytest.approx(factor, rel=1e-3)


def test_few_different_values_that_are_larger_or_round_are_let_be() -> None:
    rng = np.random.default_rng(9)
    seats, fleet = drawn_seats(rng)
    larger = np.where(fleet == "south", rng.choice(SEATS + 307, len(seats)), seats)
    thousands = rng.integers(1, 11, len(seats)) * 1_000
    rounded = np.where(fleet == "south", 10 * thousands, thousands)
    dozens = np.where(fleet == "south", 3 * rng.integers(20, 40, len(seats)), rng.integers(1, 30, len(seats)))
    for values in (larger, dozens):
        assert judged(pl.DataFrame({"seats": values, "fleet": fleet}))["column:seats"].verdict is Verdict.PASS
    south = fleet == "south"
    assert fit_values(rounded[~south].astype(float), rounded[south].astype(float)) is None


def drawn_seats(rng: np.random.Generator) -> tuple[Floats, NDArray[np.str_]]:
    """Seats of planes, and which of four fleets has them."""
    return rng.choice(SEATS, 1_500).astype(float), rng.choice(["north", "south", "east", "west"], 1_500)


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


def test_a_swing_of_hours_is_no_jump_and_a_step_on_it_is() -> None:
    rng = np.random.default_rng(3)
    minutes = np.arange(8_000)
    walk = np.cumsum(rng.normal(0, 0.02, 8_000)) + rng.normal(0, 0.01, 8_000)
    swing = walk + 20 / (1 + np.exp(-(minutes - 5_000) / 150))
    step = walk + np.where(minutes < 5_000, 0, 20)
    at = [datetime(2024, 1, 1) + timedelta(minutes=int(m)) for m in minutes]
    found = {
        r.subject: r
        for r in airworthy.audit(
            pl.DataFrame({"at": at, "swing": swing, "step": step}), time="at", effects=False
        ).results
        if r.code == "DAT015"
    }
    assert found["column:swing"].verdict is Verdict.PASS
    assert found["column:step"].verdict is Verdict.FAIL
    assert found["column:step"].details["rows_touched"] == 3_000


def test_few_values_leave_it_unsure() -> None:
    table = clean(7, 90)
    (told,) = [r for r in audited(table).results if (r.code, r.subject) == ("DAT015", "column:income")]
    assert told.verdict is Verdict.UNSURE
