"""The search inside the training process: trial after trial, each finished candidate kept at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

from airworthy.kernel.errors import AirworthyError, MissingExtra
from airworthy.model.candidate import keep
from airworthy.model.job import CANDIDATES, RECORD, TRAIN, VALIDATION, Job, read_job
from airworthy.model.orders import Event, Order
from airworthy.model.rows import Rows, rows_of
from airworthy.model.text import TextFeatures, fit_text
from airworthy.model.trials import Trial, portfolio

SPARE = 1.2
"""A trial starts only if this many times its forecast is left."""

Tell = Callable[[Event], None]


def explore(order: Order, tell: Tell) -> None:
    """Run the portfolio in order until the time is used; finished candidates of an earlier run stay."""
    folder = Path(order.folder)
    began = time.monotonic()
    job = read_job(folder)
    rows = rows_of(pl.read_ipc(folder / TRAIN), job, job.steps)
    validation = rows_of(pl.read_ipc(folder / VALIDATION), job)
    search = _Search(job, rows, validation, folder, tell)
    for trial in portfolio(rows, order.threads):
        if order.only is not None and trial.name not in order.only:
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
    """One job's rows, and what its trials took so far."""

    def __init__(self, job: Job, rows: Rows, validation: Rows, folder: Path, tell: Tell) -> None:
        self._job, self._rows, self._validation = job, rows, validation
        self._folder, self._tell = folder, tell
        self._text: TextFeatures | None = None
        self._pace: dict[str, float] = {}

    def forecast(self, trial: Trial) -> float:
        """Seconds the trial will take, scaled by what the last of its kind took against its forecast."""
        return trial.seconds * self._pace.get(trial.learner, 1.0)

    def run(self, trial: Trial, forecast: float) -> None:
        """Train, keep and report one trial. A learner that breaks does not cost the others."""
        self._tell(Event(kind="start", name=trial.name, seconds=forecast))
        began = time.perf_counter()
        try:
            fitted = trial.fit(self._rows, self._words())
            fitting = time.perf_counter() - began
            record = keep(trial, fitted, self._job, self._validation, self._folder, began)
        except MissingExtra as error:
            self._tell(Event(kind="skip", name=trial.name, text=f"{error.message} {error.remedy}"))
        except AirworthyError as error:
            self._tell(Event(kind="broken", name=trial.name, text=error.message))
        except (ValueError, RuntimeError, ArithmeticError, MemoryError, LookupError) as error:
            # What scikit-learn, LightGBM and interpret raise on rows they cannot digest.
            self._tell(Event(kind="broken", name=trial.name, text=f"{type(error).__name__}: {error}"))
        else:
            self._pace[trial.learner] = fitting / trial.seconds
            self._tell(Event(kind="done", name=trial.name, seconds=record.seconds))

    def _words(self) -> TextFeatures:
        if self._text is None:
            self._text = fit_text(self._rows)
        return self._text
