"""Sums of any stretch of a column in one step, exact and rounded once.

A running total in floating point drifts: the difference of two totals is not the sum between them. Here
every number is cut into whole pieces of 32 bits, which 64-bit integers add up without rounding. What lies
between two places is therefore the true sum, rounded once to the nearest float: what `math.fsum` gives.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]

BITS = 32
MASK = (1 << BITS) - 1
SURE = 2.0**62
"""Below it a total fits into 64 bits with its sign, whatever the estimate of its size lost."""
TOO_HIGH = 96
"""Any piece of that weight is beyond `SURE`; larger ones need no exact weight."""
SMALLEST = -1000
"""Units of 2**-1000 and more give totals that are no subnormal numbers, which `ldexp` would round again."""


@dataclass(frozen=True)
class Running:
    """Running totals of n numbers: `pieces` (m, n + 1), each a whole number of 2**(unit + 32 * row)."""

    unit: int
    pieces: IntArray

    def between(self, low: IntArray, high: IntArray) -> FloatArray:
        """Sums of the numbers from `low` to before `high`, shape as theirs; NaN beyond float64's range."""
        parts = self.pieces[:, high] - self.pieces[:, low]
        scale = np.ldexp(1.0, np.minimum(BITS * np.arange(len(parts)), TOO_HIGH))[:, None]
        size = (np.abs(parts).astype(np.float64) * scale).sum(axis=0)
        fits = (size < SURE) & (self.unit > SMALLEST)
        whole = np.zeros(len(low), np.int64)
        for row in range(len(parts) - 1, -1, -1):
            whole = np.where(fits, whole * (1 << BITS) + parts[row], 0)
        sums = np.ldexp(whole.astype(np.float64), self.unit)
        for place in np.flatnonzero(~fits):
            sums[place] = _rounded(parts[:, place].tolist(), self.unit)
        return sums


def running(values: FloatArray) -> Running:
    """Running totals of finite numbers, shape (n,).

    >>> totals = running(np.array([0.1, 0.2, 0.3, 1e16, -1e16]))
    >>> totals.between(np.array([0, 0]), np.array([3, 5])).tolist()
    [0.6, 0.6]
    """
    fraction, exponent = np.frexp(values)
    whole = np.ldexp(fraction, 53).astype(np.int64)
    zeros = np.frexp((whole & -whole).astype(np.float64))[1].astype(np.int64) - 1
    zeros = np.where(whole == 0, 0, zeros)
    whole, exponent = whole >> zeros, exponent.astype(np.int64) - 53 + zeros
    present = whole != 0
    unit = int(exponent[present].min()) if present.any() else 0
    row, shift = np.divmod(np.where(present, exponent - unit, 0), BITS)
    rows = int(row.max()) + 3 if len(row) else 1
    pieces = np.zeros((rows, len(values) + 1), np.int64)
    sign, size, shift = np.sign(whole), np.abs(whole), shift.astype(np.int64)
    low, high = (size & MASK) << shift, (size >> BITS) << shift
    at = np.arange(1, len(values) + 1)
    # Of the three pieces that a shifted number touches, none exceeds 2**33: sums of 2**29 numbers fit.
    for step, piece in enumerate((low & MASK, (low >> BITS) + (high & MASK), high >> BITS)):
        pieces[row + step, at] += sign * piece
    used = [index for index in range(rows) if pieces[index].any()]
    pieces = pieces[: used[-1] + 1 if used else 1]
    return Running(unit, np.cumsum(pieces, axis=1))


def _rounded(pieces: list[int], unit: int) -> float:
    """The total as the nearest float, by whole numbers of any size; NaN beyond float64's range."""
    whole = sum(piece << (BITS * row) for row, piece in enumerate(pieces))
    try:
        return float(whole << unit) if unit >= 0 else whole / (1 << -unit)
    except OverflowError:
        return math.nan
