"""A second opinion on a row's reasons: the straight line that best fits the score around the row.

As LIME does for tables (Ribeiro, Singh and Guestrin, KDD 2016), with cells of other rows in place of made-up
ones: columns are kept or replaced at random, and the score is fitted by which ones were kept.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain_tests.mixed import Mixer

Floats = NDArray[np.float64]
RIDGE = 1e-3
"""Of the mixed rows: only what a column that was never replaced needs to have a weight at all."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Slopes (n, d): what each column is worth in each row; `error` (n,) is their standard error."""

    slopes: Floats
    error: Floats


def local_weights(mixer: Mixer, rows: int, mixes: int, rng: np.random.Generator) -> Lines:
    """What each column is worth in the first `rows` rows, in the unit of the score.

    Parameters
    ----------
    mixer : scores mixed rows.
    mixes : mixed rows for each row, in pairs: where one keeps a column the other replaces it. Half of the
        columns are kept on average, so that a straight line is fitted halfway between row and others.
    """
    d, pairs = len(mixer.names), max(1, mixes // 2)
    others = len(next(iter(mixer.columns.values())))
    first = rng.random((rows, pairs, d)) < 0.5
    taken = np.stack([first, ~first], axis=2)  # (rows, pairs, 2, d)
    donors = (np.arange(rows)[:, None] + rng.integers(1, others, (rows, pairs))) % others
    at = np.repeat(np.arange(rows), 2 * pairs)
    scores = mixer.scored(at, np.repeat(donors.ravel(), 2), taken.reshape(-1, d)).reshape(rows, pairs, 2)

    def slopes(part: slice) -> Floats:
        chosen = zip(~taken[:, part].reshape(rows, -1, d), scores[:, part].reshape(rows, -1), strict=True)
        return np.stack([_fit(kept, told) for kept, told in chosen])

    # Two lines of half of the pairs each vary twice as much as one of all: half their distance is its error.
    half = max(1, pairs // 2)
    apart = slopes(slice(0, half)) - slopes(slice(half, None))
    return Lines(slopes(slice(None)), np.sqrt((apart**2).mean(axis=1)) / 2)


def _fit(kept: NDArray[np.bool_], scores: Floats) -> Floats:
    """Slopes (d,) of the scores (m,) on which columns were kept (m, d)."""
    design = kept - kept.mean(axis=0)
    square = design.T @ design + RIDGE * len(scores) * np.eye(design.shape[1])
    return np.asarray(np.linalg.solve(square, design.T @ (scores - scores.mean())))
