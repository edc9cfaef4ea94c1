"""Trials that weigh rows: by group, where reductions are permitted, and by class, where events are rare.

Each is the twin of a plain trial, which comes first. Plain training, calibration and a threshold by costs
measured best or tied on every imbalanced table tried, so class weights stay only where this run's rows
show that they help.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from airworthy.kernel.errors import InputError
from airworthy.measures.probability import row_log_loss
from airworthy.model.calibrate import calibrate, clearly_less
from airworthy.model.crossfit import Crossed, Field, Fit, cross_fit, noted
from airworthy.model.job import Job
from airworthy.model.rows import Rows
from airworthy.model.trials import Trial, Weighing
from airworthy.scoring.columns import FloatArray

EVEN, WEIGHTED, REWEIGHED = "-even", "-weighted", "-reweighed"
"""What the names of such twins end with."""
SUSPECT, SUSPECT_OF = "-suspect", "lightgbm-31"
EVEN_OF = ("linear", "lightgbm-31")
WEIGHTED_OF = "lightgbm-31"
RARE = 0.05
"""Share of events below which class weights are tried."""
EVEN_FITS = 6
"""About how many rounds reductions take."""


class Needless(InputError):
    """A trial that has nothing to do here, or did not help: it is told, and nothing is kept."""

    def __init__(self, why: str) -> None:
        super().__init__(why, value=None, remedy="Nothing needs to be done.")


def with_twins(trials: Iterable[Trial], job: Job, field: Field) -> Iterator[Trial]:
    """`trials`, each followed by its twins: with suspect columns, and with weights."""
    rare = job.task == "binary" and not job.ordered and float(field.rows.y.mean()) < RARE
    for trial in trials:
        yield trial
        if job.suspects and trial.name == SUSPECT_OF:
            yield replace(trial, name=trial.name + SUSPECT, trusting=True)
        if job.reweigh and trial.name in EVEN_OF:
            yield replace(trial, name=trial.name + REWEIGHED, weighing=Weighing.INDEPENDENT)
        if job.even is not None and trial.name in EVEN_OF:
            yield replace(
                trial,
                name=trial.name + EVEN,
                seconds=trial.seconds * EVEN_FITS,
                weighing=Weighing.BY_GROUP,
            )
        if rare and trial.name == WEIGHTED_OF:
            yield replace(trial, name=trial.name + WEIGHTED, weighing=Weighing.BY_CLASS)


def cross_fit_weighted(fit: Fit, field: Field, held: Rows, plain: FloatArray) -> Crossed:
    """Cross-fit with both classes weighing the same in all; calibration then restores the probabilities.

    Parameters
    ----------
    plain
        What the twin without weights said of the measured rows out of fold, shape (n, 2).

    Raises
    ------
    Needless
        The loss is not lower than the twin's by more than the noise of the comparison.
    """
    crossed = cross_fit(fit, field.with_rows(balanced(field.rows)))
    assert crossed is not None  # nothing is dropped
    own = calibrate(crossed.margins, held.y, held.fold, 2, ordered=held.ordered).losses
    twin = row_log_loss(held.y, plain)
    figures = f"log loss {own.mean():.5f} with them, {twin.mean():.5f} without, in {len(held):,} rows"
    if not clearly_less(own, twin):
        raise Needless(f"class weights did not help: {figures}")
    return noted(crossed, f"class weights helped: {figures}")


def balanced(rows: Rows) -> Rows:
    """`rows` with weights under which both classes count the same in all, one on average.

    The rarer of classes of 1 and 3 rows weighs 2, the other 2/3.
    """
    event = rows.y == 1
    share = float(event.mean())
    return replace(rows, weights=np.where(event, 0.5 / share, 0.5 / (1 - share)))
