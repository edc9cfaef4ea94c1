"""A scorecard that imitates a model: whole points a band; their total stands for a probability or number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from airworthy.assurance.predictions import Values
from airworthy.assurance.surrogate.bands import Bands, Codes, Floats, bands_of
from airworthy.assurance.surrogate.target import Imitated
from airworthy.kernel.errors import InputError

EDGE = 0.005
"""Probabilities are kept this far from 0 and 1, where the logit has no bound."""
WORTH_IT = 0.002
"""Share of the variance that one more column has to explain to be asked for."""


@dataclass(frozen=True)
class Asked:
    """One column of the card: its bands and the points of each, the least of them 0."""

    bands: Bands
    points: tuple[int, ...]


@dataclass(frozen=True)
class Card:
    """A scorecard.

    Attributes
    ----------
    asked : the columns, the one that matters most first.
    totals, scores : rising totals, and the score told for a total up to each; in between it is interpolated.
    cut : total from which the second class is decided; None where numbers are predicted.
    """

    asked: tuple[Asked, ...]
    totals: tuple[int, ...]
    scores: tuple[float, ...]
    cut: int | None

    @property
    def most(self) -> int:
        """The greatest total."""
        return sum(max(one.points) for one in self.asked)

    def total(self, columns: Mapping[str, Values]) -> Codes:
        """The points of each row, (n,)."""
        n = len(next(iter(columns.values())))
        found = np.zeros(n, np.int64)
        for one in self.asked:
            found += np.array(one.points)[one.bands.codes(columns)]
        return found

    def answers(self, columns: Mapping[str, Values]) -> tuple[Codes, Floats]:
        """The class decided (n,) and the score told (n,) of each row."""
        total = self.total(columns)
        score = np.interp(total, self.totals, self.scores)
        return (
            np.zeros(len(total), np.int64) if self.cut is None else (total >= self.cut).astype(np.int64)
        ), score


def make_card(rows: Imitated, points: int, most_columns: int) -> Card:
    """Learn a card of at most `points` points over at most `most_columns` columns.

    Each band is worth the mean score in it (as a logit, of probabilities); weights that are never negative
    add the columns up (least squares on the model's own score), so that more points mean more score in each
    column; then all is rounded to whole points.

    Raises
    ------
    InputError : there are more than two classes, or no column tells the scores apart.
    """
    if len(rows.classes) > 2:
        raise InputError(
            f"A scorecard adds up to one answer, and the model decides between {len(rows.classes)} classes.",
            value=len(rows.classes),
            remedy="Take kind='tree', or name one class: positive=...",
        )
    goal = _logit(rows.score) if rows.classes else rows.score
    bands = [
        found
        for name, values in rows.columns.items()
        if (found := bands_of(name, rows.labels[name], values, rows.score, name in rows.flags)) is not None
    ]
    codes = [one.codes(rows.columns) for one in bands]
    worth = [_worth(code, len(one.names), goal) for code, one in zip(codes, bands, strict=True)]
    order, weights = _chosen(worth, codes, goal, most_columns)
    if not order:
        raise InputError(
            "No column tells the model's scores apart.",
            value=len(bands),
            remedy="Give rows that it decides differently.",
        )
    effects = [weights[i] * worth[at] for i, at in enumerate(order)]
    scale = points / sum(float(np.ptp(effect)) for effect in effects)
    asked = [
        Asked(bands[at], tuple(np.rint((effect - effect.min()) * scale).astype(int).tolist()))
        for at, effect in zip(order, effects, strict=True)
    ]
    asked = sorted((one for one in asked if max(one.points)), key=lambda one: -max(one.points))
    return _calibrated(tuple(asked), rows)


def _logit(p: Floats) -> Floats:
    kept = np.clip(p, EDGE, 1 - EDGE)
    return np.asarray(np.log(kept / (1 - kept)))


def _worth(codes: Codes, bands: int, goal: Floats) -> Floats:
    """What each band is worth: its mean goal less the mean of all, drawn to it where rows are few."""
    counts = np.bincount(codes, minlength=bands)
    sums = np.bincount(codes, weights=goal - goal.mean(), minlength=bands)
    return np.asarray(sums / (counts + 5.0))


def _chosen(
    worth: list[Floats], codes: list[Codes], goal: Floats, most: int
) -> tuple[list[int], NDArray[np.float64]]:
    """Columns that together explain the goal, one after the other, and their weights."""
    from scipy.optimize import nnls  # heavy, and only fitting needs it

    table = (
        np.column_stack([one[code] for one, code in zip(worth, codes, strict=True)])
        if worth
        else np.empty((len(goal), 0))
    )
    left, kept, weights = goal - goal.mean(), list[int](), np.empty(0)
    whole = float((left**2).sum()) or 1.0
    missed = whole
    while len(kept) < most:
        trials = {}
        for at in range(table.shape[1]):
            if at not in kept:
                found, error = nnls(table[:, [*kept, at]], left)
                trials[at] = (float(error**2), found)
        if not trials:
            break
        best = min(trials, key=lambda at: trials[at][0])
        if missed - trials[best][0] < WORTH_IT * whole:
            break
        missed, weights = trials[best]
        kept.append(best)
    return kept, weights


def _calibrated(asked: tuple[Asked, ...], rows: Imitated) -> Card:
    """The card with what its totals mean: rising mean scores, and the cut that agrees best."""
    bare = Card(asked, (0,), (0.0,), None)
    total = bare.total(rows.columns)
    totals, scores = _rising_means(total, rows.score)
    cut = _cut(total, rows.decided == 1) if rows.classes else None
    return Card(asked, totals, scores, cut)


def _rising_means(total: Codes, score: Floats) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Up to ten totals and the mean score about each, never falling (pool adjacent violators)."""
    order = np.argsort(total, kind="stable")
    groups: list[list[float]] = []
    for part in np.array_split(order, min(10, len(np.unique(total)))):
        if len(part):
            groups.append([float(total[part].mean()), float(score[part].mean()), float(len(part))])
            while len(groups) > 1 and (groups[-1][1] <= groups[-2][1] or groups[-1][0] - groups[-2][0] < 1):
                (t2, s2, n2), (t1, s1, n1) = groups.pop(), groups.pop()
                groups.append([(t1 * n1 + t2 * n2) / (n1 + n2), (s1 * n1 + s2 * n2) / (n1 + n2), n1 + n2])
    return tuple(round(t) for t, _, _ in groups), tuple(s for _, s, _ in groups)


def _cut(total: Codes, event: NDArray[np.bool_]) -> int:
    """The total from which to decide the event so that most rows are decided as the model decides them."""
    cuts = np.arange(int(total.min()), int(total.max()) + 2)
    right = [int(((total >= cut) == event).sum()) for cut in cuts]
    return int(cuts[int(np.argmax(right))])
