"""Checks on a model that was trained elsewhere, with labelled rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.assurance.asked import ask
from airworthy.assurance.depth import Terms
from airworthy.assurance.foreign import ForeignScorer, ForeignScores
from airworthy.assurance.given import NOT_GIVEN, Learned
from airworthy.assurance.meaning import Meaning, meaning_of
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.plain_predictions import HALF
from airworthy.assurance.plain_report import CheckReport, known, report_on
from airworthy.assurance.predictions import Predictions, Values
from airworthy.assurance.privacy.members import learned_rows
from airworthy.assurance.read_task import groups_note
from airworthy.assurance.tables import Table, read_table
from airworthy.charter.model import Costs, Fairness, Task
from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress


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
    deep: bool = False,
    trained_on: tuple[object, ArrayLike | Sequence[object]] | None = None,
    progress: Progress | None = None,
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
    deep : search more slices, cross three protected columns, and ask the model four times as much.
    trained_on : rows that the model learned and their outcomes, as `(X_train, y_train)`: then an attack tries
        to tell them from the rows of `table`, which it must not have learned.
    progress : who watches.

    Raises
    ------
    InputError : rows and outcomes that do not match, or a model that does not take these rows.
    """
    terms = Terms.of(level, seed, deep, progress)
    found = measure_model(
        model,
        table,
        y,
        protected=protected,
        task=task,
        positive=positive,
        threshold=threshold,
        time=time,
        entity=entity,
        costs=costs,
        fairness=fairness,
        probes=terms.depth.probes,
    )
    learned = NOT_GIVEN
    if trained_on is not None:
        learned = Learned(learned_rows(model, found.scorer, found.meant, trained_on, found.inputs, seed))
    return report_on_model(model, found, terms, learned)


@dataclass(frozen=True, eq=False)
class MeasuredModel:
    """A model on labelled rows: what it predicts and what came, how it is asked, and what was assumed."""

    predictions: Predictions
    scope: Scope
    scorer: ForeignScorer
    meant: Meaning
    inputs: tuple[str, ...]
    notes: tuple[str, ...]


def measure_model(
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
    probes: int = 1,
) -> MeasuredModel:
    """Ask the model of the rows and lay its answers beside their outcomes; see `check_model`.

    Parameters
    ----------
    probes : times as many rows and requests may go through the model in each probe.
    """
    outcomes = np.asarray(y).squeeze()
    table, rows, further = _admitted(model, table, outcomes, protected)
    answers = ask(model, table, len(rows))
    meant = meaning_of(model, outcomes, answers, task, positive)
    scorer = ForeignScorer(model, rows, meant.task, meant.classes, meant.event)
    scorer.sizes = scorer.sizes.times(probes)
    scores = scorer.read(answers)
    predictions, how = _predictions(scores, meant, threshold, {**rows.columns, **further}, time, entity)
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
    groups = groups_note(meant.task, meant.classes, tuple(protected))
    notes = (*meant.notes, *how, *_told_who(protected, rows.columns), *groups)
    return MeasuredModel(predictions, scope, scorer, meant, tuple(rows.columns), notes)


def report_on_model(
    model: object, found: MeasuredModel, terms: Terms, learned: Learned = NOT_GIVEN
) -> CheckReport:
    """Every check of a model that was measured."""
    report = report_on(found.predictions, found.scope, found.scorer, 0, found.notes, terms, learned)
    return report.with_notes(*asked_of(model))


def asked_of(model: object) -> tuple[str, ...]:
    """What a model that counts its requests says of them."""
    asked = getattr(model, "asked", None)
    return () if asked is None else (asked(),)


def _admitted(
    model: object, table: object, outcomes: NDArray[Any], protected: Sequence[str] | Mapping[str, Values]
) -> tuple[object, Table, dict[str, Values]]:
    """The table that the model is given, its columns, and columns that it does not see.

    Raises `InputError` where rows and outcomes do not match, or a protected column is not there.
    """
    rows = read_table(table)
    further = dict(protected) if isinstance(protected, Mapping) else {}
    _refuse_other_rows(rows, outcomes)
    _refuse_unknown(protected, {*rows.columns, *further})
    narrowed = getattr(model, "narrowed", None)
    if narrowed is None:
        return table, rows, further
    further |= {name: rows.columns[name] for name in protected if name in rows.columns}
    sent = narrowed(table)
    return sent, read_table(sent), further


def _predictions(
    scores: ForeignScores,
    meant: Meaning,
    threshold: float | None,
    columns: Mapping[str, Values],
    time: ArrayLike | None,
    entity: Sequence[object] | ArrayLike | None,
) -> tuple[Predictions, tuple[str, ...]]:
    """What was predicted and what came, and how the decisions came about."""
    decided, cut, how = _decisions(scores, meant, threshold)
    made = Predictions.of(
        meant.task,
        meant.outcomes,
        classes=meant.classes,
        probability=scores.probability,
        prediction=scores.prediction,
        decision=decided,
        threshold=cut,
        columns=columns,
        time=time,
        entity=entity,
    )
    return made, how


def _decisions(
    scores: ForeignScores, meant: Meaning, threshold: float | None
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


def _told_who(
    protected: Sequence[str] | Mapping[str, Values], inputs: Mapping[str, Values]
) -> tuple[str, ...]:
    """That the model is given columns that say who a person is."""
    given = [name for name in protected if name in inputs]
    if not given:
        return ()
    verb, them = ("is", "it") if len(given) == 1 else ("are", "them")
    return (f"{_named(given)} {verb} protected, and the model is given {them} as input.",)


def _named(names: Sequence[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} and {last}" if others else last


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
