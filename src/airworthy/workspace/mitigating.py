"""`aw.mitigate`: what closing a gap between groups does and costs, on a table, without a charter."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from airworthy.assurance.mitigation.report import Mitigation
from airworthy.charter.model import Charter, Costs, Direction, GapMeasure, SearchRules
from airworthy.charter.scope import Scope
from airworthy.data.bare import refuse_names, scope_of_plain
from airworthy.data.contract import learn_contract
from airworthy.data.declared import declared
from airworthy.data.frame import from_any
from airworthy.data.split import split_development
from airworthy.data.suspects import find_suspects, without
from airworthy.data.types import RESERVED_TARGET, RESERVED_TIME, infer_types
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.kernel.units import MoneyRange
from airworthy.lifecycle.remedies.asked import STRENGTH, Asked, require_groups
from airworthy.lifecycle.remedies.compare import compare_remedies
from airworthy.model import Problem
from airworthy.workspace.call_budget import Limits, budget_of_call
from airworthy.workspace.training import ordered

RECIPES = {"lightgbm": "lightgbm-31", "linear": "linear"}


def mitigate(
    frame: object,
    target: str,
    *,
    protected: Sequence[str] | str,
    positive: str | None = None,
    time: str | None = None,
    order: str | None = None,
    entity: Sequence[str] | str = (),
    exclude: Sequence[str] = (),
    learner: str = "lightgbm",
    max_gap: float = 0.1,
    measure: str = "selection-rate",
    min_rows: int = 100,
    monotone: Mapping[str, str] | None = None,
    strength: float = STRENGTH,
    held: float = 0.3,
    costs: tuple[float, float] | None = None,
    currency: str = "",
    seconds: float = 120.0,
    seed: int = 0,
    folder: str | Path | None = None,
    progress: Progress | None = None,
) -> Mitigation:
    """Train a model and every remedy for its gaps on the same rows, and measure each on the same others.

    `print` shows the inputs that stand in for a group, one table before and after, and what each remedy
    costs. Nothing is adopted: `aw.train` or a charter does that.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame; rows without an outcome are left out.
    target : column with two outcomes.
    protected : columns whose groups are compared; no model reads them.
    positive : the outcome that counts as the positive decision; by default what reads as yes, or the last.
    time, order : column that dates the rows, or that only orders them: the later ones then measure.
    entity : columns that together name whom a row is about; one entity is never fitted and measured.
    learner : "lightgbm" or "linear": the present model.
    max_gap : what reductions and thresholds aim at, as a difference of shares.
    measure : "selection-rate" or "true-positive-rate": the gap that they close.
    min_rows : groups of fewer rows are not compared.
    monotone : a further remedy: columns whose number may only move the answer "up" or "down".
    strength : AUC from which an input stands in for a group, and is dropped.
    held : share of the rows that measure.
    costs : of a false alarm and of a miss; they set the threshold and are told in `currency`.

    Raises
    ------
    InputError : there are not two outcomes, or no group has rows enough.
    BudgetStopped : nothing was finished within `seconds`.
    """
    budget = budget_of_call(seconds, Limits())
    plain = from_any(frame)
    told = declared(protected=protected, entity=entity)
    refuse_names(plain.columns, target, time or order, told)
    scope, table = scope_of_plain(plain, target, time, told)
    charter = ordered(scope.charter, time, order, exclude)
    rate = GapMeasure(one_of("measure", measure, GapMeasure))
    fairness = replace(charter.fairness, max_gap=max_gap, min_rows=min_rows, measure=rate)
    charter = replace(
        charter,
        target=replace(charter.target, positive=positive),
        fairness=fairness,
        split=replace(charter.split, validation=held),
        costs=costs_of_call(costs, currency),
        search=SearchRules(),
        seed=seed,
    )
    require_groups(charter)
    problem, later = divided(table if time else table.drop(RESERVED_TIME, strict=False), plain, charter)
    ways = {name: Direction(one_of("monotone", way, Direction)) for name, way in (monotone or {}).items()}
    asked = Asked(RECIPES[one_of("learner", learner, RECIPES)], strength, ways)
    home = Path(tempfile.mkdtemp(prefix="airworthy-mitigate-") if folder is None else folder)
    return compare_remedies(problem, later, asked, home, budget, progress or QuietProgress())


def divided(table: pl.DataFrame, plain: pl.DataFrame, charter: Charter) -> tuple[Problem, pl.DataFrame]:
    """The rows that teach, with what they are, and those that measure."""
    known, types = table.filter(pl.col(RESERVED_TARGET).is_not_null()), infer_types(plain)
    split = split_development(known, charter, learn_contract(known, charter, types))
    contract = learn_contract(split.train, charter, types)
    found = find_suspects(Scope(charter, contract), split.train)
    contract = without(contract, found)
    problem = Problem(contract, split.train, charter.task, charter, charter.seed, suspects=found)
    return problem, split.validation


def costs_of_call(costs: tuple[float, float] | None, currency: str) -> Costs:
    if costs is None:
        return Costs()
    if not currency:
        raise InputError("The costs have no currency.", value=costs, remedy='Name it: currency="EUR".')
    alarm, miss = (MoneyRange(one, one, currency) for one in costs)
    return Costs(currency, alarm, miss)


def one_of(argument: str, word: str, known: Iterable[str]) -> str:
    names = [str(one) for one in known]
    if word not in names:
        raise InputError(
            f'{argument} = "{word}" is not known.', value=word, remedy=f"Write one of: {', '.join(names)}."
        )
    return word
