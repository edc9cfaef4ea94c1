"""A forecast through the whole house: proposed, run to a version, and forecast from the latest rows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.charter.parse import load_charter, parse_charter
from airworthy.data import assemble, assemble_ahead, columns_for_scoring, learn_contract
from airworthy.kernel.errors import InputError
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.ahead import write_table
from airworthy.lifecycle.propose import propose
from airworthy.measures import PopulationStability
from airworthy.monitoring.checks._column_check import usual_limit
from airworthy.monitoring.profile import count, learn_profile
from airworthy.scoring.contract import Role
from airworthy.workspace import Workspace

PATTERN = np.array([100.0, 120.0, 90.0, 300.0])


def shops(years: int = 16) -> pl.DataFrame:
    rng = np.random.default_rng(4)
    quarters = pl.date_range(date(2008, 1, 1), date(2007 + years, 10, 1), "3mo", eager=True)
    parts = [
        pl.DataFrame(
            {
                "shop": [name] * len(quarters),
                "quarter": quarters,
                "visitors": rng.integers(1, 99, len(quarters)),
                "sold": size * np.tile(PATTERN, years) * rng.lognormal(0, 0.05, len(quarters)),
            }
        )
        for name, size in (("Bern", 1.0), ("Oslo", 5.0), ("Rome", 0.2), ("Wien", 2.0))
    ]
    return pl.concat(parts)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shops")
    rows = shops()
    rows.write_csv(folder / "shops.csv")
    text = propose(rows, "shops.csv", "sold").text.replace('time = "5m"', 'time = "60s"')
    (folder / "airworthy.toml").write_text(f'{text}\n[search]\nlearners = ["linear"]\n')
    with Workspace.open(folder, actor="Ada") as workspace:
        workspace.run()
    return folder


def test_regular_series_are_proposed_as_a_forecast() -> None:
    rules = propose(shops(), "shops.csv", "sold").charter.forecast
    assert rules is not None
    assert (rules.series, rules.every, rules.season, rules.horizon) == (("shop",), "3mo", 4, "12mo")


def test_cases_that_share_a_time_are_no_series() -> None:
    rows = shops().with_columns(pl.col("quarter").shuffle(seed=1))
    assert propose(rows, "shops.csv", "sold").charter.forecast is None


def test_each_row_stays_one_row_and_is_decided_one_to_horizon_steps_earlier(home: Path) -> None:
    frame = assemble(load_charter(home / "airworthy.toml"), QuietProgress()).frame
    assert frame["__row__"].to_list() == list(range(256))
    earlier = frame.select(
        (pl.col("quarter").dt.year() - pl.col("__time__").dt.year()) * 4
        + (pl.col("quarter").dt.month() - pl.col("__time__").dt.month()) // 3
    ).to_series()
    assert sorted(earlier.unique()) == [1, 2, 3, 4]
    assert (earlier == frame["ahead_steps"]).all()


def test_what_is_known_ahead_is_read_from_rows_of_the_future(tmp_path: Path) -> None:
    rows = shops().with_columns(promo=(pl.col("visitors") > 50).cast(pl.Float64))
    future = pl.DataFrame({"shop": ["Oslo"], "quarter": [date(2024, 4, 1)], "promo": [1.0]})
    pl.concat([rows, future], how="diagonal_relaxed").write_csv(tmp_path / "shops.csv")
    text = propose(rows, "shops.csv", "sold").text
    charter = parse_charter(
        text.replace("series = [", 'known_ahead = ["promo"]\nseries = ['), tmp_path / "a.toml"
    )
    ahead = assemble_ahead(charter, QuietProgress()).frame
    assert ahead.height == 16
    oslo = ahead.filter(pl.col("shop") == "Oslo").sort("quarter")
    assert oslo["promo"].to_list() == [None, 1.0, None, None]
    assert oslo["ahead_steps"].to_list() == [1, 2, 3, 4]
    made = assemble(charter, QuietProgress())
    roles = {column.name: column.role for column in learn_contract(made.frame, charter, made.types).columns}
    assert roles["promo"] is Role.INPUT
    assert roles["visitors"] is Role.EXCLUDED


def test_a_version_leads_the_season_before_and_reads_no_column_of_its_own_time(home: Path) -> None:
    with Workspace.open(home) as workspace:
        evidence = workspace.context.registry.evidence("v1")
    read = {
        column["name"] for column in evidence["contract"]["columns"] if column.get("role", "input") == "input"
    }
    assert "visitors" not in read
    assert "shop" in read
    verdicts = {result["code"]: result["verdict"] for result in evidence["results"] if result["required"]}
    assert verdicts["PER001"] == verdicts["SRV002"] == "PASS"
    assert evidence["decision"]["coverage"]["measured"]["value"] > 0.6


def test_the_next_year_is_forecast_from_the_latest_rows(home: Path, tmp_path: Path) -> None:
    with Workspace.open(home) as workspace:
        made = workspace.ahead()
    oslo = made.table.filter(pl.col("shop") == "Oslo")
    assert oslo["quarter"].to_list() == [date(2024, m, 1) for m in (1, 4, 7, 10)]
    assert np.allclose(oslo["forecast"], 5 * PATTERN, rtol=0.12)
    assert (oslo["low"] < oslo["forecast"]).all()
    assert (made.version, made.table.height, made.short) == ("v1", 16, 0)
    write_table(made.table, tmp_path / "ahead.parquet")
    assert pl.read_parquet(tmp_path / "ahead.parquet").equals(made.table)
    with pytest.raises(InputError, match="forecasts are written as"):
        write_table(made.table, tmp_path / "ahead.json")


def test_a_charter_that_changed_asks_for_a_new_run(home: Path, tmp_path: Path) -> None:
    text = (home / "airworthy.toml").read_text()
    try:
        (home / "airworthy.toml").write_text(text.replace("season = 4", "season = 2"))
        with Workspace.open(home) as workspace, pytest.raises(InputError, match="changed since v1"):
            workspace.ahead()
    finally:
        (home / "airworthy.toml").write_text(text)


def test_a_seasonal_peak_is_no_drift(shared_data: Callable[[str], Path], tmp_path: Path) -> None:
    """Clothing in December is twice what it is in other months; no input is held to have drifted."""
    rows = pl.read_parquet(shared_data("aus_retail/aus_retail.parquet"))
    clothing = rows.filter(pl.col("Industry") == "Clothing retailing").drop(
        "rownames", "Series ID", "Industry"
    )
    clothing.write_parquet(tmp_path / "clothing.parquet")
    text = propose(clothing.with_columns(pl.col("Month").str.slice(0)), "clothing.parquet", "Turnover").text
    charter = parse_charter(text, tmp_path / "airworthy.toml")
    made = assemble(charter, QuietProgress())
    frame = made.frame.filter(pl.col("ahead_history") >= 36)
    contract = learn_contract(frame, charter, made.types)
    december = frame["Month"].dt.month() == 12
    late = frame["Month"].dt.year() == 2018
    past, now = frame.filter(~late), frame.filter(late & december)
    seconds = past["Month"].cast(pl.Datetime("us")).dt.epoch("s").to_numpy().astype(float)
    columns = columns_for_scoring(past, contract)
    profile = learn_profile(
        contract, columns, np.zeros(past.height), time=seconds, window_seconds=28 * 86_400.0, min_rows=8
    )
    latest = columns_for_scoring(now, contract)
    for column in profile.columns:
        drift = PopulationStability(column.counts, count(column, latest[column.name]))
        low, _ = drift.interval(0.95)
        high = usual_limit(column.usual_psi, 0.1).high
        assert high is not None
        assert (low or 0.0) <= high, json.dumps({"column": column.name, "low": low, "high": high})
