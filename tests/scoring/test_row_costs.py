"""Each row's own costs decide: one row and a batch agree, and every boundary is where the formula puts it."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from airworthy.kernel.errors import InputError, IntegrityError
from airworthy.scoring import Scorer, save_spec
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.spec import (
    ClassSet,
    Decision,
    ErrorCost,
    Fill,
    Interval,
    LeastCost,
    Linear,
    Platt,
    Review,
    Scaled,
    ScorerSpec,
    SentinelToNull,
    Shift,
    Step,
    Threshold,
)

CONTRACT = Contract(
    columns=(
        Column(name="x", type=LogicalType.REAL, nullable=False),
        Column(name="amount", type=LogicalType.MONEY, role=Role.EXCLUDED),
        Column(name="name", type=LogicalType.TEXT, role=Role.EXCLUDED),
    ),
    classes=("no", "yes"),
)
MISS = ErrorCost(fixed=2.0, column="amount", share=0.5, missing=96.0)
RULE = LeastCost(alarm=ErrorCost(fixed=5.0), miss=MISS)


def scorer(folder: Path, decision: Decision, steps: tuple[Step, ...] = (), task: str = "binary") -> Scorer:
    """A scorer whose margin is x itself."""
    save_spec(
        ScorerSpec(
            task=task,
            contract=CONTRACT if task == "binary" else msgspec.structs.replace(CONTRACT, classes=()),
            steps=steps,
            features=(Scaled(column="x", fill=0.0, center=0.0, scale=1.0),),
            learner=Linear(coefficients=((1.0,),), intercepts=(0.0,)),
            calibration=Platt(),
            decision=decision,
        ),
        folder,
    )
    return Scorer.load(folder)


def logit(p: float) -> float:
    return float(np.log(p / (1 - p)))


def test_the_amount_of_the_row_moves_the_threshold(tmp_path: Path) -> None:
    """Positive where p * (2 + amount / 2) > (1 - p) * 5: at amount 6 from a half, at amount 16 from a third."""
    model = scorer(tmp_path, RULE)

    def decided(p: float, amount: float | None) -> object:
        return model.score_row({"x": logit(p), "amount": amount}).decision

    assert (decided(0.49, 6.0), decided(0.51, 6.0)) == ("no", "yes")
    assert (decided(0.32, 16.0), decided(0.34, 16.0)) == ("no", "yes")
    # Missing and negative amounts count as 96: a miss costs 50, so from 5 / 55 = 0.0909 up.
    for amount in (None, -3.0):
        assert (decided(0.090, amount), decided(0.092, amount)) == ("no", "yes")


@pytest.mark.parametrize(
    "decision",
    [
        RULE,
        LeastCost(alarm=MISS, miss=ErrorCost(fixed=30.0), toll=3.0, capacity=4),
        LeastCost(alarm=ErrorCost(fixed=5.0), miss=MISS, review=Review(cost=1.0, error=0.05, toll=0.2)),
    ],
)
def test_one_row_and_a_batch_decide_the_same(decision: LeastCost, tmp_path: Path) -> None:
    steps = (SentinelToNull(column="amount", values=(999.0,)), Fill(column="amount", value=1e6))
    model = scorer(tmp_path, decision, steps)
    rng = np.random.default_rng(4)
    x = rng.normal(size=500)
    amount = rng.choice([np.nan, -1.0, 0.0, 3.5, 40.0, 999.0, np.inf], 500)
    batch = model.score_columns({"x": x, "amount": amount})
    rows = [{"x": float(a), "amount": float(b)} for a, b in zip(x, amount, strict=True)]
    assert [model.score_row(row).decision for row in rows] == batch.decision
    body = [{"x": row["x"], "amount": row["amount"] if np.isfinite(row["amount"]) else None} for row in rows]
    assert [
        model.score_row(row).decision for row in model.decode(msgspec.json.encode(body))
    ] == batch.decision
    assert len(set(batch.decision)) == (3 if decision.review else 2)
    assert "review" not in set(batch.alone or ())


def test_a_fill_made_for_the_model_is_no_amount(tmp_path: Path) -> None:
    model = scorer(tmp_path, RULE, (Fill(column="amount", value=0.0),))
    assert model.costs.row({"x": 0.0, "amount": None}) == (5.0, 50.0)


def test_a_person_decides_between_chows_two_bounds(tmp_path: Path) -> None:
    """Costs 1 and 1, a review 0.1 without error: from 0.1 to 0.9 (Chow 1970, rejection at d = 0.1)."""
    rule = LeastCost(alarm=ErrorCost(fixed=1.0), miss=ErrorCost(fixed=1.0), review=Review(cost=0.1))
    model = scorer(tmp_path, rule)
    found = [model.score_row({"x": logit(p)}).decision for p in (0.09, 0.11, 0.5, 0.89, 0.91)]
    assert found == ["no", "review", "review", "review", "yes"]


def test_a_window_gives_its_places_to_the_best_gains(tmp_path: Path) -> None:
    rule = LeastCost(alarm=ErrorCost(fixed=5.0), miss=MISS, toll=4.0, capacity=2)
    model = scorer(tmp_path, rule)
    columns = {"x": np.array([logit(0.5)] * 4), "amount": np.array([100.0, 20.0, 60.0, 1.0])}
    # Gains: 0.5 * (2 + amount / 2) - 2.5 = 23.5, 3.5, 13.5, -1.25.
    assert model.score_window(columns).decision == ["yes", "no", "yes", "no"]
    few = {name: values[1:2] for name, values in columns.items()}
    assert model.score_window(few).decision == ["yes"]  # a free place is worth any gain
    assert model.score_columns(few).decision == ["no"]  # alone, it must be worth the price of a place
    with pytest.raises(InputError, match="without a capacity"):
        scorer(tmp_path, RULE).score_window(columns)


def test_intervals_and_sets_come_with_one_score_and_with_many(tmp_path: Path) -> None:
    shift = Shift(interval=Interval(level=0.9, low=-1.0, high=2.0, at=(0.0, 10.0), scale=(1.0, 3.0)))
    (tmp_path / "number").mkdir()
    number = scorer(tmp_path / "number", shift, task="regression")
    assert number.score_row({"x": 5.0}).interval == (3.0, 9.0)
    assert number.score_columns({"x": np.array([5.0, -1.0])}).interval.tolist() == [[3.0, 9.0], [-2.0, 1.0]]
    classes = scorer(tmp_path, Threshold(threshold=0.5, possible=ClassSet(level=0.9, at_least=0.3)))
    assert classes.score_row({"x": logit(0.6)}).possible == ("no", "yes")
    assert classes.score_columns({"x": np.array([logit(0.8)])}).possible == [("yes",)]


@pytest.mark.parametrize(
    "decision",
    [
        LeastCost(alarm=ErrorCost(fixed=-1.0), miss=MISS),
        LeastCost(alarm=ErrorCost(column="nowhere"), miss=MISS),
        LeastCost(alarm=ErrorCost(column="name"), miss=MISS),
        LeastCost(alarm=MISS, miss=MISS, review=Review(cost=1.0, error=0.6)),
        LeastCost(alarm=MISS, miss=MISS, toll=-1.0),
    ],
)
def test_a_rule_that_cannot_be_executed_is_refused_on_load(decision: LeastCost, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="does not fit together"):
        scorer(tmp_path, decision)
