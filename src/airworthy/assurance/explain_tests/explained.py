"""The rows whose reasons are tested, and the rows around them: drawn once, explained once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.contributions import (
    MOST_EXACT,
    Contributions,
    contributions_of,
    explainable_rows,
)
from airworthy.assurance.explain.told import LOG_ODDS, classes_known, scores_by_class
from airworthy.assurance.explain_tests.mixed import Mixer
from airworthy.assurance.given import DEPTH, PREDICTIONS, SCORER, SEED, ScoresColumns
from airworthy.assurance.predictions import Predictions, Values
from airworthy.kernel.fact import Facts
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
Places = NDArray[np.int64]

EXPLAINED, AROUND = 1_000, 2_000
"""Rows that are explained, and rows whose values stand for an unknown column; `--deep`: four times each."""
FINER = 4
"""Of the rows that a sampled explanation could bear, one in so many: their values are then half as noisy."""
_LEAST = 1e-6


@dataclass(frozen=True, eq=False)
class Explained:
    """Rows in random order, of which the first are explained.

    Attributes
    ----------
    contributions : of the first n rows, in the columns that are tested.
    rows : all of them, at most 2,000.
    scorer : what explained them.
    """

    contributions: Contributions
    rows: Predictions
    scorer: ScoresColumns

    @property
    def entity(self) -> Places | None:
        """Of the explained rows, codes (n,) of whom they belong to."""
        return None if self.rows.entity is None else self.rows.entity[: len(self.contributions)]

    def mixer(self) -> Mixer:
        """Scores rows mixed of these, in the unit of the contributions."""
        return Mixer(self.rows.columns, self.contributions.names, self._output)

    def _output(self, columns: Mapping[str, Values], places: Places) -> Floats:
        return output_of(self.scorer, columns, self.contributions.outputs[places], self.contributions.unit)


def explain_rows(known: Facts, left_out: tuple[str, ...] = ()) -> Explained:
    """Draw and explain rows. `left_out` names columns that are tested nowhere."""
    predictions, scorer, deeper = known[PREDICTIONS], known[SCORER], known[DEPTH].probes
    rng = np.random.default_rng(derive_seed(known[SEED], "assurance", "explained rows"))
    rows = predictions.rows(rng.permutation(len(predictions))[: AROUND * deeper])
    most = explainable_rows(scorer, rows.columns)
    n = min(len(rows), EXPLAINED * deeper, len(rows) if most == MOST_EXACT else max(1, most // FINER))
    found = contributions_of(
        scorer, rows.rows(np.arange(n)).columns, background=rows.columns, seed=known[SEED]
    )
    return Explained(_without(found, left_out), rows, scorer)


def _without(found: Contributions, left_out: tuple[str, ...]) -> Contributions:
    at = [index for index, name in enumerate(found.names) if name not in left_out]
    error = None if found.error is None else found.error[:, at]
    names = tuple(found.names[index] for index in at)
    return replace(found, names=names, values=found.values[:, at], error=error)


def output_of(scorer: ScoresColumns, columns: Mapping[str, Values], outputs: Places, unit: str) -> Floats:
    """(m,) what the reasons are about in m rows: the margin, probability or number of the explained output.

    Parameters
    ----------
    outputs : (m,) position of the explained class.
    unit : as `Contributions.unit`; log-odds of a model that tells none are made of its probabilities.
    """
    scores = scorer.score_columns(columns)
    at = np.arange(len(outputs))
    if hasattr(scorer, "contribution_columns"):
        raw = np.asarray(scores.raw, float)
        return np.asarray(raw[:, 0] if raw.shape[1] == 1 else raw[at, outputs])
    every, _ = scores_by_class(scores, classes_known(scorer, scores))
    picked = every[at, outputs]
    if unit != LOG_ODDS:
        return np.asarray(picked)
    bounded = np.clip(picked, _LEAST, 1 - _LEAST)
    return np.asarray(np.log(bounded / (1 - bounded)))
