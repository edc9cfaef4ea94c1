"""What a scorer decides of rows, as places of classes, by the rule of the rows that were measured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import Scores, ScoresColumns
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]


def decided(like: Predictions, scores: Scores) -> Codes:
    """The class decided in each scored row (n,), as a place among `like.classes`.

    Two classes are told apart at the threshold of `like`, where it has one; of a case that goes to a person
    it is what the model would decide alone.
    """
    probability = scores.probability
    if probability is not None and like.task is Task.BINARY and like.threshold is not None:
        return np.asarray(probability[:, 1] >= like.threshold, np.int64)
    alone = getattr(scores, "alone", None)
    place = {label: number for number, label in enumerate(like.classes)}
    labels = [place.get(str(label), -1) for label in (scores.decision if alone is None else alone)]
    found = np.array(labels, np.int64)
    if probability is None or (found >= 0).all():
        return found
    return np.where(found >= 0, found, np.asarray(probability).argmax(axis=1))


def decided_and_sure(
    like: Predictions, scorer: ScoresColumns, columns: Mapping[str, Any]
) -> tuple[Codes, Floats]:
    """What is decided in each row (n,), and the probabilities of all classes (n, k); 0 and 1 without any."""
    scores = scorer.score_columns(columns)
    codes = decided(like, scores)
    if scores.probability is not None:
        return codes, np.asarray(scores.probability, float)
    return codes, np.eye(len(like.classes))[codes]
