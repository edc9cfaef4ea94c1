"""One output of a model as a function of columns: as a person reads it, and where its parts add up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.told import classes_known, scores_by_class
from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Values

Floats = NDArray[np.float64]
LEAST = 1e-6
"""A probability of 0 or 1 counts as this close to it."""


@dataclass(frozen=True, eq=False)
class OneOutput:
    """The class at position `output` of `classes`, or the predicted number where there are none."""

    scorer: ScoresColumns
    classes: tuple[str, ...]
    output: int
    unit: str

    @classmethod
    def of(cls, scorer: ScoresColumns, columns: Mapping[str, Values], output: int | None = None) -> OneOutput:
        """`output` None: the event of two classes, of several the one that is decided most often."""
        scores = scorer.score_columns(columns)
        classes = classes_known(scorer, scores)
        every, unit = scores_by_class(scores, classes)
        if output is None:
            output = 1 if len(classes) == 2 else 0
            if len(classes) > 2:
                output = int(np.bincount(every.argmax(axis=1), minlength=len(classes)).argmax())
        return cls(scorer, classes, output, unit)

    @property
    def name(self) -> str:
        return self.classes[self.output] if self.classes else ""

    def shown(self, columns: Mapping[str, Values]) -> Floats:
        """(n,) probability of the class, whether it is decided, or the predicted number."""
        return scores_by_class(self.scorer.score_columns(columns), self.classes)[0][:, self.output]

    def margin(self, columns: Mapping[str, Values]) -> Floats:
        """(n,) the score on the scale where an additive model adds: log-odds of the class, or the number.

        Of several classes of a foreign model the odds are against one other class: an additive model adds up
        to those, and not to the odds against all others.
        """
        scores = self.scorer.score_columns(columns)
        if hasattr(self.scorer, "contribution_columns"):
            return self._own(np.asarray(scores.raw, float))
        every, _ = scores_by_class(scores, self.classes)
        if scores.probability is None:
            return every[:, self.output]
        held = np.clip(every, LEAST, 1.0)
        other = 0 if self.output else 1
        return np.asarray(np.log(held[:, self.output]) - np.log(held[:, other]))

    def _own(self, raw: Floats) -> Floats:
        if raw.shape[1] > 1:
            return raw[:, self.output]
        return -raw[:, 0] if len(self.classes) == 2 and self.output == 0 else raw[:, 0]
