"""The decision that is looked for, and how far each candidate still is from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from airworthy.assurance.attack.target import Answered, leaning
from airworthy.assurance.changes.space import Floats, Mask, Places
from airworthy.assurance.given import Scores
from airworthy.assurance.plain_rows import Opened
from airworthy.assurance.wording import number
from airworthy.charter.problems import did_you_mean, listed
from airworthy.kernel.errors import InputError

Range = tuple[float | None, float | None]


@dataclass(frozen=True)
class Want:
    """A class that is to be decided, or numbers from `low` to `high` that are to be predicted."""

    label: str | None = None
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        """As it stands in a sentence.

        >>> str(Want("yes")), str(Want(low=10.0)), str(Want(low=1.0, high=2.0))
        ("'yes'", '10 or more', '1 to 2')
        """
        if self.label is not None:
            return repr(self.label)
        low, high = (
            None if edge is None else number(edge, 0 if edge == int(edge) else 3)
            for edge in (self.low, self.high)
        )
        if high is None:
            return f"{low} or more"
        return f"{high} or less" if low is None else f"{low} to {high}"


def read_want(want: str | Range | None, classes: Sequence[str], decided: str | None) -> Want:
    """The decision that a caller asked for; of two classes by default the one that was not decided.

    Raises
    ------
    InputError : it is none of the classes, or nobody can tell which of several is meant.

    >>> read_want(None, ("no", "yes"), "no").label
    'yes'
    """
    if classes:
        others = [name for name in classes if name != decided]
        if want is None and len(others) == 1:
            return Want(others[0])
        if not isinstance(want, str) or want not in classes:
            raise InputError(
                f"The wanted decision is {want!r}; the decisions are {listed(classes)}.",
                value=str(want),
                remedy=did_you_mean(str(want), classes, f"Name one of them: want={classes[-1]!r}."),
            )
        return Want(want)
    low, high = want if isinstance(want, tuple) and len(want) == 2 else (None, None)
    if low is None and high is None:
        raise InputError(
            "The model predicts a number, and nobody said which numbers are wanted.",
            value=str(want),
            remedy="Say from where to where: want=(low, high), with None for an open side.",
        )
    return Want(None, low, high)


class Wanted:
    """Asks a model for one decision; `asked` counts the rows that it was given."""

    def __init__(self, opened: Opened, want: Want) -> None:
        self.opened, self.want = opened, want
        self._classes = opened.scope.contract.classes
        self.asked = 0

    def scores(self, columns: Mapping[str, Any], rows: int) -> Scores:
        """What the model says of so many rows."""
        self.asked += rows
        found: Scores = self.opened.scorer.score_columns(columns)
        return found

    def reached(self, scores: Scores) -> Mask:
        """In which rows the wanted decision is made, (n,)."""
        decided = self.opened.decided(scores)
        if self.want.label is not None:
            return np.array([str(label) == self.want.label for label in decided], bool)
        return np.asarray(self._away(np.asarray(decided, float)) == 0)

    def shown(self, scores: Scores) -> Floats:
        """One number a row for people: the probability of the wanted class, or the prediction; else NaN."""
        if self.want.label is None:
            return np.asarray(self.opened.decided(scores), float)
        if scores.probability is None:
            return np.full(len(scores.decision), np.nan)
        return np.asarray(scores.probability, float)[:, self._classes.index(self.want.label)]

    def against(self, columns: Mapping[str, Any], own: Places) -> Answered:
        """1 where the wanted decision is made, else 0; and how far each row leans to it."""
        scores = self.scores(columns, len(own))
        reached = self.reached(scores).astype(np.int64)
        if self.want.label is None:
            return Answered(reached, -self._away(np.asarray(self.opened.decided(scores), float)))
        place = np.full(len(own), self._classes.index(self.want.label), np.int64)
        # Of a model that only decides, every row leans alike: its smallest changes come first.
        return Answered(reached, -leaning(scores, place, place))

    def _away(self, numbers: Floats) -> Floats:
        """How far each number lies outside the wanted range, (n,)."""
        below = 0.0 if self.want.low is None else self.want.low - numbers
        above = 0.0 if self.want.high is None else numbers - self.want.high
        return np.maximum(0.0, np.maximum(below, above))
