"""What a model is asked to explain: our own scorer with its contract, or any other model with its table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from airworthy.adapters.foreign_own import OwnModel
from airworthy.assurance.asked import Answers, ask, classes_of, in_order, is_regressor, label_of
from airworthy.assurance.explain.asked_rows import AskedRows, Words
from airworthy.assurance.explain.by_captum import TorchModel, is_module
from airworthy.assurance.explain.measure import background_of
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.meaning import Meaning, meaning_of
from airworthy.assurance.predictions import Values, take_columns
from airworthy.assurance.tables import Table, read_table
from airworthy.charter.model import Task
from airworthy.data.canonical import to_canonical
from airworthy.data.columns import columns_for_scoring
from airworthy.data.frame import from_any
from airworthy.kernel.errors import InputError
from airworthy.measures.means import cluster_codes
from airworthy.scoring import Scorer
from airworthy.scoring.contract import LogicalType, Role
from airworthy.workspace.check_model_file import FileModel
from airworthy.workspace.training import Model


@dataclass(frozen=True)
class Said:
    """What a caller says of rows and model besides them; see `workspace.explaining.explain`."""

    task: Task | str | None = None
    positive: str | None = None
    background: object | None = None
    words: Words | None = None
    target: str = ""
    entity: Sequence[object] | ArrayLike | None = None
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Held:
    """Rows to ask about, and what their outcomes mean where they are known."""

    asked: AskedRows
    task: Task
    classes: tuple[str, ...]
    outcomes: NDArray[Any] | list[str] | None


def own_scorer(model: object) -> Scorer | None:
    """The scorer in what `aw.train` gave, in an opened artefact, or itself; None of other models."""
    if isinstance(model, FileModel):
        model = model.model
    if isinstance(model, Model | OwnModel):
        return model.scorer
    return model if isinstance(model, Scorer) else None


def held_rows(model: object, table: object, y: ArrayLike | None, said: Said) -> Held:
    """The rows as `model` takes them. Raises `InputError` where model, rows or outcomes cannot be used."""
    outcomes = None if y is None else np.asarray(y).squeeze()
    scorer = own_scorer(model)
    held = (
        _of_other(model, table, outcomes, said) if scorer is None else _of_own(scorer, table, outcomes, said)
    )
    if len(held.asked) == 0:
        raise InputError("There are no rows to explain.", value=0, remedy="Give at least one row.")
    if outcomes is not None and outcomes.shape != (len(held.asked),):
        raise InputError(
            f"There are {len(held.asked):,} rows and {len(np.atleast_1d(outcomes)):,} outcomes.",
            value=len(np.atleast_1d(outcomes)),
            remedy="Give one outcome for each row.",
        )
    return held


def _clusters(said: Said) -> NDArray[np.int64] | None:
    return None if said.entity is None else cluster_codes(said.entity)


def _background(columns: Mapping[str, Values], said: Said) -> Mapping[str, Values]:
    """Known rows that stand for "not known": the given ones, else a sample of those to explain."""
    rows = len(next(iter(columns.values()), []))
    return take_columns(columns, background_of(rows, said.seed)) if rows else columns


def _of_own(scorer: Scorer, table: object, outcomes: NDArray[Any] | None, said: Said) -> Held:
    columns = own_columns(scorer, from_any(table))
    known = columns if said.background is None else own_columns(scorer, from_any(said.background))
    contract = scorer.contract
    words = said.words or Words(labels=scorer.spec.glossary)
    asked = AskedRows(
        scorer,
        columns,
        known if said.background is not None else _background(columns, said),
        words,
        said.target or next((column.name for column in contract.with_role(Role.TARGET)), ""),
        _clusters(said),
        {column.name: column.type for column in contract.columns},
        said.seed,
    )
    classes = scorer.classes
    task = Task.REGRESSION if not classes else Task.BINARY if len(classes) == 2 else Task.MULTICLASS
    held = outcomes if outcomes is None or not classes else [label_of(value) for value in outcomes.tolist()]
    return Held(asked, task, classes, held)


def own_columns(scorer: Scorer, plain: pl.DataFrame) -> dict[str, Values]:
    """The columns that a scorer reads, from a raw table. Raises `InputError` for an input that is absent."""
    contract = scorer.contract
    inputs = [column.name for column in contract.inputs]
    if absent := [name for name in inputs if name not in plain.columns]:
        raise InputError(
            f"The table lacks {len(absent)} of the model's columns: {', '.join(absent[:5])}.",
            value=absent[0],
            remedy="Add them; empty cells are allowed.",
        )
    there = [name for name in scorer.reads if name in plain.columns]
    table, _ = to_canonical(plain.select(there), {name: contract[name].type for name in there}, "The table")
    return dict(columns_for_scoring(table, contract, names=there))


def _of_other(model: object, table: object, outcomes: NDArray[Any] | None, said: Said) -> Held:
    narrowed = getattr(model, "narrowed", None)
    sent = table if narrowed is None else narrowed(table)
    if is_module(model):
        model, sent = _torch(model, sent, outcomes)
    rows = read_table(sent)
    if len(rows) == 0:
        raise InputError("There are no rows to explain.", value=0, remedy="Give at least one row.")
    answers = ask(model, sent, len(rows))
    meant = _meaning(model, outcomes, answers, said)
    scorer = ForeignScorer(model, rows, meant.task, meant.classes, meant.event)
    scorer.read(answers)  # so that it knows whether the model gives labels
    known = _background(rows.columns, said) if said.background is None else _known(said.background, rows)
    asked = AskedRows(
        scorer,
        rows.columns,
        known,
        said.words or Words(),
        said.target,
        _clusters(said),
        _types(rows),
        said.seed,
    )
    held = None if outcomes is None else meant.coded(outcomes)
    return Held(asked, meant.task, meant.classes, held)


def _torch(model: object, table: Any, outcomes: NDArray[Any] | None) -> tuple[TorchModel, Any]:
    """A torch module as a model of matrices; two or more outcomes are its classes."""
    matrix = np.asarray(table.detach().cpu() if hasattr(table, "detach") else table, float)
    labels: tuple[str, ...] = ()
    if outcomes is not None and (outcomes.dtype.kind != "f" or len(np.unique(outcomes)) == 2):
        labels = in_order({label_of(value) for value in outcomes.tolist()})
    return TorchModel(model, labels), matrix


def _types(rows: Table) -> dict[str, LogicalType]:
    return dict(rows.types)


def _known(background: object, like: Table) -> Mapping[str, Values]:
    found = read_table(background)
    if missing := [name for name in like.columns if name not in found.columns]:
        raise InputError(
            f"The background lacks the column {missing[0]!r}.",
            value=missing[0],
            remedy="Give rows with the columns of the rows to explain.",
        )
    return {name: found.columns[name] for name in like.columns}


def _meaning(model: object, outcomes: NDArray[Any] | None, answers: Answers, said: Said) -> Meaning:
    """What the answers are about; without outcomes, as far as model and answers tell."""
    stands_in = _answered(model, answers) if outcomes is None else outcomes
    return meaning_of(model, stands_in, answers, said.task, said.positive)


def _answered(model: object, answers: Answers) -> NDArray[Any]:
    """Outcomes as the model itself would have them."""
    values, named = answers.values, classes_of(model)
    if values.ndim == 2:
        labels = named or tuple(str(index) for index in range(values.shape[1]))
        return np.array([*labels, *(labels[at] for at in values.argmax(axis=1))])
    if values.dtype.kind not in "f" or is_regressor(model):
        return values
    if ((values >= 0) & (values <= 1)).all():
        return np.array([0, 1])
    return values
