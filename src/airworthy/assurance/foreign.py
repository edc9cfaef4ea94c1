"""A model trained elsewhere, seen as a scorer: anything with `predict_proba` or `predict`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import ModelRefused
from airworthy.assurance.predictions import Values
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError, MissingExtra

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ForeignScores:
    """Scores in the shape of our own scorer's."""

    raw: Floats
    probability: Floats | None
    prediction: Floats | None
    decision: Sequence[Any]


class ForeignScorer:
    """Scores columns with somebody else's model.

    Parameters
    ----------
    model : has `predict_proba(X)` -> (n, k), or `predict(X)` -> labels, numbers or probabilities.
    rebuild : makes the model's own kind of table from columns.
    task, classes : what the numbers mean; `classes` in the order of the probabilities.
    """

    def __init__(
        self, model: Any, rebuild: Callable[[Mapping[str, Values]], Any], task: Task, classes: Sequence[str]
    ) -> None:
        self._model = model
        self._rebuild = rebuild
        self._task = task
        self._classes = tuple(classes)
        own = getattr(model, "classes_", None)
        self._own = tuple(_label(value) for value in own) if own is not None else self._classes
        if task is not Task.REGRESSION and set(self._own) != set(self._classes):
            raise InputError(
                f"The model knows the classes {', '.join(self._own)}, the outcomes are "
                f"{', '.join(self._classes)}.",
                value=str(self._own),
                remedy="Give outcomes in the model's own labels.",
            )

    def score_columns(self, columns: Mapping[str, Values]) -> ForeignScores:
        """Probabilities and decisions, or numbers, of n rows."""
        try:
            return self._scores(self._rebuild(columns))
        except (ValueError, TypeError) as error:  # how libraries say that a table is not for their model
            raise ModelRefused(
                "The model refuses these rows.",
                value=str(error).strip().partition("\n")[0],
                remedy="Give rows as the model was trained on, or put a step before it that takes them.",
            ) from error

    def _scores(self, table: Any) -> ForeignScores:
        if self._task is Task.REGRESSION:
            numbers = np.asarray(self._model.predict(table), float).ravel()
            return ForeignScores(numbers[:, None], None, numbers, numbers.tolist())
        probability = self._probability(table)
        if probability is None:
            labels = [_label(value) for value in np.asarray(self._model.predict(table)).ravel().tolist()]
            return ForeignScores(np.empty((len(labels), 0)), None, None, labels)
        decided = [self._classes[index] for index in probability.argmax(axis=1)]
        return ForeignScores(probability, probability, None, decided)

    def _probability(self, table: Any) -> Floats | None:
        if hasattr(self._model, "predict_proba"):
            found = np.asarray(self._model.predict_proba(table), float)
            return found[:, [self._own.index(name) for name in self._classes]]
        # A native booster's `predict` gives probabilities: fractions for two classes, else a column a class.
        found = np.asarray(self._model.predict(table))
        if found.dtype.kind != "f":
            return None
        if found.ndim == 2 and found.shape[1] == len(self._classes) > 1:
            return found.astype(float)
        fractions = (
            found.ndim == 1
            and self._task is Task.BINARY
            and ((found >= 0) & (found <= 1)).all()
            and not np.isin(found, (0.0, 1.0)).all()
        )
        return np.column_stack([1 - found, found]) if fractions else None


def _label(value: object) -> str:
    """The text of a class: 1, 1.0 and numpy's 1 are one class."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


label_of = _label


def table_columns(table: Any) -> tuple[dict[str, Values], Callable[[Mapping[str, Values]], Any]]:
    """The columns of a matrix or frame, and the function that makes such a table of columns again.

    Accepts a numpy matrix, or a pandas, Polars or Arrow table (through narwhals).

    Raises
    ------
    InputError : it is none of these.
    """
    if isinstance(table, np.ndarray):
        if table.ndim != 2:
            raise InputError(
                f"The inputs have the shape {table.shape}.",
                value=str(table.shape),
                remedy="Give a table of rows and columns.",
            )
        names = [f"x{index}" for index in range(table.shape[1])]
        columns: dict[str, Values] = {name: _plain(table[:, i]) for i, name in enumerate(names)}
        return columns, lambda held: np.column_stack([np.asarray(held[name]) for name in names])
    return _frame_columns(table)


def _frame_columns(table: Any) -> tuple[dict[str, Values], Callable[[Mapping[str, Values]], Any]]:
    try:
        import narwhals as nw  # only frames need it
    except ImportError:
        raise MissingExtra("narwhals", "") from None
    try:
        frame = nw.from_native(table, eager_only=True)
    except TypeError:
        raise InputError(
            f"The inputs are of the type {type(table).__name__}, which is no table.",
            value=type(table).__name__,
            remedy="Give a pandas, Polars or Arrow table, or a numpy matrix.",
        ) from None
    names, schema, backend = frame.columns, frame.schema, frame.implementation
    columns: dict[str, Values] = {}
    for name in names:
        series = frame[name]
        kind = schema[name]
        if kind.is_numeric():
            columns[name] = np.asarray(series.cast(nw.Float64).to_numpy(), float)
        elif kind == nw.Boolean and series.null_count() == 0:
            columns[name] = np.asarray(series.to_numpy(), bool)
        else:
            columns[name] = [None if value is None else str(value) for value in series.to_list()]

    def rebuild(held: Mapping[str, Values]) -> Any:
        made = nw.from_dict({name: held[name] for name in names}, backend=backend)
        again = [nw.col(n).cast(schema[n]) for n in names if _restorable(schema[n], held[n])]
        return made.with_columns(*again).to_native() if again else made.to_native()

    return columns, rebuild


def _restorable(kind: Any, values: Values) -> bool:
    """Integers with gaps stay floats; everything else takes its own type again."""
    if kind.is_integer():
        return bool(np.isfinite(np.asarray(values, float)).all())
    return str(kind).startswith(("Categorical", "Enum", "Float"))


def _plain(values: NDArray[Any]) -> Values:
    if values.dtype.kind in "fiu":
        return values.astype(float)
    if values.dtype.kind == "b":
        return values
    return [None if value is None else str(value) for value in values.tolist()]
