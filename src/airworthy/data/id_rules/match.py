"""How many IDs meet by a pair of step lists, and how many would by chance."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from string import ascii_letters

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.charter.id_rules import Stretch
from airworthy.charter.id_steps import IdStep, Side
from airworthy.data.id_rules.steps import after
from airworthy.data.id_rules.writing import drawn
from airworthy.kernel.seed import derive_seed

TRIED, TRIED_ON = 4_000, 200_000
"""IDs of the rows, and of the source, that rules are tried on; what is chosen is counted on all of them."""

_LETTERS = list(ascii_letters)
_TURNED = _LETTERS[7:] + _LETTERS[:7]
_CHANGED, _MOST_PLACES, _DIGITS, _KEPT = 2_000, 14, 10, 6


Hashes = npt.NDArray[np.uint64]


@dataclass
class Theirs:
    """The source's different IDs, and what they become: each list of steps is taken once."""

    ids: pl.Series
    made: dict[tuple[IdStep, ...], Hashes] = field(default_factory=dict)

    def some(self) -> Theirs:
        """At most 200,000 of them, evenly drawn: enough to see which rules are worth counting on all."""
        return self if len(self.ids) <= TRIED_ON else Theirs(drawn(self.ids, TRIED_ON))

    def after(self, steps: tuple[IdStep, ...]) -> Hashes:
        """Hashes of the IDs after `steps`, sorted: a few thousand IDs are then looked up at no cost."""
        if steps not in self.made:
            while len(self.made) >= _KEPT:
                self.made.pop(next(iter(self.made)))
            self.made[steps] = np.sort(after(self.ids, steps).drop_nulls().hash().to_numpy())
        return self.made[steps]


def met(mine: pl.Series, theirs: Theirs, stretch: Stretch) -> pl.Series:
    """Which of `mine` find a partner by the steps of `stretch`."""
    return _in(after(mine, stretch.of(Side.ROWS)), theirs.after(stretch.of(Side.SOURCE)))


def _in(ids: pl.Series, there: Hashes) -> pl.Series:
    if not len(there):
        return pl.repeat(value=False, n=len(ids), eager=True)
    hashes = ids.hash().to_numpy()
    places = np.minimum(np.searchsorted(there, hashes), len(there) - 1)
    return pl.Series(there[places] == hashes) & ids.is_not_null()


def by_chance(mine: pl.Series, theirs: Theirs, stretch: Stretch, seed: int) -> float:
    """The share of IDs made up like those of the rows that stand in the source.

    One character is changed, at each of the last 14 places, or the end is taken from another ID: the largest
    share counts. Numbers that follow each other without gaps meet with any others, and show it here.
    """
    made = after(mine, stretch.of(Side.ROWS)).drop_nulls().unique(maintain_order=True).head(_CHANGED)
    there = theirs.after(stretch.of(Side.SOURCE))
    shares = [
        (int(_in(other, there).sum()) + 1) / (len(other) + 2)
        for other in _made_up(made, seed)
        if len(other) * 2 >= len(made)
    ]
    return max(shares, default=1.0)


def _made_up(ids: pl.Series, seed: int) -> Iterator[pl.Series]:
    """IDs like `ids` that are none of them for certain: changed at one place, or put together of two."""
    chance = np.random.default_rng(derive_seed(seed, "id-rules", "made-up"))
    sizes = ids.str.len_chars()
    for place in range(1, min(_MOST_PLACES, int(sizes.max() or 0)) + 1):  # type: ignore[arg-type]
        long = ids.filter(sizes >= place)
        if len(long) * 2 < len(ids):
            break
        yield _changed(long, place, chance)
        if place > 1:
            yield _recombined(long, place - 1, chance)


def _changed(ids: pl.Series, place: int, chance: np.random.Generator) -> pl.Series:
    """Another digit for a digit, another letter for a letter, so many places from the end."""
    head = ids.str.head(ids.str.len_chars().cast(pl.Int64) - place)
    tail = ids.str.tail(place)
    step = pl.Series(chance.integers(1, _DIGITS, len(ids)))
    letter = tail.str.head(1)
    digit = letter.cast(pl.Int64, strict=False)
    turned = letter.replace_strict(_LETTERS, _TURNED, default=letter, return_dtype=pl.String)
    other = ((digit + step) % _DIGITS).cast(pl.String)
    made = head + other.zip_with(digit.is_not_null(), turned) + tail.str.slice(1)
    return made.filter(made != ids)


def _recombined(ids: pl.Series, size: int, chance: np.random.Generator) -> pl.Series:
    """The beginnings of IDs with the ends of others, so many characters long."""
    head = ids.str.head(ids.str.len_chars().cast(pl.Int64) - size)
    donors = ids.gather(pl.Series(chance.permutation(len(ids))))
    made = head + donors.str.tail(size)
    return made.filter((made != ids) & (made != donors))


def surprise(hits: int, n: int, chance: float) -> float:
    """Nats of evidence that so many hits are no chance: n times the divergence of Kullback and Leibler.

    By Chernoff's bound the probability of as many by chance is at most exp(-surprise).

    >>> round(surprise(30, 100, 0.1), 2)       # 100 * (0.3 ln 3 + 0.7 ln(0.7 / 0.9))
    15.37
    """
    share = hits / n if n else 0.0
    if share <= chance:
        return 0.0
    rest = (1 - share) * math.log((1 - share) / (1 - chance)) if share < 1 else 0.0
    return n * (share * math.log(share / chance) + rest)
