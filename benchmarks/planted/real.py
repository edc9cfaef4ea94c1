"""Public tables to plant into and to permute; skipped, with a word, where they are not on this machine."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from planted.sampling import FOLDER, Tables
from planted.sampling import read_csv as _csv
from planted.world import World

ADULT = (
    *(
        "age",
        "workclass",
        "fnlwgt",
        "education",
        "education_num",
        "marital_status",
        "occupation",
        "relationship",
    ),
    *("race", "sex", "capital_gain", "capital_loss", "hours_per_week", "native_country", "income"),
)
"""Columns of the Adult file, which has no header."""


def _telco() -> World:
    frame = _csv("telco_churn/Telco-Customer-Churn.csv").with_columns(
        pl.col("TotalCharges").str.strip_chars().cast(pl.Float64, strict=False)
    )
    return World("telco_churn", frame, "Churn", group="gender", source="PaymentMethod", entity="customerID")


def _credit() -> World:
    frame = _csv("credit_default_taiwan/UCI_Credit_Card.csv").drop("ID")
    return World("credit_default", frame, "default.payment.next.month", group="SEX")


def _lending() -> World:
    frame = _csv("lending_club/loans_full_schema.csv.gz").select(
        "state", "homeownership", "annual_income", "verified_income", "debt_to_income", "total_credit_lines",
        "open_credit_lines", "total_credit_limit", "total_credit_utilized", "accounts_opened_24m",
        "num_active_debit_accounts", "total_debit_limit", "num_total_cc_accounts", "loan_purpose", "loan_amount",
        "term", "interest_rate",
    )  # fmt: skip
    return World("lending_club", frame, "interest_rate", source="verified_income")


def _housing() -> World:
    return World("california_housing", _csv("california_housing/housing.csv"), "median_house_value")


def _flights() -> World:
    frame = _csv("nycflights/flights_sample.csv.gz")
    at = pl.datetime("year", "month", "day", pl.col("hour").clip(0, 23), pl.col("minute")).alias("left_at")
    late = (
        pl.when(pl.col("arr_delay") > 15).then(pl.lit("late")).otherwise(pl.lit("on time")).alias("arrival")
    )
    kept = frame.select(at, "carrier", "origin", "dest", "distance", "air_time", "dep_time", late).sort(
        "left_at"
    )
    return World("nycflights", kept, "arrival", "left_at", source="origin")


def _air() -> World:
    frame = _csv("beijing_pm25/pollution.csv").drop_nulls("pm2.5")
    at = pl.datetime("year", "month", "day", "hour").alias("at")
    high = pl.when(pl.col("pm2.5") > 120).then(pl.lit("high")).otherwise(pl.lit("low")).alias("air")
    return World(
        "beijing_pm25", frame.select(at, "DEWP", "TEMP", "PRES", "cbwd", "Iws", high), "air", "at", "cbwd"
    )


def _retail() -> World:
    frame = pl.read_parquet(FOLDER / "online_retail/online_retail.parquet")
    frame = frame.with_columns(pl.col("InvoiceDate").str.to_datetime(time_unit="us")).filter(
        (pl.col("Quantity") > 0) & (pl.col("UnitPrice") > 0) & pl.col("CustomerID").is_not_null()
    )
    abroad = pl.when(pl.col("Quantity") >= 12).then(pl.lit("bulk")).otherwise(pl.lit("single")).alias("size")
    customer = ("C" + pl.col("CustomerID").cast(pl.Int64).cast(pl.String)).alias("customer")
    kept = frame.select("InvoiceDate", "StockCode", "Description", "UnitPrice", "Country", customer, abroad)
    return World("online_retail", kept, "size", "InvoiceDate", source="Country", entity="customer")


def _tweets() -> World:
    frame = _csv("airline_tweets/Tweets.csv").filter(pl.col("airline_sentiment") != "neutral")
    at = pl.col("tweet_created").str.to_datetime("%m/%d/%Y %H:%M", time_unit="us")
    kept = frame.select(at, "airline_sentiment", "airline", "retweet_count", "text")
    return World("airline_tweets", kept, "airline_sentiment", "tweet_created", source="airline")


def _weather() -> World:
    return World("noaa_weather", _csv("noaa_weather/weather.csv"), "target")


def _earnings() -> World:
    frame = _csv("cps_earnings/CPSSW9298.csv").drop("rownames")
    return World("cps_earnings", frame, "degree", group="gender", source="gender")


def _machines() -> World:
    frame = _csv("ai4i2020/ai4i2020.csv").drop("UDI", "Product ID", "TWF", "HDF", "PWF", "OSF", "RNF")
    return World("ai4i2020", frame.rename({frame.columns[0]: "Type"}), "Machine failure", source="Type")


def _adult() -> World:
    frame = _csv("adult_income/adult.data", has_header=False, new_columns=ADULT).with_columns(
        pl.col(pl.String).str.strip_chars()
    )
    counts = pl.col("age", "education_num", "capital_loss", "hours_per_week").cast(pl.Int64)
    kept = frame.drop("fnlwgt", "workclass", "occupation", "native_country", "capital_gain")
    return World("adult_income", kept.with_columns(counts), "income", group="sex", source="marital_status")


TABLES: dict[str, Callable[[], World]] = {
    "telco_churn": _telco,
    "credit_default_taiwan": _credit,
    "lending_club": _lending,
    "california_housing": _housing,
    "nycflights": _flights,
    "beijing_pm25": _air,
    "online_retail": _retail,
    "airline_tweets": _tweets,
    "noaa_weather": _weather,
    "cps_earnings": _earnings,
    "ai4i2020": _machines,
    "adult_income": _adult,
}


PUBLIC = Tables(TABLES, regular={"beijing_pm25": 8_000})
