"""Reweighing: what a row weighs, by hand, and that the weights leave no difference of outcomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_worlds import charter as plain_charter

from airworthy.charter.model import Fairness, Remedy, Task
from airworthy.model.even_goal import even_goal, weighed_groups
from airworthy.model.reweigh import crossed_groups, reweighing
from airworthy.model.rows import Rows
from airworthy.model.told import Told
from airworthy.scoring.contract import Column, Contract, LogicalType, Role


def test_weights_are_expected_over_observed_rows_of_group_and_outcome() -> None:
    # 10 men, 6 of them hired; 10 women, 2 hired; 8 hired of 20. By hand: 10 x 8 / (20 x 6), 10 x 12 / (20 x 4),
    # 10 x 8 / (20 x 2), 10 x 12 / (20 x 8).
    hired = [1] * 6 + [0] * 4 + [1] * 2 + [0] * 8
    group = [0] * 10 + [1] * 10
    weights = reweighing(hired, group)
    assert weights[[0, 6, 10, 12]] == pytest.approx([2 / 3, 1.5, 2.0, 0.75])


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=60))
def test_weighed_groups_have_one_rate_where_each_has_both_outcomes(rows: list[tuple[int, int]]) -> None:
    full = [*rows, *((outcome, group) for outcome in (0, 1) for group in (0, 1, 2))]
    y, group = (np.array(column) for column in zip(*full, strict=True))
    weights = reweighing(y, group)
    rates = [np.average(y[group == g], weights=weights[group == g]) for g in (0, 1, 2)]
    assert rates == pytest.approx([y.mean()] * 3)
    assert weights.sum() == pytest.approx(len(y))


CONTRACT = Contract(
    columns=(
        Column(name="skill", type=LogicalType.REAL),
        Column(name="sex", type=LogicalType.CATEGORY, role=Role.PROTECTED, vocabulary=("m", "f")),
        Column(name="age", type=LogicalType.INTEGER, role=Role.PROTECTED, low=20, high=60),
    ),
    classes=("no", "yes"),
    rows=5,
)
PERMITTED = Fairness(("sex", "age"), mitigate=(Remedy.REWEIGHING,))


def test_groups_of_several_columns_are_crossed_and_a_missing_value_is_a_group() -> None:
    told = Told(protected={"sex": ["m", "m", "f", None, "f"], "age": np.array([25.0, 26, 25, 25, 59])})
    rows = Rows("binary", CONTRACT, {}, np.array([0.0, 1, 0, 1, 0]), None, False, "UTC", 0, told)
    declared = replace(plain_charter(Task.BINARY), fairness=PERMITTED)
    code = crossed_groups(rows, weighed_groups(declared, CONTRACT))
    assert code[0] == code[1]
    assert len(set(code.tolist())) == 4


def test_each_remedy_is_told_only_what_it_needs() -> None:
    permitted = replace(plain_charter(Task.BINARY), fairness=PERMITTED)
    assert even_goal(permitted, CONTRACT) is None
    other = replace(permitted, fairness=Fairness(("sex",), mitigate=(Remedy.REDUCTIONS,)))
    assert weighed_groups(other, CONTRACT) == ()
