"""The gap before values that lie apart from the rest, where the rest's own tail explains no such gap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.data.facts.sentinels import Distribution

Floats = NDArray[np.float64]

BEYOND, DIFFERENT = 0.05, 4
"""Gaps are looked for with at most this share of a side beyond them, and so many different values."""

TAIL_SHARE, TAIL_ROWS, TAIL_VALUES = 0.1, 50, 8
"""How much of the side before a gap tells how fast the tail thins out: of its rows, and different values."""

LEAST_INDEX = 0.05
"""A tail is not taken for thinner than this: rounded numbers have gaps of their own."""

UNSURE = 3.0
"""Standard errors that are added to the index: from few rows a heavy tail looks thin now and then."""

FEWEST = 50


@dataclass(frozen=True)
class Gap:
    """Distances to the middle grow by `factor` over a gap that is `strength` times what is expected of it.

    `middle` is the value halfway, in logarithms of the distance.
    """

    strength: float
    factor: float
    middle: float


def widest_gap(shape: Distribution, *, upper: bool) -> Gap | None:
    """The gap of one side that its tail explains least; None where the side has too few values.

    Notes
    -----
    Rényi's representation: in a tail of index x (a power law, heavy or not), the logarithms of the distances
    of the k-th and the next value differ by an exponential variable of mean x / k. `strength` is that
    difference by its mean, so chance exceeds s in exp(-s) of all gaps. The index is Hill's, of the tenth of
    the side just before the gap, which the far values do not touch, and `UNSURE` of its errors more; k counts
    different values, for those that agree are no evidence of one another.

    >>> rng = np.random.default_rng(0)
    >>> power = rng.pareto(2, 10_000) + 1
    >>> with_far = np.append(power, 10 * power.max() + np.arange(40.0))
    >>> shapes = [Distribution(*np.unique(x, return_counts=True)) for x in (power, with_far)]
    >>> widest_gap(shapes[0], upper=True).strength < 15, widest_gap(shapes[1], upper=True).strength > 100
    (True, True)
    """
    centre = _median(shape)
    away = (shape.values - centre) * (1.0 if upper else -1.0)
    kept = away > 0
    order = np.argsort(-away[kept])
    distance, counts = away[kept][order], shape.counts[kept][order]
    rows = int(counts.sum())
    if rows < FEWEST or len(distance) < DIFFERENT + TAIL_VALUES + 1:
        return None
    logs, behind = np.log(distance), np.cumsum(counts)
    last = min(int(np.searchsorted(behind, BEYOND * rows)) + 1, len(logs) - TAIL_VALUES)
    places = np.arange(DIFFERENT, last)
    if not len(places):
        return None
    ends = np.searchsorted(behind, behind[places - 1] + max(TAIL_ROWS, TAIL_SHARE * rows))
    ends = np.minimum(np.maximum(ends, places + TAIL_VALUES), len(logs) - 1)
    index = np.maximum(_hill(logs, counts, places, ends), LEAST_INDEX)
    widths = logs[places - 1] - logs[places]
    strengths = places * widths / index
    best = int(strengths.argmax())
    place, width = int(places[best]), float(widths[best])
    reach = float(np.exp((logs[place - 1] + logs[place]) / 2))
    return Gap(float(strengths[best]), float(np.exp(width)), centre + reach * (1.0 if upper else -1.0))


def _hill(
    logs: Floats, counts: NDArray[np.int64], starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> Floats:
    """Hill's index of the values from each start to its end, the mean excess of their logarithms, at most."""
    weights = np.append(0, np.cumsum(counts))
    sums = np.append(0.0, np.cumsum(counts * logs))
    rows = weights[ends] - weights[starts]
    index = (sums[ends] - sums[starts]) / rows - logs[ends]
    return np.asarray(index * (1 + UNSURE / np.sqrt(rows)), float)


def _median(shape: Distribution) -> float:
    return float(shape.values[int(np.searchsorted(np.cumsum(shape.counts), shape.rows / 2))])
