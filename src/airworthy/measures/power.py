"""How many rows a question needs, and the smallest gap that the rows at hand could have shown."""

from __future__ import annotations

import math
from statistics import NormalDist

POWER = 0.8
"""Chance to show a gap that is there, as studies are planned."""


def chance_to_show(gap: float, rate: float, n: float, other: float, level: float = 0.95) -> float:
    """Chance that rows of two groups show a `gap` between their rates, the second group's being `rate`.

    Parameters
    ----------
    gap : first rate less the second.
    n, other : rows of the first and of the second group, over their design effects where rows repeat.
    level : of the two-sided interval; 1 - 0.05 / k where k groups share one chance of error.

    Notes
    -----
    Normal approximation, the variance pooled where the rates are taken as equal (Fleiss, Levin and Paik,
    Statistical Methods for Rates and Proportions (2003) 4.3).

    >>> round(chance_to_show(0.1, 0.2, 293, 293), 2)       # tables: .2 and .3 need 293 rows a group for 80 %
    0.8
    """
    first = rate + gap
    pooled = (n * first + other * rate) / (n + other)
    equal = math.sqrt(max(0.0, pooled * (1 - pooled) * (1 / n + 1 / other)))
    unequal = math.sqrt(max(0.0, first * (1 - first) / n + rate * (1 - rate) / other))
    if unequal == 0:
        return 1.0 if gap else 1 - level
    normal, edge = NormalDist(), NormalDist().inv_cdf(0.5 + level / 2) * equal
    return normal.cdf((gap - edge) / unequal) + normal.cdf((-gap - edge) / unequal)


def smallest_gap(
    rate: float, n: float, other: float, level: float = 0.95, power: float = POWER
) -> float | None:
    """The smallest gap, on the side with more room, that would be shown with a chance of `power`.

    None where not even the largest possible gap would be.

    >>> round(smallest_gap(0.2, 293, 293), 3), smallest_gap(0.5, 2, 2) is None
    (0.1, True)
    """
    side = 1.0 if rate <= 0.5 else -1.0
    low, high = 0.0, 1 - rate if side > 0 else rate
    if chance_to_show(side * high, rate, n, other, level) < power:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        shown = chance_to_show(side * middle, rate, n, other, level) >= power
        low, high = (low, middle) if shown else (middle, high)
    return high


def rows_to_show(
    gap: float, rate: float, level: float = 0.95, power: float = POWER, times: float = 1.0
) -> int:
    """Rows of the first group that show a `gap` with a chance of `power`; the second has `times` as many.

    Raises
    ------
    ValueError : a gap of 0, or rates outside 0 to 1: no number of rows shows that.

    >>> rows_to_show(0.1, 0.2)     # (1.96 sqrt(.375) + .8416 sqrt(.37))^2 / .01 = 293.2
    294
    """
    if gap == 0 or not 0 <= rate <= 1 or not 0 <= rate + gap <= 1:
        raise ValueError(f"no rows show a gap of {gap} from a rate of {rate}; both rates lie in 0 to 1")
    low, high = 0, 1
    while chance_to_show(gap, rate, high, times * high, level) < power:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        shown = chance_to_show(gap, rate, middle, times * middle, level) >= power
        low, high = (low, middle) if shown else (middle, high)
    return high
