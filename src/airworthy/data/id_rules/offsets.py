"""A constant between two series of numbers: the new number is the old one plus so much."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.id_steps import LONGEST_NUMBER, IdStep, Verb

Numbers = npt.NDArray[np.int64]

MOST = 4
"""Constants that are tried, those with the most pairs first."""

DENSE = 0.3
"""Where so large a share of the range is filled, any constant brings numbers together."""

_ANCHORS, _ASKED, _FEW, _ROOM, _MOST_OF_ONE = 24, 48, 8, 1 << 26, 20_000
_ROUND = np.array([first * 10**zeros for zeros in range(1, 12) for first in range(1, 10)], dtype=np.int64)


def numbers_of(ids: pl.Series) -> Numbers:
    """The different whole numbers among texts, in order."""
    whole = ids.filter(ids.str.contains(rf"^[0-9]{{1,{LONGEST_NUMBER}}}$").fill_null(value=False))
    return np.unique(whole.cast(pl.Int64).to_numpy())


def step_of(offset: int) -> IdStep:
    """The step that adds `offset`, or subtracts it where it is below zero."""
    return IdStep(Verb.ADD if offset > 0 else Verb.SUBTRACT, number=abs(offset))


def offsets(mine: Numbers, theirs: Numbers, seed: int) -> list[int]:
    """Constants that bring more of the sparse numbers `mine` to `theirs` than chance would.

    People add round numbers: those are candidates, and every difference from 24 of mine. Each is tried on
    eight others, then on 48: of numbers that lie wide apart hardly one wrong candidate survives.

    >>> mine = np.array([3, 1000, 52_000, 700_000, 9_000_001] * 1) * 7
    >>> offsets(mine, mine + 555, 0)
    [555]
    """
    if len(mine) < 2 or len(theirs) < 2 or _filled(theirs) > DENSE:
        return []
    chance = np.random.default_rng(seed)
    there = np.zeros(_ROOM, dtype=bool)
    there[theirs % _ROOM] = True
    found: list[Numbers] = [_ROUND, -_ROUND]
    for anchor in chance.choice(mine, min(_ANCHORS, len(mine)), replace=False):
        differences = theirs - anchor
        others = chance.choice(mine, min(_FEW, len(mine)), replace=False)
        hits = sum(there[(differences + other) % _ROOM].astype(np.int8) for other in others)
        found.append(differences[hits >= 2][:_MOST_OF_ONE])
    candidates = np.unique(np.concatenate(found))
    candidates = candidates[candidates != 0]
    asked = chance.choice(mine, min(_ASKED, len(mine)), replace=False)
    pairs = np.zeros(len(candidates), dtype=np.int64)
    for number in asked:
        places = np.minimum(np.searchsorted(theirs, candidates + number), len(theirs) - 1)
        pairs += theirs[places] == candidates + number
    best = np.lexsort((np.abs(candidates), -pairs))[:MOST]
    return [int(candidates[at]) for at in best if pairs[at] > 2]


def offsets_of_pairs(pairs: pl.DataFrame) -> list[int]:
    """The most frequent differences of numbers in rows that other columns hold for one and the same.

    `pairs` has the String columns `mine` and `theirs`.
    """
    numbers = pairs.select(pl.col("mine", "theirs").cast(pl.Int64, strict=False)).drop_nulls()
    if not numbers.height:
        return []
    counted = numbers.select((pl.col("theirs") - pl.col("mine")).alias("d"))["d"].value_counts()
    usual = counted.filter((pl.col("count") >= 3) & (pl.col("d") != 0))
    return [int(d) for d in usual.sort(["count", "d"], descending=[True, False])["d"].head(MOST)]


def _filled(numbers: Numbers) -> float:
    return len(numbers) / float(numbers[-1] - numbers[0] + 1)
