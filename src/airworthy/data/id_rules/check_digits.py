"""Check digits: what belongs behind the digits of a number, over whole columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

_MOST = 18
"""Longest number; longer ones get no check digit."""

_VERHOEFF = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ]
)
_TURN = np.array([1, 5, 7, 6, 2, 8, 3, 0, 9, 4])
_DAMM = np.array(
    [
        [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
        [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
        [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
        [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
        [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
        [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
        [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
        [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
        [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
        [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
    ]
)

Digits = npt.NDArray[np.int64]
"""Of numbers their digits from the right (rows, places), 0 where one is shorter; or one figure a number."""


def check_of(bodies: pl.Series, way: str) -> pl.Series:
    """The check digits that belong behind numbers, as text; null behind what is no number of 1 to 18 digits.

    Parameters
    ----------
    bodies : String.
    way : one of `CHECK_DIGITS`.

    >>> check_of(pl.Series(["7992739871", "x"]), "luhn").to_list()
    ['3', None]
    """
    texts = bodies.cast(pl.String)
    fit = texts.str.contains(rf"^[0-9]{{1,{_MOST}}}$").fill_null(value=False)
    numbers = texts.filter(fit)
    if not len(numbers):
        return pl.Series(bodies.name, [None] * len(bodies), dtype=pl.String)
    sizes = numbers.str.len_chars().to_numpy()
    joined = "".join(numbers.str.pad_start(_MOST, "0").to_list()).encode("ascii")
    digits = (np.frombuffer(joined, dtype=np.uint8).reshape(len(numbers), _MOST)[:, ::-1] - 48).astype(
        np.int64
    )
    signs = pl.Series(_WORDS[way])
    found = signs.gather(pl.Series(_WAYS[way](digits, sizes)))
    rows = pl.Series(np.flatnonzero(fit.to_numpy()))
    return pl.Series(bodies.name, [None] * len(bodies), dtype=pl.String).scatter(rows, found)


def _luhn(digits: Digits, sizes: Digits) -> Digits:
    doubled = digits[:, ::2] * 2
    sums: Digits = (doubled - 9 * (doubled > 9)).sum(1) + digits[:, 1::2].sum(1)
    return -sums % 10


def _weighted(weights: tuple[int, ...], modulus: int) -> Callable[[Digits, Digits], Digits]:
    """What brings the weighted sum to a multiple of the modulus; weights from the right, over and over."""
    row = np.array([weights[place % len(weights)] for place in range(_MOST)])

    def check(digits: Digits, sizes: Digits) -> Digits:
        sums: Digits = (digits * row).sum(1)
        return -sums % modulus

    return check


def _mod_97(digits: Digits, sizes: Digits) -> Digits:
    powers = np.array([pow(10, place + 2, 97) for place in range(_MOST)])
    sums: Digits = (digits * powers).sum(1)
    return 98 - sums % 97


def _verhoeff(digits: Digits, sizes: Digits) -> Digits:
    inverse = np.argmin(_VERHOEFF, axis=1)
    sums, turned = np.zeros(len(digits), dtype=np.int64), np.arange(10)
    for place in range(int(sizes.max())):
        turned = _TURN[turned] if place else _TURN.copy()
        sums = np.where(place < sizes, _VERHOEFF[sums, turned[digits[:, place]]], sums)
    found: Digits = inverse[sums]
    return found


def _damm(digits: Digits, sizes: Digits) -> Digits:
    interim: Digits = np.zeros(len(digits), dtype=np.int64)
    for place in reversed(range(int(sizes.max()))):
        interim = _DAMM[interim, digits[:, place]]
    return interim


_TEN = [str(number) for number in range(10)]
_WAYS: Mapping[str, Callable[[Digits, Digits], Digits]] = {
    "luhn": _luhn,
    "ean": _weighted((3, 1), 10),
    "mod 10": _weighted((1,), 10),
    "mod 11": _weighted((2, 3, 4, 5, 6, 7), 11),
    "isbn-10": _weighted(tuple(range(2, _MOST + 2)), 11),
    "mod 97": _mod_97,
    "verhoeff": _verhoeff,
    "damm": _damm,
}
_WORDS: Mapping[str, list[str]] = {
    way: [f"{n:02d}" for n in range(99)] if way == "mod 97" else [*_TEN, "X"] for way in _WAYS
}
