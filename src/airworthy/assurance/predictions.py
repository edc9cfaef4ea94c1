"""What a model said and what came: the one root fact that all quality checks share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.measures.means import cluster_codes

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Values = Floats | Sequence[str | None] | NDArray[Any]


OUT_OF_FOLD = "out-of-fold"
"""Development rows, each scored by a model of the same recipe that had not learned from it."""


@dataclass(frozen=True, eq=False)
class Predictions:
    """Outcomes and predictions of n rows. Build it with `Predictions.of`, which checks and encodes.

    Parameters
    ----------
    task : binary, multiclass or regression.
    y : (n,) class indices, or numbers for regression.
    classes : (k,) labels; binary: (negative, positive).
    probability : (n, k), or None where only decisions or numbers exist.
    prediction : (n,) numbers, regression only.
    decision : (n,) class indices or numbers decided, or None.
    threshold : of a binary decision, where known.
    prior : (k,) class shares, or (1,) mean outcome, of the training rows; None: those of these rows stand in.
    last_matured_outcome : (n,) the newest outcome known at each decision, NaN where none; or None.
    columns : raw columns of the contract by name, protected ones included.
    time : (n,) decision times in epoch seconds, or None.
    time_is_place : `time` holds places in the order of rows, because no column holds a date.
    entity : (n,) integer codes of the entity, or None when every row is its own.
    rows_are : `OUT_OF_FOLD`, "sealed", "window", as shown beside every figure.
    error_costs : (n, 2) what a false alarm and a miss cost in each row, where they differ by row; or None.
    places : how many cases people could take among these rows, where that limits the decisions; or None.
    held : (n,) whether the outcome lay inside the declared prediction interval or set, or None.
    """

    task: Task
    y: NDArray[Any]
    classes: tuple[str, ...] = ()
    probability: Floats | None = None
    prediction: Floats | None = None
    decision: NDArray[Any] | None = None
    threshold: float | None = None
    prior: Floats | None = None
    last_matured_outcome: Floats | None = None
    columns: Mapping[str, Values] = field(default_factory=dict)
    time: Floats | None = None
    entity: Integers | None = None
    rows_are: str = "measured"
    time_is_place: bool = False
    error_costs: Floats | None = None
    places: int | None = None
    held: NDArray[np.bool_] | None = None

    @classmethod
    def of(
        cls,
        task: Task | str,
        y: ArrayLike,
        *,
        classes: Sequence[str] = (),
        probability: ArrayLike | None = None,
        prediction: ArrayLike | None = None,
        decision: ArrayLike | None = None,
        threshold: float | None = None,
        prior: ArrayLike | None = None,
        last_matured_outcome: ArrayLike | None = None,
        columns: Mapping[str, Values] | None = None,
        time: ArrayLike | None = None,
        entity: ArrayLike | Sequence[object] | None = None,
        rows_are: str = "measured",
        time_is_place: bool = False,
        error_costs: ArrayLike | None = None,
        places: int | None = None,
        held: ArrayLike | None = None,
    ) -> Predictions:
        """Check and encode: labels become indices, a binary (n,) probability becomes (n, 2), codes are made.

        Raises
        ------
        InputError : no rows, lengths that differ, labels outside `classes`, probabilities outside 0-1 or
            numbers that are not finite.
        """
        kind = Task(task)
        labels = tuple(str(name) for name in classes) or (("0", "1") if kind is Task.BINARY else ())
        made = cls(
            task=kind,
            y=_outcomes(kind, y, labels),
            classes=labels,
            probability=_probabilities(kind, probability, len(labels)),
            prediction=None if prediction is None else np.asarray(prediction, float),
            decision=None if decision is None else _outcomes(kind, decision, labels),
            threshold=threshold,
            prior=None if prior is None else np.atleast_1d(np.asarray(prior, float)),
            last_matured_outcome=_optional_floats(last_matured_outcome),
            columns=dict(columns or {}),
            time=_optional_floats(time),
            entity=None if entity is None else _repeats(cluster_codes(entity)),
            rows_are=rows_are,
            time_is_place=time_is_place,
            error_costs=_optional_floats(error_costs),
            places=places,
            held=None if held is None else np.asarray(held, bool),
        )
        made.validate()
        return made

    def __len__(self) -> int:
        return len(self.y)

    def validate(self) -> None:
        """Raise `InputError` on no rows, unequal lengths, impossible probabilities or infinite numbers."""
        self._check_lengths()
        self._check_finite()

    @property
    def score(self) -> Floats:
        """(n,) probability of the positive class."""
        return np.asarray(self.require_probability()[:, 1])

    @property
    def shares(self) -> Floats:
        """The naive prior: (k,) class shares, or (1,) mean outcome."""
        if self.prior is not None:
            return self.prior
        if self.task is Task.REGRESSION:
            return np.array([float(np.mean(self.y))])
        return np.bincount(self.y, minlength=len(self.classes)) / len(self)

    def require_probability(self) -> Floats:
        if self.probability is None:
            raise InputError(
                "These predictions carry no probabilities.", remedy="Give a score for each row and class."
            )
        return self.probability

    def require_prediction(self) -> Floats:
        if self.prediction is None:
            raise InputError("These predictions carry no predicted numbers.", remedy="Give one for each row.")
        return self.prediction

    def rows(self, keep: NDArray[Any]) -> Predictions:
        """The rows at positions or mask `keep`."""
        at = np.flatnonzero(keep) if np.asarray(keep).dtype == bool else np.asarray(keep)

        def cut(values: Any) -> Any:
            return None if values is None else values[at]

        return Predictions(
            task=self.task,
            y=self.y[at],
            classes=self.classes,
            probability=cut(self.probability),
            prediction=cut(self.prediction),
            decision=cut(self.decision),
            threshold=self.threshold,
            prior=self.shares,
            last_matured_outcome=cut(self.last_matured_outcome),
            columns=take_columns(self.columns, at),
            time=cut(self.time),
            entity=cut(self.entity),
            rows_are=self.rows_are,
            time_is_place=self.time_is_place,
            error_costs=cut(self.error_costs),
            held=cut(self.held),
        )

    def _check_lengths(self) -> None:
        if len(self.y) == 0:
            raise InputError("There are no rows to check.", value=0, remedy="Give at least one row.")
        named = {
            "probability": self.probability,
            "prediction": self.prediction,
            "decision": self.decision,
            "last_matured_outcome": self.last_matured_outcome,
            "time": self.time,
            "error_costs": self.error_costs,
            "held": self.held,
            "entity": self.entity,
            **{f"column {name}": values for name, values in self.columns.items()},
        }
        for name, values in named.items():
            if values is not None and len(values) != len(self.y):
                raise InputError(
                    f"There are {len(self.y):,} outcomes and {len(values):,} values of {name}.",
                    value=len(values),
                    remedy="Give one value for each row.",
                )

    def _check_finite(self) -> None:
        p = self.probability
        if p is not None and not ((p >= -1e-9) & (p <= 1 + 1e-9)).all():
            wrong = float(p[~((p >= -1e-9) & (p <= 1 + 1e-9))][0])
            raise InputError(
                f"A probability is {wrong}; probabilities lie between 0 and 1.",
                value=wrong,
                remedy="Give probabilities, not margins or percentages.",
            )
        for name, values in (("outcome", self.y), ("prediction", self.prediction)):
            if values is not None and not np.isfinite(values).all():
                wrong = float(values[~np.isfinite(values)][0])
                raise InputError(
                    f"Row {int(np.flatnonzero(~np.isfinite(values))[0])} has the {name} {wrong}.",
                    value=wrong,
                    remedy="Leave out rows without a finite number.",
                )


def take_columns(columns: Mapping[str, Values], at: NDArray[np.int64]) -> dict[str, Values]:
    """The rows at positions `at` of each column; arrays stay arrays, lists stay lists."""
    return {
        name: values[at] if isinstance(values, np.ndarray) else [values[i] for i in at]
        for name, values in columns.items()
    }


def _outcomes(task: Task, values: ArrayLike, classes: tuple[str, ...]) -> NDArray[Any]:
    given = np.asarray(values)
    if task is Task.REGRESSION:
        return given.astype(float)
    if given.dtype.kind in "iub" or (given.dtype.kind == "f" and np.all(given == np.floor(given))):
        codes = given.astype(np.int64)
        if len(codes) and (int(codes.min()) < 0 or int(codes.max()) >= len(classes)):
            raise InputError(
                f"Class number {int(codes.max())} is outside the {len(classes)} classes.",
                value=int(codes.max()),
                remedy="Number the classes from 0, or give their labels.",
            )
        return codes
    number = {label: index for index, label in enumerate(classes)}
    text = [str(value) for value in given.tolist()]
    if unknown := sorted(set(text) - set(number)):
        raise InputError(
            f"The label {unknown[0]!r} is not one of {', '.join(map(repr, classes[:10]))}.",
            value=unknown[0],
            remedy="Name all classes, or leave out rows without an outcome.",
        )
    return np.array([number[label] for label in text], np.int64)


def _probabilities(task: Task, values: ArrayLike | None, classes: int) -> Floats | None:
    if values is None:
        return None
    p = np.asarray(values, float)
    if task is Task.BINARY and p.ndim == 1:
        p = np.column_stack([1 - p, p])
    if p.ndim != 2 or p.shape[1] != classes:
        raise InputError(
            f"Probabilities have the shape {p.shape} for {classes} classes.",
            value=str(p.shape),
            remedy="Give one column for each class, in the order of the classes.",
        )
    return p


def _optional_floats(values: ArrayLike | None) -> Floats | None:
    return None if values is None else np.asarray(values, float)


def _repeats(codes: Integers) -> Integers | None:
    return codes if len(codes) and int(codes.max()) + 1 < len(codes) else None
