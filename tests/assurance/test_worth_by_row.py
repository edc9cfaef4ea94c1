"""Worth where every row has its own cost, or where people take only so many: rules without a model obey both."""

from __future__ import annotations

import numpy as np
import pytest

from airworthy.assurance import metrics
from airworthy.assurance.predictions import Predictions
from airworthy.assurance.worth import Worth, worth_of
from airworthy.charter.model import Costs, Task
from airworthy.kernel.result import NotApplicable
from airworthy.kernel.units import MoneyRange

FIVE = MoneyRange(5, 5, "USD")
BY_AMOUNT = Costs("USD", FIVE, false_negative_column="amount")
Y = np.array([1, 0, 0, 1])
BOTH = np.array([[5.0, 100.0], [5.0, 1.0], [5.0, 40.0], [5.0, 2.0]])


def rows(**given: object) -> Predictions:
    decided = [1, 0, 0, 0]
    return Predictions.of(Task.BINARY, Y, decision=decided, prior=[0.75, 0.25], **given)


def test_each_row_costs_its_own_amount() -> None:
    """The model misses 2; nobody 102; everybody two alarms for 5; a share of 1/4 selects rows 1 and 3."""
    worth = worth_of(rows(error_costs=BOTH), BY_AMOUNT)
    assert isinstance(worth, Worth)
    assert worth.model.tolist() == [0, 0, 0, 2]
    assert worth.per_1000 == {
        "model": 500.0,
        "nobody selected": 25_500.0,
        "everybody selected": 2_500.0,
        "the training share and the row's costs": 1_750.0,
    }
    assert worth.baseline_name == "the training share and the row's costs"
    assert worth.unit == "USD per 1,000 cases"


def test_under_a_capacity_the_rules_beside_keep_it_too() -> None:
    """One place: the guess takes the row with the largest expected gain, and nobody selects everybody."""
    worth = worth_of(rows(error_costs=BOTH, places=1), BY_AMOUNT)
    assert isinstance(worth, Worth)
    assert worth.per_1000["the training share and the row's costs, 1 case"] == 500.0
    assert "everybody selected" not in worth.per_1000


def test_amounts_that_are_not_there_are_not_guessed() -> None:
    worth = worth_of(rows(), BY_AMOUNT)
    assert isinstance(worth, NotApplicable)
    assert "carry no amounts" in worth.reason


def test_coverage_is_a_figure_of_rows_that_did_not_set_the_bounds() -> None:
    held = np.array([True] * 180 + [False] * 20)
    found = Predictions.of(
        Task.REGRESSION, np.arange(200.0), prediction=np.zeros(200), decision=np.zeros(200), held=held
    )
    figure = metrics(found)["coverage"]
    assert figure.value == pytest.approx(0.9)
    # Wilson's interval of 180 of 200, as statsmodels prints it.
    assert (figure.low, figure.high) == pytest.approx((0.8506, 0.9344), abs=2e-3)
