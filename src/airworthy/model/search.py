"""`train`: a portfolio searched in a child process inside a hard limit, and the best candidate made a model.

Every validation figure, the calibration and the threshold stand on rows that were scored by models of the
same recipe which did not see them (see `airworthy.model.crossfit`). So the final model
may learn from all rows.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from pathlib import Path

from airworthy.charter.called import called
from airworthy.data.split import held_places
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped, InputError, Interrupted
from airworthy.kernel.ports import Progress, ProgressStage
from airworthy.kernel.units import format_duration
from airworthy.model.child import TrainingProcess, require_memory, training_process
from airworthy.model.finish import finish, finished
from airworthy.model.job import Record, write_job
from airworthy.model.orders import Event, Order
from airworthy.model.permitted import learners_of
from airworthy.model.problem import Problem
from airworthy.model.trained import Trained

FINISH_SECONDS, FINISH_SECONDS_PER_ROW = 1.0, 3e-5
"""Kept back for the menu, writing the artefact and the decision's intervals."""


def train(
    problem: Problem,
    folder: Path,
    budget: Budget,
    progress: Progress,
    *,
    limit_seconds: float | None = None,
    threads: int | None = None,
    replay: tuple[str, ...] | None = None,
) -> Trained:
    """Train candidates until the limit, choose one, and write its artefact below `folder`.

    Parameters
    ----------
    folder
        Kept between runs: finished candidates of the same problem are not trained again.
    limit_seconds
        Hard limit of this call, at most what the budget has left (the default).
    threads
        Of LightGBM; all cores by default. It changes the time, never the model.
    replay
        The schedule of an earlier run: exactly these trials, and only the hard limit can end them.

    Raises
    ------
    BudgetStopped
        Nothing was finished inside the limit; the remedy names a limit that would do.
    InputError
        The rows cannot be learned from.
    Interrupted
        On Ctrl-C: says what is finished, where it is kept and how to go on.
    """
    learners = learners_of(problem.charter)
    left = budget.remaining() if limit_seconds is None else min(limit_seconds, budget.remaining())
    deadline = time.monotonic() + left
    prepared = write_job(problem, folder)
    measured = len(held_places(prepared.folds))
    until = deadline - min(left / 3, FINISH_SECONDS + FINISH_SECONDS_PER_ROW * measured)
    order = Order(
        folder=str(folder.resolve()),
        seconds=until - time.monotonic(),
        threads=threads or _cores(),
        learners=learners,
        only=replay,
    )
    watch = _Watch(problem, budget, left)
    try:
        with (
            progress.stage("Train candidates", total=left) as stage,
            training_process(order, folder) as process,
        ):
            watch.follow(process, until, stage)
        records = _of(finished(folder, replay), order)
        if not records:
            raise watch.nothing_finished(problem)
        return finish(problem, prepared, folder, records, watch.unfinished)
    except KeyboardInterrupt:
        raise interrupted(_of(finished(folder, replay), order), folder) from None


def _of(records: Sequence[Record], order: Order) -> list[Record]:
    return [record for record in records if record.learner in order.learners]


def interrupted(records: Sequence[Record], folder: Path) -> Interrupted:
    """What Ctrl-C left: each candidate was written whole when it was finished."""
    best = min((record for record in records if not record.refused), key=lambda one: one.loss, default=None)
    if best is None:
        return Interrupted(
            "Training was stopped by Ctrl-C before a first candidate was finished.",
            value=str(folder),
            remedy="Start it again; nothing has to be cleaned up.",
        )
    count = "1 candidate is" if len(records) == 1 else f"{len(records)} candidates are"
    return Interrupted(
        f"Training was stopped by Ctrl-C. {count} finished; the best so far is {best.name} "
        f"({best.measure} {best.loss:.4g}). Kept in {folder}.",
        value=str(folder),
        remedy="Go on from there: `airworthy run` again, or aw.train(..., folder=...) with this folder. "
        "A short limit takes the best of what is finished.",
    )


class _Watch:
    """Follows the child: progress, memory, and what became of each trial."""

    def __init__(self, problem: Problem, budget: Budget, limit: float) -> None:
        self._memory = problem.charter.budget.memory_bytes
        self._budget, self._limit = budget, limit
        self._running, self._finished, self._dropped = "", 0, 0
        self._began = time.monotonic()
        self.unfinished: dict[str, tuple[float, str]] = {}

    def follow(self, process: TrainingProcess, until: float, stage: ProgressStage) -> None:
        """Until the child has ended or the time is up."""
        shown = time.monotonic()
        for event in process.events(until):
            if event is not None:
                self._take(event)
            now = time.monotonic()
            stage.advance(now - shown, self._line(until - now))
            shown = now
            if event is not None and event.kind == "end":
                return
            if not require_memory(process, self._memory, self._finished):
                self._stop(f"stopped at the memory limit of {(self._memory or 0) / 1e6:,.0f} MB")
                return
        if time.monotonic() >= until:
            self._stop("stopped at the time limit")
        else:
            self._stop(f"the training process ended with code {process.exit_code}; see training.log")

    def _take(self, event: Event) -> None:
        if event.kind == "refused":
            raise InputError(event.text, value=event.name or None, remedy=event.remedy)
        if event.kind == "start":
            self._running, self._since = event.name, time.monotonic()
        elif event.kind == "done":
            self._running, self._finished = "", self._finished + 1
        elif event.kind == "skip":
            self.unfinished[event.name] = (0.0, f"not tried: {event.text}")
        elif event.kind == "needless":
            self.unfinished[event.name] = (time.monotonic() - self._since, f"not kept: {event.text}")
            self._running = ""
        elif event.kind == "dropped":
            self._running, self._dropped = "", self._dropped + 1
            note = f"{self._dropped} drawn configurations were clearly worse on a first fold, and dropped"
            self.unfinished["lightgbm-draws"] = (0.0, note)
        elif event.kind == "broken":
            self.unfinished[event.name] = (time.monotonic() - self._since, f"failed: {event.text}")
            self._running = ""

    def _stop(self, why: str) -> None:
        since = self._since if self._running else self._began
        self.unfinished[self._running or "further candidates"] = (time.monotonic() - since, why)

    def _line(self, left: float) -> str:
        money = self._budget.money()
        cost = "" if money is None else f", {money:.2f} {self._budget.currency or ''}".rstrip()
        what = self._running or "preparing"
        return f"{what}, {self._finished} finished{cost}, {format_duration(max(0.0, left))} left"

    def nothing_finished(self, problem: Problem) -> BudgetStopped | InputError:
        """The error when there is no candidate at all."""
        failed = [f"{name} {why}" for name, (_, why) in self.unfinished.items() if why.startswith("failed")]
        if failed:
            return InputError(
                f"No candidate could be trained: {'; '.join(failed)}.",
                value=len(failed),
                remedy="Run `airworthy audit` to see what is unusual about the rows.",
            )
        rows, columns = problem.rows.height, len(problem.contract.inputs)
        enough = cheapest_seconds(rows, columns)
        reason = next(iter(self.unfinished.values()), (0.0, "stopped at the time limit"))[1]
        if enough <= self._limit:  # a busy machine, or slower than any that was measured
            because = f"this machine did less than usual: {format_duration(enough)} do as a rule"
            enough = 2 * self._limit
        else:
            because = "the simplest model needs about that"
        time = called(
            problem.charter,
            f"Raise budget.time in airworthy.toml so that training gets at least {format_duration(enough)}",
            f"Give seconds={math.ceil(enough)} or more",
        )
        return BudgetStopped(
            f"No model was finished in {format_duration(self._limit)} ({reason}).",
            value=self._limit,
            remedy=f"{time}: of {rows:,} rows and {columns:,} inputs {because}.",
        )


def cheapest_seconds(rows: int, columns: int) -> float:
    """About what the first candidate needs: starting Python and its libraries, reading, one small fit.

    >>> cheapest_seconds(10_000, 20)
    7.0
    """
    return round(5.0 + 1e-5 * rows * columns)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
