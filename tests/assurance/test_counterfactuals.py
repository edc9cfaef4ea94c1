"""Counterfactuals in worlds where the nearest change is known by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from change_worlds import people
from hypothesis import given, settings
from hypothesis import strategies as st

import airworthy as aw
from airworthy.assurance.counterfactual.call import counterfactual
from airworthy.assurance.given import OVER_A_NETWORK
from airworthy.kernel.errors import InputError


def grid(n: int = 200) -> np.ndarray[Any, Any]:
    """Two columns of whole numbers from 0 to 99."""
    return np.random.default_rng(0).integers(0, 100, (n, 2)).astype(float)


def linear(X: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The event where 2 a + b >= 150, as a steep probability."""
    return 1 / (1 + np.exp(-(2 * X[:, 0] + X[:, 1] - 149.5) / 10))


def test_the_nearest_change_of_one_column_is_found_to_the_unit() -> None:
    found = counterfactual(linear, grid(), {"x0": 40, "x1": 30}).found
    # 2 a + 30 >= 149.5 needs a = 60; 80 + b >= 149.5 needs b = 70.
    assert [(one.changes[0].column, one.changes[0].becomes) for one in found] == [("x0", 60.0), ("x1", 70.0)]
    assert [one.changes[0].by for one in found] == [20.0, 40.0]


def test_two_changes_are_found_where_one_is_not_enough() -> None:
    rules = {"x0": {"high": 55}, "x1": {"high": 60}}
    found = counterfactual(linear, grid(), {"x0": 40, "x1": 30}, changes=rules).found
    assert found[0].count == 2
    new = {change.column: change.becomes for change in found[0].changes}
    assert 2 * new["x0"] + new["x1"] == 150.0


def test_money_decides_where_every_change_has_a_price() -> None:
    rules = {"x0": {"price": "50 EUR per 1"}, "x1": {"price": "10 EUR per 1"}}
    found = counterfactual(linear, grid(), {"x0": 40, "x1": 30}, changes=rules).found
    assert [str(one.money) for one in found] == ["400.00 EUR", "1,000.00 EUR"]  # 40 of x1 before 20 of x0
    assert found[0].changes[0].column == "x1"


def test_a_way_that_is_not_allowed_is_not_gone() -> None:
    found = counterfactual(linear, grid(), {"x0": 40, "x1": 30}, changes={"x0": "down"}).found
    assert [one.changes[0].column for one in found] == ["x1"]


def test_none_found_says_what_was_searched() -> None:
    answer = counterfactual(linear, grid(), {"x0": 40, "x1": 30}, changes={"x0": "never", "x1": {"high": 60}})
    assert answer.found == ()
    assert answer.free == ("x1",)
    assert answer.asked > 0
    assert answer.best == pytest.approx(1 / (1 + np.exp(9.5 / 10)))  # at b = 60
    assert "None found" in str(answer)
    assert "no proof" in str(answer)


def test_a_row_that_may_not_change_at_all_is_told_so() -> None:
    answer = counterfactual(
        linear, grid(), {"x0": 1, "x1": 1}, want="1", changes={"x0": "never", "x1": "never"}
    )
    assert answer.found == ()
    assert "No column of this row may change" in str(answer)


class Approves:
    """Approves by income of people, unless they pay by cash; follows the total, not its parts."""

    classes_ = np.array(["no", "yes"])

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray[Any, Any]:
        score = X["total"] - 30.0 * X["by_cash"] + 10.0 * (X["plan"] == "yearly") - 60.5
        p = 1 / (1 + np.exp(-score.to_numpy() / 10))
        return np.column_stack([1 - p, p])


@settings(max_examples=12, deadline=None)
@given(place=st.integers(0, 199), seed=st.integers(0, 3), may=st.sampled_from(["up", "down", "any", "never"]))
def test_every_row_returned_is_decided_as_wanted_and_keeps_every_rule(
    place: int, seed: int, may: str
) -> None:
    X, model = pd.DataFrame(people(200, seed)), Approves()
    own = X.iloc[[place]]
    if model.predict_proba(own)[0, 1] >= 0.5:
        return
    said = {"net": may, "age": "never", "by_card": "any"}
    rules = {"changes": _changes(said), "protected": ["sex"]}
    for one in counterfactual(model, X, place, **rules).found:
        made = own.copy()
        for change in one.changes:
            made[change.column] = change.becomes
        assert model.predict_proba(made)[0, 1] >= 0.5
        row = made.iloc[0]
        assert row["total"] == row["net"] + row["tax"]
        assert row["by_card"] + row["by_bank"] + row["by_cash"] == 1
        assert not {"age", "sex"} & {change.column for change in one.changes}
        if may == "never":
            assert row["net"] == own.iloc[0]["net"]
        if may == "up":
            assert row["net"] >= own.iloc[0]["net"]


def _changes(said: dict[str, Any]) -> Any:
    from airworthy.assurance.changes import changes

    return changes(said, relations=["total = net + tax"])


def test_what_follows_is_told_beside_what_changes() -> None:
    X = pd.DataFrame(people(300))
    place = int(np.flatnonzero((X["total"] == 50) & (X["by_cash"] == 0) & (X["plan"] != "yearly"))[0])
    said = {
        "net": "up",
        "tax": "never",
        "plan": "never",
        "by_card": "never",
        "by_bank": "never",
        "by_cash": "never",
    }
    answer = counterfactual(Approves(), X, place, changes=_changes(said))
    was = X["net"][place]
    assert [(c.column, c.becomes, c.follows) for c in answer.found[0].changes] == [
        ("net", was + 11, False),
        ("total", 61.0, True),
    ]
    assert f"If net were {was + 11:.0f} instead of {was:.0f} (+11) (total then is 61)" in str(answer)


def test_a_question_over_several_columns_is_one_change() -> None:
    X = pd.DataFrame(people(300))
    place = int(
        np.flatnonzero(
            (X["total"] >= 65) & (X["total"] < 80) & (X["by_cash"] == 1) & (X["plan"] != "yearly")
        )[0]
    )
    said = {"net": "never", "tax": "never", "total": "never", "plan": "never"}
    found = counterfactual(Approves(), X, place, changes=said).found
    assert found[0].count == 1
    assert {c.column for c in found[0].changes} in ({"by_cash", "by_card"}, {"by_cash", "by_bank"})


def test_a_number_is_moved_into_the_wanted_range() -> None:
    found = counterfactual(
        lambda X: 3 * X[:, 0] + X[:, 1] / 7, grid(), {"x0": 10, "x1": 0}, want=(60.0, None), task="regression",
        changes={"x1": "never"},
    ).found  # fmt: skip
    assert found[0].changes[0].becomes == 20.0
    assert found[0].decision == 60.0


def test_one_of_three_classes_is_reached() -> None:
    def thirds(X: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.eye(3)[np.clip(X[:, 0] // 33, 0, 2).astype(int)]

    found = counterfactual(thirds, grid(), {"x0": 5, "x1": 0}, want="1").found
    assert found[0].changes[0].becomes == 33.0
    with pytest.raises(InputError, match="wanted decision is None"):
        counterfactual(thirds, grid(), {"x0": 5, "x1": 0})


def test_a_model_that_only_decides_is_searched_too() -> None:
    found = counterfactual(
        lambda X: np.where(X[:, 0] > 70, "in", "out"), grid(), {"x0": 5, "x1": 0}, positive="in"
    ).found
    assert found[0].changes[0].becomes == 71.0
    assert found[0].score is None


def test_a_point_that_no_real_row_is_near_to_is_told() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(0, 1, 400)
    X = np.column_stack([x, x + rng.normal(0, 0.01, 400)])  # two columns that always move together
    rules = {"x1": "never"}
    answer = counterfactual(
        lambda X: (X[:, 0] > 1.5).astype(int), X, int(np.argmin(np.abs(x + 1))), changes=rules
    )
    assert answer.found[0].unusual
    assert "unlike any real row" in str(answer)


@pytest.mark.parametrize(
    ("row", "more", "says"),
    [
        (500, {}, "no row 500"),
        ({"x0": 3}, {}, "no 'x1'"),
        ({"x0": "three", "x1": 1}, {}, "is no number"),
        ({"x0": 90, "x1": 90}, {"want": "1"}, "decided '1' already"),
        (0, {"want": "2"}, "the decisions are 0, 1"),
        (0, {"count": 0}, "count is 0"),
        (0, {"changes": {"x9": "up"}}, "no column of these rows"),
        (0, {"protected": ["x7"]}, "no column 'x7'"),
    ],
)
def test_what_cannot_be_asked_is_refused(row: Any, more: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError) as caught:
        counterfactual(linear, grid(), row, **more)
    assert says in caught.value.message


def test_the_document_is_json_and_the_same_for_the_same_seed() -> None:
    one, other = (counterfactual(linear, grid(), {"x0": 40, "x1": 30}).as_json() for _ in range(2))
    assert json.loads(json.dumps(one, allow_nan=False)) == one == other


class Billed:
    """A model whose every row is somebody's bill."""

    probe_sizes = OVER_A_NETWORK

    def __init__(self) -> None:
        self.rows = 0

    def predict(self, X: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        self.rows += len(X)
        return linear(X)


def test_a_model_behind_an_address_is_asked_few_rows() -> None:
    model, X = Billed(), grid(5_000)
    answer = counterfactual(model, X, {"x0": 40, "x1": 30})
    assert [change.becomes for one in answer.found for change in one.changes] == [60.0, 70.0]
    assert model.rows <= 2 * OVER_A_NETWORK.searched
    model.rows = 0
    assert aw.recourse(model, X, "1").rows == 20
    assert model.rows <= 4 * OVER_A_NETWORK.searched
    model.rows = 0
    assert aw.surrogate(model, X).refusal == ""
    assert model.rows <= OVER_A_NETWORK.scored
