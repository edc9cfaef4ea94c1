"""Which recipe stands for a version where remedies are measured, and what the charter leaves open."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from airworthy.charter.model import DecisionRules, LearnerKind, SearchRules
from airworthy.data.bare import scope_of_plain
from airworthy.lifecycle.remedies.asked import thresholds_open, weighable
from airworthy.lifecycle.remedies.of_version import recipe_of

PLAIN = scope_of_plain(pl.DataFrame({"x": [1, 2], "y": ["no", "yes"]}), "y", None)[0].charter
LINEAR = replace(PLAIN, search=SearchRules(learners=(LearnerKind.LINEAR,)))


def context(menu: dict[str, Any] | None, learner: str = "linear") -> Any:
    """A workspace with one version, v1, of this menu; with none where there is no menu and no learner."""
    view = SimpleNamespace(version="v1", learner=learner)
    registry = SimpleNamespace(
        versions=lambda: [view] if learner else [],
        version=lambda name: view,
        evidence=lambda name: {"menu": menu},
    )
    return SimpleNamespace(registry=registry, charter=LINEAR)


def offer(name: str, loss: float, refused: str = "") -> dict[str, Any]:
    return {"name": name, "refused": refused, "quality": {"value": loss}}


def test_the_chosen_candidate_is_the_present_model() -> None:
    menu = {"chosen": "extra-trees", "offers": [offer("extra-trees", 0.4)]}
    assert recipe_of(context(menu), "v1") == ("v1", "extra-trees", ())


def test_a_blend_is_stood_for_by_its_best_single_model_that_may_be_chosen() -> None:
    offers = [
        offer("blend", 0.30),
        offer("suspect", 0.1, "leaks"),
        offer("linear", 0.4),
        offer("lightgbm-6", 0.35),
    ]
    version, recipe, notes = recipe_of(context({"chosen": "blend", "offers": offers}), None)
    assert (version, recipe) == ("v1", "lightgbm-6")
    assert notes == ("v1 is a blend: lightgbm-6, the best of what it is made of, stands for it.",)


def test_without_a_version_a_permitted_recipe_stands_and_is_named() -> None:
    version, recipe, notes = recipe_of(context(None, learner=""), None)
    assert (version, recipe) == (None, "linear")
    assert notes == ("There is no version yet: linear stands for it.",)


@pytest.mark.parametrize(
    ("recipe", "base"), [("linear", "linear"), ("linear-even", "linear"), ("extra-trees", "lightgbm-31")]
)
def test_weights_go_to_the_recipe_itself_or_to_the_nearest_that_heeds_them(recipe: str, base: str) -> None:
    assert weighable(recipe, PLAIN) == base


def test_where_no_learner_heeds_weights_there_is_none() -> None:
    trees = SearchRules(learners=(LearnerKind.EXTRA_TREES,))
    assert weighable("extra-trees", replace(PLAIN, search=trees)) is None


def test_a_capacity_leaves_no_thresholds_by_group() -> None:
    declared = replace(PLAIN, decision=DecisionRules(capacity=5, per_rows=100))
    assert not thresholds_open(declared)
    assert thresholds_open(LINEAR)
