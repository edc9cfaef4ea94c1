"""Months without rows, in tables that come by the month."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl

import airworthy
from airworthy.kernel.result import Result, Verdict


def test_months_without_rows_of_a_monthly_table_are_named() -> None:
    table = monthly(1998, 2010)
    told = gaps(table.filter(~pl.col("month").is_between(datetime(2003, 2, 1), datetime(2003, 12, 1))))
    assert told.verdict is Verdict.FAIL
    assert "11 months" in told.finding
    assert "1 Feb 2003" in told.finding


def test_a_monthly_table_without_gaps_or_with_the_same_months_off_each_year_is_let_be() -> None:
    table = monthly(1998, 2010)
    assert gaps(table).verdict is Verdict.PASS
    assert gaps(table.filter(~pl.col("month").dt.month().is_in([7, 8]))).verdict is Verdict.PASS


def test_three_years_are_too_few_to_tell_a_rhythm_of_months() -> None:
    assert gaps(monthly(2001, 2004)).verdict is Verdict.NOT_APPLICABLE


def monthly(first: int, end: int) -> pl.DataFrame:
    months = pl.datetime_range(
        datetime(first, 1, 1), datetime(end, 1, 1), "1mo", closed="left", eager=True
    ).alias("month")
    rng = np.random.default_rng(first)
    shops = pl.DataFrame({"shop": [f"s{i}" for i in range(9)]})
    table = pl.DataFrame(months).join(shops, how="cross")
    return table.with_columns(pl.Series("sales", rng.lognormal(5, 1, table.height).round(2)))


def gaps(table: pl.DataFrame) -> Result:
    report = airworthy.audit(table, time="month", effects=False)
    (told,) = [r for r in report.results if r.code == "DAT010"]
    return told
