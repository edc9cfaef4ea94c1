"""Public tables and how each is divided: at random, or the latest rows as the test."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

DATA = Path(os.environ.get("AIRWORTHY_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))
TEST_SHARE = 0.25


@dataclass(frozen=True)
class Table:
    """A table in the order of time where `ordered`; `target` holds 0/1 for binary tasks."""

    name: str
    task: str
    target: str
    ordered: bool
    read: Callable[[], pl.DataFrame]


def _csv(path: str, **options: object) -> pl.DataFrame:
    return pl.read_csv(DATA / path, infer_schema_length=None, null_values=["NA", ""], **options)  # type: ignore[arg-type]


def _telco() -> pl.DataFrame:
    frame = _csv("telco_churn/Telco-Customer-Churn.csv").drop("customerID")
    charges = pl.col("TotalCharges").str.strip_chars().cast(pl.Float64, strict=False)
    return frame.with_columns(charges, (pl.col("Churn") == "Yes").cast(pl.Int64))


def _adult() -> pl.DataFrame:
    names = [
        "age",
        "workclass",
        "fnlwgt",
        "education",
        "education-num",
        "marital-status",
        "occupation",
        "relationship",
        "race",
        "sex",
        "capital-gain",
        "capital-loss",
        "hours-per-week",
        "native-country",
        "income",
    ]
    frame = _csv("adult_income/adult.data", has_header=False, new_columns=names)
    # The file ends in an empty line.
    return (
        frame.with_columns(pl.col(pl.String).str.strip_chars())
        .with_columns(
            pl.col("age", "fnlwgt", "education-num", "capital-gain", "capital-loss", "hours-per-week").cast(
                pl.Int64
            ),
            (pl.col("income") == ">50K").cast(pl.Int64),
        )
        .drop_nulls("income")
    )


def _credit() -> pl.DataFrame:
    return (
        _csv("credit_default_taiwan/UCI_Credit_Card.csv")
        .drop("ID")
        .rename({"default.payment.next.month": "default"})
    )


def _housing() -> pl.DataFrame:
    return _csv("california_housing/housing.csv")


def _lending() -> pl.DataFrame:
    kept = [
        "state",
        "homeownership",
        "annual_income",
        "verified_income",
        "debt_to_income",
        "total_credit_lines",
        "open_credit_lines",
        "total_credit_limit",
        "total_credit_utilized",
        "accounts_opened_24m",
        "num_active_debit_accounts",
        "total_debit_limit",
        "num_total_cc_accounts",
        "loan_purpose",
        "loan_amount",
        "term",
        "interest_rate",
    ]
    return _csv("lending_club/loans_full_schema.csv.gz").select(kept)


def _flights() -> pl.DataFrame:
    frame = _csv("nycflights/flights_sample.csv.gz")
    late = (pl.col("arr_delay") > 15).cast(pl.Int64).alias("late")
    order = ["month", "day", "hour", "minute"]
    kept = ["month", "day", "hour", "minute", "carrier", "flight", "origin", "dest", "distance"]
    return frame.drop_nulls("arr_delay").sort(order).select(*kept, late)


def _elec() -> pl.DataFrame:
    frame = _csv("elec2/elec2.csv.gz")
    return frame.drop("date").with_columns(pl.col("class").cast(pl.String).is_in(["1", "UP"]).cast(pl.Int64))


def _air() -> pl.DataFrame:
    frame = _csv("beijing_pm25/pollution.csv").drop_nulls("pm2.5")
    return frame.select("month", "day", "hour", "DEWP", "TEMP", "PRES", "cbwd", "Iws", "Is", "Ir", "pm2.5")


TABLES = {
    table.name: table
    for table in (
        Table("telco", "binary", "Churn", False, _telco),
        Table("adult", "binary", "income", False, _adult),
        Table("credit", "binary", "default", False, _credit),
        Table("housing", "regression", "median_house_value", False, _housing),
        Table("lending", "regression", "interest_rate", False, _lending),
        Table("flights", "binary", "late", True, _flights),
        Table("elec2", "binary", "class", True, _elec),
        Table("air", "regression", "pm2.5", True, _air),
    )
}


def divided(table: Table, split: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(development, test) rows of one split.

    At random: another draw each split. In time order: split 0 tests on the last quarter, split s on the quarter
    that ends s tenths of the table earlier, and later rows are not seen by anybody.
    """
    frame = table.read()
    if table.ordered:
        end = frame.height - split * (frame.height // 10)
        cut = end - round(TEST_SHARE * frame.height)
        return frame[:cut], frame[cut:end]
    drawn: NDArray[np.intp] = np.random.default_rng([17, split]).permutation(frame.height)
    cut = round(TEST_SHARE * frame.height)
    return frame[np.sort(drawn[cut:])], frame[np.sort(drawn[:cut])]
