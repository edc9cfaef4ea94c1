"""A model that was trained elsewhere, opened with rows whose outcomes nobody gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.asked import Answers, ask, classes_of
from airworthy.assurance.foreign import ForeignScorer, ForeignScores
from airworthy.assurance.given import FEW_REQUESTS, Scores, ScoresColumns
from airworthy.assurance.meaning import meaning_of
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.plain_predictions import HALF
from airworthy.assurance.predictions import Values, take_columns
from airworthy.assurance.tables import Table, read_table
from airworthy.charter.changing import Changes
from airworthy.charter.model import Task
from airworthy.charter.problems import did_you_mean, listed
from airworthy.charter.scope import Scope
from airworthy.kernel.errors import InputError

FIRST_SHARE = 6
"""One in so many of the rows that a search may ask about is asked first, to read the answers."""


@dataclass(frozen=True, eq=False)
class Opened:
    """A scorer with rows that it can score.

    Attributes
    ----------
    scope : charter and contract of the rows; made from the rows where nobody declared them.
    columns : the rows by column, as they are scored.
    further : columns of the same rows that the scorer does not read, such as protected ones.
    threshold : probability from which the event is decided, where the scorer leaves it open.
    """

    scorer: ScoresColumns
    scope: Scope
    columns: Mapping[str, Values]
    further: Mapping[str, Values]
    threshold: float | None = None

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def decided(self, scores: Scores) -> list[Any]:
        """The decision in each row: a class, or a number. Where a person decides, what the model would."""
        if self.threshold is not None and scores.probability is not None:
            hits = np.asarray(scores.probability)[:, 1] >= self.threshold
            return [self.scope.contract.classes[int(hit)] for hit in hits]
        alone = getattr(scores, "alone", None)
        return list(scores.decision if alone is None else alone)


def open_rows(
    model: object,
    table: object,
    *,
    protected: Sequence[str] | Mapping[str, Values] = (),
    task: Task | str | None = None,
    positive: str | None = None,
    threshold: float | None = None,
    changes: Changes | None = None,
) -> Opened:
    """Ask the model of the rows, and read its answers as decisions.

    Parameters
    ----------
    model : anything with `predict_proba(X)` or `predict(X)`, or a function of X.
    table : n rows in the form that the model takes.
    protected : names of columns of `table`, or further columns by name.
    threshold : probability from which the event is decided; the model's own decisions, else the usual half.

    Raises
    ------
    InputError : there are no rows, or the model does not take them.
    """
    rows = read_table(table)
    further = dict(protected) if isinstance(protected, Mapping) else {}
    _refuse(tuple(protected), {*rows.columns, *further}, len(rows))
    if narrowed := getattr(model, "narrowed", None):
        further |= {name: rows.columns[name] for name in protected}
        table = narrowed(table)
        rows = read_table(table)
    answers = _first_answers(model, table, rows)
    meant = meaning_of(model, _stand_in(model, answers, task), answers, task, positive)
    scorer = ForeignScorer(model, rows, meant.task, meant.classes, meant.event)
    scores = scorer.read(answers)
    columns = dict(rows.columns)
    scope = plain_scope(
        meant.task,
        classes=meant.classes,
        columns={**columns, **further},
        protected=tuple(protected),
        inputs=tuple(columns),
        types=rows.types,
    )
    if changes is not None:
        scope = Scope(replace(scope.charter, changes=changes), scope.contract)
    return Opened(scorer, scope, columns, further, _cut(scores, meant.task, threshold))


def _first_answers(model: object, table: object, rows: Table) -> Answers:
    """What the model says of some rows, evenly spaced: enough to tell what its answers mean."""
    sizes = getattr(model, "probe_sizes", FEW_REQUESTS)
    most = max(1, sizes.searched // FIRST_SHARE)
    if len(rows) <= most:
        return ask(model, table, len(rows))
    some = np.unique(np.linspace(0, len(rows) - 1, most).astype(np.int64))
    return ask(model, rows.rebuild(take_columns(rows.columns, some)), len(some))


def _stand_in(model: object, answers: Answers, task: Task | str | None) -> NDArray[np.generic]:
    """Labels that can come, where no outcome tells them: what the model names, else what it answers."""
    named, values = classes_of(model), answers.values
    if named:
        return np.array(named, object)
    if values.ndim == 2:
        return np.arange(values.shape[1])
    whole = values.dtype.kind != "f" or bool((values == np.floor(values)).all())
    share = values.dtype.kind == "f" and bool(((values >= 0) & (values <= 1)).all())
    if task is None and share and not whole:
        return np.array([0, 1])
    if whole and task is None and values.dtype.kind == "f":
        return values.astype(np.int64)
    return values


def _cut(scores: ForeignScores, task: Task, threshold: float | None) -> float | None:
    if task is not Task.BINARY or scores.probability is None or (scores.own and threshold is None):
        return None
    return HALF if threshold is None else threshold


def _refuse(protected: Sequence[str], there: set[str], rows: int) -> None:
    if not rows:
        raise InputError("There are no rows.", value=0, remedy="Give at least one row as X=.")
    if unknown := [name for name in protected if name not in there]:
        raise InputError(
            f"There is no column {unknown[0]!r} in the inputs.",
            value=unknown[0],
            remedy=did_you_mean(unknown[0], there, "Give it as a mapping: protected={name: values}."),
        )


def one_row(opened: Opened, row: object) -> dict[str, Values]:
    """The columns of one row: of the opened rows by place, or a row that is given.

    Parameters
    ----------
    row : its place from 0, a mapping of column to value, or a table of one row as the model takes it.

    Raises
    ------
    InputError : there is no such row, or it lacks a column.
    """
    if isinstance(row, int | np.integer):
        return _at(opened, int(row))
    if isinstance(row, Mapping):
        return {name: _cell(row, name, values) for name, values in opened.columns.items()}
    given = read_table(np.atleast_2d(row) if isinstance(row, np.ndarray) else row)
    if len(given) != 1:
        raise InputError(
            f"{len(given):,} rows were given as one.", value=len(given), remedy="Give one row, or its place."
        )
    return {
        name: _cell({n: v[0] for n, v in given.columns.items()}, name, values)
        for name, values in opened.columns.items()
    }


def _at(opened: Opened, place: int) -> dict[str, Values]:
    if not 0 <= place < len(opened):
        raise InputError(
            f"There is no row {place:,}: the rows are counted from 0 to {len(opened) - 1:,}.",
            value=place,
            remedy="Give a place among them, or the row itself.",
        )
    return {
        name: values[place : place + 1] if isinstance(values, np.ndarray) else [values[place]]
        for name, values in opened.columns.items()
    }


def _cell(row: Mapping[str, object], name: str, like: Values) -> Values:
    """One value as a column of one row, of the kind of `like`."""
    if name not in row:
        raise InputError(
            f"The row has no {name!r}.",
            value=name,
            remedy=did_you_mean(name, map(str, row), f"It has: {listed(map(str, row))}."),
        )
    value = row[name]
    if not isinstance(like, np.ndarray):
        return [None if value is None else str(value)]
    if like.dtype.kind == "b":
        return np.array([bool(value)])
    try:
        return np.array([float("nan") if value is None else float(value)])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise InputError(
            f"{name} is {value!r}, which is no number.", value=str(value), remedy="Give a number or null."
        ) from None
