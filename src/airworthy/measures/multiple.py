"""Many looks at once: what stays surprising when one knows how often one has looked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def holm(chances: Sequence[float] | Floats) -> Floats:
    """Chances corrected for their number, step by step, so that none at all is wrong (Holm 1979).

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()   # 3 x .01, 2 x .03, then not below .06
    [0.03, 0.06, 0.06]
    """
    values = np.asarray(chances, float)
    order = np.argsort(values, kind="stable")
    steps = values[order] * np.arange(len(values), 0, -1)
    corrected = np.empty(len(values))
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(steps))
    return corrected


def false_discovery(chances: Sequence[float] | Floats) -> Floats:
    """Chances corrected so that few of those named are wrong, for independent or positively related looks.

    Benjamini and Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289.

    >>> false_discovery([0.01, 0.04, 0.03]).round(3).tolist()   # 3 x .01, 3/2 x .03 but not above 3/3 x .04
    [0.03, 0.04, 0.04]
    """
    values = np.asarray(chances, float)
    m = len(values)
    order = np.argsort(-values, kind="stable")
    steps = values[order] * m / np.arange(m, 0, -1)
    corrected = np.empty(m)
    corrected[order] = np.minimum(1.0, np.minimum.accumulate(steps))
    return corrected


def step_up(beyond: Callable[[int, float], bool], members: int, planned: int, alpha: float) -> set[int]:
    """Which of the members are discoveries at a false discovery rate of `alpha`: the same, by intervals.

    The largest k of which k members' intervals at level 1 - alpha k / planned lie beyond what was asked;
    read at that level, the intervals of the k cover all but `alpha` of what they are of (Benjamini and
    Yekutieli, JASA 100 (2005) 71).

    Parameters
    ----------
    beyond : whether the interval of member i at a level lies beyond.
    planned : looks that were planned, at least `members`.

    >>> chances = [0.01, 0.04, 0.03]
    >>> sorted(step_up(lambda i, level: chances[i] <= 1 - level, 3, 3, 0.05))
    [0, 1, 2]
    """
    for k in range(members, 0, -1):
        level = 1 - alpha * k / planned
        found = {i for i in range(members) if beyond(i, level)}
        if len(found) >= k:
            return found
    return set()
