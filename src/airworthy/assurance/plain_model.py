"""Checks on a model that was trained elsewhere, with labelled rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.assurance.foreign import ForeignScorer, label_of, table_columns
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.plain_predictions import HALF
from airworthy.assurance.plain_report import CheckReport, coded, known, report_on
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.read_task import groups_note, last_of_two, read_task
from airworthy.charter.model import Costs, Fairness, Task
from airworthy.kernel.errors import InputError


def check_model(
    model: object,
    table: object,
    y: ArrayLike | Sequence[object],
    *,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    time: ArrayLike | None = None,
    entity: Sequence[object] | ArrayLike | None = None,
    costs: Costs | None = None,
    fairness: Fairness | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> CheckReport:
    """Run every check that a model and labelled rows allow, explanation and messy input included.

    Parameters
    ----------
    model : anything with `predict_proba(X)` or `predict(X)`.
    table : n rows in the form that the model takes: a pandas, Polars or Arrow table, or a numpy matrix.
    y : (n,) outcomes, all known.
    protected : names of columns of `table`, or further columns by name.
    threshold : probability from which a case is selected; the usual half without it.
    """
    outcomes, (columns, rebuild) = np.asarray(y), table_columns(table)
    further = dict(protected) if isinstance(protected, Mapping) else {}
    _refuse_other_rows(columns, outcomes)
    _refuse_unknown(protected, {*columns, *further})
    kind, labels = _task_of(model, outcomes, task, positive)
    scorer = ForeignScorer(model, rebuild, kind, labels)
    scores = scorer.score_columns(columns)
    cut = threshold if threshold is not None else HALF
    fractions = scores.probability if kind is Task.BINARY else None
    predictions = Predictions.of(
        kind,
        coded(outcomes, kind),
        classes=labels,
        probability=scores.probability,
        prediction=scores.prediction,
        decision=list(scores.decision) if fractions is None else _decided(fractions, labels, cut),
        threshold=None if fractions is None else cut,
        columns={**columns, **further},
        time=time,
        entity=entity,
    )
    scope = plain_scope(
        kind,
        classes=labels,
        columns=predictions.columns,
        protected=tuple(protected),
        inputs=tuple(columns),
        timed=time is not None,
        costs=costs,
        fairness=fairness,
    )
    probe = scorer if scores.probability is not None or kind is Task.REGRESSION else None
    notes = (*_decision_note(predictions, cut), *groups_note(kind, labels, tuple(protected)))
    return report_on(predictions, scope, probe, 0, notes, level, seed)


def _decided(fractions: NDArray[np.float64], labels: tuple[str, ...], cut: float) -> list[str]:
    """The label of each row by its probabilities (n, 2)."""
    return [labels[int(hit)] for hit in fractions[:, 1] >= cut]


def _refuse_other_rows(columns: Mapping[str, Values], outcomes: NDArray[Any]) -> None:
    there = known(outcomes, None)
    rows = len(next(iter(columns.values()), []))
    if not there.all() or not columns or rows != len(outcomes):
        raise InputError(
            f"There are {rows:,} rows of {len(columns):,} inputs and {int(there.sum()):,} known outcomes.",
            value=int(there.sum()),
            remedy="Give the same rows with an outcome each.",
        )


def _refuse_unknown(protected: Sequence[str] | Mapping[str, Values], there: set[str]) -> None:
    if unknown := [name for name in protected if name not in there]:
        raise InputError(
            f"There is no column {unknown[0]!r} in the inputs.",
            value=unknown[0],
            remedy="Give it as a mapping: protected={name: values}.",
        )


def _task_of(
    model: object, outcomes: NDArray[Any], task: Task | str | None, positive: str | None
) -> tuple[Task, tuple[str, ...]]:
    """The task and its classes, as the model knows them where it does."""
    if task is None and (hasattr(model, "classes_") or hasattr(model, "predict_proba")):
        task = Task.BINARY if len(np.unique(outcomes.astype(str))) == 2 else Task.MULTICLASS
    own = [label_of(value) for value in getattr(model, "classes_", [])]
    kind, labels, _ = read_task(outcomes, None, task, positive or last_of_two(own), own or None)
    return kind, labels


def _decision_note(predictions: Predictions, threshold: float) -> tuple[str, ...]:
    if predictions.task is not Task.BINARY or predictions.probability is None:
        return ()
    return (f"Cases with a probability of {threshold:g} or more are selected.",)
