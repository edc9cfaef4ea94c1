"""Learners: from a feature row to raw margins, one an output, for one row and for many with the same bits."""

from __future__ import annotations

import math
from bisect import bisect_right
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from airworthy.scoring.columns import FloatArray
from airworthy.scoring.forest import Forest
from airworthy.scoring.integrity import require, weights_file
from airworthy.scoring.network import NetworkMargins
from airworthy.scoring.spec import (
    Additive,
    Averaged,
    Blend,
    Boosted,
    Learner,
    Linear,
    Network,
    Relative,
    Term,
)

HUGE = 1e30  # a linear term beyond it says nothing more; without the bound inf - inf would be NaN


Cells = npt.NDArray[np.intp]
Parts = tuple[FloatArray, dict[tuple[int, ...], FloatArray]]
"""Base values (n,), and what each feature or pair of features, by position, added in each row (n,)."""

LEAST_VOTE = 1e-6
"""A forest's vote of 0 or 1 counts as this close to it: no number of trees is certain."""


class Margins(Protocol):
    """What the scorer asks of a learner."""

    def batch(self, matrix: FloatArray) -> FloatArray:
        """Raw margins of shape (n, k) for a C-contiguous matrix of shape (n, d)."""
        ...

    def row(self, values: list[float]) -> tuple[float, ...]:
        """Raw margins of one row: k numbers."""
        ...

    def contributions(self, matrix: FloatArray, output: int) -> Parts:
        """(base, contribution by feature or features) of one output; together they make its margin."""
        ...


def open_learner(learner: Learner, folder: Path, features: int, baseline: tuple[float, ...]) -> Margins:
    """The executable form of `learner`. Raises `IntegrityError` when its parts do not fit together."""
    if isinstance(learner, Blend):
        return BlendMargins(learner, folder, features, baseline)
    if isinstance(learner, Relative):
        return RelativeMargins(learner, folder, features, baseline)
    if isinstance(learner, Boosted):
        return BoostedMargins(learner, folder, features)
    if isinstance(learner, Averaged):
        return AveragedMargins(learner, folder, features)
    if isinstance(learner, Linear):
        return LinearMargins(learner, features, baseline)
    if isinstance(learner, Network):
        return NetworkMargins(learner, folder, features, baseline)
    return AdditiveMargins(learner, features)


class BoostedMargins:
    """A LightGBM model."""

    def __init__(self, learner: Boosted | Averaged, folder: Path, features: int) -> None:
        self._booster = Forest(weights_file(folder, learner.weights).read_text(encoding="utf-8"), features)
        require(self._booster.outputs == learner.outputs, "outputs", self._booster.outputs)
        self.row = self._booster.margin
        self.batch = self._booster.margins

    def contributions(self, matrix: FloatArray, output: int) -> Parts:
        parts = self._booster.contributions(matrix)[:, output]
        return parts[:, -1], {(j,): parts[:, j] for j in range(parts.shape[1] - 1)}


class AveragedMargins:
    """A forest that votes with probabilities; its margins are their log-odds, or logarithms for classes."""

    def __init__(self, learner: Averaged, folder: Path, features: int) -> None:
        self._votes = BoostedMargins(
            Boosted(weights=learner.weights, outputs=learner.outputs), folder, features
        )
        # math.log for a row and for a batch: np.log differs from it in the last bit.
        self._margin = _log_odds if learner.outputs == 1 else _log

    def batch(self, matrix: FloatArray) -> FloatArray:
        votes = self._votes.batch(matrix)
        margins = [self._margin(vote) for vote in votes.ravel().tolist()]
        return np.array(margins, dtype=np.float64).reshape(votes.shape)

    def row(self, values: list[float]) -> tuple[float, ...]:
        return tuple(map(self._margin, self._votes.row(values)))

    def contributions(self, matrix: FloatArray, output: int) -> Parts:
        """Each feature's part of the vote, in proportion: together the margin's way from the base."""
        base, parts = self._votes.contributions(matrix, output)
        start = np.array([self._margin(vote) for vote in base.tolist()], dtype=np.float64)
        moved = np.sum(list(parts.values()), axis=0)
        way = self.batch(matrix)[:, output] - start
        factor = np.divide(way, moved, out=np.zeros(len(way)), where=moved != 0.0)
        return start, {features: part * factor for features, part in parts.items()}


def _log(probability: float) -> float:
    return math.log(max(probability, LEAST_VOTE))


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, LEAST_VOTE), 1.0 - LEAST_VOTE)
    return math.log(bounded / (1.0 - bounded))


class BlendMargins:
    """The weighted sum of other learners' margins, in their order: a batch adds as a row does."""

    def __init__(self, learner: Blend, folder: Path, features: int, baseline: tuple[float, ...]) -> None:
        require(bool(learner.members), "members of the blend", 0)
        self._intercepts = learner.intercepts
        self._members: list[tuple[float, int, int, Margins]] = []
        for member in learner.members:
            end = member.first + member.count
            require(0 <= member.first < end <= features, "features of a blend's member", member.first)
            require(math.isfinite(member.weight), "weight of a blend's member", member.weight)
            opened = open_learner(member.learner, folder, member.count, baseline[member.first : end])
            self._members.append((member.weight, member.first, end, opened))

    def batch(self, matrix: FloatArray) -> FloatArray:
        margins = np.tile(np.array(self._intercepts, dtype=np.float64), (len(matrix), 1))
        for weight, first, end, member in self._members:
            margins += weight * member.batch(np.ascontiguousarray(matrix[:, first:end]))
        return margins

    def row(self, values: list[float]) -> tuple[float, ...]:
        margins = list(self._intercepts)
        for weight, first, end, member in self._members:
            for output, margin in enumerate(member.row(values[first:end])):
                margins[output] += weight * margin
        return tuple(margins)

    def contributions(self, matrix: FloatArray, output: int) -> Parts:
        base, found = np.full(len(matrix), self._intercepts[output]), dict[tuple[int, ...], FloatArray]()
        for weight, first, end, member in self._members:
            own, contributed = member.contributions(np.ascontiguousarray(matrix[:, first:end]), output)
            base += weight * own
            for features, part in contributed.items():
                found[tuple(first + feature for feature in features)] = weight * part
        return base, found


class RelativeMargins:
    """forecast + size * what another learner says of the features after these two."""

    def __init__(self, learner: Relative, folder: Path, features: int, baseline: tuple[float, ...]) -> None:
        require(features >= 2, "features of a relative learner", features)
        self._inner = open_learner(learner.learner, folder, features - 2, baseline[2:])
        self._usual = baseline[0] if len(baseline) == features else 0.0

    def batch(self, matrix: FloatArray) -> FloatArray:
        inner = self._inner.batch(np.ascontiguousarray(matrix[:, 2:]))
        return np.asarray(matrix[:, :1] + matrix[:, 1:2] * inner)

    def row(self, values: list[float]) -> tuple[float, ...]:
        forecast, size = values[0], values[1]
        return tuple(forecast + size * margin for margin in self._inner.row(values[2:]))

    def contributions(self, matrix: FloatArray, output: int) -> Parts:
        """Of the forecast: its distance from the usual one. Inner reasons in the row's unit."""
        size = matrix[:, 1]
        base, parts = self._inner.contributions(np.ascontiguousarray(matrix[:, 2:]), output)
        found = {tuple(2 + at for at in features): size * part for features, part in parts.items()}
        found[(0,)] = matrix[:, 0] - self._usual
        found[(1,)] = size * base
        return np.full(len(matrix), self._usual), found


class LinearMargins:
    """intercept + sum(x * w): elementwise product and numpy's own sum, never a matrix product.

    `X @ w` gives other bits for a batch than for a row (BLAS); `(X * w).sum(axis=1)` on a C-contiguous
    matrix sums each row alike.
    """

    def __init__(self, learner: Linear, features: int, baseline: tuple[float, ...]) -> None:
        require(len(learner.coefficients) == len(learner.intercepts), "intercepts", len(learner.intercepts))
        for weights in learner.coefficients:
            require(len(weights) == features, "coefficients", len(weights))
        self._weights = [np.array(weights, dtype=np.float64) for weights in learner.coefficients]
        self._intercepts = learner.intercepts
        self._baseline = np.array(baseline if len(baseline) == features else (0.0,) * features)

    def batch(self, matrix: FloatArray) -> FloatArray:
        bounded = np.ascontiguousarray(np.clip(matrix, -HUGE, HUGE))
        sums = [
            intercept + (bounded * weights).sum(axis=1)
            for weights, intercept in zip(self._weights, self._intercepts, strict=True)
        ]
        return np.column_stack(sums)

    def row(self, values: list[float]) -> tuple[float, ...]:
        return tuple(self.batch(np.array([values], dtype=np.float64))[0].tolist())

    def contributions(self, matrix: FloatArray, output: int) -> Parts:
        weights = self._weights[output]
        parts = weights * (np.clip(matrix, -HUGE, HUGE) - self._baseline)
        base = self._intercepts[output] + float((weights * self._baseline).sum())
        return np.full(len(matrix), base), {(j,): parts[:, j] for j in range(len(weights))}


class AdditiveMargins:
    """Look-ups in score tables, added in the order of the terms."""

    def __init__(self, learner: Additive, features: int) -> None:
        for term in learner.terms:
            _check_term(term, features, len(learner.intercepts))
        self._intercepts = learner.intercepts
        self._terms = learner.terms
        self._cuts = [[np.array(cuts, dtype=np.float64) for cuts in term.cuts] for term in learner.terms]
        self._scores = [np.array(term.scores, dtype=np.float64) for term in learner.terms]

    def batch(self, matrix: FloatArray) -> FloatArray:
        margins = np.tile(np.array(self._intercepts, dtype=np.float64), (len(matrix), 1))
        for term, cuts, scores in zip(self._terms, self._cuts, self._scores, strict=True):
            margins += scores[:, _cells(term, cuts, matrix)].T
        return margins

    def row(self, values: list[float]) -> tuple[float, ...]:
        margins = list(self._intercepts)
        for term in self._terms:
            at = _cell(term, values)
            for output, scores in enumerate(term.scores):
                margins[output] += scores[at]
        return tuple(margins)

    def contributions(self, matrix: FloatArray, output: int) -> Parts:
        parts: dict[tuple[int, ...], FloatArray] = {}
        for term, cuts, scores in zip(self._terms, self._cuts, self._scores, strict=True):
            part = scores[output, _cells(term, cuts, matrix)]
            parts[term.features] = parts.get(term.features, 0.0) + part
        return np.full(len(matrix), self._intercepts[output]), parts


def _cells(term: Term, cuts: list[FloatArray], matrix: FloatArray) -> Cells:
    """Where each row's score of a term stands."""
    cells = _bins(matrix[:, term.features[0]], cuts[0])
    if len(term.features) == 2:
        cells = cells * (len(cuts[1]) + 2) + _bins(matrix[:, term.features[1]], cuts[1])
    return cells


def _bins(values: FloatArray, cuts: FloatArray) -> Cells:
    bins = np.searchsorted(cuts, values, side="right") + 1
    return np.where(np.isnan(values), 0, bins)


def _cell(term: Term, values: list[float]) -> int:
    at = 0
    for feature, cuts in zip(term.features, term.cuts, strict=True):
        value = values[feature]
        own = 0 if value != value else bisect_right(cuts, value) + 1
        at = at * (len(cuts) + 2) + own
    return at


def _check_term(term: Term, features: int, outputs: int) -> None:
    require(1 <= len(term.features) <= 2 and len(term.cuts) == len(term.features), "term", term.features)
    require(all(0 <= feature < features for feature in term.features), "term's features", term.features)
    require(all(list(cuts) == sorted(cuts) for cuts in term.cuts), "term's cuts", term.features)
    cells = 1
    for cuts in term.cuts:
        cells *= len(cuts) + 2
    require(len(term.scores) == outputs, "term's outputs", len(term.scores))
    require(all(len(scores) == cells for scores in term.scores), "term's scores", term.features)
