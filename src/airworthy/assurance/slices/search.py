"""SliceLine's search: statements joined by `and` whose rows lose more than the rest, largest score first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.depth import DEFAULT
from airworthy.assurance.slices.predicates import Predicate

Floats = NDArray[np.float64]
Matrix = NDArray[np.float32]

ALPHA = 0.95
"""Weight of a higher loss against a larger size, as the paper sets it."""
LEVELS = 255
"""Losses are searched in whole 255ths of their 99th percentile: whole numbers sum exactly in any order."""
AT_ONCE = 256
"""Pairs that are extended by a third statement in one product of matrices, which bounds the memory."""
KEPT = 400
"""Candidates of each number of statements that the choice of disjoint slices looks at."""
LARGEST = 0.5
"""Share of the rows; of a larger slice it is rather the others that are better."""
SHARED = 0.25
"""A slice with more of its rows inside those chosen before says nothing new."""
NEARLY = 0.9
"""A statement is dropped where the slice keeps so much of its score without it."""


@dataclass(frozen=True)
class Slice:
    """Rows of which all statements hold; `score` is that of the searched half."""

    predicates: tuple[Predicate, ...]
    score: float


@dataclass(frozen=True)
class Found:
    """The chosen slices, best first, how many were measured, and how many bounds ruled out unmeasured."""

    slices: tuple[Slice, ...]
    searched: int
    pruned: int
    rows: int


def score_of(size: Floats, loss: Floats, rows: int, total: float) -> Floats:
    """SliceLine's score of slices with `size` rows and a summed `loss`; 0 is that of all rows.

    alpha ((loss / size) / (total / rows) - 1) - (1 - alpha) (rows / size - 1); Sagadeeva and Boehm, SIGMOD
    2021, equation 5. The paper's example of equal errors scores 0 at the full size.

    >>> score_of(np.array([100.0]), np.array([30.0]), 1000, 100.0).round(3)   # .95 * 2 - .05 * 9
    array([1.45])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        made = ALPHA * (loss / size * rows / total - 1) - (1 - ALPHA) * (rows / size - 1)
    return np.asarray(np.where(size > 0, made, -np.inf))


def bound_of(size: Floats, loss: Floats, rows: int, total: float, least: int, most: float) -> Floats:
    """The highest score that any part of at least `least` rows of these slices can have (section 3.2).

    A part of s rows loses at most min(loss, s * most); the score of that has its peak at `least`, at `size`
    or where both meet.
    """
    at = [np.full_like(size, least), size, np.clip(loss / most, least, np.maximum(size, least))]
    scores = [score_of(s, np.minimum(loss, s * most), rows, total) for s in at]
    return np.where(size >= least, np.max(scores, axis=0), -np.inf)


def search(
    predicates: tuple[Predicate, ...],
    held: Matrix,
    loss: Floats,
    *,
    least: int,
    most: int = 10,
    pairs: int = 256,
) -> Found:
    """The `most` best slices of at least `least` rows that lose more than all rows do.

    Parameters
    ----------
    held : (p, n) 1 where a statement holds of a row.
    loss : (n,) not below 0.
    pairs : that are extended by a third statement, the largest upper bounds first.
    """
    level = _levels(loss)
    lattice = Lattice(predicates, held, level, least)
    if lattice.total == 0 or not predicates:
        return Found((), 0, 0, len(loss))
    found = lattice.walk(most, pairs)
    return Found(lattice.choose(found, most), lattice.searched, lattice.pruned, len(loss))


def _levels(loss: Floats) -> Matrix:
    cap = float(np.quantile(loss, 0.99))
    if cap <= 0:
        cap = float(loss.max(initial=0.0))
    if cap <= 0:
        return np.zeros(len(loss), np.float32)
    return np.asarray(np.rint(np.minimum(loss / cap, 1.0) * LEVELS), np.float32)


Conjunction = tuple[int, ...]


class Lattice:
    """Sizes and losses of conjunctions, counted by products of 0/1 matrices."""

    def __init__(self, predicates: tuple[Predicate, ...], held: Matrix, level: Matrix, least: int) -> None:
        self.predicates, self.held, self.level, self.least = predicates, held, level, least
        self.rows, self.total = len(level), float(level.sum(dtype=np.float64))
        # dict.fromkeys keeps the order; a set's would differ from process to process.
        number = {name: i for i, name in enumerate(dict.fromkeys(p.column for p in predicates))}
        self.columns = np.array([number[p.column] for p in predicates], np.int64)
        self.true = held.astype(bool)
        self.searched = self.pruned = 0

    def walk(self, most: int, extended: int = DEFAULT.pairs) -> dict[Conjunction, float]:
        """Scores of one, two and three statements; bounds below the `most`-th best score end a branch."""
        size = self.held.sum(axis=1, dtype=np.float64)
        lost = (self.held @ self.level).astype(np.float64)
        found: dict[Conjunction, float] = {}
        self._note(found, [(i,) for i in range(len(size))], self._scores(size, lost))
        alive = np.flatnonzero(self._bounds(size, lost) > self._bar(found, most))
        pairs, bounds = self._pairs(alive, found)
        order = np.argsort(-bounds, kind="stable")
        order = order[bounds[order] > self._bar(found, most)][:extended]
        self.pruned += len(bounds) - len(order)
        self._triples([pairs[i] for i in order], alive, found)
        return found

    def _scores(self, size: Floats, lost: Floats) -> Floats:
        scores = score_of(size, lost, self.rows, self.total)
        worse = lost * self.rows > self.total * size
        return np.where(worse & (size >= self.least) & (size <= LARGEST * self.rows), scores, -np.inf)

    def _bounds(self, size: Floats, lost: Floats) -> Floats:
        return bound_of(size, lost, self.rows, self.total, self.least, LEVELS)

    def _note(
        self, found: dict[Conjunction, float], names: Sequence[Conjunction] | NDArray[np.intp], scores: Floats
    ) -> None:
        self.searched += len(names)
        best = np.argsort(-scores, kind="stable")[:KEPT]
        found.update({tuple(map(int, names[i])): float(scores[i]) for i in best if np.isfinite(scores[i])})

    def _bar(self, found: dict[Conjunction, float], most: int) -> float:
        """The `most`-th best score; nothing that cannot beat it is looked at."""
        ordered = sorted(found.values(), reverse=True)
        return ordered[most - 1] if len(ordered) >= most else -np.inf

    def _pairs(
        self, alive: NDArray[np.intp], found: dict[Conjunction, float]
    ) -> tuple[Sequence[Conjunction], Floats]:
        """Every pair of live statements of two columns, and the bounds of what extends it."""
        part = self.held[alive]
        size = (part @ part.T).astype(np.float64)
        lost = ((part * self.level) @ part.T).astype(np.float64)
        apart = np.not_equal.outer(self.columns[alive], self.columns[alive])
        first, second = np.nonzero(np.triu(apart) & (size >= self.least))
        names = list(zip(alive[first].tolist(), alive[second].tolist(), strict=True))
        sizes, losses = size[first, second], lost[first, second]
        self._note(found, names, self._scores(sizes, losses))
        return names, self._bounds(sizes, losses)

    def _triples(
        self, pairs: list[Conjunction], alive: NDArray[np.intp], found: dict[Conjunction, float]
    ) -> None:
        if not pairs:
            return
        blocks = [np.array(pairs[begin : begin + AT_ONCE]) for begin in range(0, len(pairs), AT_ONCE)]
        parts = [self._extended(block, alive) for block in blocks]
        names, sizes, losses = (np.concatenate(of) for of in zip(*parts, strict=True))
        # The same three are reached from up to three pairs: each is counted once.
        place = (names[:, 0] * len(self.predicates) + names[:, 1]) * len(self.predicates) + names[:, 2]
        once = np.unique(place, return_index=True)[1]
        self._note(found, names[once], self._scores(sizes[once], losses[once]))

    def _extended(
        self, first: NDArray[np.int64], alive: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], Floats, Floats]:
        """Every triple of pairs (m, 2) and a live statement of a third column, its size and its loss."""
        part, third = self.held[alive], self.columns[alive]
        both = self.held[first[:, 0]] * self.held[first[:, 1]]
        size = (both @ part.T).astype(np.float64)
        lost = ((both * self.level) @ part.T).astype(np.float64)
        apart = np.all(self.columns[first][:, :, None] != third, axis=1)
        row, column = np.nonzero(apart & (size >= self.least))
        names = np.sort(np.column_stack([first[row], alive[column]]), axis=1)
        return names, size[row, column], lost[row, column]

    def choose(self, found: dict[Conjunction, float], most: int) -> tuple[Slice, ...]:
        """The best slice, and further ones that stand out of the rows that those before left.

        Each without the statements that add little. What is worse only by the rows of a better slice says
        nothing new.
        """
        chosen: dict[Conjunction, float] = {}
        free = np.ones(self.rows, bool)
        for name in sorted(found, key=lambda n: (-found[n], len(n), n)):
            if chosen and (found[name] <= 0 or not self._stands_out(name, free)):
                continue
            short = self._shortest(name, found[name], free)
            chosen[short] = self._score(self._mask(short), np.ones(self.rows, bool))
            free &= ~self._mask(short)
            if len(chosen) == most:
                break
        return tuple(Slice(tuple(self.predicates[i] for i in name), score) for name, score in chosen.items())

    def _stands_out(self, name: Conjunction, free: NDArray[np.bool_]) -> bool:
        mask = self._mask(name)
        return self._fits(mask, free) and self._score(mask & free, free) > 0

    def _fits(self, mask: NDArray[np.bool_], free: NDArray[np.bool_]) -> bool:
        return bool(mask.mean() <= LARGEST and free[mask].mean() >= 1 - SHARED)

    def _mask(self, name: Conjunction) -> NDArray[np.bool_]:
        return np.asarray(np.logical_and.reduce([self.true[i] for i in name]), bool)

    def _score(self, mask: NDArray[np.bool_], among: NDArray[np.bool_]) -> float:
        size, lost = (np.array([of.sum(dtype=np.float64)]) for of in (mask, self.level[mask]))
        total = float(self.level[among].sum(dtype=np.float64))
        return float(score_of(size, lost, int(among.sum()), total)[0]) if total > 0 else -np.inf

    def _shortest(self, name: Conjunction, score: float, free: NDArray[np.bool_]) -> Conjunction:
        """`name` without the statements that change its score by less than a tenth."""
        everyone = np.ones(self.rows, bool)
        for left_out in name:
            rest = tuple(i for i in name if i != left_out)
            if not rest:
                return name
            mask = self._mask(rest)
            if self._score(mask, everyone) >= NEARLY * score and self._fits(mask, free):
                return self._shortest(rest, score, free)
        return name
