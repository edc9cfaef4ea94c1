"""`aw.poison`: what planted labels do to a model of a table, and whether the table holds some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from airworthy.charter.model import SearchRules
from airworthy.data.bare import refuse_names, scope_of_plain
from airworthy.data.contract import learn_contract
from airworthy.data.declared import declared
from airworthy.data.frame import from_any
from airworthy.data.types import RESERVED_TARGET, RESERVED_TIME, infer_types
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.poisoning.begin import poison_recipe, require_classes
from airworthy.lifecycle.poisoning.report import PoisonReport
from airworthy.lifecycle.stand_ins.recipe import recipe_on
from airworthy.model import Problem
from airworthy.workspace.call_budget import Limits, budget_of_call
from airworthy.workspace.mitigating import RECIPES, one_of
from airworthy.workspace.training import ordered


def poison(
    frame: object,
    target: str,
    *,
    protected: Sequence[str] | str = (),
    time: str | None = None,
    order: str | None = None,
    entity: Sequence[str] | str = (),
    exclude: Sequence[str] = (),
    learner: str = "lightgbm",
    seconds: float = 120.0,
    seed: int = 0,
    progress: Progress | None = None,
) -> PoisonReport:
    """Look for planted labels in a table, then plant some in a copy and see what a model learns of them.

    Labels are flipped at random, in one group and near the boundary, and a hidden trigger (a rare meeting of
    two values) is planted, in 0.5 to 10 % of the rows that teach; untouched rows measure. Up to 100 models
    are trained; with less time there are fewer draws.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame; rows without an outcome are left out.
    target : column of classes.
    protected : columns whose groups may be the victims; no model reads them.
    time, order : column that dates the rows, or that only orders them: the later ones then measure.
    entity : columns that together name whom a row is about; one entity never teaches and measures.
    learner : "lightgbm" or "linear".
    seconds : limit of the call; Ctrl-C keeps what is done too.

    Raises
    ------
    InputError : the outcome is a number, or there are fewer than 200 rows.
    BudgetStopped : there was no time for a first planted model.
    """
    budget = budget_of_call(seconds, Limits())
    plain = from_any(frame)
    told = declared(protected=protected, entity=entity)
    refuse_names(plain.columns, target, time or order, told)
    scope, table = scope_of_plain(plain, target, time, told)
    if time is None:  # a column that merely holds dates must not order rows instead of `order`
        table = table.drop(RESERVED_TIME, strict=False)
    require_classes(scope.charter.task)
    charter = replace(ordered(scope.charter, time, order, exclude), seed=seed, search=SearchRules())
    known = table.filter(pl.col(RESERVED_TARGET).is_not_null())
    contract = learn_contract(known, charter, infer_types(plain))
    problem = Problem(contract, known, charter.task, charter, seed)
    recipe = recipe_on(problem, RECIPES[one_of("learner", learner, RECIPES)])
    return poison_recipe(recipe, charter.fairness.protected, budget, progress or QuietProgress(), seed)
