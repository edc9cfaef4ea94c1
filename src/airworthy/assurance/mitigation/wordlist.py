"""What the words of a text tell of a group: naive Bayes by words, fitted on one half, ranked on the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.measures.ranking import Auc
from airworthy.scoring.columns import FloatArray

MOST_WORDS = 5_000
FEWEST_TEXTS = 3
"""Texts that hold a word below which it is left out: it would tell of these texts only."""

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Told:
    """The group that a column tells best: AUC and its standard error, rows in and outside the group.

    `tried` is how many groups were tried; `scores` (n,) say how far a row's words speak for the group.
    """

    group: str
    auc: float
    error: float
    events: int
    others: int
    tried: int
    scores: FloatArray = field(default_factory=lambda: np.zeros(0))


def by_words(texts: pl.Series, codes: Codes, labels: Sequence[str], half: Mask) -> Told | None:
    """How well a column of text tells each group from all others, cross-fitted in two halves.

    Parameters
    ----------
    codes : (n,) places in `labels`.
    half : (n,) True for the first half.

    Returns
    -------
    None where a half lacks a group or all others.
    """
    bags = _Bags.of(texts)
    tried = range(1, 2) if len(labels) == 2 else range(len(labels))
    found = []
    for place in tried:
        event = codes == place
        if any(not 0 < event[side].sum() < side.sum() for side in (half, ~half)):
            continue
        scores = np.where(half, _scores(bags, event, ~half), _scores(bags, event, half))
        sides = [Auc(event[side], scores[side]) for side in (half, ~half)]
        auc = (sides[0].value + sides[1].value) / 2
        error = float(np.hypot(sides[0].error(), sides[1].error())) / 2
        events = int(event.sum())
        found.append(Told(labels[place], auc, error, events, len(event) - events, len(tried), scores))
    return max(found, key=lambda one: one.auc, default=None)


@dataclass(frozen=True, eq=False)
class _Bags:
    """Which of the most frequent words the `n` texts hold: `rows` and `words` (m,) of every pair."""

    rows: Codes
    words: Codes
    n: int
    size: int

    @classmethod
    def of(cls, texts: pl.Series) -> _Bags:
        lowered = texts.cast(pl.String).fill_null("").str.to_lowercase()
        bags = [set(own) for own in lowered.str.extract_all(r"[\p{L}\p{N}]+").to_list()]
        seen = Counter(word for own in bags for word in own)
        kept = [word for word, count in seen.items() if count >= FEWEST_TEXTS]
        kept = sorted(kept, key=lambda word: (-seen[word], word))[:MOST_WORDS]
        place = {word: at for at, word in enumerate(kept)}
        pairs = [(row, place[word]) for row, own in enumerate(bags) for word in own if word in place]
        table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        return cls(table[:, 0], table[:, 1], len(bags), len(place))

    def counts(self, chosen: Mask) -> FloatArray:
        """How many of the chosen texts hold each word."""
        return np.bincount(self.words[chosen[self.rows]], minlength=self.size).astype(np.float64)


def _scores(bags: _Bags, event: Mask, fitted: Mask) -> FloatArray:
    """Log-odds of the event by each row's words (n,); rates of the rows `fitted`, drawn towards a half."""
    inside, outside = fitted & event, fitted & ~event
    own = (bags.counts(inside) + 0.5) / (inside.sum() + 1)
    other = (bags.counts(outside) + 0.5) / (outside.sum() + 1)
    absent = np.log((1 - own) / (1 - other))
    gains = np.log(own / other) - absent
    return np.asarray(np.bincount(bags.rows, gains[bags.words], minlength=bags.n) + absent.sum())
