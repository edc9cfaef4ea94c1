"""The recipe beside the charter: fitted on the training rows of a run, measured, and kept in the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from airworthy.charter.model import Charter
from airworthy.data.repair import RECIPE, Fitted, Recipe, Rows, clock_of, read_recipe
from airworthy.lifecycle.context import Context
from airworthy.model.repair_effect import repair_effects
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import Rekey
from airworthy.scoring.steps import apply_steps

MOST_SECONDS, MOST_SHARE = 20.0, 0.1
"""Of what is left of the budget: the effects are told, and decide nothing."""


@dataclass(frozen=True, eq=False)
class Repairs:
    """A recipe, fitted."""

    recipe: Recipe
    fitted: Fitted

    def as_json(self) -> dict[str, Any]:
        return {
            "digest": self.recipe.digest,
            "refused": sum(str(step.state) == "refused" for step in self.recipe.steps),
            "waiting": sum(str(step.state) == "proposed" for step in self.recipe.steps),
            "of": self.fitted.of,
            "steps": [step.as_json() for step in self.fitted.steps],
        }


def recipe_of(context: Context) -> Recipe:
    """The recipe beside the charter; empty where there is none. Raises `RecipeError`."""
    return read_recipe(context.charter.path.parent / RECIPE)


def fit_repairs(recipe: Recipe, train: pl.DataFrame, charter: Charter, contract: Contract) -> Repairs:
    """The active steps, fitted on training rows alone."""
    return Repairs(recipe, recipe.fit(Rows(train, contract, clock_of(charter, contract))))


def rekeyed(frame: pl.DataFrame, recipe: Recipe, charter: Charter) -> pl.DataFrame:
    """`frame` with its entities' keys in one spelling, before it is divided: one entity, one side.

    A key is written the same way whatever the other rows hold, so nothing is learned here.
    """
    for step in recipe.active:
        if step.kind != "rekey" or step.column not in charter.data.entity or step.column not in frame.columns:
            continue
        if frame.schema[step.column] == pl.String:
            told = step.parameters.as_values()
            scoring = Rekey(column=step.column, **told)  # type: ignore[arg-type]  # the kind's own names
            keys = apply_steps((scoring,), {step.column: frame[step.column].to_list()})[step.column]
            frame = frame.with_columns(pl.Series(step.column, keys, pl.String))
    return frame


def measured(
    repairs: Mapping[str, Any],
    recipe: Recipe,
    before: Rows,
    validation: pl.DataFrame,
    charter: Charter,
    left: float,
) -> dict[str, Any]:
    """The evidence's section, each step with its effect on the task; null where the time did not last."""
    seconds = min(MOST_SECONDS, MOST_SHARE * left)
    effects = repair_effects(recipe.active, before, validation, charter, seconds=seconds)
    told = {effect.id: effect.as_json() for effect in effects}
    return {**repairs, "steps": [{**step, "effect": told.get(step["id"])} for step in repairs["steps"]]}
