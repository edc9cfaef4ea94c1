"""The contract says what the development rows were, and names what later rows break."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import DataRules, Fairness, Target
from airworthy.data import columns_for_scoring, conform, infer_types, learn_contract
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

FRAME = pl.DataFrame(
    {
        "id": [f"k{i:03d}" for i in range(100)],
        "age": [20 + i % 50 for i in range(100)],
        "sex": [1 + i % 2 for i in range(100)],
        "city": ["b", "a", "a", None] * 25,
        "x": [0.5, float("inf"), None, -1.5] * 25,
        "when": [datetime(2020, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)] * 100,
        "day": [date(1970, 1, 2)] * 100,
        "late": [0.0] * 100,
        "y": ["no", "yes"] * 50,
        "__target__": ["no", "yes"] * 50,
    }
)
TYPES = infer_types(FRAME)


def contract_for(make_charter, **fields) -> Contract:
    return learn_contract(FRAME, make_charter(target=Target("y", positive="yes"), **fields), TYPES)


def test_each_column_has_the_role_that_the_charter_gives(make_charter):
    contract = contract_for(
        make_charter,
        data=DataRules(decision_time="when", after_decision=("late",), exclude=("day",)),
        fairness=Fairness(protected=("sex",)),
    )
    assert {column.name: column.role.value for column in contract.columns} == {
        "id": "excluded",
        "age": "input",
        "sex": "protected",
        "city": "input",
        "x": "input",
        "when": "time",
        "day": "excluded",
        "late": "after-decision",
        "y": "target",
    }
    assert contract.classes == ("no", "yes")
    assert contract.rows == 100


def test_a_protected_column_is_an_input_only_where_declared(make_charter):
    contract = contract_for(make_charter, fairness=Fairness(protected=("sex",), use_as_input=True))
    assert contract["sex"].role is Role.INPUT


def test_a_person_may_make_an_identifier_an_input(make_charter):
    contract = contract_for(make_charter, data=DataRules(types={"id": "identifier"}))
    assert contract["id"].role is Role.INPUT


def test_ranges_null_shares_and_vocabularies_are_learned(make_charter):
    contract = contract_for(make_charter, fairness=Fairness(protected=("sex",)))
    city, x = contract["city"], contract["x"]
    assert (city.vocabulary, city.counts, city.null_share) == (("a", "b"), (50, 25), 0.25)
    assert (x.low, x.high, x.null_share) == (-1.5, 0.5, 0.25)
    assert contract["sex"].vocabulary == ("1", "2")
    assert contract["when"].low == 1_577_836_801.5
    assert contract["day"].high == 86_400.0
    assert not contract["age"].nullable


def test_later_rows_are_brought_into_the_contract_and_every_breach_named(make_charter):
    contract = contract_for(make_charter)
    later = pl.DataFrame(
        {
            "age": ["30", "abc", "200"],
            "city": ["a", "z", None],
            "x": [float("inf"), 0.0, 0.25],
            "sex": [1, 1, None],
            "when": ["2020-01-01T00:00:01.5Z"] * 3,
            "late": [0.0] * 3,
            "new": [1, 2, 3],
        }
    )
    got = conform(later, contract)
    assert got.frame["age"].to_list() == [30, None, 200]
    assert got.frame["x"].to_list() == [None, 0.0, 0.25]
    assert got.frame["when"][0] == datetime(2020, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)
    assert got.frame.columns == list(TYPES)
    assert {(v.column, v.kind, v.rows, v.example) for v in got.violations} == {
        ("age", "wrong-type", 1, "abc"),
        ("age", "out-of-range", 1, "200"),
        ("city", "unseen", 1, "z"),
        ("x", "infinite", 1, "inf"),
        ("sex", "null", 1, ""),
        ("day", "absent", 3, ""),
        ("new", "extra", 3, ""),
    }


def test_the_development_rows_keep_their_own_contract(make_charter):
    got = conform(FRAME, contract_for(make_charter))
    assert {violation.kind for violation in got.violations} == {"infinite"}


def test_no_rows_are_refused(make_charter):
    with pytest.raises(InputError, match="no rows"):
        conform(FRAME.head(0), contract_for(make_charter))


def test_a_million_categories_are_survived(make_charter):
    n = 1_000_000
    frame = pl.DataFrame(
        {"c": pl.Series(np.arange(n)).cast(pl.String) + "x", "__target__": ["no", "yes"] * (n // 2)}
    )
    frame = frame.with_columns(y=pl.col("__target__"))
    contract = learn_contract(frame, make_charter(target=Target("y")), infer_types(frame))
    assert contract["c"].vocabulary == ()
    assert contract["c"].type is LogicalType.IDENTIFIER


def test_scoring_columns_are_floats_with_nan_and_lists_with_none(make_charter):
    columns = columns_for_scoring(FRAME.head(4), contract_for(make_charter))
    assert list(columns) == ["age", "sex", "city", "x", "when", "day", "late"]
    np.testing.assert_array_equal(columns["x"], [0.5, np.nan, np.nan, -1.5])
    np.testing.assert_array_equal(columns["when"], [1_577_836_801.5] * 4)
    np.testing.assert_array_equal(columns["day"], [86_400.0] * 4)
    assert columns["city"] == ["b", "a", "a", None]
    assert columns["age"].dtype == np.float64


def test_flags_score_as_zero_and_one():
    contract = Contract(columns=(Column(name="f", type=LogicalType.FLAG),))
    got = columns_for_scoring(pl.DataFrame({"f": [True, False, None]}), contract)["f"]
    np.testing.assert_array_equal(got, [1.0, 0.0, np.nan])
