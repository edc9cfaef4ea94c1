"""What to expect of the next period: earlier periods, each predicted from the rows before it.

A small fixed learner stands in for the chosen one; what is carried over is how far quality moves from
period to period, which a random split cannot know. Rows of the coming period, where some are there without
their outcomes, say more: how sure the learner is of them, as far as that told anything of past periods.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance.noise import Noise
from airworthy.charter.model import Charter, Task
from airworthy.kernel.seed import derive_seed
from airworthy.lifecycle.outlook.expectation import LEVEL, Expectation
from airworthy.lifecycle.outlook.labelling import Labelling, labelling
from airworthy.lifecycle.outlook.messy import Scenario, scenario
from airworthy.lifecycle.outlook.regimes import regime_at, regimes_of
from airworthy.lifecycle.outlook.rows import Further, Past, Upcoming, coming_rows, messy_rows, past_of
from airworthy.lifecycle.outlook.stand_in import Floats, Learner, answer_of, learner_of, metric_of, period_by
from airworthy.lifecycle.outlook.words import scores_from_before, scores_of_halves
from airworthy.lifecycle.predict import numbers_of, order_of
from airworthy.measures import Outlook, PastPeriod, auc, log_loss, promised, rmse, seen_in_parts, seen_of
from airworthy.scoring.contract import Contract
from airworthy.scoring.spec import Step

PERIODS = 12
FEWEST_ROWS = 500


def expect_next(
    frame: pl.DataFrame,
    charter: Charter,
    contract: Contract,
    on_period: Callable[[], None] = lambda: None,
    steps: Sequence[Step] = (),
    coming: Upcoming | None = None,
) -> Expectation | None:
    """Backtest over past periods of `frame`; None without an order in time or enough periods.

    Parameters
    ----------
    frame : development rows, in the canonical form.
    contract : their columns before any repair.
    on_period : called after each fit.
    steps : the repairs that the model carries. They were fitted on the training rows, so what they learned (a
        median, a bound) is known in every period; what they put right is put right here too.
    coming : rows of the period to come; the outcomes of labelled ones narrow the interval.
    """
    if frame.height < FEWEST_ROWS or order_of(frame, charter) is None:
        return None
    past = past_of(frame, charter, contract, steps)
    edges = np.linspace(0, len(past.target), PERIODS + 2).astype(int)
    known = past.known_at(edges, charter.target.matures_after)
    newest = slice(edges[-2], edges[-1])
    messy = messy_rows(past, newest, known[-2], contract, steps, charter.seed)
    ahead = [] if coming is None else _ahead(coming, past, charter, contract, steps)
    features = _with_words(past, edges, known, charter, contract, [*messy.values(), *ahead])
    found = _periods(features, past, edges, known, charter, contract, on_period)
    drawn = _random_split(past, charter, contract)
    if len(found.past) < 2 or drawn is None:
        return None
    outlook, labels = Outlook(found.past, metric_of(charter.task), regimes=found.regimes), None
    if coming is not None:
        outlook, labels = _outlook(outlook, coming, ahead, features, past, charter, contract)
    low, high = outlook.interval(LEVEL)
    assert low is not None
    assert high is not None
    return Expectation(
        outlook.metric,
        outlook.value,
        low,
        high,
        LEVEL,
        tuple(period.figure for period in found.past),
        found.leads,
        drawn.figure,
        coming.rows.height if coming else 0,
        coming.labelled.height if coming and coming.labelled is not None else 0,
        _scenarios(features, past, newest, found.newest, list(messy), charter) if found.newest else (),
        labels,
    )


def _ahead(
    coming: Upcoming, past: Past, charter: Charter, contract: Contract, steps: Sequence[Step]
) -> list[Further]:
    """The coming rows, then the labelled ones, if there are any."""
    frames = [coming.rows, *([coming.labelled] if coming.labelled is not None else [])]
    return [coming_rows(frame, past, charter, contract, steps) for frame in frames]


def _outlook(
    untold: Outlook,
    coming: Upcoming,
    ahead: Sequence[Further],
    features: Floats,
    past: Past,
    charter: Charter,
    contract: Contract,
) -> tuple[Outlook, Labelling | None]:
    """The outlook with what the coming rows tell, and what labels of some would do where there are none."""
    n, m, rows = len(past.target), len(ahead[0].features), coming.rows.height
    learner = learner_of(features, past, slice(0, n), charter, contract)
    if learner is None:
        return untold, None
    first = len(features) - sum(len(further.features) for further in ahead)
    size = n / (PERIODS + 1)
    output = learner(features[first : first + m])
    promise = promised(untold.metric, output)
    told = replace(untold, promised=promise, rows_ratio=max(1.0, size / rows))
    if coming.labelled is None:
        cost = charter.outlook.label_cost
        return told, labelling(told, output, ahead[0], size, LEVEL, charter.seed, cost)
    y = numbers_of(coming.labelled, charter.task, contract.classes)
    said = learner(features[first + m :])
    if coming.part is None:
        seen = seen_of(untold.metric, y, said, max(rows, len(y)))
    else:
        seen = seen_in_parts(untold.metric, y, said, coming.part, coming.rows_of_parts)
    return replace(told, seen=seen), None


@dataclass(frozen=True)
class _Found:
    """Past periods with their leads over the naive guess; `newest` is the newest one's learner.

    `regimes` numbers that of each period, and at the end the coming one's, which has every change behind it.
    """

    past: tuple[PastPeriod, ...]
    leads: tuple[float, ...]
    newest: Learner | None
    regimes: tuple[int, ...]


def _periods(
    features: Floats,
    past: Past,
    edges: NDArray[np.int64],
    known: Sequence[int],
    charter: Charter,
    contract: Contract,
    on_period: Callable[[], None],
) -> _Found:
    found, leads, learner, under = [], [], None, list[int]()
    declared = regimes_of(charter)
    for index in range(2, PERIODS + 2):
        before, block = slice(0, known[index - 1]), slice(edges[index - 1], edges[index])
        learner = learner_of(features, past, before, charter, contract)
        period = period_by(learner, features, past, block, charter)
        on_period()
        if period is not None:
            found.append(period)
            leads.append(_lead(period.figure, past, before, block, charter.task))
            middle = 0.0 if past.time is None else float(past.time[(block.start + block.stop) // 2])
            under.append(regime_at(middle, declared))
    newest = learner if period is not None else None
    return _Found(tuple(found), tuple(leads), newest, (*under, len(declared)))


def _with_words(
    past: Past,
    edges: NDArray[np.int64],
    known: Sequence[int],
    charter: Charter,
    contract: Contract,
    further: Sequence[Further],
) -> Floats:
    """Features (n, d) of the past rows and below them of the further ones, with their scores of words."""
    sizes = [len(rows.features) for rows in further]
    ends = [*edges.tolist(), *(len(past.target) + np.cumsum(sizes)).tolist()]
    taught = [*known[:-1], *(rows.taught for rows in further)]
    texts = [sum((rows.texts[i] for rows in further), words) for i, words in enumerate(past.texts)]
    target = np.append(past.target, np.full(sum(sizes), np.nan))
    words = scores_from_before(texts, target, ends, taught, charter.task, len(contract.classes))
    return np.column_stack([np.vstack([past.features, *(rows.features for rows in further)]), words])


def _scenarios(
    features: Floats, past: Past, newest: slice, learner: Learner, noises: Sequence[Noise], charter: Charter
) -> tuple[Scenario, ...]:
    """The newest period with each kind of mess, whose rows lie below the past ones in this order."""
    metric, y, m = metric_of(charter.task), past.target[newest], newest.stop - newest.start
    clean = answer_of(learner(features[newest]), past, newest, charter.task)
    found = []
    for place, noise in enumerate(noises):
        start = len(past.target) + place * m
        messy = answer_of(learner(features[start : start + m]), past, newest, charter.task)
        found.append(scenario(noise, metric, y, clean, messy, LEVEL))
    return tuple(one for one in found if one is not None)


def _random_split(past: Past, charter: Charter, contract: Contract) -> PastPeriod | None:
    """What four fifths drawn at random say of the other fifth."""
    n = len(past.target)
    drawn = np.random.default_rng(derive_seed(charter.seed, "random split")).permutation(n)
    texts = [[tokens[i] for i in drawn] for tokens in past.texts]
    target = past.target[drawn]
    words = scores_of_halves(texts, target, charter.task, len(contract.classes))
    features = np.column_stack([past.features[drawn], words])
    cut = int(0.8 * n)
    mixed = past[drawn]
    learner = learner_of(features, mixed, slice(0, cut), charter, contract)
    return period_by(learner, features, mixed, slice(cut, n), charter)


def _lead(value: float, past: Past, before: slice, block: slice, task: Task) -> float:
    """How far `value` is ahead of the better guess: the earlier rows' mean or shares, or the last outcome."""
    known, y, last = past.target[before], past.target[block], past.last[block]
    if task is Task.BINARY:
        repeated = auc(y, np.where(np.isnan(last), known.mean(), last))
        return value - max(0.5, float(repeated))
    if task is Task.REGRESSION:
        guess = float(rmse(y, np.full(len(y), known.mean())))
        guess = min(guess, float(rmse(y, np.where(np.isnan(last), known.mean(), last))))
    else:
        shares = np.bincount(known.astype(np.int64)) / len(known)
        guess = float(log_loss(y.astype(np.int64), np.tile(shares, (len(y), 1))))
    return (guess - value) / guess
