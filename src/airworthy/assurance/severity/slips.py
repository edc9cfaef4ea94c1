"""How slips change columns: seeded, and nested, so that what one dose hits every larger dose hits alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.noise import Noise
from airworthy.assurance.perturb import spoil
from airworthy.assurance.severity.kinds import Kind, Slip, touched
from airworthy.scoring.contract import Column

Floats = NDArray[np.float64]

DECIMALS = 3
"""As many places after the point are taken for digits of a whole number, at most."""
GROUPED = 1000.0
"""From here on numbers are written with a sign between thousands, which elsewhere is the decimal one."""


def spoilt_by(
    kind: Kind, columns: Mapping[str, Any], inputs: tuple[Column, ...], seed: int, share: float
) -> dict[str, Any]:
    """A copy of `columns` in which `kind` happened to about `share` of the cells that it can touch.

    Parameters
    ----------
    columns : (n,) values by name.
    seed : the same seed hits at a larger share all that it hits at a smaller one.
    share : 0 to 1.

    >>> from airworthy.scoring.contract import LogicalType
    >>> x = Column(name="x", type=LogicalType.REAL); column = {"x": np.array([12.5, 3.0, 4200.0])}
    >>> spoilt_by(Slip.DECIMAL, column, (x,), 0, 1.0)["x"]
    array([125. ,   3. ,   4.2])
    """
    rng = np.random.default_rng(seed)
    if isinstance(kind, Noise):
        return spoil(kind, columns, inputs, rng, share)
    names = [column.name for column in touched(kind, inputs) if column.name in columns]
    numbers = {name: np.asarray(columns[name], float) for name in names}
    changed = numbers
    if kind in (Slip.SWAPPED, Slip.SHIFTED):
        hit = rng.random(len(next(iter(numbers.values())))) < share if names else np.empty(0, bool)
        changed = _moved(kind, numbers, rng)
        return {**columns, **{n: np.where(hit, changed[n], numbers[n]) for n in names}}
    spoilt = dict(columns)
    for name in names:
        hit = rng.random(len(numbers[name])) < share
        spoilt[name] = np.where(hit, _IN_PLACE[kind](numbers[name]), numbers[name])
    return spoilt


def _moved(kind: Kind, numbers: Mapping[str, Floats], rng: np.random.Generator) -> dict[str, Floats]:
    """All numbers one column further, the last in the first; or two neighbours, the same for every row."""
    names = list(numbers)
    if kind is Slip.SHIFTED:
        return {name: numbers[names[i - 1]] for i, name in enumerate(names)}
    first = int(rng.integers(len(names) - 1))
    one, other = names[first : first + 2]
    return {**numbers, one: numbers[other], other: numbers[one]}


def _without_point(numbers: Floats) -> Floats:
    """12.5 read as 125, and 4,200 as 4.2."""
    digits = np.zeros(len(numbers))
    whole = np.isfinite(numbers) & (numbers == np.round(numbers))
    for places in range(DECIMALS, 0, -1):
        digits[~whole & (np.abs(numbers - np.round(numbers, places)) < 10.0 ** -(places + 6))] = places
    digits[~whole & (digits == 0)] = DECIMALS
    read = np.round(numbers * 10**digits)
    return np.where(whole, np.where(np.abs(numbers) >= GROUPED, numbers / GROUPED, numbers), read)


def _one_digit(numbers: Floats) -> Floats:
    """To one significant digit: 4,361 as 4,000."""
    size = np.abs(np.where(np.isfinite(numbers) & (numbers != 0), numbers, 1.0))
    step = 10.0 ** np.floor(np.log10(size))
    return np.asarray(np.round(numbers / step) * step, float)


def _stuck(numbers: Floats) -> Floats:
    """The column's first known number in every row."""
    known = numbers[np.isfinite(numbers)]
    return np.full(len(numbers), known[0] if len(known) else np.nan)


_IN_PLACE = {Slip.DECIMAL: _without_point, Slip.ROUNDED: _one_digit, Slip.STUCK: _stuck}
