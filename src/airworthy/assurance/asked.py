"""How a model that was trained elsewhere is asked, and what it may answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import ModelRefused
from airworthy.kernel.errors import AirworthyError, InputError

WAYS = ("answers", "predict_proba", "predict", "decision_function")
"""Methods by which a model is asked, the most telling first; a bare function comes last."""
MOST_WORDS = 200


@dataclass(frozen=True, eq=False)
class Answers:
    """What a model says of n rows.

    `values` holds (n,) labels, numbers or probabilities of the event, or (n, k) probabilities of k classes;
    `decided` the n labels that the model decides itself, where it does.
    """

    values: NDArray[Any]
    decided: Sequence[str] | None = None


def is_model(candidate: object) -> bool:
    """Whether `candidate` can be asked: an object with a method of `WAYS`, or a function of rows."""
    return not isinstance(candidate, type) and (
        any(hasattr(candidate, way) for way in WAYS) or callable(candidate)
    )


def ask(model: Any, table: Any, rows: int) -> Answers:
    """What `model` says of the `rows` rows of `table`, which is a table of its own kind.

    Raises
    ------
    ModelRefused : it raises an error, or answers other rows, or a row with no number.

    >>> ask(lambda rows: [0.25, 0.5], None, 2).values
    array([0.25, 0.5 ])
    """
    try:
        answers = _way(model)(table)
    except AirworthyError:
        raise
    except Exception as error:  # the model is somebody else's code: whatever it raises is its refusal
        raise _refused(" ".join(str(error).split()) or type(error).__name__) from error
    found = answers.values
    if len(found) != rows:
        raise _refused(f"it answers {rows:,} rows with {len(found):,} values")
    if found.dtype.kind == "f" and not np.isfinite(found).all():
        first = int(np.argmax(~np.isfinite(found).reshape(rows, -1).all(axis=1)))
        raise _refused(f"it answers data row {first + 1:,} with {found.reshape(rows, -1)[first].tolist()}")
    return answers


def label_of(value: object) -> str:
    """The text of a class: 1, 1.0 and numpy's 1 are one class."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Labels as libraries sort them: numbers by size, words by letter.

    >>> in_order(["10", "9"]), in_order(["b", "10"])
    (('9', '10'), ('10', 'b'))
    """
    try:
        return tuple(sorted(labels, key=float))
    except ValueError:
        return tuple(sorted(labels))


def classes_of(model: object) -> tuple[str, ...]:
    """The class labels that the model names, in the order of its probabilities; empty where it names none."""
    own = getattr(model, "classes_", None)
    if own is None:
        own = getattr(model, "classes", None)
    if own is None or callable(own) or isinstance(own, str):
        return ()
    return tuple(label_of(value) for value in own)


def is_regressor(model: object) -> bool:
    """Whether the model says of itself, as scikit-learn's do, that it predicts numbers."""
    tags = getattr(model, "__sklearn_tags__", None)
    kind = tags().estimator_type if callable(tags) else getattr(model, "_estimator_type", None)
    return kind == "regressor"


def _way(model: Any) -> Callable[[Any], Answers]:
    if hasattr(model, "answers"):
        return model.answers  # type: ignore[no-any-return]
    if hasattr(model, "predict_proba"):
        return lambda table: Answers(_array(model.predict_proba(table)).astype(float))
    if hasattr(model, "predict"):
        return lambda table: Answers(_array(model.predict(table)))
    if hasattr(model, "decision_function"):
        raise InputError(
            "The model gives margins, and neither labels nor probabilities.",
            value=type(model).__name__,
            remedy="Give its decisions instead: aw.check(lambda X: model.decision_function(X) > 0, X, y)",
        )
    return lambda table: Answers(_array(model(table)))


def _array(found: Any) -> NDArray[Any]:
    """An array (n,) or (n, k) of whatever a model returns; a tensor leaves its graph and device first."""
    if hasattr(found, "detach"):
        found = found.detach().cpu()
    array = np.asarray(found)
    if array.dtype.kind == "O" and array.size and not isinstance(array.flat[0], str):
        array = _unboxed(array)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim not in (1, 2):
        raise ValueError(f"its answer has the shape {array.shape}; one value or one row a case is read")
    return array


def _unboxed(array: NDArray[Any]) -> NDArray[Any]:
    """Numbers or flags that came as Python objects; other objects stay."""
    kinds = {type(value) for value in array.flat}
    if kinds <= {bool}:
        return array.astype(bool)
    if kinds <= {int}:
        return array.astype(np.int64)
    return array.astype(float) if kinds <= {int, float, np.float64, np.float32} else array


def _refused(why: str) -> ModelRefused:
    why = why if len(why) <= MOST_WORDS else why[: MOST_WORDS - 1] + "…"
    return ModelRefused(
        f"The model refuses these rows: {why}.".replace("..", "."),
        value=why,
        remedy="Give rows as the model was trained on, or put a step before it that takes them.",
    )
