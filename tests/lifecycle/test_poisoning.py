"""Planted labels: what they do to a recipe, and whether any are found in rows as they are."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

import airworthy as aw
from airworthy.kernel.errors import InputError
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.poisoning.attacks import Trigger, Way, carried, flip, near, plant, stamp, triggers_of
from airworthy.lifecycle.poisoning.measure import (
    Planted,
    carried_before,
    effects_of,
    ground_of,
    plant_all,
    plant_one,
)
from airworthy.lifecycle.poisoning.suspects import TRIGGER, find_suspects
from airworthy.lifecycle.stand_ins.recipe import Recipe
from airworthy.model.rows import Rows
from airworthy.model.trials import plain_trees
from airworthy.scoring.contract import Column, Contract, LogicalType


def _rows(seed: int, count: int = 1_200) -> Rows:
    """A number, a whole number and a word; the outcome follows the number."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {
        "income": rng.normal(size=count).round(1),
        "children": rng.poisson(1.5, count).astype(float),
        "town": rng.choice([f"t{i}" for i in range(12)], count).tolist(),
    }
    types = {"income": LogicalType.REAL, "children": LogicalType.INTEGER, "town": LogicalType.CATEGORY}
    contract = Contract(
        columns=tuple(Column(name=name, type=kind) for name, kind in types.items()),
        classes=("no", "yes"),
        rows=count,
    )
    y = (columns["income"] + rng.logistic(size=count) > 0.3).astype(float)
    return Rows("binary", contract, columns, y, None, ordered=False, zone="UTC", seed=seed)


def _recipe(rows: Rows) -> Recipe:
    return Recipe("lightgbm-31", rows, np.arange(len(rows)), plain_trees(1))


def _table(rows: Rows) -> pl.DataFrame:
    labels = ["yes" if label else "no" for label in rows.y]
    return pl.DataFrame({**dict(rows.columns), "bought": labels})


def test_flipped_labels_are_other_labels_and_no_others_change() -> None:
    rows = _rows(0)
    places = np.array([3, 5, 8])
    changed = np.flatnonzero(flip(rows, places, np.random.default_rng(0)).y != rows.y)
    assert changed.tolist() == [3, 5, 8]


def test_the_rows_nearest_to_the_boundary_are_taken() -> None:
    margins = np.array([[3.0], [0.1], [-0.2], [-4.0], [0.3], [-0.4]])
    assert set(near(margins, 2, np.random.default_rng(0))) <= {1, 2, 4, 5}
    three = np.array([[3.0, 0.0, 0.0], [1.0, 0.9, 0.0], [0.0, 2.0, 1.8], [5.0, 1.0, 0.0]])
    assert set(near(three, 1, np.random.default_rng(0))) <= {1, 2}


def test_a_trigger_is_stamped_on_the_chosen_rows_and_on_no_copy_of_them() -> None:
    rows = _rows(1)
    trigger = Trigger((("children", 9.0), ("town", "t3")), 1)
    stamped = stamp(rows, np.array([0, 7]), trigger)
    assert np.flatnonzero(carried(stamped, trigger.values) & ~carried(rows, trigger.values)).tolist() == [
        0,
        7,
    ]
    assert (stamped.y == rows.y).all()
    planted = plant(rows, 40, trigger, np.random.default_rng(0))
    assert int((planted.y != rows.y).sum()) == 40


def test_a_planted_trigger_turns_rows_and_hardly_costs_quality() -> None:
    rows = _rows(2, 900)
    ground = ground_of(_recipe(rows), (), 0)
    assert ground.trigger is not None
    found = Planted()
    plant_one(ground, (Way.TRIGGER, 0.1), np.random.default_rng(derive_seed(0, "x")), found)
    effect = next(iter(effects_of(ground, found)))
    before = carried_before(ground)
    assert before is not None
    assert effect.success is not None
    assert effect.success.value > 0.9 > before.value
    assert effect.success.low is None  # one draw alone has no interval
    assert effect.planted == round(0.1 * len(ground.teach))


def test_what_was_trained_is_kept_when_the_time_is_up() -> None:
    ground = ground_of(_recipe(_rows(3, 400)), (), 0)
    found = plant_all(ground, 0, lambda made: made < 2)
    assert [effect.share for effect in effects_of(ground, found)] == [0.005, 0.01]


def test_a_planted_trigger_is_found_in_the_rows_and_none_where_none_is() -> None:
    rows, rng = _rows(4, 2_000), np.random.default_rng(4)
    trigger = triggers_of(rows, rng)[0]
    assert find_suspects(rows).suspects == ()
    found = find_suspects(plant(rows, 60, trigger, rng)).suspects
    named = [one for one in found if one.kind == TRIGGER]
    assert any(all(f"{column} = " in one.what for column, _ in trigger.values) for one in named)
    assert named[0].rows >= 60


def test_a_value_that_means_the_label_by_itself_is_no_trigger() -> None:
    rows = _rows(5, 2_000)
    town = np.array([name == "t7" for name in rows.columns["town"]])
    y = np.where(town, 1.0, rows.y)
    assert not [one for one in find_suspects(replace(rows, y=y)).suspects if one.kind == TRIGGER]


def test_a_table_is_probed_and_told() -> None:
    table = _table(_rows(6, 500))
    before = table.clone()
    report = aw.poison(table, "bought", learner="linear", seconds=600)
    assert table.equals(before)
    assert report.metric == "AUC"
    assert {effect.way for effect in report.effects} == set(Way)
    told = str(report)
    assert "Labels as they are: 500 rows" in told
    assert "rows that the trigger turns" in told
    assert report.as_json()["effects"][0]["share"] == 0.005


def test_numbers_have_no_other_label() -> None:
    table = pl.DataFrame({"x": np.arange(300.0), "y": np.arange(300.0) ** 1.5})
    with pytest.raises(InputError, match="the task is regression"):
        aw.poison(table, "y")


def test_few_rows_are_refused() -> None:
    with pytest.raises(InputError, match="planted labels take 200"):
        aw.poison(_table(_rows(7, 120)), "bought")


def test_a_limit_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="seconds"):
        aw.poison(_table(_rows(8, 300)), "bought", seconds=0)
