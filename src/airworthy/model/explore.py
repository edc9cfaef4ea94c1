"""The search inside the training process: trial after trial, each finished candidate kept at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from airworthy.data.split import Fold
from airworthy.data.suspects import named, trusting
from airworthy.kernel.errors import AirworthyError, MissingExtra
from airworthy.model.candidate import keep
from airworthy.model.choose import within_noise
from airworthy.model.crossfit import Crossed, Field, cross_fit, fit_one_fold, keep_on, noted
from airworthy.model.even import cross_fit_even, cut_at
from airworthy.model.job import (
    CANDIDATES,
    LEARN,
    MARGINS,
    RECORD,
    ROWS,
    SCORES,
    Job,
    Record,
    of_one_fold,
    read_folds,
    read_job,
)
from airworthy.model.losses import row_losses
from airworthy.model.orders import Event, Order, SoFar
from airworthy.model.private.fit import fit_privately, private_trial
from airworthy.model.relative import corrects, naive_trials, smoothing_trial
from airworthy.model.returned import give_back
from airworthy.model.reweigh import reweighed
from airworthy.model.rows import Rows, nothing_varies, rows_of
from airworthy.model.shape import why_left_out
from airworthy.model.timeless import Settled, bare_of, settle
from airworthy.model.trials import QUICK, Trial, Weighing, plain_trees, portfolio, quick_trial, wants_quick
from airworthy.model.tune import drawn_trials
from airworthy.model.weighed import SUSPECT, WEIGHTED, Needless, cross_fit_weighted, with_twins
from airworthy.scoring.columns import FloatArray

SPARE, UNPACED = 1.2, 2.0
"""A trial starts only if this many times its forecast is left: the second where something is finished, but
nothing of its kind, so that nobody knows yet how far off the forecast is. (An additive model took 26 of 60 s
on the adult rows, and was stopped unfinished: test log loss .2739, and .2732 since.)"""

START_SECONDS = 1.5
"""About what a new process needs before its first trial."""

NOTHING_VARIES = "no input differs between rows, so it would answer as the finished candidate does"

Tell = Callable[[Event], None]


def explore(order: Order, tell: Tell) -> Order | None:
    """Run the portfolio in order until the time is used; finished candidates of an earlier run stay.

    Returns what another process is to go on with, where the next trial needs other libraries: those that this
    one has loaded would stay in memory to its end.
    """
    folder = Path(order.folder)
    began = time.monotonic()
    job = read_job(folder)
    frame = pl.read_ipc(folder / ROWS)
    search = _Search(job, frame, read_folds(folder), order, tell)
    for trial in _trials(job, search.field, order.threads):
        if search.passes_over(trial):
            continue
        left = order.seconds - (time.monotonic() - began)
        if order.only is None and not search.takes_up(trial, left):
            continue
        if search.needs_others(trial):
            return msgspec.structs.replace(order, seconds=left, so_far=search.so_far)
        search.run(trial)
        give_back()
    return None


def _trials(job: Job, field: Field, threads: int) -> Iterator[Trial]:
    """The portfolio, then draws; of a forecast each corrects the one that is known anyway.

    With privacy there is one trial: each look at the rows would have to be paid for.
    """
    if job.private is not None:
        return iter([private_trial(job.private, field)])
    found = chain(with_twins(portfolio(field, threads), job, field), drawn_trials(field, threads))
    if not job.relative:
        return chain([quick_trial(field)], found)
    return chain([smoothing_trial()], naive_trials(field.rows.columns), map(corrects, found))


class _Search:
    """One job's rows, and what its trials took so far."""

    def __init__(
        self, job: Job, frame: pl.DataFrame, folds: Sequence[Fold], order: Order, tell: Tell
    ) -> None:
        self._job, self._frame, self._folds = job, frame, folds
        self.field, raw = self._rows(job)
        self._held = raw if len(self.field.held) == len(raw) else raw.take(self.field.held)
        self._last = raw.take(self.field.holds[-1])
        self._folder, self._threads, self._tell = Path(order.folder), order.threads, tell
        self._learners, self._only = order.learners, order.only
        self._handled, self._pace = list(order.so_far.handled), dict(order.so_far.pace)
        self._settled = self._settled_before(order.so_far)
        self._best: FloatArray | None = None
        self._apart: bool | None = None
        self._flat = not job.relative and nothing_varies(self.field.rows.columns)

    def _rows(self, job: Job) -> tuple[Field, Rows]:
        """The rows that learners see, in their folds, and as a caller of the model sends them."""
        raw = rows_of(self._frame, job)
        read = rows_of(self._frame, job, job.steps) if job.steps else raw
        return Field(read, self._frame[LEARN].to_numpy(), self._folds), raw

    def _settled_before(self, so_far: SoFar) -> Settled | None:
        if so_far.without is None:
            return None
        names = so_far.without
        return Settled(bare_of(self.field, names) if names else self.field, so_far.note, names)

    @property
    def so_far(self) -> SoFar:
        """What a process that goes on has to know."""
        settled = self._settled
        return SoFar(
            handled=tuple(self._handled),
            pace=self._pace,
            without=None if settled is None else settled.without,
            note="" if settled is None else settled.note,
        )

    def passes_over(self, trial: Trial) -> bool:
        """Whether nothing is left to do about the trial: not asked for, done before, or of no use here."""
        if trial.learner not in self._learners or (self._only is not None and trial.name not in self._only):
            return True
        finished = (self._folder / CANDIDATES / trial.name / RECORD).is_file()
        if finished:
            self.know(trial)
        if trial.name in self._handled:
            return True
        if finished:
            self._close(Event(kind="done", name=trial.name, text="kept from an earlier run"))
            return True
        reason = why_left_out(trial.name, trial.learner, self._job.shape, self.field.rows.columns)
        if not reason and self.is_needless(trial):
            reason = NOTHING_VARIES
        if reason:
            self._close(Event(kind="skip", name=trial.name, text=reason))
        return bool(reason)

    def takes_up(self, trial: Trial, left: float) -> bool:
        """Whether to start the trial with so many seconds left; the quickest whatever it is said to need."""
        return wants_quick(self.field, left) if trial.name == QUICK else self.affords(trial, left)

    def affords(self, trial: Trial, left: float) -> bool:
        """Whether the trial fits into the seconds that are left, and a new process where it needs one."""
        forecast = self.forecast(trial) * self.spare(trial)
        if forecast + (START_SECONDS if self.needs_others(trial) else 0.0) <= left:
            return True
        if not trial.drawn:
            told = f"needs about {self.forecast(trial):.1f} s, {left:.1f} s are left"
            self._close(Event(kind="skip", name=trial.name, text=told))
        return False

    def needs_others(self, trial: Trial) -> bool:
        """Whether this process has run trials with other libraries."""
        return self._apart is not None and self._apart != trial.apart

    def _close(self, event: Event) -> None:
        """Nothing more will be done about the trial."""
        self._handled.append(event.name)
        self._tell(event)

    def forecast(self, trial: Trial) -> float:
        """Seconds the trial will take, scaled by what the last of its kind took against its forecast."""
        return trial.seconds * self._pace.get(trial.learner, 1.0)

    def spare(self, trial: Trial) -> float:
        """How many times the forecast must be left."""
        return SPARE if trial.learner in self._pace or self._best is None else UNPACED

    def run(self, trial: Trial) -> None:
        """Train, keep and report one trial. A learner that breaks does not cost the others."""
        self._apart = trial.apart
        self._handled.append(trial.name)
        self._tell(Event(kind="start", name=trial.name, seconds=self.forecast(trial)))
        began = time.perf_counter()
        try:
            record = self._fit(trial, began)
        except MissingExtra as error:
            self._tell(Event(kind="skip", name=trial.name, text=f"{error.message} {error.remedy}"))
        except Needless as error:
            self._tell(Event(kind="needless", name=trial.name, text=error.message))
        except AirworthyError as error:
            self._tell(Event(kind="broken", name=trial.name, text=error.message))
        except (ValueError, RuntimeError, ArithmeticError, MemoryError, LookupError) as error:
            # What scikit-learn, LightGBM and interpret raise on rows they cannot digest.
            self._tell(Event(kind="broken", name=trial.name, text=f"{type(error).__name__}: {error}"))
        else:
            if record is None:
                self._tell(Event(kind="dropped", name=trial.name))
                return
            self.know(trial)
            if trial.weighing is not Weighing.BY_GROUP:  # it ends after as many rounds as it needs
                self._pace[trial.learner] = record.seconds / trial.seconds
            self._tell(Event(kind="done", name=trial.name, seconds=record.seconds))

    def _timeless(self) -> tuple[Field, str]:
        if self._job.relative:  # every input is a share of the series' size, and none merely tells the time
            return self.field, ""
        if self._settled is None:
            self._settled = settle(self.field, plain_trees(self._threads))
        return self._settled.field, self._settled.note

    def is_needless(self, trial: Trial) -> bool:
        """Whether a finished candidate answers every row already as this one would: no input varies."""
        return self._flat and self._best is not None and not trial.trusting

    def know(self, trial: Trial) -> None:
        """A finished candidate may be the best so far, against which draws are held."""
        if trial.one_fold or trial.trusting:
            return
        margins = np.load(self._folder / CANDIDATES / trial.name / MARGINS, allow_pickle=False)
        losses = row_losses(self._held.y, margins, self._job.task)
        if self._best is None or losses.mean() < self._best.mean():
            self._best = losses

    def _hopeless(self, margins: FloatArray, places: npt.NDArray[np.intp]) -> bool:
        """Whether a draw is worse than the best on a first fold by more than the noise of the comparison."""
        if self._best is None:
            return False
        excess = row_losses(self._held.y[places], margins, self._job.task) - self._best[places]
        return not within_noise(excess)

    def _crossed(self, trial: Trial, field: Field) -> Crossed | None:
        if trial.weighing is Weighing.BY_GROUP:
            return cross_fit_even(trial.fit, field, self._job, self._held)
        if trial.weighing is Weighing.INDEPENDENT:
            crossed = cross_fit(trial.fit, field.with_rows(reweighed(field.rows, self._job.reweigh)))
            assert crossed is not None  # nothing is dropped
            return noted(crossed, "rows weighed as if groups and outcomes were independent")
        if trial.weighing is Weighing.BY_CLASS:
            twin = self._folder / CANDIDATES / trial.name.removesuffix(WEIGHTED) / SCORES
            if not twin.is_file():
                raise Needless("its twin without class weights was not finished")
            return cross_fit_weighted(trial.fit, field, self._held, np.load(twin, allow_pickle=False))
        # What a replay names was finished once, and is finished again whatever else there is.
        drop = self._hopeless if trial.drawn and self._only is None else keep_on
        return cross_fit(trial.fit, field, drop)

    def _suspect(self, trial: Trial, began: float) -> Record:
        """The trial with the columns that may give the outcome away, beside its clean twin."""
        job = msgspec.structs.replace(self._job, contract=trusting(self._job.contract, self._job.suspects))
        field, raw = self._rows(job)
        held = raw.take(field.held)
        found = cross_fit(trial.fit, field)
        assert found is not None  # nothing is dropped
        twin = trial.name.removesuffix(SUSPECT)
        path = self._folder / CANDIDATES / twin / RECORD
        clean = msgspec.json.decode(path.read_bytes(), type=Record) if path.is_file() else None
        reads = named(job.suspects)

        def refuse(loss: float) -> str:
            if clean is None:
                return f"reads {reads}, which may give the outcome away"
            if loss >= clean.loss:
                return f"reads {reads}, and is no better than its clean twin {twin}"
            figures = f"{clean.measure} {loss:.4g} with, {clean.loss:.4g} without for its clean twin {twin}"
            return f"wins only through {reads}: {figures}"

        return keep(trial, found.fitted, job, held, found.margins, self._folder, began, refuse=refuse)

    def _fit(self, trial: Trial, began: float) -> Record | None:
        job = self._job
        if trial.trusting:
            return self._suspect(trial, began)
        if job.private is not None:
            found, held = fit_privately(job.private, self.field), self._held
        elif trial.one_fold:
            found, held = fit_one_fold(trial.fit, self.field), self._last
            job = of_one_fold(job, self._folds)
        else:
            field, note = (self.field, "") if trial.follows_lines else self._timeless()
            crossed = self._crossed(trial, field)
            if crossed is None:
                return None
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
            cut=partial(cut_at, found.cut),
        )
