"""Worlds whose reasons are known: models that tell them truly, and models that were planted to tell them badly."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance import CHECKS, Predictions, facts_for
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.tables import read_table
from airworthy.charter.model import Task
from airworthy.kernel.plan import make_plan
from airworthy.kernel.result import Result
from airworthy.kernel.run_checks import run_checks

Floats = NDArray[np.float64]
WEIGHTS = np.array([2.0, 1.4, 1.0, 0.7, 0.5, 0.3, 0.2, 0.1])
NAMES = tuple(f"x{place}" for place in range(len(WEIGHTS)))


@dataclass
class Telling:
    """A model that answers with the log-odds `margin` and tells `reasons` (n, d), which add up to it."""

    names: tuple[str, ...]
    margin: Callable[[Floats], Floats]
    reasons: Callable[[Floats], Floats]

    def predict_proba(self, table: Any) -> Floats:
        p = 1 / (1 + np.exp(-self.margin(self._matrix(table))))
        return np.column_stack([1 - p, p])

    def contributions(self, table: Any) -> Floats:
        matrix = self._matrix(table)
        values = self.reasons(matrix)
        return np.column_stack([values, self.margin(matrix) - values.sum(axis=1)])

    def _matrix(self, table: Any) -> Floats:
        return np.column_stack([np.asarray(table[name], float) for name in self.names])


class Asked:
    """The same model as one that tells no reasons: they are sampled."""

    def __init__(self, model: Telling) -> None:
        self.predict_proba = model.predict_proba


class Picks:
    """An estimator that reads one of x0 and x1, its copy, whichever its random state picks."""

    classes_ = np.array([0, 1])

    def __init__(self, random_state: int = 0) -> None:
        self.random_state = random_state

    def get_params(self, deep: bool = True) -> dict[str, int]:
        return {"random_state": self.random_state}

    def set_params(self, random_state: int) -> Picks:
        self.random_state = random_state
        return self

    def fit(self, rows: Any, y: Any) -> Picks:
        return self

    def _model(self) -> Telling:
        weights = np.array([4.0, 4.0, 0.5, 0.4, 0.3, 0.2, 0.1, 0.1])
        weights[int(np.random.default_rng(self.random_state).integers(2))] = 0.0
        return Telling(
            NAMES,
            lambda matrix: (matrix * weights).sum(axis=1),
            lambda matrix: (matrix - matrix.mean(axis=0)) * weights,
        )

    def predict_proba(self, rows: Any) -> Any:
        return self._model().predict_proba(rows)

    def contributions(self, rows: Any) -> Any:
        return self._model().contributions(rows)


def additive(matrix: Floats) -> Floats:
    """The true reasons of the world's weighted sum."""
    return (matrix - matrix.mean(axis=0)) * WEIGHTS


def truthful() -> Telling:
    return Telling(NAMES, lambda matrix: (matrix * WEIGHTS).sum(axis=1), additive)


def shuffled(seed: int) -> Telling:
    """Its reasons add up to the score, and each row's stand beside columns drawn at random."""

    def reasons(matrix: Floats) -> Floats:
        return np.random.default_rng(seed).permuted(additive(matrix), axis=1)

    return Telling(NAMES, lambda matrix: (matrix * WEIGHTS).sum(axis=1), reasons)


def knife_edge() -> Telling:
    """x0 and x1 are nearly one column; which of them gets the credit changes every thousandth."""

    def reasons(matrix: Floats) -> Floats:
        values = additive(matrix)
        credit = values[:, 0] + values[:, 1]
        first = np.floor(matrix[:, 0] * 1000) % 2 == 0
        values[:, 0], values[:, 1] = np.where(first, credit, 0.0), np.where(first, 0.0, credit)
        return values

    return Telling(NAMES, lambda matrix: (matrix * WEIGHTS).sum(axis=1), reasons)


def copied_credit() -> Telling:
    """x1 is a copy of x0 that the model does not read, and all of the credit stands beside it."""
    weights = np.where(np.arange(len(WEIGHTS)) == 1, 0.0, WEIGHTS)

    def reasons(matrix: Floats) -> Floats:
        values = (matrix - matrix.mean(axis=0)) * weights
        values[:, 1], values[:, 0] = values[:, 0].copy(), 0.0
        return values

    return Telling(NAMES, lambda matrix: (matrix * weights).sum(axis=1), reasons)


def table(seed: int, rows: int, *, copy: float | None = None) -> pl.DataFrame:
    """Independent normal columns; with `copy`, x1 is x0 and so much noise."""
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(rows, len(NAMES)))
    if copy is not None:
        matrix[:, 1] = matrix[:, 0] + copy * rng.normal(size=rows)
    return pl.DataFrame(dict(zip(NAMES, matrix.T, strict=True)))


def outcomes(model: Any, rows: pl.DataFrame, seed: int) -> NDArray[np.int64]:
    p = model.predict_proba(rows)[:, 1]
    return (np.random.default_rng([seed, 1]).random(len(p)) < p).astype(np.int64)


def results_of(
    codes: Sequence[str],
    model: Any,
    rows: pl.DataFrame,
    seed: int,
    *,
    y: NDArray[np.int64] | None = None,
    protected: Mapping[str, Any] | None = None,
) -> list[Result]:
    """The results of the tests of reasons `codes`, on a model trained elsewhere."""
    read = read_table(rows)
    came = outcomes(model, rows, seed) if y is None else y
    scorer = ForeignScorer(model, read, Task.BINARY, ("0", "1"))
    scores = scorer.score_columns(read.columns)
    further = dict(protected or {})
    given = Predictions.of(
        Task.BINARY,
        came,
        classes=("0", "1"),
        probability=scores.probability,
        columns={**read.columns, **further},
    )
    scope = plain_scope(
        Task.BINARY,
        classes=("0", "1"),
        columns=given.columns,
        protected=tuple(further),
        inputs=tuple(rows.columns),
    )
    checks = [check for check in CHECKS if check.code in codes]
    facts = facts_for(given, scorer=scorer, seed=seed)
    return run_checks(make_plan(checks, scope, ()), checks, facts, scope)
