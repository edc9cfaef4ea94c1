"""Checks that need to be told something: who is protected, what returns, which part, which population."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from audit_worlds import clean

from airworthy.data.audit import audit_frame
from airworthy.data.checks.dat030_small_group import needed_rows
from airworthy.data.declared import declared
from airworthy.kernel.errors import InputError
from airworthy.kernel.result import Result, Verdict


def told(table: pl.DataFrame, code: str, **said: Any) -> dict[str, Result]:
    """Results of one code by subject, of an audit that was told `said`."""
    report = audit_frame(table, target="y", time="at", told=declared(**said))
    return {r.subject: r for r in report.results if r.code == code}


def parted(seed: int, rows: int, shared: float) -> pl.DataFrame:
    """Customers of three rows each; of those in the test part, `shared` also have rows in training."""
    rng = np.random.default_rng([seed, rows])
    customer = rng.permutation(np.arange(rows) // 3)
    test = customer % 5 == 0
    moved = test & (np.isin(customer, rng.permutation(np.unique(customer[test]))[: int(shared * rows / 15)]))
    part = np.where(test & ~(moved & (rng.random(rows) < 0.5)), "test", "train")
    return clean(seed, rows).with_columns(
        pl.Series("customer", [f"C-{c:05d}" for c in customer]), pl.Series("part", part)
    )


def test_customers_on_both_sides_of_a_split_are_counted_and_one_is_named() -> None:
    table = parted(1, 3000, shared=0.3)
    found = told(table, "DAT027", entity="customer", split="part")["column:customer"]
    train = set(table.filter(pl.col("part") == "train")["customer"])
    test = table.filter(pl.col("part") == "test")
    assert found.verdict is Verdict.FAIL
    assert found.details["rows_touched"] == test["customer"].is_in(train).sum()
    assert found.details["example"] in train


def test_whole_customers_on_one_side_pass_and_copied_rows_do_not() -> None:
    table = parted(2, 3000, shared=0.0)
    results = told(table, "DAT027", entity="customer", split="part")
    assert [r.verdict for r in results.values()] == [Verdict.PASS, Verdict.PASS]
    copies = table.filter(pl.col("part") == "train").head(40).with_columns(pl.lit("test").alias("part"))
    found = told(pl.concat([table, copies]), "DAT027", entity="customer", split="part")["table"]
    assert found.verdict is Verdict.FAIL
    assert found.details["rows_touched"] == 40


def test_one_part_leaves_nothing_to_compare_and_an_unknown_column_is_named() -> None:
    table = parted(3, 300, shared=0.0).with_columns(pl.lit("all").alias("part"))
    results = told(table, "DAT027", entity="customer", split="part")
    assert {r.verdict for r in results.values()} == {Verdict.NOT_APPLICABLE}
    with pytest.raises(InputError, match="customr"):
        told(table, "DAT027", entity="customr", split="part")


def test_a_group_of_one_in_a_hundred_is_named_with_the_rows_it_needs() -> None:
    table = clean(5, 3000).with_columns(
        pl.when(pl.int_range(pl.len()) % 100 == 0).then(pl.lit("x"))
        .when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("f")).otherwise(pl.lit("m")).alias("gender")
    )  # fmt: skip
    found = told(table, "DAT030", protected="gender")["column:gender"]
    assert found.verdict is Verdict.FAIL
    assert '"x" has 30 rows' in found.finding
    large = table.filter(pl.col("gender") != "x")
    assert told(large, "DAT030", protected="gender")["column:gender"].verdict is Verdict.PASS


def test_needed_rows_follow_from_the_declared_gap() -> None:
    assert needed_rows(0.5, 0.05, 100) == 385  # 1.96² x 0.25 / 0.0025 = 384.16
    assert needed_rows(None, 0.1, 30) == 97
