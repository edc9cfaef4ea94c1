"""Shapley values of a model that can only be asked: columns of real rows put in, one after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.told import Told, scores_by_class
from airworthy.assurance.given import ScoresColumns
from airworthy.assurance.predictions import Values, take_columns
from airworthy.kernel.seed import derive_seed

Floats = NDArray[np.float64]
FEWEST_PAIRS, MOST_PAIRS = 10, 100
PORTION = 20_000
"""Rows that are made and scored at once."""


@dataclass(frozen=True, eq=False)
class Sampled:
    """Values (n, d), their standard errors, and the mean score (n,) of the rows that they start from."""

    values: Floats
    error: Floats
    base: Floats
    backgrounds: int


def pairs_within(rows_scored: int, cost_of_one: int) -> int:
    """How many pairs of permutations `rows_scored` pay for, at most a hundred.

    >>> pairs_within(60_000, 2_000)
    30
    """
    return min(MOST_PAIRS, rows_scored // cost_of_one)


def sampled_contributions(
    scorer: ScoresColumns,
    columns: Mapping[str, Values],
    background: Mapping[str, Values],
    told: Told,
    pairs: int,
    seed: int,
) -> Sampled:
    """Walk from a real row to the explained one, column by column, and credit each with its step.

    Each pair takes one background row, which all explained rows share, so that they have one base; and one
    order of columns a row with its reverse, whose errors mostly cancel. The steps of a walk add up to the
    distance between the two scores, so the values and the base make the score however few walks there are.
    """
    rng = np.random.default_rng(derive_seed(seed, "explain", "permutations"))
    names, rows = tuple(columns), len(told.outputs)
    chosen = _chosen(len(next(iter(background.values()))), pairs, rng)
    starts = scores_by_class(scorer.score_columns(take_columns(background, chosen)), told.classes)[0]
    walks = np.empty((pairs, rows, len(names)))
    for index, at in enumerate(chosen.tolist()):
        start = starts[index, told.outputs]
        place = rng.permuted(np.tile(np.arange(len(names)), (rows, 1)), axis=1)
        walk = _Walk(scorer, columns, take_columns(background, np.array([at])), told)
        walks[index] = (walk.steps(start, place) + walk.steps(start, len(names) - 1 - place)) / 2
    base = starts[:, told.outputs].mean(axis=0)
    error = walks.std(axis=0, ddof=1) / np.sqrt(pairs)
    return Sampled(walks.mean(axis=0), error, base, len(np.unique(chosen)))


def _chosen(rows: int, wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows of the background, each as often as the others but for one."""
    times = -(-wanted // rows)
    return np.concatenate([rng.permutation(rows) for _ in range(times)])[:wanted]


@dataclass(frozen=True, eq=False)
class _Walk:
    """From one background row to each explained row."""

    scorer: ScoresColumns
    columns: Mapping[str, Values]
    start: Mapping[str, Values]
    told: Told

    def steps(self, start: Floats, place: NDArray[np.int64]) -> Floats:
        """What each column moved the score by; `place` (n, d) is when it comes."""
        rows, width = place.shape
        path = np.empty((rows, width + 1))
        path[:, 0], path[:, -1] = start, self.told.raw
        for part in _portions(rows, max(1, width - 1)):
            if width > 1:
                path[part, 1:-1] = self._between(part, place[part])
        return np.take_along_axis(np.diff(path, axis=1), place, axis=1)

    def _between(self, part: NDArray[np.int64], place: NDArray[np.int64]) -> Floats:
        """Scores (rows, d - 1) of the rows of which 1 to d - 1 columns are in."""
        between = place.shape[1] - 1
        inside = place[:, None, :] < np.arange(1, between + 1)[None, :, None]
        mixed = {
            name: _mixed(
                take_columns({name: self.columns[name]}, part)[name], self.start[name], inside[:, :, j]
            )
            for j, name in enumerate(self.columns)
        }
        scores = scores_by_class(self.scorer.score_columns(mixed), self.told.classes)[0]
        outputs = np.repeat(self.told.outputs[part], between)
        return scores[np.arange(len(scores)), outputs].reshape(len(part), between)


def _mixed(own: Values, other: Values, inside: NDArray[np.bool_]) -> Values:
    """A column of `inside.size` rows: the explained row's cell where it is in, else the background row's."""
    if isinstance(own, np.ndarray):
        return np.where(inside, own[:, None], np.asarray(other)[0]).ravel()
    return [own[row] if put else other[0] for row, puts in enumerate(inside.tolist()) for put in puts]


def _portions(rows: int, each: int) -> Iterator[NDArray[np.int64]]:
    step = max(1, PORTION // each)
    for start in range(0, rows, step):
        yield np.arange(start, min(start + step, rows))
