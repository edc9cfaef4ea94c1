"""What to expect of a model that is there already, trained anywhere, from how it did period by period.

Nothing is fitted: the same model scores every row. So the rows must be ones that it has not learned from,
which nobody can see in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from airworthy.assurance.asked import Answers, ask
from airworthy.assurance.foreign import ForeignScorer
from airworthy.assurance.given import ModelRefused
from airworthy.assurance.meaning import Meaning, meaning_of
from airworthy.assurance.minimal_scope import plain_scope
from airworthy.assurance.predictions import Predictions, take_columns
from airworthy.assurance.tables import Table, read_table
from airworthy.charter.model import Task
from airworthy.kernel.errors import InputError
from airworthy.lifecycle.outlook.backtest import FEWEST_ROWS, PERIODS
from airworthy.lifecycle.outlook.expectation import LEVEL, Expectation
from airworthy.lifecycle.outlook.messy import Scenario, scenario, spoilt
from airworthy.lifecycle.outlook.sites import FEWEST_AT_SITE, MOST_SITES, Elsewhere
from airworthy.lifecycle.outlook.stand_in import metric_of
from airworthy.measures import Outlook, PastPeriod, period_of, promised, seen_of
from airworthy.measures.probability import row_log_loss

Floats = NDArray[np.float64]
LEARNED = (
    "Whether the model has learned from these rows cannot be seen in them. If it has, every figure here is "
    "too good: give rows from after its training."
)


@dataclass(frozen=True, eq=False)
class Asked:
    """A model with its answers to the rows with outcomes.

    `y` (n,) holds 0 and 1, class numbers or numbers; `output` (n,) probabilities of the event or numbers, or
    (n, k) probabilities.
    """

    scorer: ForeignScorer
    table: Table
    meant: Meaning
    y: Floats
    output: Floats

    @classmethod
    def of(cls, model: object, rows: Any, outcomes: NDArray[Any], positive: str | None = None) -> Asked:
        """Ask `model` for the n rows, in its own kind of table. Raises `InputError` where it gives labels."""
        table = read_table(rows)
        answers = ask(model, rows, len(table))
        meant = meaning_of(model, outcomes, answers, None, positive)
        scorer = ForeignScorer(model, table, meant.task, meant.classes, meant.event)
        y = Predictions.of(meant.task, meant.outcomes, classes=meant.classes).y.astype(float)
        return cls(scorer, table, meant, y, _output(scorer, answers, meant.task))

    @property
    def metric(self) -> str:
        return metric_of(self.meant.task)

    def of_rows(self, model: object, rows: Any) -> Floats:
        """The output for further rows of the same kind."""
        return _output(self.scorer, ask(model, rows, len(read_table(rows))), self.meant.task)

    def period(self, rows: NDArray[np.int64]) -> PastPeriod | None:
        """The figure of the rows at these places; None where it cannot be had of them."""
        y, output = self.y[rows], self.output[rows]
        if len(rows) == 0 or (self.meant.task is Task.BINARY and len(np.unique(y)) < 2):
            return None
        return period_of(self.metric, y, output, promised(self.metric, output))


def expect_of_model(
    asked: Asked,
    order: Floats,
    coming: Floats | None = None,
    labelled: tuple[NDArray[Any], Floats] | None = None,
    seed: int = 0,
) -> Expectation | None:
    """The figure of the next period; None of too few rows or periods.

    Parameters
    ----------
    order : (n,) what puts the rows in order.
    coming : output for rows of the next period. labelled : outcomes and output of some of them.
    """
    dated = int(np.isfinite(order).sum())  # rows without a place in the order come last, and count for none
    if dated < FEWEST_ROWS:
        return None
    blocks = np.array_split(np.argsort(order, kind="stable")[:dated], PERIODS)
    found = [(block, period) for block in blocks if (period := asked.period(block)) is not None]
    if len(found) < 2:
        return None
    outlook = Outlook([period for _, period in found], asked.metric)
    if coming is not None:
        ratio = max(1.0, len(blocks[-1]) / len(coming))
        outlook = replace(outlook, promised=promised(asked.metric, coming), rows_ratio=ratio)
    if labelled is not None and coming is not None:
        y, output = _codes(asked.meant, labelled[0]), labelled[1]
        outlook = replace(outlook, seen=seen_of(asked.metric, y, output, max(len(coming), len(y))))
    low, high = outlook.interval(LEVEL)
    together = asked.period(np.concatenate(blocks))
    assert low is not None
    assert high is not None
    assert together is not None
    return Expectation(
        asked.metric,
        outlook.value,
        low,
        high,
        LEVEL,
        tuple(period.figure for _, period in found),
        tuple(_lead(asked, block, period.figure) for block, period in found),
        together.figure,
        0 if coming is None else len(coming),
        0 if labelled is None else len(labelled[0]),
        tuple(_scenarios(asked, blocks[-1], seed)),
        fixed=True,
    )


def expect_of_model_elsewhere(asked: Asked, column: str, site: Sequence[str | None]) -> Elsewhere | None:
    """The figure at a further site, from the model's figures at the largest known ones."""
    names = pl.Series(list(site), dtype=pl.String)
    counts = names.drop_nulls().value_counts(sort=True, name="rows")
    counts = counts.sort(["rows", counts.columns[0]], descending=[True, False])
    held = names.to_numpy()
    found: list[tuple[str, PastPeriod, int]] = []
    for name, rows in counts.head(MOST_SITES).iter_rows():
        period = asked.period(np.flatnonzero(held == name)) if rows >= FEWEST_AT_SITE else None
        if period is not None:
            found.append((name, period, rows))
    outlook = Outlook([period for _, period, _ in found], asked.metric, drifts=(0.0,))
    low, high = outlook.interval(LEVEL) if found else (None, None)
    if low is None or high is None:
        return None
    sites = tuple((name, period.figure, rows) for name, period, rows in found)
    left_out = min(len(counts), MOST_SITES) - len(found)
    return Elsewhere(column, asked.metric, outlook.value, low, high, LEVEL, sites, left_out, fixed=True)


def _output(scorer: ForeignScorer, answers: Answers, task: Task) -> Floats:
    scores = scorer.read(answers)
    if scores.prediction is not None:
        return scores.prediction
    if scores.probability is None:
        raise InputError(
            "The model gives labels without probabilities, which say too little of the next period.",
            value="labels",
            remedy="Give a model that answers with probabilities, such as one with predict_proba.",
        )
    return np.asarray(scores.probability[:, 1] if task is Task.BINARY else scores.probability)


def _codes(meant: Meaning, outcomes: NDArray[Any]) -> Floats:
    """Outcomes as the figures take them. Raises `InputError` for one that no earlier row had."""
    coded = meant.coded(outcomes)
    return Predictions.of(meant.task, coded, classes=meant.classes).y.astype(float)


def _lead(asked: Asked, block: NDArray[np.int64], figure: float) -> float:
    """How far the figure is ahead of the best single guess for all rows of the block."""
    y = asked.y[block]
    if asked.meant.task is Task.BINARY:
        return figure - 0.5
    if asked.meant.task is Task.REGRESSION:
        guess = float(np.std(y))
    else:
        shares = np.bincount(y.astype(np.int64), minlength=len(asked.meant.classes)) / len(y)
        guess = float(row_log_loss(y.astype(np.int64), np.tile(shares, (len(y), 1))).mean())
    return (guess - figure) / guess if guess > 0 else 0.0


def _scenarios(asked: Asked, newest: NDArray[np.int64], seed: int) -> Iterator[Scenario]:
    """The newest period with each kind of mess that the model takes at all."""
    columns = take_columns(asked.table.columns, newest)
    names = tuple(columns)
    scope = plain_scope(
        asked.meant.task, classes=asked.meant.classes, columns=columns, inputs=names, types=asked.table.types
    )
    for noise, spoiled in spoilt(columns, scope.contract, seed).items():
        try:
            scores = asked.scorer.score_columns(spoiled)
        except ModelRefused:
            continue  # ROB001 to ROB004 of `check` say which mess it refuses, and how
        messy = scores.prediction if scores.probability is None else scores.probability
        assert messy is not None
        output = messy[:, 1] if asked.meant.task is Task.BINARY else messy
        one = scenario(noise, asked.metric, asked.y[newest], asked.output[newest], output, LEVEL)
        if one is not None:
            yield one
