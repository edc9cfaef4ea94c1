"""Surrogates of models that are themselves a tree, a scorecard, noise or constant: known by hand."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import airworthy as aw
from airworthy.assurance.surrogate.card import Card
from airworthy.assurance.surrogate.page import surrogate_page
from airworthy.assurance.surrogate.tree import Tree
from airworthy.kernel.errors import InputError


def people(n: int = 1000, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": draw.integers(18, 80, n).astype(float),
            "income": draw.integers(10, 60, n) * 50.0,
            "town": draw.choice(["Ash", "Birch", "Cedar"], n),
            "owner": draw.random(n) < 0.5,
        }
    )


def tree_model(X: pd.DataFrame) -> np.ndarray[Any, Any]:
    """Income above 1,500; below it, those of Ash."""
    return ((X["income"] > 1500) | (X["town"] == "Ash")).to_numpy().astype(int)


def card_model(X: pd.DataFrame) -> np.ndarray[Any, Any]:
    """A logit of 2 for owners, 1 for Ash, and 1 for every 500 of income above 1,500."""
    logit = 2.0 * X["owner"] + (X["town"] == "Ash") + (X["income"] - 1500) / 500 - 1.5
    return 1 / (1 + np.exp(-logit.to_numpy()))


def test_a_model_that_is_a_tree_is_found_with_its_thresholds() -> None:
    found = aw.surrogate(tree_model, people(), depth=2)
    assert found.fidelity.agreement is not None
    assert found.fidelity.agreement.value == 1.0
    assert found.refusal == ""
    assert isinstance(found.made, Tree)
    rules = {held: leaf.decided for held, leaf in found.made.rules()}
    assert rules in (
        {("town is 'Ash'",): 1, ("town is not 'Ash'", "income is 1,500 or less"): 0, ("town is not 'Ash'", "income is more than 1,500"): 1},
        {("income is 1,500 or less", "town is 'Ash'"): 1, ("income is 1,500 or less", "town is not 'Ash'"): 0, ("income is more than 1,500",): 1},
    )  # fmt: skip


def test_a_deeper_tree_asks_no_question_that_changes_nothing() -> None:
    found = aw.surrogate(tree_model, people(), depth=6)
    assert isinstance(found.made, Tree)
    assert found.made.questions == 2


def test_a_model_that_adds_up_is_found_as_a_scorecard() -> None:
    found = aw.surrogate(card_model, people(3000), "scorecard", columns=4)
    card = found.made
    assert isinstance(card, Card)
    assert {one.bands.column for one in card.asked} == {"owner", "town", "income"}  # age counts for nothing
    points = {one.bands.column: dict(zip(one.bands.names, one.points, strict=True)) for one in card.asked}
    assert points["owner"]["true"] > points["owner"]["false"]
    # A logit of 2 and of 1: twice the points, to the rounding of few rows a band.
    assert points["owner"]["true"] / points["town"]["'Ash'"] == pytest.approx(2, rel=0.25)
    assert abs(points["town"]["'Birch'"] - points["town"]["'Cedar'"]) <= 3
    incomes = list(points["income"].values())
    assert incomes == sorted(incomes)
    assert found.fidelity.explained is not None
    assert found.fidelity.explained.value > 0.9


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), slope=st.sampled_from([-3.0, -1.0, 1.0, 3.0]))
def test_points_only_rise_or_only_fall_along_a_number(seed: int, slope: float) -> None:
    draw = np.random.default_rng(seed)
    X = draw.normal(0, 1, (300, 2))
    noise = dict(zip(X[:, 0].tolist(), draw.normal(0, 1, 300).tolist(), strict=True))

    def model(rows: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return 1 / (1 + np.exp(-slope * rows[:, 0] - np.array([noise[x] for x in rows[:, 0].tolist()])))

    card = aw.surrogate(model, X, "scorecard").made
    assert isinstance(card, Card)
    for one in card.asked:
        steps = np.diff(one.points)
        assert (steps >= 0).all() or (steps <= 0).all()
        assert min(one.points) == 0
    assert list(card.scores) == sorted(card.scores)
    assert list(card.totals) == sorted(card.totals)


def test_a_total_by_hand_is_the_total_of_the_card() -> None:
    X = people(2000)
    card = aw.surrogate(card_model, X, "scorecard").made
    assert isinstance(card, Card)
    columns = {"age": X["age"].to_numpy(), "income": X["income"].to_numpy(), "town": X["town"].tolist(), "owner": X["owner"].to_numpy().astype(float)}  # fmt: skip
    by_hand = 0
    for one in card.asked:
        value = columns[one.bands.column][0]
        if one.bands.words:
            place = one.bands.words.index(value) if value in one.bands.words else len(one.bands.words)
        else:
            place = sum(value > edge for edge in one.bands.edges)
        by_hand += one.points[place]
    assert card.total(columns)[0] == by_hand


def test_noise_must_not_be_used_by_hand() -> None:
    def noise(X: pd.DataFrame) -> np.ndarray[Any, Any]:
        return ((X["income"] * 7919 + X["age"] * 104729) % 97 > 48).to_numpy().astype(int)

    found = aw.surrogate(noise, people())
    assert found.refusal.startswith("Must not be used by hand: it agrees with the model in")
    assert "\x1b[1;31mMust not" in found.text(colour=True)
    assert "\x1b" not in str(found)


def test_agreement_that_one_answer_for_all_reaches_is_not_enough() -> None:
    def rare(X: pd.DataFrame) -> np.ndarray[Any, Any]:
        return ((X["income"] * 7919 + X["age"] * 104729) % 97 > 94).to_numpy().astype(int)

    found = aw.surrogate(rare, people(2000))
    assert found.fidelity.constant is not None
    assert found.fidelity.constant > 0.95
    assert "always answering alike" in found.refusal


def test_a_group_for_which_it_is_surely_too_untrue_is_named() -> None:
    X = people(4000)
    group = np.where(np.random.default_rng(5).random(4000) < 0.15, "few", "many")

    def model(X: pd.DataFrame) -> np.ndarray[Any, Any]:
        odd = (X["income"] * 7919 + X["age"] * 104729) % 97 > 48
        return np.where(X["group"] == "few", odd, X["income"] > 1500).astype(int)

    found = aw.surrogate(model, X.assign(group=group), protected=["group"])
    assert found.refusal.startswith("Must not be used by hand for group = few")


def test_outcomes_give_the_auc_of_both() -> None:
    X = people(1500)
    y = (np.random.default_rng(2).random(1500) < card_model(X)).astype(int)
    found = aw.surrogate(card_model, X, "scorecard", y=y).fidelity
    assert found.auc is not None
    assert found.own_auc is not None
    assert found.auc_gap is not None
    assert found.auc_gap.value == pytest.approx(found.auc.value - found.own_auc.value)
    assert found.auc_gap.low is not None
    assert found.auc_gap.low <= 0


def test_a_number_is_imitated_by_both_kinds() -> None:
    def number(X: pd.DataFrame) -> np.ndarray[Any, Any]:
        return (100.0 * X["owner"] + X["income"]).to_numpy()

    for kind, least in (("tree", 0.8), ("scorecard", 0.9)):
        found = aw.surrogate(number, people(2000), kind, depth=4, task="regression", level=0.5)
        assert found.fidelity.agreement is None
        assert found.fidelity.explained is not None
        assert found.fidelity.explained.value > least
        assert found.refusal == ""


def test_three_classes_take_a_tree_and_no_scorecard() -> None:
    def thirds(X: pd.DataFrame) -> np.ndarray[Any, Any]:
        return np.eye(3)[np.digitize(X["income"], [1000, 2000])]

    assert aw.surrogate(thirds, people()).fidelity.agreement.value == 1.0  # type: ignore[union-attr]
    with pytest.raises(InputError, match="decides between 3 classes"):
        aw.surrogate(thirds, people(), "scorecard")


def test_missing_values_go_a_way_that_is_told() -> None:
    X = people(2000)
    X["income"] = X["income"].where(np.arange(2000) % 5 > 0)
    found = aw.surrogate(lambda X: (X["income"].fillna(9999) > 1500).to_numpy().astype(int), X)
    assert found.fidelity.agreement is not None
    assert found.fidelity.agreement.value == 1.0
    assert isinstance(found.made, Tree)
    assert ("income is more than 1,500 or missing",) in dict(found.made.rules())
    card = aw.surrogate(
        lambda X: (X["income"].fillna(9999) > 1500).to_numpy().astype(int), X, "scorecard"
    ).made
    assert isinstance(card, Card)
    assert "missing" in card.asked[0].bands.names


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"kind": "net"}, "no kind of surrogate"),
        ({"depth": 9}, "depth is 9"),
        ({"points": 2}, "points is 2"),
        ({"y": [1, 0]}, "2 outcomes"),
        ({"level": 1.5}, "level is 1.5"),
    ],
)
def test_what_cannot_be_asked_is_refused(more: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says):
        aw.surrogate(tree_model, people(200), **more)


def test_few_rows_and_texts_alone_are_refused() -> None:
    with pytest.raises(InputError, match="too few"):
        aw.surrogate(tree_model, people(60))
    texts = [f"flight {n} was {'late' if n % 2 else 'on time'} again" for n in range(300)]
    with pytest.raises(InputError, match="reads no number"):
        aw.surrogate(lambda rows: np.array(["late" in row for row in rows]), texts, positive="True")


def test_the_document_and_the_page_hold_everything_escaped() -> None:
    X = people().rename(columns={"income": "<income>"})
    for kind in ("tree", "scorecard"):
        found = aw.surrogate(lambda X: (X["<income>"] > 1500).to_numpy().astype(int), X, kind)
        document = json.loads(json.dumps(found.as_json(), allow_nan=False))
        assert document["fidelity"]["agreement"]["n"] == 300
        page = surrogate_page(found)
        assert "&lt;income&gt;" in page
        assert "<income>" not in page
        assert "src=" not in page
        assert "<script" not in page
