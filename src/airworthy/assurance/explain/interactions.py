"""Which columns count only together: what is left of a score once each column's own part is taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.explain.one_output import OneOutput
from airworthy.assurance.explain.picture import Pair, Pairs
from airworthy.assurance.predictions import Values, take_columns
from airworthy.kernel.seed import derive_seed
from airworthy.measures.means import MeanT

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]
LEADING = 5
LIMIT = 0.03
"""Share of the score's variance from which a pair is told. Boosted trees that were fitted on rows in which
nothing counts together take noise for pairs: of 100 such models the greatest lower end was 0.029."""
FAMILY = 0.05


def pairs_of(
    output: OneOutput,
    columns: Mapping[str, Values],
    names: Sequence[str],
    labels: Mapping[str, str],
    seed: int,
    clusters: Codes | None = None,
) -> Pairs:
    """The pairs of `names` whose joint part surely exceeds 3 % of the score's variance.

    For each row x and another row r, drawn at random, both columns are swapped alone and together:
    D = f(x) - f(x with r's a) - f(x with r's b) + f(x with both of r). Of an additive model D is 0, whatever
    its shapes. The same values of a and b are swapped among the other columns of r, which gives a second D:
    the mean of their product is four times the variance of what a and b add together and nothing of what
    takes three columns (the pure second-order part of Hooker, JCGS 16 (2007) 709; Friedman and Popescu, AoAS
    2 (2008) 916, ask the same of partial dependence). Measured in log-odds, where a logistic model is
    additive. The intervals hold together for all pairs (Bonferroni), over rows and not over models.
    """
    rows = len(next(iter(columns.values())))
    order = np.random.default_rng(derive_seed(seed, "explain", "pairs")).permutation(rows)
    other = take_columns(columns, order)
    one = _Context(output, columns, other, names)
    variance = float(one.whole.var())
    looked = list(combinations(names, 2))
    if variance == 0.0 or not looked:
        return Pairs((), len(looked), rows, LIMIT)
    second = _Context(output, other, columns, names)
    found = []
    for pair in looked:
        left = one.second_difference(*pair) * second.second_difference(*pair) / 4
        share = MeanT(left, "", clusters, scale=1 / variance, ends=(0.0, None))
        low, high = share.interval(1 - FAMILY / len(looked))
        if low is not None and low > LIMIT:
            found.append(Pair(pair, (labels[pair[0]], labels[pair[1]]), share.value, low, high))
    found.sort(key=lambda pair: -pair.share)
    return Pairs(tuple(found), len(looked), rows, LIMIT)


class _Context:
    """Rows in which single columns, and pairs of them, take the values of `other` rows."""

    def __init__(
        self,
        output: OneOutput,
        columns: Mapping[str, Values],
        other: Mapping[str, Values],
        names: Sequence[str],
    ) -> None:
        self._output, self._columns, self._other = output, columns, other
        self.whole = output.margin(columns)
        self._alone = {name: output.margin({**columns, name: other[name]}) for name in names}

    def second_difference(self, first: str, second: str) -> Floats:
        """(n,) what both columns add together in this context."""
        swapped = {first: self._other[first], second: self._other[second]}
        both = self._output.margin({**self._columns, **swapped})
        return np.asarray(self.whole - self._alone[first] - self._alone[second] + both)
