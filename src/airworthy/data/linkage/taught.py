"""What answered pairs teach of all others: how far each column is to be trusted, and how common pairs are.

The model counts each column by itself, so two columns that tell the same tale are counted twice, and one that
is often wrong is trusted too much. Answers say by how much: each column's evidence is raised to a power, and
the share of pairs is shifted, as a logistic regression of the answers on the evidence says. Few answers move
little: beforehand each power is 1 and the shift 0, give or take.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from airworthy.data.linkage.neighbours import Floats, Pairs
from airworthy.data.linkage.partners import Partners
from airworthy.data.linkage.weights import NULL, SURE, Levels, Weights, rivals, with_answers

SHIFT, POWER = 1.5, 0.35
"""Standard deviations beforehand, of the log-odds and of each power. From 1 and 0.25 to 2 and 0.5 nothing
changed by more than .02 of F1 on three sets, with 5 to 100 answers."""
STEPS, SETTLED = 50, 1e-9


def teach(
    levels: Levels, pairs: Pairs, weights: Weights, partners: Partners, answers: Mapping[int, bool]
) -> Weights:
    """The weights as m pairs' `levels` (m, c) and the answers to some of them say; unchanged without answers.

    A pair competes with those that share a row with it. What these count for is that of the untaught weights:
    worked out anew with each fit, it swung from one end to the other (F1 .09 on papers of two libraries).
    """
    if not answers:
        return weights
    told, said = np.fromiter(answers, np.int64), np.fromiter(answers.values(), np.bool_)
    worth = np.log(weights.one) - np.log(weights.other)
    each = np.column_stack([np.ones(len(levels)), *_evidence(levels, worth)])
    start = np.r_[np.log(weights.share) - np.log1p(-weights.share), np.ones(len(worth))]
    loose = np.r_[SHIFT, np.full(len(worth), POWER)]
    against = -np.log1p(rivals(with_answers(each @ start, answers), pairs, partners)[told])
    learned = _fitted(each[told], said, against, start, loose)
    shifted = 1 / (1 + np.exp(-learned[0]))
    one, other = _powers(weights, np.maximum(learned[1:], 0.0)[:, None])
    made = replace(weights, one=one, other=other, share=float(shifted))
    return made.rated(levels, pairs, partners, answers)


def _evidence(levels: Levels, worth: Floats) -> list[Floats]:
    columns = zip(levels.T, worth, strict=True)
    return [np.where(level == NULL, 0.0, of[np.maximum(level, 0)]) for level, of in columns]


def _fitted(each: Floats, said: NDArray[np.bool_], against: Floats, start: Floats, loose: Floats) -> Floats:
    """Likeliest coefficients around `start`, give or take `loose` (Newton's method; Bishop 2006, 4.3.3).

    A step that makes them less likely is halved until it does not.
    """
    tight, sign = 1 / loose**2, np.where(said, 1.0, -1.0)

    def cost(at: Floats) -> float:
        doubt = np.logaddexp(0, -sign * (each @ at + against)).sum()
        return float(doubt + (tight * (at - start) ** 2).sum() / 2)

    found = start.copy()
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-np.clip(each @ found + against, -SURE, SURE)))
        slope = each.T @ (p - said) + tight * (found - start)
        bend = (each.T * (p * (1 - p))) @ each + np.diag(tight)
        step, now = np.linalg.solve(bend, slope), cost(found)
        while cost(found - step) > now and float(np.abs(step).max()) > SETTLED:
            step = step / 2
        found = found - step
        if float(np.abs(step).max()) <= SETTLED:
            break
    return found


def _powers(weights: Weights, power: Floats) -> tuple[Floats, Floats]:
    """Shares whose ratios are those of `weights` raised to `power`; none leaves 0 to 1."""
    ratio = weights.one / weights.other
    raised = ratio**power
    speaks = ratio > 1
    return np.where(speaks, weights.one, weights.other * raised), np.where(
        speaks, weights.one / raised, weights.other
    )
