"""The date at which a null rate changes most, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.data.facts import Timeline

Floats = NDArray[np.float64]

MIN_SHARE = 0.03
"""Rows on either side of a step, of all rows: less is an outage at an edge, not a change."""

MIN_ROWS = 30
_BLOCKS = 12


@dataclass(frozen=True)
class Step:
    """Nulls of rows before and after bin `place`, the splits tried, and how far bins scatter (>= 1)."""

    place: int
    before: tuple[int, int]
    after: tuple[int, int]
    tried: int
    scatter: float

    @property
    def change(self) -> float:
        return self.after[0] / self.after[1] - self.before[0] / self.before[1]


def best_step(timeline: Timeline) -> Step | None:
    """The split of the bins with the most significant difference of the null rate; None with too few rows.

    Notes
    -----
    The scatter is Pearson's chi-square over its degrees of freedom around the two rates, in at most twelve
    blocks a side: nulls that come in outages widen the interval by its square root.
    """
    rows, hits = np.array(timeline.rows, float), np.array(timeline.hits, float)
    before_rows, before_hits = np.cumsum(rows)[:-1], np.cumsum(hits)[:-1]
    total_rows, total_hits = rows.sum(), hits.sum()
    least = max(MIN_ROWS, MIN_SHARE * total_rows)
    after_rows = total_rows - before_rows
    # A split inside empty bins is the same split again.
    allowed = (before_rows >= least) & (after_rows >= least) & (rows[1:] > 0)
    if not allowed.any() or total_hits in (0, total_rows):
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        change = (total_hits - before_hits) / after_rows - before_hits / before_rows
        strength = np.where(allowed, change**2 * before_rows * after_rows, -1.0)
    place = int(strength.argmax())
    sides = ((slice(0, place + 1)), slice(place + 1, None))
    scatter = max(_scatter(rows[side], hits[side]) for side in sides)
    before = (int(before_hits[place]), int(before_rows[place]))
    after = (int(total_hits) - before[0], int(total_rows) - before[1])
    return Step(place + 1, before, after, int(allowed.sum()), scatter)


def _scatter(rows: Floats, hits: Floats) -> float:
    """Variance of the blocks' counts over the binomial variance, at least 1."""
    filled = np.flatnonzero(rows)
    parts = np.arange(min(_BLOCKS, len(filled)))
    size, over = divmod(len(filled), len(parts))
    starts = parts * size + np.minimum(parts, over)  # as array_split cuts
    n, k = np.add.reduceat(rows[filled], starts), np.add.reduceat(hits[filled], starts)
    rate = k.sum() / n.sum()
    if len(n) < 3 or rate in (0.0, 1.0):
        return 1.0
    chi_square = float(((k - n * rate) ** 2 / (n * rate * (1 - rate))).sum())
    return max(1.0, chi_square / (len(n) - 1))
