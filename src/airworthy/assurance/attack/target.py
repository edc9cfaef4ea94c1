"""Asks the model what it decides of candidate rows, and how far they lean to another decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from airworthy.assurance.changes.space import Floats, Mask, Places
from airworthy.assurance.given import Scores, ScoresColumns
from airworthy.assurance.predictions import Predictions
from airworthy.charter.model import Task

UNDECIDED = -1
"""Where a person decides, or the model answers with nothing that was declared."""


@dataclass(frozen=True, eq=False)
class Answered:
    """Of m rows the class decided (m,), and how far they lean away from a given class (m,)."""

    decided: Places
    leaning: Floats


class Asks(Protocol):
    """What the search asks: of candidates whose rows were decided as `own` (m,), what becomes of them."""

    def against(self, columns: Mapping[str, Any], own: Places) -> Answered: ...


class Target:
    """One model under attack; `asked` counts the rows that it was given.

    Parameters
    ----------
    rows
        What is attacked: its classes, and the cut that was given for a model that only scores.
    """

    def __init__(self, scorer: ScoresColumns, rows: Predictions) -> None:
        self._scorer = scorer
        self._cut = rows.threshold if rows.task is Task.BINARY else None
        self._place = {label: place for place, label in enumerate(rows.classes)}
        self.asked = 0

    def decide(self, columns: Mapping[str, Any], rows: int) -> tuple[Places, Scores]:
        """The class decided of each of so many rows, and the scores behind it."""
        self.asked += rows
        answer: Scores = self._scorer.score_columns(columns)
        return self._decided(answer), answer

    def against(self, columns: Mapping[str, Any], own: Places) -> Answered:
        """What becomes of rows that the model decided as `own` (m,)."""
        decided, answer = self.decide(columns, len(own))
        return Answered(decided, leaning(answer, decided, own))

    def _decided(self, answer: Scores) -> Places:
        # A model trained elsewhere whose probabilities are cut for it; all others decide themselves.
        own = getattr(answer, "own", True) or answer.probability is None
        if not own and self._cut is not None:
            assert answer.probability is not None
            return np.asarray(answer.probability)[:, 1].__ge__(self._cut).astype(np.int64)
        return np.array([self._place.get(str(label), UNDECIDED) for label in answer.decision], np.int64)


def flipped(decided: Places, own: Places) -> Mask:
    """Where another class was decided outright: a row that goes to a person is not won."""
    return np.asarray((decided != own) & (decided != UNDECIDED))


def leaning(answer: Scores, decided: Places, own: Places) -> Floats:
    """How far each row leans away from `own` (m,): by margins before calibration, which has flat steps.

    A model that only decides leans not at all or fully.
    """
    raw = np.asarray(answer.raw, float)
    if raw.shape[1] == 0:
        return flipped(decided, own).astype(float)
    if raw.shape[1] == 1:
        return np.where(own == 1, -raw[:, 0], raw[:, 0])
    mine = raw[np.arange(len(own)), own]
    others = raw.copy()
    others[np.arange(len(own)), own] = -np.inf
    return np.asarray(others.max(axis=1) - mine)


def labels_of(places: Sequence[int], classes: Sequence[str]) -> list[str]:
    """The labels of decided classes; "review" where a person decides."""
    return ["review" if place == UNDECIDED else classes[place] for place in places]
