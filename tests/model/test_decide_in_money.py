"""Row costs, capacity, review and intervals, from a declared charter to the saved scorer and its document."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from airworthy.charter.model import (
    Charter,
    Costs,
    DataRules,
    DecisionRules,
    Source,
    Split,
    SplitMethod,
    Target,
    Task,
)
from airworthy.kernel.errors import InputError
from airworthy.kernel.units import MoneyRange
from airworthy.model.conform import fit_interval, interval_coverage
from airworthy.model.decide import class_rule, error_costs, least_costs, number_rule
from airworthy.model.document import decision_document
from airworthy.model.job import Job, deciding_of, learning_rows, unit_costs, write_job
from airworthy.model.problem import Problem
from airworthy.model.rows import Rows, rows_of
from airworthy.scoring.contract import Column, Contract, LogicalType, Role
from airworthy.scoring.spec import LeastCost, Linear, Number, ScorerSpec, Shift, Threshold

DOLLARS = Costs(
    currency="USD", false_positive=MoneyRange(5, 5, "USD"), false_negative=MoneyRange(50, 50, "USD")
)
BY_AMOUNT = replace(
    DOLLARS,
    false_negative=None,
    false_negative_column="amount",
    false_negative_share=0.8,
    false_negative_missing=100.0,
)
DAYS, A_DAY = 20, 100


def charter(
    task: Task, costs: Costs, rules: DecisionRules, method: SplitMethod = SplitMethod.TIME
) -> Charter:
    return Charter(
        name="planted", purpose="test", task=task, target=Target(column="y"),
        sources=(Source(name="main", path="rows.csv"),), path=Path("airworthy.toml"), digest="sha256:0",
        costs=costs, decision=rules, split=Split(method=method), data=DataRules(decision_time="at"),
    )  # fmt: skip


def frame(seed: int = 0, **changed: pl.Series) -> pl.DataFrame:
    """A hundred rows a day for twenty days; `p` is the true probability, `amount` what is at stake."""
    rng = np.random.default_rng(seed)
    n = DAYS * A_DAY
    p = rng.beta(1, 4, n)
    at = [datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=i // A_DAY, minutes=i % A_DAY) for i in range(n)]
    return pl.DataFrame(
        {
            "p": p,
            "amount": rng.lognormal(3, 1, n).round(2),
            "called": rng.random(n) < 0.3,
            "__target__": np.where(rng.random(n) < p, "yes", "no"),
            "__time__": pl.Series(at, dtype=pl.Datetime("us", "UTC")),
        }
    ).with_columns(**changed)


CONTRACT = Contract(
    columns=(
        Column(name="p", type=LogicalType.REAL),
        Column(name="amount", type=LogicalType.MONEY, role=Role.EXCLUDED),
        Column(name="called", type=LogicalType.FLAG, role=Role.EXCLUDED),
    ),
    classes=("no", "yes"),
)


def prepared(given: Charter, rows: pl.DataFrame | None = None) -> tuple[Job, Rows, np.ndarray]:
    """The job, its rows and the true probabilities (n, 2)."""
    found = learning_rows(frame() if rows is None else rows, CONTRACT, (), given)
    job = Job(
        task=given.task.value, contract=CONTRACT, steps=(), glossary={}, costs=unit_costs(given, CONTRACT.classes),
        ordered=given.split.method is SplitMethod.TIME, zone="UTC", seed=0, rows="", folds="", source="",
        deciding=deciding_of(given, given.split.validation),
    )  # fmt: skip
    made = rows_of(found, job)
    p = np.asarray(made.columns["p"])
    return job, made, np.column_stack([1 - p, p])


def document(given: Charter, rows: pl.DataFrame | None = None):
    job, made, p = prepared(given, rows)
    rule = class_rule(job, made, p)
    spec = ScorerSpec(
        task="binary", contract=CONTRACT, features=(Number(column="p"),),
        learner=Linear(coefficients=((1.0,),), intercepts=(0.0,)), decision=rule,
    )  # fmt: skip
    table = frame() if rows is None else rows
    problem = Problem(CONTRACT, table, given.task, given, 0)
    return rule, decision_document(problem, job, spec, made, p), made, p


def test_fixed_costs_alone_keep_the_plain_threshold() -> None:
    job, rows, p = prepared(charter(Task.BINARY, DOLLARS, DecisionRules()))
    assert class_rule(job, rows, p) == Threshold(threshold=5 / 55)


def test_costs_by_amount_beat_every_single_threshold() -> None:
    job, rows, p = prepared(charter(Task.BINARY, BY_AMOUNT, DecisionRules()))
    rule = class_rule(job, rows, p)
    assert isinstance(rule, LeastCost)
    both = error_costs(rule, rows.told, len(rows))
    amount = frame()["amount"].to_numpy()
    np.testing.assert_array_equal(both, np.column_stack([np.full(len(amount), 5.0), 0.8 * amount]))
    own = least_costs(rule, rows.y, p, both).mean()
    event = rows.y == 1
    for cut in np.linspace(0, 1, 101):
        chosen = p[:, 1] >= cut
        assert own < np.where(chosen & ~event, 5.0, np.where(event & ~chosen, 0.8 * amount, 0.0)).mean()


@pytest.mark.parametrize(("bad", "says"), [(None, "no amount"), (-4.0, "a negative amount")])
def test_rows_without_a_cost_stop_the_training(bad: float | None, says: str) -> None:
    amounts = frame()["amount"].to_list()
    amounts[6] = bad
    rows = frame(amount=pl.Series(amounts))
    with pytest.raises(InputError, match=f'1 of 2,000 rows has {says} in "amount"') as caught:
        prepared(charter(Task.BINARY, BY_AMOUNT, DecisionRules()), rows)
    assert "row 7" in caught.value.message
    assert "leave such rows out" in str(caught.value.remedy)


def test_a_capacity_holds_on_average_and_costs_what_it_says() -> None:
    given = charter(Task.BINARY, DOLLARS, DecisionRules(capacity=10, per=86400.0))
    rule, made, rows, p = document(given)
    assert isinstance(rule, LeastCost)
    chosen = p[:, 1] * 50 - p[:, 0] * 5 > rule.toll
    inner = slice(A_DAY, (DAYS - 1) * A_DAY)  # the first and the last day may have been cut off
    assert chosen[inner].sum() == 10 * (DAYS - 2)
    by_day = chosen[inner].reshape(DAYS - 2, A_DAY).sum(axis=1)
    capacity = made["capacity"]
    assert capacity["windows_beyond"]["value"] == pytest.approx((by_day > 10).mean())
    assert capacity["positive_a_window"] == 10
    event = rows.y == 1
    free = p[:, 1] >= 5 / 55
    dearer = np.where(event, 50.0 * (free & ~chosen), -5.0 * (free & ~chosen))
    assert capacity["costs_per_1000"]["value"] == pytest.approx(1000 * dearer.mean())
    assert capacity["costs_per_1000"]["low"] > 0
    assert made["threshold"] == pytest.approx((5 + rule.toll) / 55)
    best = np.concatenate(
        [d * A_DAY + np.argsort(-p[d * A_DAY : (d + 1) * A_DAY, 1])[:10] for d in range(1, 19)]
    )
    assert made["precision"]["value"] == pytest.approx(event[best].mean())
    assert made["precision"]["volume"] == 10


def test_a_capacity_that_nobody_reaches_changes_nothing() -> None:
    rule, made, _, p = document(charter(Task.BINARY, DOLLARS, DecisionRules(capacity=99, per_rows=100)))
    assert rule.toll == 0
    assert not made["capacity"]["binding"]
    assert made["capacity"]["wanted_a_window"] == pytest.approx(100 * (p[:, 1] > 5 / 55).mean())
    assert made["capacity"]["costs_per_1000"]["value"] == 0


def test_a_sample_of_each_day_stands_for_the_whole_day() -> None:
    given = charter(Task.BINARY, DOLLARS, DecisionRules(capacity=100, per=86400.0), SplitMethod.STRATIFIED)
    rule, made, _, p = document(given)  # 16 % of the traffic: 2,000 rows of 12,500, 625 a day
    chosen = (p[:, 1] * 50 - p[:, 0] * 5 > rule.toll)[A_DAY : 19 * A_DAY]
    assert chosen.sum() == int(100 * 18 * 0.16)
    assert made["capacity"]["windows_beyond"] is None
    assert "16 %" in made["capacity"]["note"]


def test_every_other_rule_stands_beside_in_paired_money() -> None:
    given = charter(Task.BINARY, BY_AMOUNT, DecisionRules(present="amount >= 30"))
    _, made, rows, _p = document(given)
    amount, event = frame()["amount"].to_numpy(), rows.y == 1
    found = {rule["name"]: rule for rule in made["rules"]}
    assert list(found) == ["model", "nobody", "everyone", "present", "naive"]
    money = {name: rule["money_per_1000"]["value"] for name, rule in found.items()}
    today = amount >= 30
    assert money["nobody"] == pytest.approx(1000 * (0.8 * amount * event).mean())
    assert money["everyone"] == pytest.approx(1000 * (5.0 * ~event).mean())
    assert money["present"] == pytest.approx(
        1000 * np.where(today, 5.0 * ~event, 0.8 * amount * event).mean()
    )
    for name in ("nobody", "everyone", "present", "naive"):
        dearer = found[name]["dearer_by"]
        assert dearer["value"] == pytest.approx(money[name] - money["model"])
        assert dearer["low"] < dearer["value"] < dearer["high"]
    assert found["model"]["dearer_by"] is None
    assert [layer["mark"] for layer in made["chart"]["layer"]] == ["line", "rule"]


def test_a_review_pays_between_the_bounds_and_says_what_it_saves() -> None:
    rules = DecisionRules(review_cost=MoneyRange(1, 1, "USD"), review_error=0.02)
    _rule, made, rows, p = document(charter(Task.BINARY, DOLLARS, rules))
    low = (1 + 0.02 * 5) / (0.98 * 50 + 0.02 * 5)
    high = (0.98 * 5 - 1) / (0.98 * 5 + 0.02 * 50)
    assert made["review"]["band"] == {"low": pytest.approx(low), "high": pytest.approx(high)}
    event = rows.y == 1
    by_person = (p[:, 1] > low) & (p[:, 1] < high)
    alone = np.where(p[:, 1] > 5 / 55, 5.0 * ~event, 50.0 * event)
    cost = np.where(by_person, 1 + 0.02 * np.where(event, 50, 5), alone)
    assert made["money_per_1000"]["value"] == pytest.approx(1000 * cost.mean())
    assert made["review"]["saves_per_1000"]["value"] == pytest.approx(1000 * (alone - cost).mean())


def test_reviewers_who_can_take_few_get_the_cases_where_they_help_most() -> None:
    rules = DecisionRules(review_cost=MoneyRange(1, 1, "USD"), review_capacity=3, per_rows=100)
    rule, made, _rows, _ = document(charter(Task.BINARY, DOLLARS, rules))
    assert rule.review.toll > 0
    assert made["review"]["a_window"] == pytest.approx(3, abs=0.06)


def test_todays_decision_is_read_from_a_column_or_refused() -> None:
    given = charter(Task.BINARY, DOLLARS, DecisionRules(present="called"))
    _, rows, _ = prepared(given)
    assert rows.told.present.tolist() == frame()["called"].to_list()
    odd = frame().with_columns(called=pl.lit("maybe"))
    with pytest.raises(InputError, match='"maybe" in the column "called" is no decision'):
        prepared(given, odd)


def number_world(n: int, drift: float, ordered: bool) -> tuple[Rows, np.ndarray]:
    """Residuals whose spread grows with the prediction, and over time by `drift`."""
    rng = np.random.default_rng(3)
    prediction = rng.uniform(10, 100, n)
    y = prediction + 0.1 * prediction * (1 + drift * np.arange(n) / n) * rng.normal(size=n)
    rows = Rows("regression", CONTRACT, {}, y, None, ordered, "UTC", 0)
    return rows, prediction


def test_intervals_hold_their_level_where_nothing_changes() -> None:
    for ordered in (True, False):
        rows, prediction = number_world(4000, 0.0, ordered)
        interval = fit_interval(0.9, rows.y, prediction, ordered=ordered)
        assert interval.at  # the spread follows the prediction
        found = interval_coverage(0.9, prediction, rows)
        assert abs(found.held.mean() - 0.9) < 0.025


def test_a_level_that_later_rows_do_not_keep_is_said_to_be_broken() -> None:
    rows, prediction = number_world(4000, 3.0, ordered=True)
    rules = DecisionRules(interval=0.9)
    given = charter(Task.REGRESSION, Costs(), rules)
    contract = Contract(columns=CONTRACT.columns)
    job = Job(
        task="regression", contract=contract, steps=(), glossary={}, costs=unit_costs(given, ()), ordered=True,
        zone="UTC", seed=0, rows="", folds="", source="", deciding=deciding_of(given, given.split.validation),
    )  # fmt: skip
    rule = number_rule(job, rows, prediction)
    assert isinstance(rule, Shift)
    spec = ScorerSpec(
        task="regression", contract=contract, features=(Number(column="p"),),
        learner=Linear(coefficients=((1.0,),), intercepts=(0.0,)), decision=rule,
    )  # fmt: skip
    table = frame().with_columns(__target__=pl.lit(1.0))
    problem = Problem(contract, table, Task.REGRESSION, given, 0)
    found = decision_document(problem, job, spec, rows, np.column_stack([prediction, prediction]))["coverage"]
    assert found["kept"] is False
    assert found["measured"]["high"] < 0.9
    assert "is not kept" in found["note"]
    assert abs(found["adapted"]["value"] - 0.9) < 0.02  # following what comes keeps it


def test_sets_of_classes_hold_their_level() -> None:
    given = charter(Task.BINARY, Costs(), DecisionRules(interval=0.9))
    rule, made, _, _ = document(given)
    assert rule.possible.level == 0.9
    assert made["coverage"]["kind"] == "set"
    assert abs(made["coverage"]["measured"]["value"] - 0.9) < 0.03


def test_the_ends_of_a_cost_range_stand_beside_the_middle() -> None:
    wide = replace(DOLLARS, false_negative=MoneyRange(20, 80, "USD"))
    given = charter(Task.BINARY, wide, DecisionRules(capacity=99, per_rows=100))
    _, made, rows, p = document(given)
    event = rows.y == 1
    high, low = made["at_cost_range"]
    assert (high["false_negative"], low["false_negative"]) == (80, 20)
    chosen, there = p[:, 1] > 5 / 55, p[:, 1] > 5 / 85
    assert not made["capacity"]["binding"]
    assert high["decided_differently_per_1000"] == pytest.approx(1000 * (chosen != there).mean())
    cost = np.where(there, 5.0 * ~event, 80.0 * event)
    assert high["money_per_1000"]["value"] == pytest.approx(1000 * cost.mean())


def world_problem(given: Charter, contract: Contract, table: pl.DataFrame) -> Problem:
    return Problem(contract, table, given.task, given, 0)


def test_an_outcome_called_review_cannot_be_reviewed(tmp_path: Path) -> None:
    given = charter(Task.BINARY, DOLLARS, DecisionRules(review_cost=MoneyRange(1, 1, "USD")))
    contract = Contract(columns=CONTRACT.columns, classes=("no", "review"))
    table = frame().with_columns(pl.col("__target__").replace("yes", "review"))
    with pytest.raises(InputError, match='An outcome is called "review"') as caught:
        write_job(world_problem(given, contract, table), tmp_path)
    assert "Rename the outcome" in str(caught.value.remedy)


def test_too_few_rows_for_an_interval_are_named_before_anything_is_trained(tmp_path: Path) -> None:
    given = charter(Task.REGRESSION, Costs(), DecisionRules(interval=0.99))
    table = frame()[:150].with_columns(__target__=pl.int_range(150).cast(pl.Float64))
    with pytest.raises(InputError, match="needs 199 measured rows with an outcome; there are 75"):
        write_job(world_problem(given, Contract(columns=CONTRACT.columns), table), tmp_path)


@pytest.mark.parametrize(
    ("kind", "says"),
    [(LogicalType.CATEGORY, "read as category"), (None, 'no column "amount"')],
)
def test_amounts_that_are_no_numbers_are_refused(kind: LogicalType | None, says: str) -> None:
    others = tuple(column for column in CONTRACT.columns if column.name != "amount")
    extra = () if kind is None else (Column(name="amount", type=kind, role=Role.EXCLUDED),)
    contract = Contract(columns=(*others, *extra), classes=CONTRACT.classes)
    with pytest.raises(InputError, match=says):
        learning_rows(frame(), contract, (), charter(Task.BINARY, BY_AMOUNT, DecisionRules()))


def test_a_present_rule_on_texts_is_refused() -> None:
    given = charter(Task.BINARY, DOLLARS, DecisionRules(present="called >= 3"))
    with pytest.raises(InputError, match="holds no numbers"):
        prepared(given, frame().with_columns(called=pl.lit("a lot")))
