"""What linking found: pairs that are one, pairs that a person must decide, and rows without a partner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from airworthy.data.linkage.answers import keys_of
from airworthy.data.linkage.columns import Chosen, Unread, Written
from airworthy.data.linkage.contradictions import Disagreement
from airworthy.data.linkage.neighbours import Floats, Pairs, Places
from airworthy.data.linkage.partners import Partners
from airworthy.data.linkage.weights import NULL, Levels, Weights

WHOLE = "the whole row"
ONE = 0.5
"""From this probability on a pair is taken for one."""
UNSURE = (0.1, 0.9)
"""Between these a person is asked."""


@dataclass(frozen=True, eq=False)
class Linked:
    """The pairs that were looked at, each with its probability.

    Attributes
    ----------
    taken : (m,) whether a pair is taken for one.
    asked : (m,) whether a person should look at it.
    answered : pairs that a person has decided.
    disagreements : answers that cannot all be true.
    """

    compared: tuple[Written, ...]
    unread: tuple[Unread, ...]
    pairs: Pairs
    levels: Levels
    weights: Weights
    taken: Any
    asked: Any
    answered: int = 0
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def expected(self) -> float:
        """About how many pairs are one, by the sum of all probabilities."""
        return float(self.weights.probability.sum())

    def places(self) -> tuple[Places, Places]:
        """Rows (left, right) of the pairs that are taken for one."""
        return self.pairs.left[self.taken], self.pairs.right[self.taken]

    def frame(self, which: Any = None) -> pl.DataFrame:
        """`left` and `right` rows (from 0), `probability`, and the `reason` of each pair; surest first."""
        at = np.flatnonzero(self.taken if which is None else which)
        at = at[np.argsort(-self.weights.probability[at], kind="stable")]
        return pl.DataFrame(
            {
                "left": self.pairs.left[at],
                "right": self.pairs.right[at],
                "probability": self.weights.probability[at],
                "reason": self.reasons(at),
            },
            schema={"left": pl.Int64, "right": pl.Int64, "probability": pl.Float64, "reason": pl.String},
        )

    def review(self) -> pl.DataFrame:
        """Pairs that a person should decide, the most uncertain first, with an empty column `same`."""
        at = np.flatnonzero(self.asked)
        at = at[np.argsort(np.abs(self.weights.probability[at] - ONE), kind="stable")]
        sides = self.pairs.left[at], self.pairs.right[at]
        named = [(f"left {c.left_name}", c.left, sides[0]) for c in self.compared]
        named += [
            (f"right {c.right_name}", c.left if c.right is None else c.right, sides[1]) for c in self.compared
        ]
        shown = {name: [values[int(row)] for row in rows] for name, values, rows in named}
        return pl.DataFrame(
            {
                "same": pl.Series([""] * len(at), dtype=pl.String),
                "probability": self.weights.probability[at].round(3),
                **{name: pl.Series(values, dtype=pl.String) for name, values in shown.items()},
                "reason": pl.Series(self.reasons(at), dtype=pl.String),
                "key": pl.Series(keys_of(self.compared, self.pairs, at), dtype=pl.String),
            }
        )

    def reasons(self, at: Places) -> list[str]:
        """What speaks for and against each pair at `at`, worked out once for all that are alike."""
        if not len(at):
            return []
        _, first, which = np.unique(self.levels[at], axis=0, return_index=True, return_inverse=True)
        written = [self.reason(int(at[pair])) for pair in first]
        return [written[place] for place in which.ravel()]

    def reason(self, pair: int) -> str:
        """What speaks for a pair and what against it, the weightiest first, in bits."""
        bits = self.bits(pair)
        order = sorted(bits, key=lambda name: -abs(bits[name]))
        return ", ".join(f"{name} {bits[name]:+.1f}" for name in order)

    def bits(self, pair: int) -> Mapping[str, float]:
        """What each column adds: 1 bit doubles the odds; columns without a value add nothing."""
        found = {}
        for at, name in enumerate([*(column.left_name for column in self.compared), WHOLE]):
            level = int(self.levels[pair, at])
            if level != NULL:
                ratio = self.weights.one[at, level] / self.weights.other[at, level]
                found[name] = float(np.log2(ratio))
        return found

    def as_json(self) -> dict[str, Any]:
        rows = self.pairs.rows[:1] if self.pairs.one else self.pairs.rows
        return {
            "rows": list(rows),
            "compared": [[one.left_name, one.right_name] for one in self.compared],
            "not_compared": [{"name": one.name, "why": one.why} for one in self.unread],
            "looked_at": len(self.pairs),
            "linked": int(self.taken.sum()),
            "expected": self.expected,
            "to_decide": int(self.asked.sum()),
            "answered": self.answered,
            "contradictions": [one.why for one in self.disagreements],
            "pairs": self.frame().to_dicts(),
        }


def decided(
    chosen: Chosen,
    pairs: Pairs,
    levels: Levels,
    weights: Weights,
    partners: Partners,
    said: Mapping[int, bool],
    disagreements: Sequence[Disagreement] = (),
) -> Linked:
    """Take the likely pairs; where a row has one partner at most, only each row's likeliest.

    Parameters
    ----------
    said : pairs of which a person said whether they are one; nobody is asked again.
    disagreements : answers that cannot all be true; none of them counts, and all are asked again.
    """
    probability = weights.probability
    taken = probability >= ONE
    if partners is not Partners.ANY:
        taken &= likeliest(probability, pairs, partners)
    asked = (probability >= UNSURE[0]) & (probability < UNSURE[1])
    asked[list(said)] = False
    asked[[place for one in disagreements for place in one.places]] = True
    counted = len(said)
    return Linked(
        chosen.compared, chosen.unread, pairs, levels, weights, taken, asked, counted, tuple(disagreements)
    )


def likeliest(probability: Floats, pairs: Pairs, partners: Partners) -> Any:
    """(m,) whether a pair is the likeliest of its rows; of two alike the first, so that no row has two."""
    order = np.lexsort((pairs.right, pairs.left, -probability))
    best = np.zeros(len(pairs), np.bool_)
    best[order[np.unique(pairs.left[order], return_index=True)[1]]] = True
    if partners is Partners.ONE:
        back = np.zeros(len(pairs), np.bool_)
        back[order[np.unique(pairs.right[order], return_index=True)[1]]] = True
        best &= back
    return best
