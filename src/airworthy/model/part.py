"""Rows to learn from and rows that measure, encoded once for all learners."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from airworthy.model.encode import (
    Encoding,
    Plain,
    encoded,
    plain_for_linear,
    plain_for_network,
    plain_for_numbers,
    plain_for_trees,
)
from airworthy.model.rows import Rows
from airworthy.model.text import TextFeatures, fit_text
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.features import feature_matrix
from airworthy.scoring.spec import Feature
from airworthy.scoring.steps import apply_steps

SHARED = ("trees", "numbers")
"""Kinds that several trials read. The others are far wider, and made again for the few that do."""
CACHED_CELLS = 3_000_000
"""Encoded tables of these kinds are kept up to so many numbers: 24 MB each, two kinds a fold."""

_PLAIN: dict[str, Callable[[Rows], Plain]] = {
    "trees": plain_for_trees,
    "numbers": plain_for_numbers,
    "linear": plain_for_linear,
    "network": plain_for_network,
}


@dataclass(frozen=True, eq=False)
class Encoded:
    """One kind of encoding: of the rows to learn from, and shape (m, d) of the rows that measure."""

    learn: Encoding
    held: FloatArray | None


class Plains:
    """Each kind's plain features, learned once from `rows`: no outcome decides them."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._known: dict[str, Plain] = {}

    def __getitem__(self, kind: str) -> Plain:
        if kind not in self._known:
            self._known[kind] = _PLAIN[kind](self._rows)
        return self._known[kind]


class Part:
    """One fit: `rows` teach, and `held` rows, where there are any, tell which setting does best.

    Parameters
    ----------
    plains
        Shared between parts whose models are to be bagged; by default learned from `rows`.
    """

    def __init__(self, rows: Rows, held: Rows | None = None, plains: Plains | None = None) -> None:
        self.rows, self.held = rows, held
        self.plains = plains or Plains(rows)
        self._kept: dict[str, Encoded] = {}
        self.relative: Part | None = None

    @cached_property
    def text(self) -> TextFeatures:
        return fit_text(self.rows)

    def encoded(self, kind: str) -> Encoded:
        """Encoded as `kind`: trees, numbers, linear or network."""
        if kind in self._kept:
            return self._kept[kind]
        learn = encoded(self.plains[kind], self.rows, self.text)
        held = None if self.held is None else matrix_of(learn.features, self.held)
        made = Encoded(learn, held)
        if kind in SHARED and learn.matrix.size <= CACHED_CELLS:
            self._kept[kind] = made
        return made


def matrix_of(features: tuple[Feature, ...], rows: Rows) -> FloatArray:
    """Feature values (n, d) of `rows`, which are as the repair steps leave them."""
    return np.ascontiguousarray(feature_matrix(features, apply_steps((), rows.columns)))
