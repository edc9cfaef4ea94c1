"""Messy input on purpose: seeded noise in a declared share of cells, as real feeds produce it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from airworthy.assurance.noise import NOISE_SHARE, Noise, affected
from airworthy.scoring.contract import Column, LogicalType

UNSEEN = "value never seen in training"
UNIT_FACTORS = (1000.0, 0.001, 2.54, 0.4536, 1.609)
"""Thousands for ones and back; inches, pounds and miles taken for centimetres, kilograms and kilometres."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def spoil(
    noise: Noise,
    columns: Mapping[str, Any],
    inputs: tuple[Column, ...],
    rng: np.random.Generator,
    share: float = NOISE_SHARE,
) -> dict[str, Any]:
    """A copy of `columns` with the noise in `share` of the cells of every affected column.

    What is drawn does not depend on `share`: of a generator in the same state, the cells that are hit at 5 %
    are hit at 10 % in the same way.
    """
    spoilt = dict(columns)
    for column in affected(noise, inputs):
        if column.name in columns:
            spoilt[column.name] = _spoil_column(noise, columns[column.name], column, rng, share)
    return spoilt


def _spoil_column(noise: Noise, values: Any, column: Column, rng: np.random.Generator, share: float) -> Any:
    if noise in WORD_BY_WORD:
        slip = WORD_BY_WORD[noise]
        return [None if text is None else slip(text, rng, share) for text in values]
    hit = rng.random(len(values)) < share
    if noise in (Noise.CASING, Noise.EMOJI):
        changed = str.upper if noise is Noise.CASING else _with_emoji
        return [
            changed(text) if struck and text is not None else text
            for struck, text in zip(hit, values, strict=True)
        ]
    if noise is Noise.UNITS:
        return np.where(hit, values * UNIT_FACTORS[int(rng.integers(len(UNIT_FACTORS)))], values)
    if noise is Noise.LATE:
        return np.where(hit, np.roll(values, 1), values)
    numeric = isinstance(values, np.ndarray) and values.dtype.kind in "fiub"
    if noise is Noise.RANGE:
        return np.where(hit & np.isfinite(values), _beyond(column, len(values), rng), values)
    if numeric:
        return np.where(hit, np.nan, np.asarray(values, float))
    return [
        (UNSEEN if noise is Noise.UNSEEN else None) if struck else value
        for struck, value in zip(hit.tolist(), values, strict=True)
    ]


def _beyond(column: Column, n: int, rng: np.random.Generator) -> Any:
    """Numbers one to ten training ranges outside the training range, on either side."""
    low, high = float(column.low or 0.0), float(column.high or 0.0)
    width = (high - low) or max(1.0, abs(high))
    distance = width * rng.uniform(1, 10, n)
    numbers = np.where(rng.random(n) < 0.5, high + distance, low - distance)
    return np.round(numbers) if column.type is LogicalType.INTEGER else numbers


def typos(text: str, rng: np.random.Generator, share: float = NOISE_SHARE) -> str:
    """One slip in about `share` of the words: swapped, dropped, doubled or wrong letters.

    >>> typos("a b c", np.random.default_rng(0))          # words of one letter have nothing to slip
    'a b c'
    """
    words = text.split(" ")
    draws = rng.random((len(words), 4))
    for index in np.flatnonzero(draws[:, 0] < share):
        if len(words[index]) > 1:
            words[index] = _slip(words[index], *draws[index, 1:].tolist())
    return " ".join(words)


def abbreviated(text: str, rng: np.random.Generator, share: float = NOISE_SHARE) -> str:
    """About `share` of the words without the vowels after their first letter.

    >>> abbreviated("a b c", np.random.default_rng(0))    # nothing to leave out
    'a b c'
    """
    words = text.split(" ")
    for index in np.flatnonzero(rng.random(len(words)) < share):
        word = words[index]
        words[index] = word[:1] + "".join(letter for letter in word[1:] if letter.lower() not in "aeiou")
    return " ".join(words)


def _with_emoji(text: str) -> str:
    return f"{text} \N{FACE WITH ROLLING EYES}"


WORD_BY_WORD = {Noise.TYPOS: typos, Noise.ABBREVIATIONS: abbreviated}


def _slip(word: str, place: float, kind_of: float, letter: float) -> str:
    """The word with one slip; `place`, `kind_of` and `letter` are drawn from 0 to 1."""
    at, kind = int(place * (len(word) - 1)), int(kind_of * 4)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    if kind == 2:
        return word[:at] + word[at] + word[at:]
    return word[:at] + _LETTERS[int(letter * 26)] + word[at + 1 :]
