"""Deleting the columns that reasons name: does the score move as far as they promise?

A column is deleted by the value of another row, drawn at random. How far the score moves is the size of the
mean over draws; its sign comes from one half of the draws and its size from the other, so that the spread of
the draws does not count as a move.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain_tests.kept import leading, shown_of
from airworthy.assurance.explain_tests.mixed import Mixer

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

RANDOM_SETS = 4
SETS = RANDOM_SETS + 4
"""Sets of columns that are deleted, besides each column alone."""
FEWEST_DRAWS = 4


@dataclass(frozen=True, eq=False)
class Deleted:
    """How far the score of each row (n,) moves without some of its columns.

    Attributes
    ----------
    named, last : the columns that the reasons name first, and last.
    random : as many drawn at random.
    best : as many, those that move it most, each measured alone.
    count : columns deleted.
    """

    named: Floats
    random: Floats
    best: Floats
    last: Floats
    count: int


def delete(mixer: Mixer, contributions: Floats, draws: int, rng: np.random.Generator) -> Deleted:
    """Delete the columns named first, as many at random, the most moving ones and those named last.

    Parameters
    ----------
    mixer : scores mixed rows; its first n rows are those of `contributions` (n, d).
    draws : other rows a row, at least four.
    """
    n, d = contributions.shape
    count, draws = shown_of(d), max(FEWEST_DRAWS, draws)
    donors = _others(n, len(next(iter(mixer.columns.values()))), draws, rng)
    rows = np.arange(n)
    own = mixer.scored(rows, rows, np.zeros((n, d), bool))

    def moves(taken: Mask) -> Floats:
        """(n, draws) what the score loses without the columns that are `taken` (n, d)."""
        at = np.repeat(rows, draws)
        return (own[at] - mixer.scored(at, donors.ravel(), taken[at])).reshape(n, draws)

    single = np.stack([moves(np.tile(np.arange(d) == j, (n, 1))) for j in range(d)], axis=2)
    sets = [leading(rng.random((n, d)), count) for _ in range(RANDOM_SETS)]
    return Deleted(
        named=_size(moves(leading(contributions, count))),
        random=np.mean([_size(moves(one)) for one in sets], axis=0),
        best=_best(single, moves, count),
        last=_size(moves(~leading(contributions, d - count))),
        count=count,
    )


def _best(single: Floats, moves: Callable[[Mask], Floats], count: int) -> Floats:
    """Moves without the columns that move most, chosen by one half of the draws and measured by the other."""
    half = single.shape[1] // 2
    sides = (slice(0, half), slice(half, None))
    found = []
    for chosen, measured in (sides, sides[::-1]):
        moved = moves(leading(single[:, chosen].mean(axis=1), count))
        found.append(np.sign(moved[:, chosen].mean(axis=1)) * moved[:, measured].mean(axis=1))
    return np.asarray((found[0] + found[1]) / 2)


def _size(moved: Floats) -> Floats:
    """How far the score moves, (n,), of its moves (n, draws): the sign of one half, the size of the other."""
    half = moved.shape[1] // 2
    first, second = moved[:, :half].mean(axis=1), moved[:, half:].mean(axis=1)
    return np.asarray((np.sign(first) * second + np.sign(second) * first) / 2)


def _others(n: int, rows: int, draws: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(n, draws) places of other rows, drawn at random."""
    return (np.arange(n)[:, None] + rng.integers(1, rows, (n, draws))) % rows
