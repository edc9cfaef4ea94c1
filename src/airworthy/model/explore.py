"""The search inside the training process: trial after trial, each finished candidate kept at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from airworthy.data.split import Fold
from airworthy.kernel.errors import AirworthyError, MissingExtra
from airworthy.model.candidate import keep
from airworthy.model.crossfit import Field, cross_fit, fit_one_fold, noted
from airworthy.model.job import (
    CANDIDATES,
    LEARN,
    RECORD,
    ROWS,
    Job,
    Record,
    of_one_fold,
    read_folds,
    read_job,
)
from airworthy.model.orders import Event, Order
from airworthy.model.rows import Rows, rows_of
from airworthy.model.timeless import Settled, settle
from airworthy.model.trials import Trial, plain_trees, portfolio

SPARE = 1.2
"""A trial starts only if this many times its forecast is left."""

Tell = Callable[[Event], None]


def explore(order: Order, tell: Tell) -> None:
    """Run the portfolio in order until the time is used; finished candidates of an earlier run stay."""
    folder = Path(order.folder)
    began = time.monotonic()
    job = read_job(folder)
    frame = pl.read_ipc(folder / ROWS)
    folds = read_folds(folder)
    field = Field(rows_of(frame, job, job.steps), frame[LEARN].to_numpy(), folds)
    search = _Search(job, field, folds, rows_of(frame, job), order, tell)
    for trial in portfolio(field, order.threads):
        if trial.learner not in order.learners or (order.only is not None and trial.name not in order.only):
            continue
        if (folder / CANDIDATES / trial.name / RECORD).is_file():
            tell(Event(kind="done", name=trial.name, text="kept from an earlier run"))
            continue
        left = order.seconds - (time.monotonic() - began)
        forecast = search.forecast(trial)
        if order.only is None and forecast * SPARE > left:
            tell(
                Event(
                    kind="skip", name=trial.name, text=f"needs about {forecast:.1f} s, {left:.1f} s are left"
                )
            )
            continue
        search.run(trial, forecast)


class _Search:
    """One job's rows, and what its trials took so far. `raw` rows are as a caller of the model sends them."""

    def __init__(
        self, job: Job, field: Field, folds: Sequence[Fold], raw: Rows, order: Order, tell: Tell
    ) -> None:
        self._job, self._field, self._folds = job, field, folds
        self._held, self._last = raw.take(field.held), raw.take(field.holds[-1])
        self._folder, self._threads, self._tell = Path(order.folder), order.threads, tell
        self._pace: dict[str, float] = {}
        self._settled: Settled | None = None

    def forecast(self, trial: Trial) -> float:
        """Seconds the trial will take, scaled by what the last of its kind took against its forecast."""
        return trial.seconds * self._pace.get(trial.learner, 1.0)

    def run(self, trial: Trial, forecast: float) -> None:
        """Train, keep and report one trial. A learner that breaks does not cost the others."""
        self._tell(Event(kind="start", name=trial.name, seconds=forecast))
        began = time.perf_counter()
        try:
            record = self._fit(trial, began)
        except MissingExtra as error:
            self._tell(Event(kind="skip", name=trial.name, text=f"{error.message} {error.remedy}"))
        except AirworthyError as error:
            self._tell(Event(kind="broken", name=trial.name, text=error.message))
        except (ValueError, RuntimeError, ArithmeticError, MemoryError, LookupError) as error:
            # What scikit-learn, LightGBM and interpret raise on rows they cannot digest.
            self._tell(Event(kind="broken", name=trial.name, text=f"{type(error).__name__}: {error}"))
        else:
            self._pace[trial.learner] = record.seconds / trial.seconds
            self._tell(Event(kind="done", name=trial.name, seconds=record.seconds))

    def _timeless(self) -> tuple[Field, str]:
        if self._settled is None:
            self._settled = settle(self._field, plain_trees(self._threads))
        return self._settled.field, self._settled.note

    def _fit(self, trial: Trial, began: float) -> Record:
        job = self._job
        if trial.one_fold:
            found, held = fit_one_fold(trial.fit, self._field), self._last
            job = of_one_fold(job, self._folds)
        else:
            field, note = (self._field, "") if trial.follows_lines else self._timeless()
            crossed = cross_fit(trial.fit, field)
            assert crossed is not None
            found, held = noted(crossed, note), self._held
        return keep(
            trial,
            found.fitted,
            job,
            held,
            found.margins,
            self._folder,
            began,
            one_fold=trial.one_fold,
        )
