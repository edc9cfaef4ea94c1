"""Checks on a model that was trained elsewhere, with labelled rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.assurance.asked import Answers, ask, classes_of, in_order, is_regressor, label_of
from airworthy.assurance.foreign import ForeignScorer, ForeignScores
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.plain_predictions import HALF
from airworthy.assurance.plain_report import CheckReport, coded, known, report_on
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.read_task import groups_note, last_of_two, read_task
from airworthy.assurance.tables import Table, read_table
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
    model : anything with `predict_proba(X)` or `predict(X)`, or a function of X.
    table : n rows in the form that the model takes: a pandas, Polars or Arrow table, a matrix, or texts.
    y : (n,) outcomes, all known.
    protected : names of columns of `table`, or further columns by name.
    positive : the event; of several outcomes, the one that is held against all others.
    threshold : probability from which a case is selected; the model's own decisions, else the usual half.
    time : (n,) epoch seconds of the decisions. entity : (n,) who or what repeats.

    Raises
    ------
    InputError : rows and outcomes that do not match, or a model that does not take these rows.
    """
    outcomes, rows = np.asarray(y).squeeze(), read_table(table)
    further = dict(protected) if isinstance(protected, Mapping) else {}
    _refuse_other_rows(rows, outcomes)
    _refuse_unknown(protected, {*rows.columns, *further})
    if (narrowed := getattr(model, "narrowed", None)) is not None:
        further |= {name: rows.columns[name] for name in protected if name in rows.columns}
        table = narrowed(table)
        rows = read_table(table)
    answers = ask(model, table, len(rows))
    meant = _meaning(model, outcomes, answers, task, positive)
    scorer = ForeignScorer(model, rows, meant.task, meant.classes, meant.event)
    scores = scorer.read(answers)
    decided, cut, how = _decisions(scores, meant, threshold)
    predictions = Predictions.of(
        meant.task,
        meant.outcomes,
        classes=meant.classes,
        probability=scores.probability,
        prediction=scores.prediction,
        decision=decided,
        threshold=cut,
        columns={**rows.columns, **further},
        time=time,
        entity=entity,
    )
    scope = plain_scope(
        meant.task,
        classes=meant.classes,
        columns=predictions.columns,
        protected=tuple(protected),
        inputs=tuple(rows.columns),
        timed=time is not None,
        costs=costs,
        fairness=fairness,
        types=rows.types,
    )
    notes = (*meant.notes, *how, *groups_note(meant.task, meant.classes, tuple(protected)))
    report = report_on(predictions, scope, scorer, 0, notes, level, seed)
    asked = getattr(model, "asked", None)
    return report if asked is None else report.with_notes(asked())


@dataclass(frozen=True, eq=False)
class _Meaning:
    """What the outcomes are about: `event` is one of several classes, where all others count as one."""

    task: Task
    classes: tuple[str, ...]
    outcomes: NDArray[Any] | list[str]
    event: str | None = None
    notes: tuple[str, ...] = ()


def _meaning(
    model: object,
    outcomes: NDArray[Any],
    answers: Answers,
    task: Task | str | None,
    positive: str | None,
) -> _Meaning:
    """The task and its classes, as the model knows them where it does."""
    own, seen = classes_of(model), in_order({label_of(value) for value in outcomes.tolist()})
    named = own or seen
    kind = Task(task) if task is not None else _likely_task(model, outcomes, answers, named)
    if kind is Task.REGRESSION:
        if outcomes.dtype.kind not in "fiub":
            raise InputError(
                f"The model predicts numbers, and the outcomes are words such as {seen[0]!r}.",
                value=seen[0],
                remedy="Give the numbers that came true, or name the task: task='binary'.",
            )
        return _Meaning(kind, (), outcomes)
    _refuse_other_labels(own, seen)
    if positive is not None and len(named) > 2 and task is None:
        return _one_against_rest(positive, named, outcomes)
    fractions = answers.values if answers.values.ndim == 1 and answers.values.dtype.kind == "f" else None
    ordered = list(named if answers.values.ndim == 2 else own)
    found = read_task(outcomes, fractions, kind, positive or last_of_two(ordered), named)
    return _Meaning(found[0], found[1], coded(outcomes, found[0]), None, found[2])


def _likely_task(
    model: object, outcomes: NDArray[Any], answers: Answers, named: tuple[str, ...]
) -> Task | None:
    """The task that the model's answers tell; None where only the outcomes can tell it."""
    values = answers.values
    if is_regressor(model):
        return Task.REGRESSION
    if classes_of(model) or hasattr(model, "predict_proba") or values.ndim == 2:
        return Task.BINARY if len(named) == 2 else Task.MULTICLASS
    numbers = outcomes.dtype.kind in "fi" and len(named) > 2
    if numbers and values.dtype.kind == "f" and (values != np.floor(values)).any():
        return Task.REGRESSION
    return None


def _one_against_rest(event: str, named: tuple[str, ...], outcomes: NDArray[Any]) -> _Meaning:
    if event not in named:
        raise InputError(
            f"No outcome is {event!r}.",
            value=event,
            remedy=f"Name one of these as the event: {', '.join(named[:8])}.",
        )
    other = f"not {event}"
    held = [event if label_of(value) == event else other for value in outcomes.tolist()]
    note = f"The event is {event!r}; the other {len(named) - 1} outcomes are no event."
    return _Meaning(Task.BINARY, (other, event), held, event, (note,))


def _decisions(
    scores: ForeignScores, meant: _Meaning, threshold: float | None
) -> tuple[list[Any], float | None, tuple[str, ...]]:
    """What is decided in each row, the cut where there is one, and how that came."""
    if scores.probability is None and meant.task is not Task.REGRESSION:
        note = (
            "The model gives labels without probabilities: how it ranks cases and whether its probabilities "
            "come true cannot be told."
        )
        return list(scores.decision), None, (note,)
    if scores.probability is None or meant.task is not Task.BINARY:
        return list(scores.decision), None, ()
    if scores.own and threshold is None:
        return list(scores.decision), None, ("Decisions are the model's own.",)
    cut = HALF if threshold is None else threshold
    labels = [meant.classes[int(hit)] for hit in scores.probability[:, 1] >= cut]
    return labels, cut, (f"Cases with a probability of {cut:g} or more are selected.",)


def _refuse_other_rows(table: Table, outcomes: NDArray[Any]) -> None:
    there = known(outcomes, None) if outcomes.ndim == 1 else np.zeros(0, bool)
    if not there.all() or not table.columns or not len(table) or len(table) != len(there):
        raise InputError(
            f"There are {len(table):,} rows of {len(table.columns):,} inputs and {int(there.sum()):,} known "
            "outcomes.",
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


def _refuse_other_labels(own: tuple[str, ...], seen: tuple[str, ...]) -> None:
    if own and (strange := [label for label in seen if label not in own]):
        raise InputError(
            f"The model knows the classes {', '.join(own[:8])}, and an outcome is {strange[0]!r}.",
            value=strange[0],
            remedy="Give outcomes in the model's own labels.",
        )
