"""A model trained elsewhere, seen as a scorer: its answers read as probabilities, labels or numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.asked import Answers, ask, classes_of, in_order, label_of
from airworthy.assurance.given import FEW_REQUESTS, ProbeSizes
from airworthy.assurance.predictions import Values
from airworthy.assurance.tables import Table
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

Floats = NDArray[np.float64]
SAME = 1e-6
"""Two scores that differ by less are one: models trained elsewhere add up in another order, or in 32 bits."""


@dataclass(frozen=True, eq=False)
class ForeignScores:
    """Scores in the shape of our own scorer's; `own` says whether the decisions are the model's own."""

    raw: Floats
    probability: Floats | None
    prediction: Floats | None
    decision: Sequence[Any]
    own: bool = False


@dataclass(frozen=True)
class ForeignScore:
    """One row's score in the shape of our own scorer's."""

    raw: tuple[float, ...]
    probability: tuple[float, ...] | None
    prediction: float | None
    decision: Any


@dataclass(frozen=True, eq=False)
class Native:
    """A foreign model and a table of its own kind; `labels` are its classes in its own order."""

    model: Any
    table: Any
    labels: tuple[str, ...]
    event: str | None


class ForeignScorer:
    """Scores columns with somebody else's model.

    Parameters
    ----------
    model : anything that `asked.ask` can ask.
    table : the rows that were given: how their columns become the model's own kind of table again.
    task, classes : what the answers mean; binary: (other, event).
    event : one label of several, where it is held against all others.
    """

    tolerance = SAME

    def __init__(
        self, model: Any, table: Table, task: Task, classes: Sequence[str], event: str | None = None
    ) -> None:
        self._model, self._table = model, table
        self._task, self._classes, self._event = task, tuple(classes), event
        self.inputs: tuple[str, ...] = tuple(table.columns)
        self.classes = self._classes
        self._named = classes_of(model)
        self._own = self._named or in_order(self._classes)
        self._gives_labels: bool | None = None  # known from the first answers on
        self.where: str = getattr(model, "where", "this machine, in process")
        self.process_id: int | None = getattr(model, "process_id", None)
        self.files: Path | None = getattr(model, "files", None)
        self.sizes: ProbeSizes = getattr(model, "probe_sizes", FEW_REQUESTS)

    @property
    def model(self) -> Any:
        """The model that is asked."""
        return self._model

    def native(self, columns: Mapping[str, Values]) -> Native:
        """The model itself with the rows as it takes them, and where its own classes stand among ours."""
        return Native(self._model, self._table.rebuild(columns), self._own, self._event)

    def with_model(self, model: Any) -> ForeignScorer:
        """Another model that takes the same rows and answers with the same classes."""
        return ForeignScorer(model, self._table, self._task, self._classes, self._event)

    def score_columns(self, columns: Mapping[str, Values]) -> ForeignScores:
        """Probabilities and decisions, or numbers, of n rows. Raises `ModelRefused`."""
        rows = len(next(iter(columns.values()), []))
        return self.read(ask(self._model, self._table.rebuild(columns), rows))

    def decode(self, body: bytes) -> list[dict[str, object]]:
        """The row of a request, as `request_bodies` writes it."""
        return [msgspec.json.decode(body)]

    def score_row(self, row: Mapping[str, object]) -> ForeignScore:
        """The row as a table of one row, asked alone."""
        columns = {name: _cell(row[name], self._table, name) for name in self._table.columns}
        found = self.score_columns(columns)
        return ForeignScore(
            tuple(found.raw[0].tolist()),
            None if found.probability is None else tuple(found.probability[0].tolist()),
            None if found.prediction is None else float(found.prediction[0]),
            found.decision[0],
        )

    def read(self, answers: Answers) -> ForeignScores:
        """What the answers say about the task."""
        if self._task is Task.REGRESSION:
            numbers = _numbers(answers.values)
            return ForeignScores(numbers[:, None], None, numbers, numbers.tolist())
        probability = self._probability(answers.values)
        if probability is None:
            self._gives_labels = True
            labels = [self._class_of(label_of(value)) for value in answers.values.tolist()]
            return ForeignScores(np.empty((len(labels), 0)), None, None, labels, own=True)
        self._gives_labels = False
        decided = self._decided(answers.decided)
        most = [self._classes[index] for index in probability.argmax(axis=1)]
        return ForeignScores(probability, probability, None, decided or most, own=decided is not None)

    def _probability(self, values: NDArray[Any]) -> Floats | None:
        """(n, k) in the order of the classes, or None where the answers are labels."""
        if values.ndim == 2:
            return self._in_order(values)
        if self._gives_labels or self._task is not Task.BINARY or values.dtype.kind not in "fi":
            return None
        # Of a few rows, probabilities may all be 0 and 1, which look like labels.
        whole = self._gives_labels is None and (values == np.floor(values)).all()
        if whole and {label_of(value) for value in np.unique(values)} <= {*self._classes, *self._own}:
            return None
        if not ((values >= 0) & (values <= 1)).all():
            raise _margin(float(values[(values < 0) | (values > 1)][0]))
        if self._event is None and self._named == self._classes[::-1]:
            values = 1 - values  # a model that names its classes means the second one
        return np.column_stack([1 - values, values]).astype(float)

    def _in_order(self, values: NDArray[Any]) -> Floats:
        if values.shape[1] != len(self._own) or values.dtype.kind not in "fiu":
            raise InputError(
                f"The model answers {values.shape[1]} values a row for {len(self._own)} classes "
                f"({', '.join(self._own[:5])}).",
                value=str(values.shape),
                remedy="Give one probability for each class, in the order of the sorted labels.",
            )
        found = values.astype(float)
        if self._event is not None:
            event = found[:, self._own.index(self._event)]
            return np.column_stack([1 - event, event])
        return np.asarray(found[:, [self._own.index(name) for name in self._classes]])

    def _decided(self, labels: Sequence[str] | None) -> list[str] | None:
        """The model's own decisions; None where it has none, or hands some rows to a person."""
        if labels is None or not set(labels) <= {*self._classes, *self._own}:
            return None
        return [self._class_of(label) for label in labels]

    def _class_of(self, label: str) -> str:
        """The class that a label of the model is."""
        if label in self._classes:
            return label
        if self._event is not None and label in self._own:
            return self._classes[0]
        raise InputError(
            f"The model answers {label!r}; the outcomes are {', '.join(map(repr, self._classes[:5]))}.",
            value=label,
            remedy="Give outcomes in the model's own labels, or a model that answers with probabilities.",
        )


def _margin(value: float) -> InputError:
    return InputError(
        f"The model answers {value:g}, which is neither a label nor a probability.",
        value=f"{value:g}",
        remedy="Give probabilities: a margin becomes one by lambda X: 1 / (1 + numpy.exp(-model(X))). For a "
        "number that was predicted, say task='regression'.",
    )


def _numbers(values: NDArray[Any]) -> Floats:
    if values.ndim == 2 or values.dtype.kind not in "fiub":
        example = values.tolist()[0]
        raise InputError(
            f"The model answers {example!r}, and the outcome is a number.",
            value=str(example)[:80],
            remedy="Give a model that predicts one number a row, or name its task: task='multiclass'.",
        )
    return values.astype(float)


def _cell(value: object, table: Table, name: str) -> Values:
    """A column of one row, of a value as JSON writes it."""
    if name in table.types and isinstance(value, str) and table.types[name] is not LogicalType.TEXT:
        moment = datetime.fromisoformat(value)
        value = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not isinstance(table.columns[name], np.ndarray):
        return [None if value is None else str(value)]
    if isinstance(value, bool) and table.columns[name].dtype.kind == "b":  # type: ignore[union-attr]
        return np.array([value])
    return np.array([float("nan") if value is None else float(value)])  # type: ignore[arg-type]
