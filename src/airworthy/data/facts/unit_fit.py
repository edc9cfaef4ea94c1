"""Do two sets of numbers have one distribution, but for a known change of unit?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.data.facts.unit_changes import RATIOS

Floats = NDArray[np.float64]

AFFINE: tuple[tuple[float, float, str], ...] = (
    (1.8, 32.0, "Celsius and Fahrenheit"),
    (1 / 1.8, -32.0 / 1.8, "Celsius and Fahrenheit"),
    (1.0, 273.15, "Celsius and Kelvin"),
    (1.0, -273.15, "Celsius and Kelvin"),
)

LEVELS = np.array([0.1, 0.25, 0.5, 0.75, 0.9])

NEAR, NEAREST_TO_ALL = 0.08, 0.4
"""A season or a fashion may move the level besides: the factor is known to so much of itself, and to no more
than the second, whatever is allowed."""

SLACK = 0.06
"""Values so close, in logarithms, count as equal: numbers are rounded anew in the new unit."""

LEFT, MOST_LEFT = 0.2, 0.15
"""Most that may be left of the difference when the unit is put right, and most of all distances (1)."""

_POINTS = 2_000


@dataclass(frozen=True)
class Fit:
    """The second set is `factor` times the first plus `offset`; `apart` and `left` are as in `UnitFound`.

    `off` is what the levels differ by besides: in logarithms, or in twice the distance of the quartiles.
    """

    factor: float
    offset: float
    name: str
    apart: float
    left: float
    off: float


def fit_unit(
    first: Floats, second: Floats, allowed: float, near: float = NEAR, least: float = 1.0
) -> Fit | None:
    """The known change of unit after which two sets of finite numbers differ least, if they then hardly do.

    Parameters
    ----------
    first, second : (n,) and (m,) finite numbers.
    allowed : largest distance between the distributions (0 to 1) besides what the draw of the rows explains.
    near : by how much, in logarithms, the level may differ besides.
    least : smallest factor that is looked for, up or down.

    Notes
    -----
    The distance is that of Kolmogorov and Smirnov, blind to differences of value of `SLACK`; what the draw
    explains is its 1 % point, 1.63 sqrt(1/n + 1/m).

    >>> x = np.random.default_rng(0).lognormal(3, 1, 2000)
    >>> fit_unit(x[:1000], x[1000:] * 100, 0.05).name, fit_unit(x[:1000], x[1000:] * 7, 0.05)
    ('100', None)
    """
    limit = allowed + 1.63 * math.sqrt(1 / len(first) + 1 / len(second))
    a, b = _thinned(first), _thinned(second)
    best: Fit | None = None
    tolerance = near + 3 * _error(a, len(first), len(second))
    for fit in (*_factors(a, b, tolerance, limit), *_affine(a, b)):
        if (
            max(fit.factor, 1 / fit.factor) >= least
            and fit.left <= min(limit, MOST_LEFT, LEFT * fit.apart)
            and (best is None or fit.left + fit.off < best.left + best.off)
        ):
            best = fit
    return best


def shift(first: Floats, second: Floats) -> float:
    """How far the logarithms of the second set lie above those of the first: the middle of five quantiles."""
    return float(np.median(np.quantile(second, LEVELS) - np.quantile(first, LEVELS)))


def apart(first: Floats, second: Floats, slack: float) -> float:
    """Largest difference of two distribution functions of sorted numbers, blind to `slack`."""
    return max(_above(first, second, slack), _above(second, first, slack))


def _above(first: Floats, second: Floats, slack: float) -> float:
    own = np.searchsorted(first, first, side="right") / len(first)
    other = np.searchsorted(second, first + slack, side="right") / len(second)
    return max(0.0, float((own - other).max()))


def _factors(a: Floats, b: Floats, near: float, limit: float) -> Iterator[Fit]:
    # A factor leaves the share of negative numbers as it is.
    if abs(float(np.mean(a < 0) - np.mean(b < 0))) > limit:
        return
    first, second = (np.sort(np.log(np.abs(side[side != 0]))) for side in (a, b))
    moved = shift(first, second)
    before = apart(first, second, SLACK)
    for factor, name in RATIOS:
        known = math.copysign(math.log(factor), moved)
        if abs(moved - known) <= min(near, NEAREST_TO_ALL):
            left = apart(first, second - known, SLACK)
            yield Fit(math.exp(known), 0.0, name, before, left, abs(moved - known))


def _error(values: Floats, n: int, m: int) -> float:
    """Standard error of the difference of two medians of logarithms."""
    sizes = np.log(np.abs(values[values != 0]))
    low, high = np.quantile(sizes, [0.25, 0.75])
    return 1.2533 * float(high - low) / 1.349 * math.sqrt(1 / n + 1 / m)


def _affine(a: Floats, b: Floats) -> Iterator[Fit]:
    low, high = np.quantile(a, [0.25, 0.75])
    slack = 0.1 * float(high - low)
    before = apart(a, b, slack)
    for factor, offset, name in AFFINE:
        put_back = (b - offset) / factor
        off = abs(float(np.median(put_back)) - float(np.median(a)))
        if off <= float(high - low):
            left = apart(a, put_back, slack)
            yield Fit(factor, offset, name, before, left, off / 2 / float(high - low) if off else 0.0)


def _thinned(values: Floats) -> Floats:
    """The values in order; of many, as many quantiles."""
    ordered = np.sort(values)
    if len(ordered) <= _POINTS:
        return ordered
    return np.asarray(ordered[np.linspace(0, len(ordered) - 1, _POINTS).astype(int)], float)
