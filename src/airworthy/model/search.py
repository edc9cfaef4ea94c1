"""`train`: a portfolio searched in a child process inside a hard limit, and the best candidate made a model.

Every validation figure, the calibration and the threshold stand on rows that were scored by models of the
same recipe which did not see them (see `airworthy.model.crossfit`). So the final model
may learn from all rows.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from airworthy.data.split import held_places
from airworthy.kernel.budget import OF_CALL, Budget, OpenPiece
from airworthy.kernel.errors import AirworthyError, BudgetStopped, InputError, Interrupted
from airworthy.kernel.ports import Progress, ProgressStage
from airworthy.kernel.spending import spending
from airworthy.kernel.units import format_duration
from airworthy.metering.tree import Tree
from airworthy.model.child import LOG, TrainingProcess, require_memory, training_process
from airworthy.model.ending import MOST_SHARE, Pace, end_seconds, finish_in
from airworthy.model.finish import finished
from airworthy.model.job import Prepared, Record, write_job
from airworthy.model.orders import Event, Order
from airworthy.model.permitted import learners_of
from airworthy.model.problem import Problem
from airworthy.model.trained import Trained
from airworthy.model.trials import TEXT_SECONDS, texts_of


@dataclass(frozen=True)
class Kept:
    """Candidates that were trained by name. `unfinished` says of the others why they are missing."""

    prepared: Prepared
    records: tuple[Record, ...]
    unfinished: Mapping[str, str]


FURTHER = "further candidates"
"""The name under which it stands why the search went no further."""
UNSPENT = 0.2
"""A search that ends with more than this share of its time says so."""
TICK, QUICK_TICK = 0.1, 0.05
"""Seconds between two looks at the child; the second where memory has a limit."""


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
    folder : kept between runs: finished candidates of the same problem are not trained again.
    limit_seconds : hard limit of this call, at most what the budget has left (the default).
    threads : of LightGBM; all cores by default. It changes the time, never the model.
    replay : the schedule of an earlier run: exactly these trials, and only the hard limit can end them.

    Raises
    ------
    BudgetStopped : nothing was finished inside the limit; the remedy names a limit that would do.
    InputError : the rows cannot be learned from.
    Interrupted : on Ctrl-C: says what is finished, where it is kept and how to go on.
    """
    try:
        watch, prepared, records = _search(problem, folder, budget, progress, limit_seconds, threads, replay)
        return finish_in(
            watch.to_deadline(), problem, prepared, folder, records, watch.unfinished, watch.pace
        )
    except KeyboardInterrupt:
        records = _of(finished(folder, replay), learners_of(problem.charter))
        raise interrupted(records, folder) from None


def train_named(
    problem: Problem,
    folder: Path,
    budget: Budget,
    progress: Progress,
    names: tuple[str, ...],
    limit_seconds: float,
) -> Kept:
    """Train the candidates of these names and keep each; none is chosen, and no declared limit judges them.

    Raises
    ------
    BudgetStopped : nothing was finished inside `limit_seconds`.
    InputError : the rows cannot be learned from.
    Interrupted : on Ctrl-C.
    """
    try:
        watch, prepared, records = _search(problem, folder, budget, progress, limit_seconds, None, names)
    except KeyboardInterrupt:
        raise interrupted([], folder) from None
    return Kept(prepared, tuple(records), {name: why for name, (_, why) in watch.unfinished.items()})


def _search(
    problem: Problem,
    folder: Path,
    budget: Budget,
    progress: Progress,
    limit_seconds: float | None,
    threads: int | None,
    replay: tuple[str, ...] | None,
) -> tuple[_Watch, Prepared, list[Record]]:
    learners = learners_of(problem.charter)
    left = budget.remaining() if limit_seconds is None else min(limit_seconds, budget.remaining())
    searching = replay is None and problem.charter.privacy is None  # privacy pays for one fit
    watch = _Watch(problem, budget, left, searching=searching)
    watch.require_enough()
    prepared = write_job(problem, folder)
    watch.keep_for_ending(len(held_places(prepared.folds)))
    order = Order(
        folder=str(folder.resolve()),
        seconds=watch.left(),
        threads=threads or _cores(),
        learners=learners,
        only=replay,
        memory_bytes=watch.memory_left(),
    )
    with (
        progress.stage("Train candidates", total=left) as stage,
        training_process(order, folder) as process,
    ):
        watch.follow(process, stage)
    records = _of(finished(folder, replay), learners)
    if not records:
        raise watch.nothing_finished(folder)
    watch.settle(records)
    return watch, prepared, records


def _of(records: Sequence[Record], learners: Sequence[str]) -> list[Record]:
    return [record for record in records if record.learner in learners]


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
    """Follows the child: time, progress, memory, and what became of each trial and was spent on it."""

    def __init__(self, problem: Problem, budget: Budget, limit: float, *, searching: bool) -> None:
        self._problem, self._budget, self._limit = problem, budget, limit
        self._searching = searching
        self._memory, self._names = problem.charter.budget.memory_bytes, budget.names
        self._after = budget.remaining() - limit  # what the caller keeps for itself
        self._clock, self.pace, self._measured = Pace(), 1.0, 0
        self._texts = texts_of(problem.contract.inputs)
        self._running, self._finished, self._dropped = "", 0, 0
        self._piece: OpenPiece | None = None
        self._died = ""
        self._family = Tree(os.getpid())
        self._began = time.monotonic()
        self.unfinished: dict[str, tuple[float, str]] = {}

    def require_enough(self) -> None:
        """Raise `BudgetStopped` where the time, or the memory, cannot do for the simplest model."""
        rows, columns = self._problem.rows.height, len(self._problem.contract.inputs)
        if self._limit < fewest_seconds(rows, columns):
            raise self._too_little()
        require_memory(self._family, self._memory, 0, self._names)

    def keep_for_ending(self, measured: int) -> None:
        """From here on so much time is kept as ending takes with so many `measured` rows."""
        self._measured, self.pace = measured, self._clock()  # later this process mostly waits

    def to_deadline(self) -> float:
        """Seconds until the caller's time is up."""
        return max(0.0, self._budget.remaining() - self._after)

    def left(self) -> float:
        """Seconds that may still go into training: what ending takes grows with each candidate."""
        # With nothing finished there is nothing to end well: the first candidate gets all it can.
        pace = self.pace if self._finished else 1.0
        ending = end_seconds(self._measured, self._finished + 2, pace, self._texts)
        return self.to_deadline() - min(MOST_SHARE * self._limit, ending)

    def memory_left(self) -> int | None:
        """Bytes that the child may hold beside this process."""
        return None if self._memory is None else max(0, self._memory - self._family.sample().rss_bytes)

    def follow(self, process: TrainingProcess, stage: ProgressStage) -> None:
        """Until the child has ended or the time is up."""
        shown = time.monotonic()
        try:
            for event in process.events(self.left, TICK if self._memory is None else QUICK_TICK):
                if event is not None:
                    self._take(event)
                now = time.monotonic()
                stage.advance(now - shown, self._line())
                shown = now
                if event is not None and event.kind == "end":
                    return
                if not require_memory(self._family, self._memory, self._finished, self._names):
                    self._stop(f"stopped at the memory limit of {(self._memory or 0) / 1e6:,.0f} MB")
                    return
            if self.left() <= 0:
                self._stop(self._at_limit())
            else:
                self._died = f"the training process {process.how_it_ended()}"
                self._stop(f"{self._died}; see training.log")
        finally:
            self._end_piece()

    def _at_limit(self) -> str:
        by_time = self._budget.binding_name == self._names.time
        return "stopped at the time limit" if by_time else f"stopped at {self._budget.binding}"

    def _take(self, event: Event) -> None:
        if event.kind == "refused":
            raise InputError(event.text, value=event.name or None, remedy=event.remedy)
        if event.kind == "start":
            self._running, self._since = event.name, time.monotonic()
            self._end_piece()
            self._piece = self._budget.begin("candidate", event.name)
            return
        self._end_piece()
        if event.kind == "end":
            self._say_what_is_left()
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
        self.unfinished[self._running or FURTHER] = (time.monotonic() - since, why)

    def settle(self, records: Sequence[Record]) -> None:
        """A trial that was written whole before the end came, and could not say so, is finished after all."""
        for name in {record.name for record in records} & set(self.unfinished):
            self.unfinished[FURTHER] = self.unfinished.pop(name)

    def _say_what_is_left(self) -> None:
        left = self.left()
        if self._searching and self._finished and left > UNSPENT * self._limit:
            told = (
                f"not tried: {format_duration(left)} were left, and nothing that is known to try fits into it"
            )
            self.unfinished[FURTHER] = (0.0, told)

    def _end_piece(self) -> None:
        if self._piece is not None:
            self._budget.end(self._piece)
            self._piece = None

    def _line(self) -> str:
        what = self._running or "preparing"
        return f"{what}, {self._finished} finished, {spending(self._budget)}"

    def nothing_finished(self, folder: Path) -> AirworthyError:
        """The error when there is no candidate at all."""
        if self._died and self._memory is not None:
            return self._out_of_memory(folder)
        if self._died:
            return AirworthyError(
                f"{self._died[0].upper()}{self._died[1:]} before a first model was finished.",
                value=str(folder / LOG),
                remedy=f"Read the end of {folder / LOG}. A system short of memory ends it by SIGKILL: "
                "use fewer rows then, or fewer columns.",
            )
        failed = [f"{name} {why}" for name, (_, why) in self.unfinished.items() if why.startswith("failed")]
        if failed:
            return InputError(
                f"No candidate could be trained: {'; '.join(failed)}.",
                value=len(failed),
                remedy="Run `airworthy audit` to see what is unusual about the rows.",
            )
        reason = next(iter(self.unfinished.values()), (0.0, self._at_limit()))[1]
        return self._stopped(f"No model was finished in {format_duration(self._limit)} ({reason}).")

    def _out_of_memory(self, folder: Path) -> BudgetStopped:
        """Nothing beyond the limit can be mapped: a library that cannot go on ends the process."""
        limit, names = self._memory or 0, self._names
        return BudgetStopped(
            f"{self._died[0].upper()}{self._died[1:]} before a first model was finished; it may hold no more "
            f"than {names.words(names.memory, f'{limit / 1e6:,.0f} MB')} leaves beside this process "
            f"({(self.memory_left() or 0) / 1e6:,.0f} MB).",
            value=limit,
            remedy=f"Raise {names.memory}{names.where} above {limit * 1.5 / 1e6:,.0f} MB, or use fewer "
            f"rows. What ended it stands in {folder / LOG}.",
        )

    def _too_little(self) -> BudgetStopped:
        return self._stopped(
            f"No model can be finished in {format_duration(self._limit)}, which {self._budget.binding} "
            "leaves for training, so nothing was started."
        )

    def _stopped(self, message: str) -> BudgetStopped:
        rows, inputs = self._problem.rows.height, self._problem.contract.inputs
        columns = len(inputs)
        enough = cheapest_seconds(rows, columns, texts_of(inputs))
        if enough <= self._limit:  # a busy machine, or slower than any that was measured
            because = f"this machine did less than usual: {format_duration(enough)} do as a rule"
            enough = 2 * self._limit
        else:
            because = "the simplest model needs about that (an estimate)"
        money = self._budget.money(enough)
        cost = "" if money is None else f", {money:.2g} {self._budget.currency or ''}".rstrip()
        name, names = self._budget.binding_name, self._names
        way_out = f"Raise {name}{names.where} so that training gets at least {format_duration(enough)}{cost}"
        if name == OF_CALL.time:
            before = self._budget.limit_seconds - self._limit
            way_out = f"Give {name}={math.ceil(enough + before)} or more"
        return BudgetStopped(
            message,
            value=self._limit,
            remedy=f"{way_out}: of {rows:,} rows and {columns:,} inputs {because}.",
        )


def fewest_seconds(rows: int, columns: int) -> float:
    """Less than this has been seen to do nowhere: about a half of `cheapest_seconds` on an idle machine.

    >>> round(fewest_seconds(10_000, 20), 2)
    0.76
    """
    return 0.7 + 5e-6 * rows + 5e-8 * rows * columns


def cheapest_seconds(rows: int, columns: int, texts: int = 0) -> float:
    """About what a first model needs: starting Python and its libraries, reading, one small fit, its ending.

    Measured, processor seconds: 1.2 of 20,000 rows of 21 columns, 2.4 of 100,000, and 3.2 with 101 columns.

    >>> cheapest_seconds(10_000, 20), cheapest_seconds(10_000, 20, texts=1)
    (2.2, 3.5)
    """
    return round(2.0 + 2e-5 * rows + 2e-7 * rows * columns + TEXT_SECONDS * rows * texts, 1)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
