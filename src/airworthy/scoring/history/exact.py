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

BITS, HALF = 32, 53
MASK = (1 << BITS) - 1
LARGEST = 1 << 9
"""Fourth pieces below it make a total that two floats of 53 bits hold: their one addition rounds it."""
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
        first = np.zeros((4, len(low)), np.int64)
        first[: len(parts)] = parts[:4]
        for row in range(3):  # carried upwards, the lower three are whole pieces from 0
            first[row + 1] += first[row] >> BITS
            first[row] &= MASK
        fits = (np.abs(first[3]) < LARGEST) & (self.unit > SMALLEST) & ~parts[4:].any(axis=0)
        cut = HALF - BITS
        small = first[0] + ((first[1] & ((1 << cut) - 1)) << BITS)
        large = (first[1] >> cut) + (first[2] << (BITS - cut)) + (first[3] << (2 * BITS - cut))
        with np.errstate(over="ignore"):
            sums = np.ldexp(np.ldexp(large.astype(np.float64), HALF) + small, self.unit)
        sums[np.isinf(sums)] = math.nan
        for place in np.flatnonzero(~fits):
            sums[place] = _rounded(parts[:, place].tolist(), self.unit)
        return np.asarray(sums)


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
    sign, size = np.sign(whole), np.abs(whole)
    low, high = (size & MASK) << shift, (size >> BITS) << shift
    # Of the three pieces that a shifted number touches, none exceeds 2**33: sums of 2**29 numbers fit.
    touched = (sign * (low & MASK), sign * ((low >> BITS) + (high & MASK)), sign * (high >> BITS))
    pieces = np.zeros((rows, len(values) + 1), np.int64)
    for index in range(rows):
        for step, piece in enumerate(touched):
            pieces[index, 1:] += np.where(row == index - step, piece, 0)
    used = [index for index in range(rows) if pieces[index].any()]
    pieces = pieces[: used[-1] + 1 if used else 1]
    return Running(unit, np.cumsum(pieces, axis=1, out=pieces))


def _rounded(pieces: list[int], unit: int) -> float:
    """The total as the nearest float, by whole numbers of any size; NaN beyond float64's range."""
    whole = sum(piece << (BITS * row) for row, piece in enumerate(pieces))
    try:
        return float(whole << unit) if unit >= 0 else whole / (1 << -unit)
    except OverflowError:
        return math.nan
