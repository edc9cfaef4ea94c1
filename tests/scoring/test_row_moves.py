"""Moves by group: one number a row, the same in a batch, and nothing where a group is unknown."""

from __future__ import annotations

import numpy as np
import pytest

from airworthy.kernel.errors import IntegrityError
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.decision import best_within, compile_decision
from airworthy.scoring.moves import RowMoves
from airworthy.scoring.spec import ErrorCost, LeastCost, Move

CONTRACT = Contract(
    columns=(
        Column(name="sex", type=LogicalType.CATEGORY, role=Role.PROTECTED, vocabulary=("M", "F")),
        Column(name="age", type=LogicalType.INTEGER, role=Role.PROTECTED),
        Column(name="veteran", type=LogicalType.FLAG, role=Role.PROTECTED, vocabulary=("false", "true")),
    ),
    classes=("no", "yes"),
)
MOVES = (
    Move(column="sex", by=-0.25, values=("F",)),
    Move(column="age", by=0.5, high=30.0),
    Move(column="age", by=0.125, low=60.0),
    Move(column="veteran", by=1.0, values=("true",)),
)
RULE = LeastCost(alarm=ErrorCost(fixed=1.0), miss=ErrorCost(fixed=1.0), moves=MOVES)


def test_the_moves_of_all_groups_of_a_row_add_up() -> None:
    moves = RowMoves(RULE, CONTRACT)
    assert moves.names == ("sex", "age", "veteran")
    assert moves.row({"sex": "F", "age": 29, "veteran": True}) == -0.25 + 0.5 + 1.0
    assert moves.row({"sex": "M", "age": 30, "veteran": False}) == 0.0
    assert moves.row({"sex": "M", "age": 60}) == 0.125


def test_an_unseen_value_and_a_missing_one_move_nothing() -> None:
    moves = RowMoves(RULE, CONTRACT)
    assert moves.row({"sex": "X", "age": None, "veteran": None}) == 0.0
    assert moves.row({}) == 0.0
    assert moves.batch({}, 2) == [0.0, 0.0]


def test_a_batch_moves_as_its_rows_do() -> None:
    moves = RowMoves(RULE, CONTRACT)
    columns = {
        "sex": ["F", "M", None, "X"],
        "age": np.array([20.0, 61.0, np.nan, 45.0]),
        "veteran": np.array([1.0, 0.0, np.nan, 1.0]),
    }
    rows = [
        {"sex": "F", "age": 20, "veteran": True},
        {"sex": "M", "age": 61, "veteran": False},
        {"sex": None},
        {"sex": "X", "age": 45, "veteran": True},
    ]
    assert moves.batch(columns, 4) == [moves.row(row) for row in rows] == [1.25, 0.125, 0.0, 1.0]


def test_a_move_is_what_the_gain_must_be_worth() -> None:
    decide = compile_decision(RULE, ("no", "yes"))
    # A gain of 0.25: p * 1 - (1 - p) * 1 at p = 0.625.
    assert decide((0.375, 0.625), (1.0, 1.0)) == "yes"
    assert decide((0.375, 0.625), (1.0, 1.0), 0.25) == "no"
    assert decide((0.375, 0.625), (1.0, 1.0), 0.2) == "yes"


def test_places_go_to_the_largest_gains_after_moves() -> None:
    even = [(0.25, 0.75), (0.2, 0.8)]
    assert best_within(even, [(1.0, 1.0)] * 2, 1) == [False, True]
    assert best_within(even, [(1.0, 1.0)] * 2, 1, [0.0, 0.2]) == [True, False]


def test_a_move_of_a_column_that_is_not_there_is_refused() -> None:
    rule = LeastCost(alarm=RULE.alarm, miss=RULE.miss, moves=(Move(column="creed", by=1.0, values=("a",)),))
    with pytest.raises(IntegrityError, match="creed"):
        RowMoves(rule, CONTRACT)
