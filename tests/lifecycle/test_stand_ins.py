"""Models of a version's recipe on chosen rows, and the attack on them."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from airworthy.assurance.privacy.attacks import CALIBRATED
from airworthy.assurance.privacy.membership import Membership, NotAttacked
from airworthy.data.bare import scope_of_plain
from airworthy.data.contract import learn_contract
from airworthy.data.types import infer_types
from airworthy.lifecycle.stand_ins.membership import attack_recipe
from airworthy.lifecycle.stand_ins.recipe import Recipe, recipe_on
from airworthy.model import Problem


def _recipe(name: str, rows: int, seed: int = 0, copies: int = 1) -> Recipe:
    """A recipe on a table of noisy outcomes, each row `copies` times."""
    rng = np.random.default_rng(seed)
    one: dict[str, Any] = {f"x{i}": rng.normal(size=rows) for i in range(3)}
    one["y"] = np.where(one["x0"] + rng.logistic(size=rows) > 0, "yes", "no")
    table = pl.concat([pl.DataFrame(one)] * copies)
    scope, frame = scope_of_plain(table, "y", None)
    contract = learn_contract(frame, scope.charter, infer_types(table))
    return recipe_on(Problem(contract, frame, scope.charter.task, scope.charter, seed), name)


def _always(made: int) -> bool:
    return True


def test_a_line_of_many_rows_betrays_nobody() -> None:
    found = attack_recipe(_recipe("linear", 2_000), 8, 10_000, 0, _always)
    assert isinstance(found, Membership)
    low, high = found.auc(CALIBRATED).interval(0.99)
    assert low is not None
    assert high is not None
    assert low < 0.52
    assert high < 0.6
    assert len(found.member) == 2_000
    assert "8 models of the recipe linear" in found.how


def test_copies_of_a_row_are_learned_together_and_attacked_once() -> None:
    found = attack_recipe(_recipe("linear", 300, copies=2), 4, 10_000, 0, _always)
    assert isinstance(found, Membership)
    assert len(found.member) == 300


def test_too_little_time_says_how_many_models_there_were() -> None:
    found = attack_recipe(_recipe("linear", 400), 8, 10_000, 0, lambda made: made < 2)
    assert isinstance(found, NotAttacked)
    assert "after 2 of 8 models" in found.reason


def test_few_rows_are_not_attacked() -> None:
    assert isinstance(attack_recipe(_recipe("linear", 80), 8, 10_000, 0, _always), NotAttacked)


def test_a_name_that_only_changes_weights_is_the_plain_recipe_and_told() -> None:
    recipe = _recipe("linear-reweighed", 200)
    assert recipe.name == "linear"
    assert recipe.notes == ("linear stands for linear-reweighed.",)


def test_ctrl_c_keeps_what_enough_models_show() -> None:
    def stop(made: int) -> bool:
        if made == 5:
            raise KeyboardInterrupt
        return True

    found = attack_recipe(_recipe("linear", 400), 8, 10_000, 0, stop)
    assert isinstance(found, Membership)
    assert "5 models" in found.how
    with pytest.raises(KeyboardInterrupt):
        attack_recipe(_recipe("linear", 400), 8, 10_000, 0, lambda made: _raise())


def _raise() -> bool:
    raise KeyboardInterrupt
