"""`aw.harden`: what makes decisions harder to flip, and what that costs, on a table, without a charter."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from airworthy.assurance.changes import read_changes
from airworthy.assurance.changes.given import Said
from airworthy.charter.changing import Changes
from airworthy.charter.model import Direction, SearchRules
from airworthy.data.bare import refuse_names, scope_of_plain
from airworthy.data.declared import declared
from airworthy.data.frame import from_any
from airworthy.data.types import RESERVED_TIME
from airworthy.kernel.ports import Progress
from airworthy.kernel.progress import QuietProgress
from airworthy.lifecycle.hardening.asked import Asked, require_two_answers
from airworthy.lifecycle.hardening.compare import compare_hardening
from airworthy.lifecycle.hardening.report import Hardened
from airworthy.workspace.call_budget import Limits, budget_of_call
from airworthy.workspace.mitigating import RECIPES, costs_of_call, divided, one_of
from airworthy.workspace.training import ordered


def harden(
    frame: object,
    target: str,
    *,
    changes: Changes | Mapping[str, Said] | None = None,
    monotone: Mapping[str, str] | None = None,
    protected: Sequence[str] | str = (),
    positive: str | None = None,
    time: str | None = None,
    order: str | None = None,
    entity: Sequence[str] | str = (),
    exclude: Sequence[str] = (),
    learner: str = "lightgbm",
    rounds: int = 2,
    held: float = 0.3,
    costs: tuple[float, float] | None = None,
    currency: str = "",
    seconds: float = 240.0,
    seed: int = 0,
    folder: str | Path | None = None,
    progress: Progress | None = None,
) -> Hardened:
    """Train a model and each way to make its decisions harder to flip; attack all on the same other rows.

    `print` shows one table before and after, and what each way costs. Nothing is adopted.

    Parameters
    ----------
    frame : pandas, Polars or Arrow frame; rows without an outcome are left out.
    target : column with two outcomes.
    changes : what may change, by column, as `aw.attack` takes it.
    monotone : a way to harden: columns whose number may only move the answer "up" or "down".
    protected : columns that say who a person is; no model reads them, and they do not change.
    time, order : column that dates the rows, or that only orders them: the later ones then measure.
    entity : columns that together name whom a row is about; one entity is never fitted and measured.
    learner : "lightgbm" or "linear": the present model.
    rounds : of adversarial training, each against the model of the round before.
    held : share of the rows that measure.
    costs : of a false alarm and of a miss; they set the threshold and are told in `currency`.

    Raises
    ------
    InputError : there are not two outcomes, or nothing may change.
    BudgetStopped : nothing was finished within `seconds`.
    """
    budget = budget_of_call(seconds, Limits())
    plain = from_any(frame)
    told = declared(protected=protected, entity=entity)
    refuse_names(plain.columns, target, time or order, told)
    scope, table = scope_of_plain(plain, target, time, told)
    charter = ordered(scope.charter, time, order, exclude)
    charter = replace(
        charter,
        target=replace(charter.target, positive=positive),
        split=replace(charter.split, validation=held),
        costs=costs_of_call(costs, currency),
        changes=read_changes(changes),
        search=SearchRules(),
        seed=seed,
    )
    require_two_answers(charter)
    problem, later = divided(table if time else table.drop(RESERVED_TIME, strict=False), plain, charter)
    ways = {name: Direction(one_of("monotone", way, Direction)) for name, way in (monotone or {}).items()}
    asked = Asked(RECIPES[one_of("learner", learner, RECIPES)], ways, max(1, rounds))
    home = Path(tempfile.mkdtemp(prefix="airworthy-harden-") if folder is None else folder)
    return compare_hardening(problem, later, asked, home, budget, progress or QuietProgress())
