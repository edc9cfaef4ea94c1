"""Which uncertain pair to ask about first: the one whose answer is expected to improve the links most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from airworthy.data.linkage.linked import Linked
from airworthy.data.linkage.neighbours import Floats, Places


@dataclass(frozen=True)
class Quality:
    """Precision and recall that the probabilities promise; the truth is known of answered pairs only."""

    precision: float
    recall: float

    def as_json(self) -> dict[str, float]:
        return {"precision": self.precision, "recall": self.recall}


@dataclass(frozen=True, eq=False)
class Questions:
    """What is expected of the links, and what each answer would make of it.

    Parameters
    ----------
    probability : (m,) that a pair is one.
    joined : (m,) whether it is joined.

    An answer is counted for its own pair; what it teaches of others comes besides.

    >>> asked = Questions(np.array([1.0, 0.5]), np.array([True, True]))
    >>> asked.now.precision, asked.after(1, same=False).precision
    (0.75, 1.0)
    """

    probability: Floats
    joined: Any

    @property
    def now(self) -> Quality:
        return self._quality(0.0, 0.0, 0.0)

    def after(self, pair: int, *, same: bool) -> Quality:
        """What would be expected once somebody said of `pair` whether it is one."""
        p, was = float(self.probability[pair]), bool(self.joined[pair])
        right = float(same) - (p if was else 0.0)
        return self._quality(right, float(same) - float(was), float(same) - p)

    def gains(self, pairs: Places) -> Floats:
        """(k,) by how much F1 is expected to grow with the answer to each of `pairs`."""
        p, was = self.probability[pairs], self.joined[pairs].astype(float)
        right, links, true = self._sums()
        yes = 2 * (right + 1 - p * was) / np.maximum(links + 1 - was + true + 1 - p, 1e-12)
        no = 2 * (right - p * was) / np.maximum(links - was + true - p, 1e-12)
        now = 2 * right / max(links + true, 1e-12)
        return np.asarray(p * yes + (1 - p) * no - now)

    def _sums(self) -> tuple[float, float, float]:
        """Expected true links, links, and expected true pairs."""
        right = float(self.probability[self.joined].sum())
        return right, float(self.joined.sum()), float(self.probability.sum())

    def _quality(self, right: float, links: float, true: float) -> Quality:
        """Of the sums changed by so much; with nothing joined nothing is wrong."""
        found, joined, all_true = self._sums()
        joined, all_true = joined + links, all_true + true
        return Quality(
            (found + right) / joined if joined > 0 else 1.0,
            min(1.0, (found + right) / all_true) if all_true > 0 else 1.0,
        )


def in_order(found: Linked, questions: Questions) -> Places:
    """Places of the pairs to ask about, the most telling first; of two alike the first row's."""
    at = np.flatnonzero(found.asked)
    return at[np.argsort(-questions.gains(at).round(12), kind="stable")]
