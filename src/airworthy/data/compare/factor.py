"""Are numbers another unit now: the same factor in nearly all changed rows, or in the whole distribution?"""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.data.compare.found import Factor
from airworthy.data.facts.unit_changes import RATIOS
from airworthy.data.facts.unit_fit import AFFINE, fit_unit

Floats = NDArray[np.float64]

NEAR, LEAST_SHARE, FEWEST = 0.005, 0.9, 5
"""By how much of itself a factor may be off (numbers are rounded anew), in what share of the changed rows it
must hold, and in how many of them at least."""

FEWEST_VALUES, LEAST_APART = 200, 1.5
"""Without matched rows: values of either table, and by what factor the medians must differ."""

LEAST_CHANGE = 1.01
"""A factor nearer to one than this is a correction, no unit."""


def factor_of_rows(before: pl.Series, after: pl.Series) -> Factor | None:
    """The factor between the changed numbers of matched rows, if there is one.

    >>> kilos = pl.Series([50.0, 61.0, 72.0, 80.0, 95.0])
    >>> found = factor_of_rows(kilos, kilos * 2.2046)
    >>> found.name, round(found.factor, 2), found.share
    ('2.2 (kg and pounds)', 2.2, 1.0)
    """
    if not (before.dtype.is_numeric() and after.dtype.is_numeric()):
        return None
    one, other = before.cast(pl.Float64).to_numpy(), after.cast(pl.Float64).to_numpy()
    usable = np.isfinite(one) & np.isfinite(other)
    one, other = one[usable], other[usable]
    if len(one) < FEWEST or len(np.unique(one[:1000])) < FEWEST:
        return None
    with np.errstate(over="ignore", invalid="ignore"):  # the largest numbers fit no factor, and need not
        return _ratio(one, other) or _affine(one, other)


def _ratio(one: Floats, other: Floats) -> Factor | None:
    told = (one != 0) & (other != 0)
    if told.sum() < max(FEWEST, LEAST_SHARE * len(one)):
        return None
    middle = float(np.median(other[told] / one[told]))
    if middle <= 0 or max(middle, 1 / middle) < LEAST_CHANGE:
        return None
    factor, name = _known(middle)
    # What is rounded to the last digit it is written with may be half a digit off.
    slack = NEAR * np.abs(other) + _half_digit(other)
    holds = np.abs(other - one * factor) <= slack
    share = float(holds.mean())
    telling = holds & (_half_digit(other) < 0.25 * np.abs(other - one))
    if share < LEAST_SHARE or telling.sum() < max(FEWEST, share * len(one) / 2):
        return None
    return Factor(factor, 0.0, name, share, int(holds.sum()))


def _known(ratio: float) -> tuple[float, str]:
    for known, name in RATIOS:
        for factor in (known, 1 / known):
            if abs(math.log(ratio / factor)) <= NEAR:
                return factor, name
    return ratio, ""


def _half_digit(values: Floats) -> float:
    """Half a step of the last decimal that the numbers are written with, up to the third."""
    some = values[:1000]
    for digits in range(3):
        if np.allclose(some, np.round(some, digits), rtol=0, atol=1e-9):
            return 0.5 * float(10.0**-digits) * (1 + 1e-9)
    return 0.0


def _affine(one: Floats, other: Floats) -> Factor | None:
    slack = _half_digit(other) + 0.01
    for factor, offset, name in AFFINE:
        holds = np.abs(other - (one * factor + offset)) <= slack
        if (share := float(holds.mean())) >= LEAST_SHARE:
            return Factor(factor, offset, name, share, int(holds.sum()))
    return None


def factor_of_all(before: Floats, after: Floats) -> Factor | None:
    """The known change of unit between two sets of finite numbers whose rows were not matched, if one fits.

    >>> x = np.random.default_rng(0).lognormal(3, 1, 2000)
    >>> factor_of_all(x[:1000], x[1000:] * 1000).name
    '1,000'
    """
    if min(len(before), len(after)) < FEWEST_VALUES or len(np.unique(before[:1000])) < FEWEST:
        return None
    middle = [abs(float(np.median(side))) for side in (before, after)]
    if 0 in middle or max(middle) < LEAST_APART * min(middle):
        return None
    fit = fit_unit(before, after, allowed=0.05)
    return None if fit is None else Factor(fit.factor, fit.offset, fit.name, 1.0, 0)
