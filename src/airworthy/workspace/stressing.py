"""`aw.stress` and `airworthy stress`: what messy, reworded and curious input does to a model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from numpy.typing import ArrayLike

from airworthy.adapters.foreign import load_foreign
from airworthy.assurance.depth import DEEP, DEFAULT
from airworthy.assurance.plain_model import asked_of, measure_model
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.stress.report import Stress, StressStopped
from airworthy.assurance.stress.run import stress_rows
from airworthy.charter.model import Task
from airworthy.charter.problems import did_you_mean
from airworthy.data import read_file
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.lifecycle.context import Context
from airworthy.scoring.spec import Threshold
from airworthy.workspace.check_model_file import FileModel, model_inputs
from airworthy.workspace.check_remote import Reach, is_address, reached
from airworthy.workspace.opened_version import open_version

LEARNED = (
    "These are rows that the version has learned: its quality on them is too good, and what it loses is told "
    "against that."
)


def stress(
    model: object,
    X: object,
    y: ArrayLike | Sequence[object],
    *,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    entity: Sequence[object] | ArrayLike | None = None,
    answers: int | None = None,
    deep: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
) -> Stress:
    """Spoil rows in growing doses, reword their texts on purpose, and copy the model by its own answers.

    `print` shows what each kind of mess costs at each dose, the dose from which too much is lost, and which
    column costs most alone; how few slips flip a text; and how many answers a copy needs. The model is only
    asked. Minutes, where a model is slow.

    Parameters
    ----------
    model : anything with `predict_proba(X)` or `predict(X)`, a function of X, or `aw.remote(...)`.
    X : n rows in the form that the model takes.
    y : (n,) outcomes, all known.
    protected : columns of `X` that say who a person is, or further columns by name.
    positive : the event; of several outcomes, the one that is held against all others.
    threshold : probability from which the event is decided; by default the model's own, else 0.5.
    entity : (n,) who or what repeats: intervals are then wider.
    answers : that copies learn from, at most; by default 20,000, and 1,000 of a model behind an address.
    deep : four times the rows and texts.

    Raises
    ------
    InputError : rows and outcomes do not match, all outcomes are alike, or the model does not take the rows.
    StressStopped : a `KeyboardInterrupt` whose `found` has the parts that were done.

    >>> import numpy as np
    >>> rows = np.column_stack([np.arange(400.0), np.tile([0.0, 1.0], 200)])
    >>> found = stress(lambda X: (X[:, 0] >= 200).astype(int), rows, rows[:, 0] >= 200, answers=100)
    >>> found.figure, found.quality, found.of("stuck value").alone[0].column
    ('AUC', 1.0, 'x0')
    """
    depth = DEEP if deep else DEFAULT
    opened = measure_model(
        model,
        X,
        y,
        protected=protected,
        task=task,
        positive=positive,
        threshold=threshold,
        entity=entity,
    )
    try:
        found = stress_rows(
            opened.predictions,
            opened.scorer,
            opened.scope,
            depth=depth,
            answers=answers,
            seed=seed,
            progress=progress,
        )
    except StressStopped as stop:
        raise StressStopped(stop.found.named("", *opened.notes, *asked_of(model))) from stop
    return found.named("", *opened.notes, *asked_of(model))


def stress_file(
    named: str,
    data: Path,
    target: str,
    *,
    positive: str | None = None,
    threshold: float | None = None,
    reach: Reach | None = None,
    tell: Callable[[str], None] = lambda text: None,
    sheet: str | None = None,
    answers: int | None = None,
    deep: bool = False,
    progress: Progress | None = None,
) -> Stress:
    """Stress a model file, or the model behind an address, on the labelled rows of a table.

    Parameters
    ----------
    target : the column of outcomes; rows without one are left out.
    tell : hears what is sent to an address.
    """
    table = read_file(data, sheet=sheet)
    if target not in table.columns:
        raise InputError(
            f"There is no column {target!r} in {data.name}.",
            value=target,
            remedy=did_you_mean(target, table.columns, "Name the outcome: --target COLUMN."),
        )
    rows = table.filter(pl.col(target).is_not_null())
    model, inputs = _opened(named, rows, target, reach or Reach(), tell)
    name = f"{Path(named).name} on {data.name}"
    try:
        found = stress(
            model,
            inputs,
            _plain(rows[target]),
            positive=positive,
            threshold=threshold,
            answers=answers,
            deep=deep,
            progress=progress,
        )
    except StressStopped as stop:
        raise StressStopped(stop.found.named(name)) from stop
    return found.named(name)


def stress_version(
    context: Context,
    version: str | None,
    *,
    answers: int | None = None,
    deep: bool = False,
    progress: Progress | None = None,
) -> Stress:
    """Stress a version on development rows; the sealed rows stay sealed.

    Raises
    ------
    InputError : there is no version, or it answers with lists or from the past of a series.
    """
    held = open_version(context, version)
    opened, contract = held.opened, held.opened.scope.contract
    scorer: Any = opened.scorer
    scores = scorer.score_columns(opened.columns)
    decision = scorer.spec.decision
    rows = Predictions.of(
        context.charter.task,
        held.outcomes,
        classes=contract.classes,
        probability=scores.probability,
        prediction=scores.prediction,
        decision=scores.alone if scores.alone is not None else scores.decision,
        threshold=decision.threshold if isinstance(decision, Threshold) else None,
        columns=opened.columns,
        rows_are="development",
    )
    try:
        found = stress_rows(
            rows,
            scorer,
            opened.scope,
            depth=DEEP if deep else DEFAULT,
            answers=answers,
            seed=context.charter.seed,
            progress=progress,
        )
    except StressStopped as stop:
        raise StressStopped(stop.found.named(held.version, LEARNED)) from stop
    return found.named(held.version, LEARNED)


def _opened(
    named: str, rows: pl.DataFrame, target: str, reach: Reach, tell: Callable[[str], None]
) -> tuple[object, pl.DataFrame]:
    if is_address(named):
        return reached(named, rows, (target,), reach, tell)
    model = load_foreign(Path(named))
    return FileModel(model), model_inputs(model, rows, (target,))


def _plain(values: pl.Series) -> Any:
    return values.to_numpy() if values.dtype.is_numeric() else values.cast(pl.String).to_list()
