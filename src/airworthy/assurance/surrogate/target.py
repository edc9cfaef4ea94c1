"""What a surrogate imitates: the model's decisions and scores, row by row, in columns a hand can read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.asked import label_of
from airworthy.assurance.plain_rows import Opened
from airworthy.assurance.predictions import Values, take_columns
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.scoring.contract import LogicalType

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
UNREADABLE = (LogicalType.TEXT, LogicalType.IDENTIFIER, LogicalType.INSTANT, LogicalType.DAY)


@dataclass(frozen=True, eq=False)
class Imitated:
    """n rows as the model decides and scores them.

    Attributes
    ----------
    columns : those that a hand can read: numbers, words, true or false; words are lists.
    labels : words for the columns. flags : which are true or false.
    classes : that can be decided; empty where numbers are predicted.
    decided : (n,) place of the class; zeros where numbers are predicted.
    score : (n,) probability of the last class of two, of the decided class of more, or the prediction;
        0 and 1 where the model gives no probability.
    """

    columns: Mapping[str, Values]
    labels: Mapping[str, str]
    flags: frozenset[str]
    classes: tuple[str, ...]
    decided: Codes
    score: Floats

    def __len__(self) -> int:
        return len(self.score)


def imitated(opened: Opened, at: Codes) -> Imitated:
    """Ask the model about the opened rows at positions `at`.

    Raises
    ------
    InputError : it reads no column that a hand can read.
    """
    columns = take_columns(opened.columns, at)
    scores = opened.scorer.score_columns(columns)
    contract, words = opened.scope.contract, opened.scope.charter.glossary
    names = [n for n in opened.columns if n in contract and contract[n].type not in UNREADABLE]
    if not names:
        raise InputError(
            "The model reads no number, word or flag that a tree or scorecard could ask for.",
            value=", ".join(list(opened.columns)[:5]),
            remedy="Use a model of columns; the reasons for a text are told by aw.explain.",
        )
    decisions = opened.decided(scores)
    classes = () if opened.scope.charter.task is Task.REGRESSION else contract.classes
    place = {name: index for index, name in enumerate(classes)}
    decided = np.array(
        [place[label_of(one)] for one in decisions] if classes else np.zeros(len(decisions)), np.int64
    )
    return Imitated(
        columns={name: _readable(columns[name]) for name in names},
        labels={name: words.get(name, name) for name in names},
        flags=frozenset(name for name in names if contract[name].type is LogicalType.FLAG),
        classes=classes,
        decided=decided,
        score=_score(scores, decided, classes),
    )


def _readable(values: Values) -> Values:
    return values.astype(float) if isinstance(values, np.ndarray) else list(values)


def _score(scores: Any, decided: Codes, classes: tuple[str, ...]) -> Floats:
    if not classes:
        return np.asarray(scores.prediction, float)
    if scores.probability is None:
        return decided.astype(float)
    probability = np.asarray(scores.probability, float)
    return probability[:, 1] if len(classes) == 2 else probability[np.arange(len(decided)), decided]
