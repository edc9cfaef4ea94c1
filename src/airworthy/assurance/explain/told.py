"""Which output of a model is explained in each row, and in which unit its score stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import Scores, ScoresColumns
from airworthy.assurance.predictions import Values
from airworthy.kernel.errors import InputError

Floats = NDArray[np.float64]
PROBABILITY, DECISION, TARGET, LOG_ODDS = "probability", "decision", "target", "log-odds"


@dataclass(frozen=True, eq=False)
class Told:
    """The scores of n rows, and of which class (`outputs`, (n,)) they are explained; `raw` is that score."""

    scores: Scores
    classes: tuple[str, ...]
    outputs: NDArray[np.int64]
    unit: str
    raw: Floats


@dataclass(frozen=True, eq=False)
class Exact:
    """Contributions that a model tells itself: see `Contributions`."""

    names: tuple[str, ...]
    values: Floats
    base: Floats
    raw: Floats
    unit: str
    method: str


def told_outputs(scorer: ScoresColumns, columns: Mapping[str, Values], output: int | None) -> Told:
    """What `scorer` says of the rows, and which of it is explained. `output` as in `contributions_of`.

    Raises `InputError` for a class that the model does not have.
    """
    scores = scorer.score_columns(columns)
    classes = classes_known(scorer, scores)
    outputs = _outputs(scores, classes, output)
    every, unit = scores_by_class(scores, classes)
    return Told(scores, classes, outputs, unit, every[np.arange(len(every)), outputs])


def classes_known(scorer: object, scores: Scores) -> tuple[str, ...]:
    """The labels of the model's classes; numbered where nothing names them, none for a predicted number."""
    named: Sequence[str] = getattr(scorer, "classes", ())
    if named or scores.prediction is not None:
        return tuple(named)
    if scores.probability is not None:
        return tuple(str(index) for index in range(scores.probability.shape[1]))
    return tuple(sorted({str(label) for label in scores.decision}))


def scores_by_class(scores: Scores, classes: Sequence[str]) -> tuple[Floats, str]:
    """(n, k) of what can be explained from outside, and its unit: probabilities, numbers or decisions."""
    if scores.prediction is not None:
        return np.asarray(scores.prediction, float)[:, None], TARGET
    if scores.probability is not None:
        return np.asarray(scores.probability, float), PROBABILITY
    labels = [str(label) for label in scores.decision]
    return np.array([[float(label == name) for name in classes] for label in labels]), DECISION


def _outputs(scores: Scores, classes: tuple[str, ...], output: int | None) -> NDArray[np.int64]:
    rows = len(scores.decision)
    if not classes:
        return np.zeros(rows, np.int64)
    if output is not None:
        if not 0 <= output < len(classes):
            raise InputError(
                f"The model has {len(classes)} classes, and none at position {output}.",
                value=output,
                remedy=f"Give a position from 0 to {len(classes) - 1}: {', '.join(classes[:10])}.",
            )
        return np.full(rows, output, np.int64)
    if len(classes) == 2:
        return np.ones(rows, np.int64)
    # Where nothing names the classes, the decided one is taken to be the likeliest.
    place = {name: index for index, name in enumerate(classes)}
    likeliest = scores_by_class(scores, classes)[0].argmax(axis=1).tolist()
    decided = map(str, scores.decision)
    return np.array([place.get(name, most) for name, most in zip(decided, likeliest, strict=True)], np.int64)
