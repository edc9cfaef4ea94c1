"""Logical types from values: keys, flags, categories and prose."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from airworthy.data.canonical import store
from airworthy.data.types import infer_type, infer_types
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType as T

N = 1000
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("ID", range(1, N + 1), T.IDENTIFIER),
        ("rownames", range(N), T.IDENTIFIER),
        ("customerID", RANDOM.permutation(10 * N)[:N], T.IDENTIFIER),
        ("customer_id", np.repeat(RANDOM.permutation(10 * N)[: N // 2], 2), T.IDENTIFIER),
        ("PULocationID", RANDOM.integers(0, 30, N), T.INTEGER),
        ("population", RANDOM.permutation(10 * N)[:N], T.INTEGER),
        ("year", range(1900, 2100), T.INTEGER),
        ("SeniorCitizen", RANDOM.integers(0, 2, N), T.FLAG),
        ("constant", [0] * N, T.INTEGER),
        ("age", RANDOM.integers(18, 90, N), T.INTEGER),
        ("fare", RANDOM.normal(size=N), T.REAL),
        ("uuid", [f"a{i:05d}" for i in range(N)], T.IDENTIFIER),
        ("tailnum", [f"N{i % 300}" for i in range(N)], T.CATEGORY),
        ("partner", ["Yes", "No"] * (N // 2), T.CATEGORY),
        ("review", [f"this is a long sentence number {i} about it" for i in range(N)], T.TEXT),
        ("city", [f"New {c}" for c in "abcdefgh"] * 125, T.CATEGORY),
        ("name", [f"First Last{i}" for i in range(N)], T.TEXT),
        ("empty", pl.Series([None] * N, dtype=pl.String), T.CATEGORY),
        ("few", ["a", "b", "c"], T.CATEGORY),
    ],
)
def test_the_type_follows_the_values(name, values, expected):
    assert (
        infer_type(pl.Series(name, list(values) if not isinstance(values, pl.Series) else values)) is expected
    )


def test_a_million_distinct_words_are_an_identifier_and_take_little_time():
    values = pl.Series("s", np.arange(1_000_000)).cast(pl.String) + "x"
    assert infer_type(values) is T.IDENTIFIER


def test_an_override_for_an_absent_column_is_refused():
    with pytest.raises(InputError, match="which the tables do not have"):
        infer_types(pl.DataFrame({"age": [1]}), {"agee": "real"})


@pytest.mark.parametrize(
    ("values", "kind", "stored", "unfit"),
    [
        ([1.0, 2.5, None], T.INTEGER, [1, None, None], 1),
        (["yes", "No", "perhaps"], T.FLAG, [True, False, None], 1),
        ([0, 1, 7], T.FLAG, [False, True, None], 1),
        (["1,5", "2.5", "x"], T.REAL, [1.5, 2.5, None], 1),
        ([1.0, 2.5], T.CATEGORY, ["1", "2.5"], 0),
        ([True, None], T.CATEGORY, ["true", None], 0),
        ([True, False], T.INTEGER, [1, 0], 0),
        ([1, 2], T.DAY, [None, None], 2),
    ],
)
def test_values_that_do_not_fit_become_null_and_are_counted(values, kind, stored, unfit):
    got = store(pl.Series("x", values, strict=False), kind)
    assert got.values.to_list() == stored
    assert got.unfit == unfit
