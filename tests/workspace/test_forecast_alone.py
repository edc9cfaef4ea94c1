"""`aw.forecast`: the next steps of series in a table that somebody holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.errors import InputError

PATTERN = np.array([100.0, 120.0, 90.0, 300.0])


def shops(years: int = 14, seed: int = 2) -> pl.DataFrame:
    """Three shops of different size that all sell most in the fourth quarter."""
    rng = np.random.default_rng(seed)
    quarters = pl.date_range(date(2010, 1, 1), date(2009 + years, 10, 1), "3mo", eager=True)
    parts = [
        pl.DataFrame(
            {
                "shop": [name] * len(quarters),
                "quarter": quarters,
                "sold": size * np.tile(PATTERN, years) * rng.lognormal(0, 0.03, len(quarters)),
            }
        )
        for name, size in (("Bern", 1.0), ("Oslo", 5.0), ("Rome", 0.2))
    ]
    return pl.concat(parts)


def ahead(rows: pl.DataFrame, **changes: object) -> object:
    told = {"series": "shop", "horizon": 4, "learners": "linear", "seconds": 60, "threads": 1}
    return aw.forecast(rows, "sold", "quarter", **(told | changes))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def made() -> object:
    rows = shops().filter((pl.col("shop") != "Rome") | (pl.col("quarter") > date(2022, 6, 1)))
    new = pl.DataFrame({"shop": ["Lima"], "quarter": [date(2023, 10, 1)], "sold": [None]})
    gap = (pl.col("shop") == "Bern") & (pl.col("quarter") == date(2015, 4, 1))
    return ahead(pl.concat([rows.filter(~gap), new], how="diagonal_relaxed"))


def test_the_peak_of_each_shop_is_foretold_and_lies_in_its_interval(made) -> None:
    table = made.table.filter(pl.col("shop") == "Oslo")
    assert table["quarter"].dt.date().to_list() == [date(2024, m, 1) for m in (1, 4, 7, 10)]
    assert np.allclose(table["forecast"], 5 * PATTERN, rtol=0.1)
    assert ((table["low"] < 5 * PATTERN) & (table["high"] > 5 * PATTERN)).all()
    assert (made.season, made.every) == (4, "3mo")


def test_the_backtest_holds_candidates_against_the_naive_rules(made) -> None:
    rows = {row["candidate"]: row for row in made.backtest.to_dicts()}
    assert made.backtest["candidate"][0] == made.chosen.name
    assert rows[made.chosen.name]["mase"] < rows["last value"]["mase"] / 5
    assert rows["last value"]["mase_low"] < rows["last value"]["mase"] < rows["last value"]["mase_high"]
    assert 0.5 < rows[made.chosen.name]["coverage"] <= 1


def test_what_was_assumed_is_said(made) -> None:
    notes = dict(made.table.group_by("shop").agg(pl.col("note").first()).iter_rows())
    assert "no outcome is known: the mean forecast of the other series" in notes["Lima"]
    assert "the season of the other series" in notes["Rome"]
    rome = made.table.filter(pl.col("shop") == "Rome")["forecast"]
    assert np.allclose(rome, 0.2 * PATTERN, rtol=0.1)
    assert notes["Bern"] == ""
    assert any("1 moments inside the series have no outcome" in note for note in made.notes)
    assert made.table.filter(pl.col("shop") == "Lima")["forecast"].is_not_null().all()


def test_the_chart_shows_the_past_and_what_is_ahead(made) -> None:
    values = made.chart(most=1)["data"]["values"]
    assert {value["series"] for value in values} == {"Oslo"}
    assert sum("forecast" in value for value in values) == 4


def test_too_short_a_past_is_refused_with_what_would_do() -> None:
    with pytest.raises(InputError, match="longest series has 8 outcomes") as refused:
        ahead(shops(years=2))
    assert "12 or more outcomes" in refused.value.remedy
    with pytest.raises(InputError, match="kept for what is known"):
        ahead(shops().with_columns(ahead_price=pl.lit(1.0)))
    with pytest.raises(InputError, match='"price" is said to be known ahead'):
        ahead(shops(), known_ahead="price")


def test_coats_in_july(shared_data: Callable[[str], Path]) -> None:
    """Clothing in Australia peaks in December: from October's sales alone nobody would order for it."""
    rows = pl.read_parquet(shared_data("aus_retail/aus_retail.parquet"))
    months = (pl.col("Month") + " 01").str.to_date("%Y %b %d")
    clothing = rows.filter(pl.col("Industry") == "Clothing retailing").with_columns(months.alias("Month"))
    true = clothing.filter(pl.col("Month") == date(2018, 12, 1)).sort("State")["Turnover"].to_numpy()
    known = clothing.filter(pl.col("Month") <= date(2018, 10, 1))
    october = known.filter(pl.col("Month") == date(2018, 10, 1)).sort("State")["Turnover"].to_numpy()
    made = aw.forecast(
        known, "Turnover", "Month", series="State", horizon="2mo", learners="linear", seconds=60, threads=1
    )
    december = made.table.filter(pl.col("Month") == date(2018, 12, 1)).sort("State")
    wrong, naive = np.abs(december["forecast"].to_numpy() / true - 1), np.abs(october / true - 1)
    assert naive.mean() > 0.25
    assert wrong.mean() < naive.mean() / 4
    low, high = (december[name].to_numpy() for name in ("low", "high"))
    inside = (low <= true) & (true <= high)
    assert inside.sum() >= 6  # of 8 states
