"""What may change in a row: rules kept by every candidate, over rules drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from change_worlds import people, rules_of
from hypothesis import given, settings
from hypothesis import strategies as st

from airworthy.assurance.changes import Space, changes, validity
from airworthy.kernel.errors import InputError

NUMBERS = ("age", "net", "tax", "rate")


@st.composite
def _said(draw: st.DrawFn) -> dict[str, Any]:
    """Rules of some columns, drawn at random."""
    said: dict[str, Any] = {}
    for name in draw(st.sets(st.sampled_from(NUMBERS))):
        rule: dict[str, Any] = {"may": draw(st.sampled_from(["never", "up", "down", "any"]))}
        if rule["may"] != "never":
            rule |= {"low": draw(st.integers(0, 20)), "high": draw(st.integers(40, 120))}
            if draw(st.booleans()):
                rule["step"] = draw(st.integers(1, 7))
        said[name] = rule
    for name in draw(st.sets(st.sampled_from(["owner", "plan", "by_cash"]))):
        said[name] = draw(st.sampled_from(["never", "any"]))
    return said


@settings(max_examples=60, deadline=None)
@given(said=_said(), seed=st.integers(0, 10**6), turned=st.integers(1, 4))
def test_no_candidate_breaks_a_rule(said: dict[str, Any], seed: int, turned: int) -> None:
    columns = people(60, seed % 50)
    relations = ["total = net + tax", "tax <= net"]
    space = Space(rules_of(columns, said, ("sex",), relations=relations), columns)
    rows = np.repeat(np.arange(60), 5)
    points = space.drawn(rows, turned, np.random.default_rng(seed))
    made = space.columns(rows, points)
    kept = space.permitted(rows, made)
    found = validity(space, rows, made)
    assert [why for why, ok in zip(found.reasons, kept, strict=True) if ok and why] == []
    assert made["sex"] == [columns["sex"][row] for row in rows]
    for name, rule in said.items():
        if rule == "never" or (isinstance(rule, dict) and rule["may"] == "never"):
            assert list(made[name]) == list(np.asarray(columns[name])[rows])
    assert np.array_equal(np.asarray(made["total"])[kept], (made["net"] + made["tax"])[kept])
    assert (made["by_card"] + made["by_bank"] + made["by_cash"] == 1).all()
    assert (space.distance(rows, points).changes <= turned).all()


def test_what_nobody_declared_is_assumed_and_told() -> None:
    columns = people()
    rules = rules_of(columns, {"net": "up"}, ("sex",))
    assert "sex" not in rules.free
    assert "by_card / by_bank / by_cash" in rules.free
    assert any("protected" in note and "sex" in note for note in rules.notes)
    assert any("either way" in note and "age" in note and "net" not in note for note in rules.notes)


def test_numbers_stay_within_the_training_rows_and_words_among_the_known() -> None:
    columns = people()
    space = Space(rules_of(columns), columns)
    rows = np.arange(len(space))
    for knob, name in enumerate(space.names):
        offered = space.settings(rows, knob, 16)
        known = offered[~np.isnan(offered)]
        if name in NUMBERS:
            assert known.min() >= np.min(columns[name])
            assert known.max() <= np.max(columns[name])
    made = space.columns(rows, space.drawn(rows, 3, np.random.default_rng(0)))
    assert set(made["plan"]) <= {"monthly", "yearly", "none"}


def test_distance_is_in_deviations_and_in_the_declared_money() -> None:
    columns = {"x": np.array([0.0, 10.0, 20.0, 30.0, 40.0]), "w": ["a", "b", "a", "b", "a"]}
    said = {"x": {"price": "2 EUR per 5"}, "w": {"price": "7 EUR", "hard": 3}}
    space = Space(rules_of(columns, said), columns)  # the median is 20, and the deviations 20 10 0 10 20
    both = space.start[[0]].copy()
    both[0] = [30.0, 1.0]
    found = space.distance(np.array([0]), both)
    assert found.changes.tolist() == [2]
    assert found.size.tolist() == [3.0 + 3.0]
    assert found.money.tolist() == [12.0 + 7.0]
    assert space.rules.all_priced


def test_a_change_without_a_price_has_no_money() -> None:
    columns = {"x": np.array([0.0, 10.0, 20.0]), "z": np.array([0.0, 10.0, 20.0])}
    space = Space(rules_of(columns, {"x": {"price": "2 EUR"}}), columns)
    money = space.distance(np.array([0, 0]), np.array([[10.0, 0.0], [10.0, 10.0]])).money
    assert money[0] == 2.0
    assert np.isnan(money[1])
    assert not space.rules.all_priced


def test_steps_start_at_the_row_where_they_were_declared() -> None:
    columns = {"x": np.array([3.0, 50.0, 103.0])}
    space = Space(rules_of(columns, {"x": {"step": 20, "may": "up"}}), columns)
    offered = space.settings(np.array([0]), 0, 16)
    assert set(offered[~np.isnan(offered)].tolist()) <= {23.0, 43.0, 63.0, 83.0, 103.0}


def test_a_missing_value_stays_missing() -> None:
    columns = {"x": np.array([np.nan, 1.0, 2.0, 5.0]), "w": [None, "a", "b", "a"]}
    space = Space(rules_of(columns), columns)
    made = space.columns(np.array([0]), space.drawn(np.array([0]), 2, np.random.default_rng(0)))
    assert np.isnan(made["x"][0])
    assert made["w"] == [None]


def test_a_row_that_breaks_a_relation_keeps_its_columns_as_they_are() -> None:
    columns = people(200)
    columns["total"] = columns["total"].copy()
    columns["total"][7] += 5
    space = Space(rules_of(columns, relations=["total = net + tax"]), columns)
    closed = [space.names.index(name) for name in ("net", "tax")]
    assert not space.open[7, closed].any()
    assert space.open[8, closed].all()


def test_a_relation_that_the_rows_break_is_refused_with_the_count() -> None:
    columns = people(200)
    columns["total"] = columns["total"] + (np.arange(200) < 30)
    with pytest.raises(InputError, match="broken in 30 of 200 rows"):
        rules_of(columns, relations=["total = net + tax"])
    assert rules_of(columns, relations=["total = net + tax"], max_broken=0.15).relations


def test_a_ratio_is_kept_to_the_decimals_in_which_it_is_written() -> None:
    columns = people(200)
    columns["burden"] = np.round(columns["tax"] / columns["net"], 2)
    space = Space(rules_of(columns, relations=["burden = tax / net"]), columns)
    rows = np.arange(200)
    made = space.columns(rows, space.drawn(rows, 2, np.random.default_rng(1)))
    assert np.array_equal(made["burden"], np.round(made["tax"] / made["net"], 2))


@pytest.mark.parametrize(
    ("said", "more", "says"),
    [
        ({"nett": "up"}, {}, 'Did you mean "net"?'),
        ({"plan": "up"}, {}, "holds words"),
        ({"plan": {"low": 1}}, {}, "holds words"),
        ({"net": {"to": ["a"]}}, {}, "holds a number"),
        ({"plan": {"to": ["weekly"]}}, {}, "no training row holds"),
        ({"net": {"step": 0.5}}, {}, "whole numbers"),
        ({}, {"one_of": [["owner", "by_card"]]}, "not exactly one is 1"),
        ({}, {"one_of": [["net", "tax"]]}, "0 and 1"),
        ({}, {"relations": ["total = net + sex"]}, "holds no numbers"),
        ({}, {"relations": ["net = total - tax", "total = net + tax"]}, "circle"),
    ],
)
def test_rules_that_do_not_fit_the_rows_are_refused(said: Any, more: Any, says: str) -> None:
    with pytest.raises(InputError) as caught:
        rules_of(people(), said, **more)
    assert says in str(caught.value)


def test_a_call_that_misspells_a_rule_is_told() -> None:
    with pytest.raises(InputError, match='Did you mean "price"'):
        changes({"net": {"prise": "2 EUR"}})
    with pytest.raises(InputError, match="Write one of"):
        changes({"net": "sideways"})
