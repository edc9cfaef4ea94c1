"""Forecasts against statsforecast's models: 24 monthly, 20 weekly and 1 daily series, each cut at past origins.

    python benchmarks/forecasting.py [--seconds 20] [--out forecasting.json]

Needs `pip install statsforecast` in the same environment; it is no dependency of Airworthy. Whoever forecasts
sees nothing after the origin. MASE is the mean absolute error over the horizon divided by that of the season
before, known at the origin (Hyndman and Koehler 2006). Ratios are geometric means over series and origins,
with 95 % intervals from resampling whole series (single series: whole origins). Prints a table and writes it.
"""

from __future__ import annotations

import argparse
import json
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

import airworthy as aw

SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
LEVEL = 0.9
RESAMPLES = 2000


@dataclass(frozen=True)
class World:
    """Series in columns, `values` (t, s), and the origins at which the past is cut."""

    name: str
    every: str
    times: pl.Series
    values: np.ndarray
    season: int
    horizon: int
    origins: tuple[int, ...]


def retail() -> World:
    """24 of 152 Australian turnovers by state and industry, drawn once; the last three years, a year each."""
    rows = pl.read_parquet(SHARED / "aus_retail" / "aus_retail.parquet")
    month = (pl.col("Month") + " 01").str.to_date("%Y %b %d").alias("time")
    wide = rows.with_columns(month).pivot(on="Series ID", index="time", values="Turnover").sort("time")
    full = [name for name in sorted(wide.columns) if name != "time" and not wide[name].null_count()]
    drawn = np.sort(np.random.default_rng(7).permutation(len(full))[:24])
    values = wide.select(full[i] for i in drawn).to_numpy()
    t = len(values)
    return World("aus_retail, 12 months", "1mo", wide["time"], values, 12, 12, (t - 37, t - 25, t - 13))


def shop() -> World:
    """The 20 items of a web shop with most sold, by week."""
    rows = pl.read_parquet(SHARED / "online_retail" / "online_retail.parquet").filter(pl.col("Quantity") > 0)
    week = pl.col("InvoiceDate").str.slice(0, 10).str.to_date().dt.truncate("1w").alias("time")
    weekly = rows.with_columns(week).group_by("time", "StockCode").agg(pl.col("Quantity").sum())
    top = (
        weekly.group_by("StockCode")
        .agg(pl.len(), pl.col("Quantity").sum())
        .sort(["len", "Quantity", "StockCode"], descending=[True, True, False])["StockCode"]
        .head(20)
    )
    wide = (
        weekly.filter(pl.col("StockCode").is_in(top.implode()))
        .pivot(on="StockCode", index="time", values="Quantity")
        .sort("time")[1:-1]
        .fill_null(0)
    )
    values = wide.drop("time").to_numpy().astype(float)
    t = len(values)
    return World("online_retail, 4 weeks", "1w", wide["time"], values, 1, 4, (t - 13, t - 9, t - 5))


def air() -> World:
    """Daily mean of fine dust in Beijing; ten weeks of the last year."""
    rows = pl.read_csv(SHARED / "beijing_pm25" / "pollution.csv", null_values="NA", infer_schema_length=None)
    day = pl.date("year", "month", "day").alias("time")
    daily = rows.group_by(day).agg(pl.col("pm2.5").mean()).sort("time")
    values = daily["pm2.5"].interpolate().fill_null(strategy="backward").to_numpy()[:, None]
    t = len(values)
    return World("pm25, 7 days", "1d", daily["time"], values, 7, 7, tuple(range(t - 8 - 35 * 4, t - 7, 35)))


@dataclass(frozen=True)
class Answer:
    """Forecasts (h, s) with their intervals, NaN where there are none, and the seconds they took."""

    mean: np.ndarray
    low: np.ndarray
    high: np.ndarray
    seconds: float


def ours(world: World, origin: int, seconds: float) -> Answer:
    known = pl.DataFrame(world.values[: origin + 1], schema=[str(i) for i in range(world.values.shape[1])])
    rows = known.with_columns(world.times[: origin + 1].alias("time")).unpivot(
        index="time", variable_name="series"
    )
    began = time.perf_counter()
    made = aw.forecast(
        rows,
        "value",
        "time",
        series="series",
        horizon=world.horizon,
        every=world.every,
        level=LEVEL,
        seconds=seconds,
        threads=1,
    )
    taken = time.perf_counter() - began
    order = made.table.with_columns(pl.col("series").cast(pl.Int64)).sort("series", "time")
    parts = (order[name].to_numpy().reshape(-1, world.horizon).T for name in ("forecast", "low", "high"))
    return Answer(*parts, taken)


def theirs(make: Callable[[int], object]) -> Callable[[World, int, float], Answer]:
    def run(world: World, origin: int, seconds: float) -> Answer:
        shape = (world.horizon, world.values.shape[1])
        mean, low, high = (np.full(shape, np.nan) for _ in range(3))
        began = time.perf_counter()
        for series in range(shape[1]):
            past = world.values[: origin + 1, series]
            found = make(world.season).forecast(past, h=world.horizon, level=[round(100 * LEVEL)])
            mean[:, series] = found["mean"]
            low[:, series], high[:, series] = (
                found[f"lo-{round(100 * LEVEL)}"],
                found[f"hi-{round(100 * LEVEL)}"],
            )
        return Answer(mean, low, high, time.perf_counter() - began)

    return run


def contenders() -> dict[str, Callable[[World, int, float], Answer]]:
    from statsforecast.models import AutoETS, AutoTheta, Naive, SeasonalNaive

    return {
        "airworthy": ours,
        "AutoETS": theirs(lambda season: AutoETS(season_length=season)),
        "AutoTheta": theirs(lambda season: AutoTheta(season_length=season)),
        "SeasonalNaive": theirs(lambda s: SeasonalNaive(season_length=s) if s > 1 else Naive()),
    }


def scores(world: World, answers: dict[int, Answer]) -> tuple[np.ndarray, np.ndarray]:
    """MASE (origins, series), and whether each interval held (origins, h, s)."""
    errors, held = [], []
    for origin, answer in answers.items():
        past, true = world.values[: origin + 1], world.values[origin + 1 : origin + 1 + world.horizon]
        scale = np.abs(past[world.season :] - past[: -world.season]).mean(axis=0)
        errors.append(np.abs(true - answer.mean).mean(axis=0) / scale)
        held.append((answer.low <= true) & (true <= answer.high))
    return np.array(errors), np.array(held)


def ratio(mine: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Geometric mean of mine / other (origins, series), with a 95 % interval; whole series are drawn."""
    logs = np.log(np.maximum(mine, 1e-9) / np.maximum(other, 1e-9))
    units = logs.mean(axis=0) if logs.shape[1] > 1 else logs[:, 0]
    rng = np.random.default_rng(0)
    drawn = units[rng.integers(0, len(units), (RESAMPLES, len(units)))].mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(np.exp(units.mean())), float(np.exp(low)), float(np.exp(high))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=20.0, help="limit of one call of aw.forecast")
    parser.add_argument("--out", type=Path, default=Path("forecasting.json"))
    parser.add_argument("--only", default="", help="worlds whose names begin so")
    told = parser.parse_args()
    warnings.filterwarnings("ignore")
    lines = []
    for world in (retail(), shop(), air()):
        if not world.name.startswith(told.only):
            continue
        found = {
            name: {origin: run(world, origin, told.seconds) for origin in world.origins}
            for name, run in contenders().items()
        }
        mine, _ = scores(world, found["airworthy"])
        for name, answers in found.items():
            errors, held = scores(world, answers)
            value, low, high = ratio(mine, errors)
            line = {
                "world": world.name,
                "model": name,
                "series": world.values.shape[1],
                "origins": len(answers),
                "mase": float(np.exp(np.log(np.maximum(errors, 1e-9)).mean())),
                "airworthy / model": value,
                "low": low,
                "high": high,
                "coverage": float(held.mean()),
                "outcomes": int(held.size),
                "seconds": sum(answer.seconds for answer in answers.values()) / len(answers),
            }
            lines.append(line)
            print(
                f"{line['world']:24} {name:14} MASE {line['mase']:.3f}  ours/its {value:.3f} "
                f"({low:.3f} to {high:.3f})  coverage {line['coverage']:.3f} of {line['outcomes']:,}  "
                f"{line['seconds']:.1f} s an origin",
                flush=True,
            )
    told.out.write_text(json.dumps({"seconds": told.seconds, "rows": lines}, indent=1) + "\n")


if __name__ == "__main__":
    main()
