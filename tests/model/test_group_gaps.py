"""The largest difference between a protected group and the rest, against published and hand-made figures."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from model_worlds import charter

from airworthy.charter.groups import Group
from airworthy.charter.model import Fairness, Task
from airworthy.model.gaps import largest_gap, nothing_compared
from airworthy.model.rows import Rows
from airworthy.model.told import Told
from airworthy.scoring.contract import Column, Contract, LogicalType, Role

SEX = (Group("sex", "F", ("F",)),)


def rows(sex: list[str | None], task: str = "binary", y: list[float] | None = None) -> Rows:
    n = len(sex)
    return Rows(
        task=task,
        contract=Contract(columns=(), classes=("a", "b", "c") if task == "multiclass" else ("no", "yes")),
        columns={},
        y=np.array(y if y is not None else [0.0] * n),
        groups=None,
        ordered=False,
        zone="UTC",
        seed=0,
        told=Told(protected={"sex": sex}),
    )


def test_a_gap_of_rates_is_newcombes_example() -> None:
    # Newcombe 1998, table II (a): 56 of 70 against 48 of 80 is 0.2 (0.0524 to 0.3339).
    decided = np.array([1.0] * 56 + [0.0] * 14 + [1.0] * 48 + [0.0] * 32)
    gap = largest_gap(decided, rows(["F"] * 70 + ["M"] * 80), SEX, 50)
    assert gap is not None
    assert (gap.column, gap.group, gap.rows) == ("sex", "F", 70)
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_a_gap_has_no_sign() -> None:
    decided = np.array([0.0] * 56 + [1.0] * 14 + [0.0] * 48 + [1.0] * 32)
    gap = largest_gap(decided, rows(["F"] * 70 + ["M"] * 80), SEX, 50)
    assert gap is not None
    assert (gap.value, gap.low, gap.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=1e-4)


def test_a_group_below_the_floor_is_not_compared() -> None:
    assert largest_gap(np.ones(150), rows(["F"] * 70 + ["M"] * 80), SEX, 71) is None


def test_a_limit_that_no_group_is_large_enough_for_is_told() -> None:
    sexes = ["F"] * 70 + ["M"] * 80
    column = Column(
        name="sex",
        type=LogicalType.CATEGORY,
        role=Role.PROTECTED,
        vocabulary=("M", "F"),
        counts=(80, 70),
    )
    contract = Contract(columns=(column,), classes=("no", "yes"), rows=150)
    limited = replace(charter(Task.BINARY), fairness=Fairness(("sex",), 0.0, min_rows=71))
    told = nothing_compared(limited, contract, rows(sexes))
    assert "fairness.max_gap = 0 was held against nothing" in told
    assert "has 70 of 150 measured rows, and fairness.min_rows asks for 71" in told
    enough = replace(limited, fairness=Fairness(("sex",), 0.0, min_rows=70))
    assert nothing_compared(enough, contract, rows(sexes)) == ""
    assert nothing_compared(replace(limited, fairness=Fairness()), contract, rows(sexes)) == ""


def test_more_groups_widen_the_interval() -> None:
    decided = np.array([1.0] * 56 + [0.0] * 14 + [1.0] * 48 + [0.0] * 32)
    both = (*SEX, Group("sex", "M", ("M",)))
    one, two = (largest_gap(decided, rows(["F"] * 70 + ["M"] * 80), groups, 50) for groups in (SEX, both))
    assert one is not None
    assert two is not None
    assert two.high - two.low > one.high - one.low


def test_a_number_is_compared_in_standard_deviations_of_the_outcome() -> None:
    # Outcomes 0 and 2 spread by 1; means of 3 and 1 lie two apart.
    world = rows(["F", "F", "M", "M"], "regression", [0.0, 2.0, 0.0, 2.0])
    gap = largest_gap(np.array([3.0, 3.0, 0.5, 1.5]), world, SEX, 1)
    assert gap is not None
    assert gap.value == pytest.approx(2.0)


def test_of_many_classes_each_is_compared() -> None:
    # Class b: 0 of 2 in the group, 2 of 2 elsewhere; class a: 1 of 2 against none.
    world = rows(["F", "F", "M", "M"], "multiclass")
    gap = largest_gap(np.array([0.0, 2.0, 1.0, 1.0]), world, SEX, 1)
    assert gap is not None
    assert gap.value == pytest.approx(1.0)


def test_protected_columns_follow_their_rows() -> None:
    told = replace(Told(), protected={"sex": ["F", "M", None], "age": np.array([1.0, 2.0, 3.0])})
    taken = told.take(np.array([2, 0])).protected
    assert taken["sex"] == [None, "F"]
    assert list(taken["age"]) == [3.0, 1.0]
