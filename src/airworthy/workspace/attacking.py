"""`aw.attack` and `airworthy attack`: what somebody flips by changing what may change in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from airworthy.adapters.art import HopSkipJump
from airworthy.adapters.foreign import load_foreign
from airworthy.assurance.asked import label_of
from airworthy.assurance.attack.attacked import TASKS, attack_rows
from airworthy.assurance.attack.plan import Terms, terms_for
from airworthy.assurance.attack.report import Attack
from airworthy.assurance.changes import change_rules, read_changes
from airworthy.assurance.changes.given import Said
from airworthy.assurance.depth import DEEP
from airworthy.assurance.given import sizes_of
from airworthy.assurance.plain_rows import Opened, open_rows
from airworthy.assurance.predictions import Predictions, Values
from airworthy.charter.changing import Changes
from airworthy.charter.model import Costs, Task
from airworthy.charter.problems import did_you_mean
from airworthy.charter.scope import Scope
from airworthy.data import read_file
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.kernel.units import MoneyRange
from airworthy.lifecycle.predict import error_costs_of
from airworthy.scoring.scorer import Scorer
from airworthy.workspace.check_model_file import FileModel, model_inputs
from airworthy.workspace.check_remote import Reach, is_address, reached
from airworthy.workspace.opened_version import open_version

SEALED = "The sealed rows stay sealed."


@dataclass(frozen=True)
class Manner:
    """How an attack goes about: rows at most, how far, and who watches. `rows` None: what the model bears."""

    rows: int | None = None
    deep: bool = False
    second_opinion: bool = False
    seed: int = 0
    progress: Progress | None = None


def attack(
    model: object,
    X: object,
    y: ArrayLike | Sequence[object] | None = None,
    *,
    changes: Changes | Mapping[str, Said] | None = None,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    costs: tuple[float, float] | None = None,
    currency: str = "",
    rows: int | None = None,
    deep: bool = False,
    second_opinion: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Attack:
    """Search, for rows of each decision, the fewest and smallest permitted changes that flip it.

    `print` shows the shares that flip with one, two and three changes, which columns carry them, and what
    they cost. The model is only asked. That nothing is found proves nothing.

    Parameters
    ----------
    model : anything with `predict_proba(X)` or `predict(X)`, a function of X, or `aw.remote(...)`.
    X : n rows in the form that the model takes.
    y : (n,) what came; with `costs` it says what flips of right decisions cost.
    changes : what may change, by column (`never`, `up`, `down`, `any`, or more as `aw.changes` takes it).
        What it does not name may change within the values of `X`, but for protected columns, times,
        identifiers and texts.
    protected : columns that say who a person is; they do not change.
    threshold : probability from which the event is decided; by default the model's own, else 0.5.
    costs : of a false alarm and of a miss, in `currency`.
    rows : attacked, over all classes; by default 200, and 40 of a model behind an address.
    deep : four times the rows.
    second_opinion : ask HopSkipJump of ART too (the extra `attack`).

    Raises
    ------
    InputError : there is no decision to flip, or something of the above cannot be used.
    MissingExtra : a second opinion was asked for, and ART is not installed.

    >>> rows = np.column_stack([np.arange(100.0), np.arange(100.0) % 7])
    >>> found = attack(lambda X: (X[:, 0] >= 50).astype(int), rows, changes={"x1": "never"})
    >>> found.of("0").shares[0].value, found.of("0").columns
    (1.0, {'x0': 50})
    """
    told = None if changes is None else read_changes(changes)
    opened = open_rows(
        model, X, protected=protected, task=task, positive=positive, threshold=threshold, changes=told
    )
    outcomes = None if y is None else np.asarray(y).squeeze().tolist()
    if costs is not None and (outcomes is None or not currency):
        raise InputError(
            "What errors cost says nothing without outcomes and a currency.",
            value=costs,
            remedy='Give y= as well, and the currency: currency="EUR".',
        )
    manner = Manner(rows, deep, second_opinion, seed, progress)
    return attack_opened(
        opened, outcomes, _costs(costs, currency), told is not None and bool(told.columns), manner
    )


def _costs(costs: tuple[float, float] | None, currency: str) -> Costs:
    if costs is None:
        return Costs()
    alarm, miss = (MoneyRange(one, one, currency) for one in costs)
    return Costs(currency, alarm, miss)


def attack_opened(
    opened: Opened, outcomes: Sequence[Any] | None, costs: Costs, declared: bool, manner: Manner
) -> Attack:
    """As `attack`, of an opened model."""
    charter, classes = opened.scope.charter, opened.scope.contract.classes
    if charter.task not in TASKS:
        raise InputError(
            "The model answers with numbers, so that there is no decision to flip.",
            value=str(charter.task),
            remedy="Give a model that decides: wrap it, lambda X: model(X) >= limit.",
        )
    if outcomes is not None and len(outcomes) != len(opened):
        raise InputError(
            f"There are {len(opened):,} rows and {len(outcomes):,} outcomes.",
            value=len(outcomes),
            remedy="Give one outcome for each row.",
        )
    rules = change_rules(opened.scope, opened.columns)
    predictions = Predictions.of(
        charter.task,
        [0] * len(opened) if outcomes is None else _places([label_of(one) for one in outcomes], classes),
        classes=classes,
        threshold=opened.threshold,
        columns={**opened.columns, **opened.further},
        error_costs=_by_row(opened),
    )
    return attack_rows(
        opened.scorer,
        predictions,
        rules,
        terms_of(opened.scorer, len(rules.levers), manner),
        declared=declared,
        costs=costs,
        second=HopSkipJump(seed=manner.seed) if manner.second_opinion else None,
        seed=manner.seed,
        progress=manner.progress,
    )


def _by_row(opened: Opened) -> Any:
    """What both errors cost in each row (n, 2), where a version's rows tell; else None."""
    if not isinstance(opened.scorer, Scorer):
        return None
    return error_costs_of(opened.scorer, opened.columns, len(opened))


def terms_of(scorer: Any, levers: int, manner: Manner) -> Terms:
    """How many rows, and how far each; a person who names the rows gets them as far as they were searched."""
    sizes = sizes_of(scorer).times(DEEP.probes if manner.deep else 1)
    if manner.rows is None:
        return terms_for(sizes.attacked, sizes.attempts, levers)
    if manner.rows < 1:
        raise InputError(
            f"{manner.rows} rows cannot be attacked.", value=manner.rows, remedy="Give one or more."
        )
    return replace(terms_for(sizes.attacked, sizes.attempts, levers), rows=manner.rows)


def _places(labels: Sequence[str], classes: Sequence[str]) -> list[int]:
    """The places of outcomes; where one of several is the event, all others are the first class."""
    others = set(labels) - set(classes)
    one_event = len(classes) == 2 and classes[1] in labels and classes[0] not in labels
    if others and not one_event:
        unknown = min(others)
        raise InputError(
            f"The outcome {unknown!r} is none that the model decides: {', '.join(classes[:8])}.",
            value=unknown,
            remedy=did_you_mean(unknown, classes, "Give outcomes in the model's own labels."),
        )
    place = {label: index for index, label in enumerate(classes)}
    return [place.get(label, 0) for label in labels]


@dataclass(frozen=True)
class Named:
    """What the columns of a file are, as named on the command line."""

    target: str | None = None
    protected: tuple[str, ...] = ()
    positive: str | None = None
    threshold: float | None = None


def attack_file(
    named: str,
    data: Path,
    columns: Named,
    changes: Changes | None,
    manner: Manner,
    *,
    reach: Reach,
    tell: Callable[[str], None],
    sheet: str | None = None,
) -> Attack:
    """Attack a model file, or the model behind an address, on the rows of a table.

    Parameters
    ----------
    columns : the outcome is left out of what the model is given; it is not read otherwise.
    tell : hears what is sent to an address.
    """
    table = read_file(data, sheet=sheet)
    besides = () if columns.target is None else (columns.target,)
    for name in (*besides, *columns.protected):
        if name not in table.columns:
            raise InputError(
                f"There is no column {name!r} in {data.name}.",
                value=name,
                remedy=did_you_mean(name, table.columns, "Name one of its columns."),
            )
    model, rows = _opened(named, table, besides, reach, tell)
    opened = open_rows(
        model,
        rows,
        protected={name: _values(table[name]) for name in columns.protected},
        positive=columns.positive,
        threshold=columns.threshold,
        changes=changes,
    )
    return attack_opened(opened, None, Costs(), _declared(changes), manner)


def attack_version(charter: Path, version: str | None, changes: Changes | None, manner: Manner) -> Attack:
    """Attack a version on its development rows; the sealed rows stay sealed.

    Parameters
    ----------
    charter : airworthy.toml, or the folder that holds it.
    version : by default the one in production, else the newest.
    changes : instead of the charter's `[changes]`.
    """
    from airworthy.workspace.workspace import Workspace  # the registry: only versions need it

    with Workspace.open(charter, progress=manner.progress) as workspace:
        found = open_version(workspace.context, version)
        declared, seed = workspace.context.charter, workspace.context.charter.seed
    opened = found.opened
    if changes is not None:
        held = opened.scope
        opened = replace(opened, scope=Scope(replace(declared, changes=changes), held.contract))
    said = declared.changes if changes is None else changes
    attacked = attack_opened(
        opened, found.outcomes, declared.costs, _declared(said), replace(manner, seed=seed)
    )
    told = f"{found.version} on rows of its development, most of which it learned from. {SEALED}"
    return replace(attacked, notes=(told, *attacked.notes))


def _declared(changes: Changes | None) -> bool:
    return changes is not None and bool(changes.columns)


def _opened(
    named: str, table: pl.DataFrame, besides: tuple[str, ...], reach: Reach, tell: Callable[[str], None]
) -> tuple[object, pl.DataFrame]:
    if is_address(named):
        return reached(named, table, besides, reach, tell)
    model = load_foreign(Path(named))
    return FileModel(model), model_inputs(model, table, besides)


def _values(values: pl.Series) -> Values:
    if values.dtype.is_numeric():
        return values.cast(pl.Float64).to_numpy()
    return [None if value is None else str(value) for value in values.to_list()]
