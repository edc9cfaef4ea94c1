"""What each likeness is worth: how often it occurs among pairs that are one, and among pairs that are not.

The model is that of Fellegi and Sunter (JASA 64 (1969) 1183), as Splink scores with it. Its shares are
estimated here, in two ways unlike Splink's own. Pairs that are not one are those that were looked at, not
pairs at random: near rows share a city and an area code, and what they share by being near is no evidence.
And a row has at most one partner (where both tables name each once), which a pair's neighbours compete for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from airworthy.data.linkage.neighbours import Floats, Pairs
from airworthy.data.linkage.partners import Partners

Levels = NDArray[np.int8]

NULL = -1
LEVELS = 5
"""Else, somewhat, rather, very alike, the same."""
FIRST_GUESS = (0.05, 0.05, 0.1, 0.2, 0.6)
"""Of pairs that are one, how often each level is expected before anything is known."""
MOST_TURNS, SETTLED = 200, 1e-9
SURE = 50.0
"""Log-odds of what a person said; no evidence counts for more."""
BEFOREHAND, SELDOM = 50.0, 0.5
"""Pairs that are one by the first guess, counted beside those found: where two tables have nobody in common,
the likest strangers would else be learned from as if they were. And pairs of each level among the others: a
level never seen is not impossible."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Of c columns how often each level occurs among pairs that are one, `one`, and are not, `other` (c, 5).

    `share` of the pairs are one. `probability` (m,) is each pair's.
    """

    one: Floats
    other: Floats
    share: float
    probability: Floats

    def rated(self, levels: Levels, pairs: Pairs, partners: Partners, answers: Mapping[int, bool]) -> Weights:
        """The same with the probability of each pair by these shares."""
        odds = evidence(levels, self.one, self.other, self.share)
        return replace(self, probability=_probability(odds, pairs, partners, answers))


def learn_weights(
    levels: Levels, pairs: Pairs, *, partners: Partners, answers: Mapping[int, bool] | None = None
) -> Weights:
    """Estimate by turns (EM) from the likeness of m pairs in c columns.

    Parameters
    ----------
    levels : (m, c), -1 where a value is missing on either side.
    answers : pairs of which somebody said whether they are one.
    """
    answers = answers or {}
    count = levels.shape[1]
    guess = BEFOREHAND * np.array(FIRST_GUESS)
    seldom = np.full(LEVELS, SELDOM)
    one = np.tile(np.array(FIRST_GUESS), (count, 1))
    other = _shares(levels, _nobodys_nearest(pairs).astype(float), seldom)
    share = 0.5 * min(pairs.rows) / max(1, len(pairs))
    probability = np.zeros(len(pairs))
    for _ in range(MOST_TURNS):
        probability = _probability(evidence(levels, one, other, share), pairs, partners, answers)
        one = _shares(levels, probability, guess)
        other = _shares(levels, 1 - probability, seldom)
        before, share = share, float(np.clip(probability.mean(), 1e-6, 1 - 1e-6))
        if abs(share - before) < SETTLED:
            break
    return Weights(one, other, share, probability)


def row_levels(pairs: Pairs) -> Levels:
    """(m, 1) how alike the letters of both whole rows are, beside pairs that are surely not one.

    Level 4 is reached by one in a thousand of those, 3 by one in a hundred, 2 by a tenth, 1 by half.
    """
    far = pairs.alike[_nobodys_nearest(pairs)]
    if not len(far):  # so few rows that every pair is somebody's nearest
        return np.full((len(pairs), 1), NULL, np.int8)
    cuts = np.quantile(far, [0.5, 0.9, 0.99, 0.999])
    return np.searchsorted(cuts, pairs.alike, side="right").astype(np.int8)[:, None]


def evidence(levels: Levels, one: Floats, other: Floats, share: float) -> Floats:
    """(m,) log-odds that each pair is one, each column counted by itself.

    >>> one, other = np.array([[0.1, 0.1, 0.1, 0.1, 0.6]]), np.array([[0.6, 0.1, 0.1, 0.1, 0.1]])
    >>> evidence(np.array([[4], [-1], [0]], np.int8), one, other, 0.5).round(3).tolist()    # ln 6, 0, -ln 6
    [1.792, 0.0, -1.792]
    """
    worth = np.log(one) - np.log(other)
    total = np.full(len(levels), np.log(share) - np.log1p(-share))
    for column in range(levels.shape[1]):
        level = levels[:, column]
        total += np.where(level == NULL, 0.0, worth[column, np.maximum(level, 0)])
    return total


def with_answers(odds: Floats, answers: Mapping[int, bool]) -> Floats:
    """(m,) the log-odds with those of answered pairs beyond doubt."""
    odds = odds.copy()
    told = np.fromiter(answers, np.int64)
    odds[told] = np.where(np.fromiter(answers.values(), np.bool_), SURE, -SURE)
    return odds


def rivals(odds: Floats, pairs: Pairs, partners: Partners) -> Floats:
    """(m,) odds of the other pairs that claim a row of each pair, where a row has one partner at most."""
    held = np.exp(np.clip(odds, -SURE, SURE))
    if partners is Partners.ANY:
        return np.zeros(len(pairs))
    left = np.bincount(pairs.left, held, pairs.rows[0])[pairs.left] - held
    if partners is Partners.SERVED:
        return np.asarray(np.maximum(left, 0.0))
    right = np.bincount(pairs.right, held, pairs.rows[1])[pairs.right] - held
    return np.asarray(np.maximum(left + right, 0.0))


def _probability(odds: Floats, pairs: Pairs, partners: Partners, answers: Mapping[int, bool]) -> Floats:
    """(m,) of each pair beside its rivals and beside no partner at all; 1 or 0 where somebody said so."""
    odds = with_answers(odds, answers)
    held = np.exp(np.clip(odds, -SURE, SURE))
    probability = np.asarray(held / (1 + held + rivals(odds, pairs, partners)))
    probability[np.fromiter(answers, np.int64)] = np.fromiter(answers.values(), np.bool_)
    return probability


def _nobodys_nearest(pairs: Pairs) -> NDArray[np.bool_]:
    """Pairs of which neither row has the other as its nearest: surely not one, where each has one partner."""
    left, right = np.full(pairs.rows[0], -1.0), np.full(pairs.rows[1], -1.0)
    np.maximum.at(left, pairs.left, pairs.alike)
    np.maximum.at(right, pairs.right, pairs.alike)
    if pairs.one:
        left = right = np.maximum(left, right)
    return np.asarray((pairs.alike < left[pairs.left]) & (pairs.alike < right[pairs.right]))


def _shares(levels: Levels, weight: Floats, beforehand: Floats) -> Floats:
    """(c, 5) share of each level among the known values, each pair counted with its weight.

    `beforehand` (5,) are pairs of each level that are counted besides.
    """
    found = np.empty((levels.shape[1], LEVELS))
    for column in range(levels.shape[1]):
        level = levels[:, column]
        known = level != NULL
        counts = np.bincount(level[known], weight[known], LEVELS) + beforehand
        found[column] = counts / counts.sum()
    return found
