"""Rows that a model is asked about, and how their columns are called, typed and measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Values, take_columns
from airworthy.scoring.columns import STRINGS
from airworthy.scoring.contract import LogicalType


@dataclass(frozen=True)
class Words:
    """How columns are called (`labels`) and in what they are measured (`units`), where a person said it."""

    labels: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        return self.labels.get(name, name)

    def unit(self, name: str) -> str:
        return self.units.get(name, "")


@dataclass(frozen=True, eq=False)
class AskedRows:
    """A scorer and the n rows it is asked about.

    Attributes
    ----------
    columns : of the rows. background : rows that stand for "not known"; what they hold has been seen.
    target : column that is predicted, for its label and unit.
    clusters : (n,) codes of what repeats, or None.
    types : where they are known.
    """

    scorer: ScoresColumns
    columns: Mapping[str, Values]
    background: Mapping[str, Values]
    words: Words = Words()
    target: str = ""
    clusters: NDArray[np.int64] | None = None
    types: Mapping[str, LogicalType] = field(default_factory=dict)
    seed: int = 0

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def at(self, rows: NDArray[np.int64]) -> AskedRows:
        """The rows at these positions, against the same background."""
        clusters = None if self.clusters is None else np.unique(self.clusters[rows], return_inverse=True)[1]
        return AskedRows(
            self.scorer,
            take_columns(self.columns, rows),
            self.background,
            self.words,
            self.target,
            clusters,
            self.types,
            self.seed,
        )

    def is_text(self, name: str) -> bool:
        """Whether a column holds free text: by its type, or where most rows have many words."""
        kind = self.types.get(name)
        if kind is not None:
            return kind is LogicalType.TEXT
        values = self.columns[name]
        return not isinstance(values, np.ndarray) and _wordy([value for value in values if value])

    def is_words(self, name: str) -> bool:
        """Whether a column holds words rather than numbers."""
        kind = self.types.get(name)
        return kind in STRINGS if kind is not None else not isinstance(self.columns[name], np.ndarray)


def _wordy(texts: list[str]) -> bool:
    """Whether texts are sentences: four words and more, and seldom the same.

    >>> _wordy(["my flight was late again", "no complaints at all today"]), _wordy(["New York"] * 9)
    (True, False)
    """
    long = sum(len(text.split()) >= 4 for text in texts)
    return bool(texts) and long * 2 > len(texts) and len(set(texts)) * 2 > len(texts)
