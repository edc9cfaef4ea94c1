"""Series: the step of their times, what smoothing says at each moment, and inputs that know no future."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from airworthy.charter.stepping import Step
from airworthy.data.series.grid import grid_of
from airworthy.data.series.inputs import Asked, inputs_of, steps_for
from airworthy.data.series.panel import panel_of
from airworthy.data.series.past import past_of
from airworthy.data.series.season import season_of
from airworthy.data.series.smoothing import Filters, smoothed
from airworthy.kernel.errors import InputError


def one(
    level: float, trend: float = 0.0, damping: float = 0.0, season: float = 0.0, *, log: bool = False
) -> Filters:
    numbers = [np.array([value]) for value in (level, trend, damping, season)]
    return Filters(*numbers, log=np.array([log]), seasonal=np.array([season > 0]))


def quarters(years: int, bump: float = 0.0) -> np.ndarray:
    pattern = np.tile([100.0, 120.0, 90.0, 300.0], years)
    return pattern + bump * np.arange(4 * years)


OUTCOMES = np.array([10.0, 20.0, 15.0, 30.0, 22.0, 35.0])[:, None]


def test_the_step_is_told_by_the_times() -> None:
    months = pl.date_range(date(2020, 1, 31), date(2021, 6, 30), "1mo", eager=True).dt.month_end()
    grid = grid_of(months, None)
    assert (grid.step, grid.month_end) == (Step(months=1), True)
    assert grid.times(np.array([1, 18])).dt.date().to_list() == [date(2020, 2, 29), date(2021, 7, 31)]
    weeks = pl.date_range(date(2020, 1, 6), date(2020, 12, 28), "1w", eager=True)
    assert str(grid_of(weeks.gather([0, 1, 2, 5, 6, 20]), None).step) == "1w"
    hours = pl.datetime_range(datetime(2020, 1, 1), datetime(2020, 1, 3), "6h", eager=True)
    assert str(grid_of(hours, None).step) == "6h"
    assert str(grid_of(pl.Series([date(2020, 1, 1), date(2020, 7, 1), date(2021, 1, 1)]), None).step) == "6mo"


def test_times_beside_the_grid_are_refused_with_the_first() -> None:
    days = [date(2024, 1, 1) + timedelta(days=7 * i) for i in range(9)]
    with pytest.raises(InputError, match=r"1 of 10 times .* step[s]? of 1 week .*2024-03-01"):
        grid_of(pl.Series([*days, date(2024, 3, 1)]), None)


def test_two_rows_of_one_series_and_time_are_refused() -> None:
    rows = pl.DataFrame(
        {"shop": ["a", "a", "b"], "day": [date(2024, 1, 1)] * 2 + [date(2024, 1, 2)], "y": [1, 2, 3]}
    )
    with pytest.raises(InputError, match="2 of 3 rows share their time") as refused:
        panel_of(rows, "y", "day", ["shop"], "1d")
    assert "of a" in refused.value.message


def test_smoothing_is_that_of_statsmodels() -> None:
    # statsmodels 0.15: SimpleExpSmoothing and Holt(damped_trend=True), initial level 10, trend 0, not optimised.
    assert smoothed(OUTCOMES, 1, 2, one(0.5))[-1, 0] == pytest.approx([28.625, 28.625])
    damped = smoothed(OUTCOMES, 1, 3, one(0.6, 0.2, 0.9))[-1, 0]
    assert damped == pytest.approx([33.42379726, 35.49795044, 37.3646883], abs=1e-7)


def test_a_filter_that_keeps_the_season_repeats_the_last_one() -> None:
    values = quarters(5)[:, None]
    values[-1] = 310.0
    assert smoothed(values, 4, 4, one(0.0, season=1.0))[-1, 0] == pytest.approx([100, 120, 90, 310])


def test_growth_by_a_share_is_carried_on() -> None:
    values = (100 * 1.02 ** np.arange(60))[:, None]
    made, true = smoothed(values, 1, 2)[-1, 0], 100 * 1.02 ** np.array([60, 61])
    assert (np.abs(made - true) < 0.4 * np.abs(values[-1] - true)).all()


def test_the_season_is_found_by_forecasting_and_none_where_there_is_none() -> None:
    noise = np.random.default_rng(3).normal(0, 5, (48, 3))
    assert season_of(quarters(12)[:, None] + noise, Step(months=3), 4) == 4
    assert season_of(100 + noise, Step(months=3), 4) == 1


def test_no_input_knows_what_comes_after_the_origin() -> None:
    rng = np.random.default_rng(1)
    values = quarters(10, bump=1.0)[:, None] * np.array([1.0, 3.0]) + rng.normal(0, 4, (40, 2))
    days = pl.date_range(date(2014, 1, 1), date(2023, 10, 1), "3mo", eager=True)
    grid = grid_of(days, None)
    asked = Asked(np.array([30, 30, 33]), np.array([0, 1, 1]), np.array([1, 4, 4]))
    changed = values.copy()
    changed[30:] = 9_999.0  # the origins are 29, 26 and 29
    told, other = (inputs_of(past_of(v, 4, 4), grid, asked) for v in (values, changed))
    assert told.equals(other)


def test_inputs_are_shares_of_the_size_less_the_forecast() -> None:
    values = quarters(6)[:, None]
    days = pl.date_range(date(2014, 1, 1), date(2019, 10, 1), "3mo", eager=True)
    past = past_of(values, 4, 4)
    row = inputs_of(past, grid_of(days, None), Asked(np.array([23]), np.array([0]), np.array([4]))).row(
        0, named=True
    )
    # The origin is the fourth quarter of 2018: 300 lately, and 152.5 a quarter on average.
    assert row["ahead_size"] == pytest.approx(152.5)
    assert row["ahead_forecast"] == pytest.approx(300, rel=0.01)
    assert row["ahead_same_season"] == pytest.approx((300 - row["ahead_forecast"]) / 152.5)
    assert row["ahead_season_mean"] == pytest.approx((152.5 - row["ahead_forecast"]) / 152.5)
    assert (row["ahead_steps"], row["ahead_month"]) == (4, 10)


def test_a_series_without_a_past_gets_the_mean_forecast_of_the_others() -> None:
    values = np.hstack([np.full((20, 1), 10.0), np.full((20, 1), 30.0), np.full((20, 1), np.nan)])
    past = past_of(values, 1, 2)
    assert past.forecast[-1, 2] == pytest.approx([20.0, 20.0])
    assert past.size[-1, 2] == pytest.approx(20.0)


def test_every_month_is_forecast_at_every_distance() -> None:
    place = np.arange(12 * 24)
    steps = steps_for(place, np.zeros_like(place), 12)
    met = {(int(p) % 12, int(s)) for p, s in zip(place, steps, strict=True)}
    assert len(met) == 144
