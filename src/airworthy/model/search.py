"""`train`: a portfolio searched in a child process inside a hard limit, and the best candidate made a model.

Every validation figure, the calibration and the threshold stand on rows that were scored by models of the
same recipe which did not see them (see `airworthy.model.crossfit`). So the final model
may learn from all rows.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt

from airworthy.charter.model import Task
from airworthy.data.split import Fold, held_places
from airworthy.kernel.budget import Budget
from airworthy.kernel.errors import BudgetStopped, InputError, IntegrityError
from airworthy.kernel.ports import Progress, ProgressStage
from airworthy.kernel.units import format_duration
from airworthy.measures.probability import row_log_loss
from airworthy.model.artefact import publish
from airworthy.model.blend import BLEND, keep_blend
from airworthy.model.child import TrainingProcess, require_memory, training_process
from airworthy.model.choose import Rival, choose
from airworthy.model.decide import class_costs, number_costs
from airworthy.model.document import decision_document
from airworthy.model.job import (
    CANDIDATES,
    PLACE,
    RECORD,
    SCORES,
    Job,
    Prepared,
    Record,
    of_one_fold,
    write_job,
)
from airworthy.model.orders import Event, Order
from airworthy.model.permitted import learners_of
from airworthy.model.problem import Problem
from airworthy.model.rehearse import Ranking, rehearsed
from airworthy.model.rows import Rows, rows_of
from airworthy.scoring import Scorer, row_at
from airworthy.scoring.columns import FloatArray
from airworthy.scoring.spec import ScorerSpec, Shift

FINISH_SECONDS, FINISH_SECONDS_PER_ROW = 0.8, 2e-5
"""Kept back for choosing, writing the artefact and the decision's intervals."""
SAME_ROWS = 1000
"""Measured rows that the published artefact must score as the candidate did, bit for bit."""


@dataclass(frozen=True)
class Candidate:
    """One model that was tried. `quality` is the mean loss on measured rows, out of fold."""

    name: str
    learner: str
    chosen: bool
    quality: float | None
    metric: str
    cost_per_1000: float | None
    seconds: float
    latency_us: float | None
    rows: int
    note: str

    def as_json(self) -> dict[str, object]:
        """The candidate's document in the evidence."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Outputs out of fold.

    Attributes
    ----------
    places
        Positions in the problem's rows, shape (m,).
    outputs
        Probabilities (m, classes), or prediction and decided number (m, 2).
    """

    places: npt.NDArray[np.int64]
    outputs: FloatArray


@dataclass(frozen=True)
class Trained:
    """What training leaves: everything after it reloads `Scorer.load(artefact)`.

    Attributes
    ----------
    decision
        The decision document (JSON), see `airworthy.model.threshold`.
    schedule
        Finished trials in order; `train(..., replay=schedule)` makes the same artefact.
    held_out
        What models of the chosen recipe said of rows they had not seen.
    learned_rows
        How many rows the final model learned from.
    note
        Which rows were measured, and how.
    """

    artefact: Path
    spec: ScorerSpec
    candidates: tuple[Candidate, ...]
    decision: Mapping[str, object]
    schedule: tuple[str, ...]
    held_out: HeldOut
    learned_rows: int
    note: str


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
    with progress.stage("Train candidates", total=left) as stage, training_process(order, folder) as process:
        watch.follow(process, until, stage)
    records = [record for record in _records(folder, replay) if record.learner in order.learners]
    if not records:
        raise watch.nothing_finished(problem)
    return _finish(problem, prepared, folder, records, watch.unfinished)


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
        return BudgetStopped(
            f"No model was finished in {format_duration(self._limit)} ({reason}).",
            value=self._limit,
            remedy=f"Set budget.time so that training gets at least {format_duration(enough)}: the simplest "
            f"model of {rows:,} rows and {columns} inputs needs about that.",
        )


def cheapest_seconds(rows: int, columns: int) -> float:
    """About what the first candidate needs: starting Python and its libraries, reading, one small fit.

    >>> cheapest_seconds(10_000, 20)
    7.0
    """
    return round(5.0 + 1e-5 * rows * columns)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _records(folder: Path, replay: tuple[str, ...] | None) -> list[Record]:
    """Finished candidates; of a replay only those that it names."""
    found = [
        msgspec.json.decode(path.read_bytes(), type=Record)
        for path in sorted((folder / CANDIDATES).glob(f"[!.]*/{RECORD}"))
    ]
    return [record for record in found if replay is None or record.name in replay]


def _finish(
    problem: Problem,
    prepared: Prepared,
    folder: Path,
    records: list[Record],
    unfinished: Mapping[str, tuple[float, str]],
) -> Trained:
    job = prepared.job
    first = [record for record in records if record.one_fold]
    records = [record for record in records if not record.one_fold] or first
    measured = prepared.folds[-1:] if records is first else prepared.folds
    places = held_places(measured)
    if records is first:
        job = of_one_fold(job, prepared.folds)
    held = rows_of(prepared.rows[places], job)
    # A sum of several models is nothing that one reads.
    blend = None if problem.charter.search.readable else keep_blend(records, job, held, folder)
    records = [record for record in records if record.name != BLEND.name] + ([blend] if blend else [])
    rivals = {record.name: _rival(record, job, folder, held) for record in records}
    ranking = _ranking(list(rivals.values()), measured, places, problem.ordered)
    compared = [rival.at(ranking.places) for rival in rivals.values()]
    chosen = choose(compared, problem.charter.search.prefer).record
    example = row_at(job.contract, held.columns, 0)
    home = folder / CANDIDATES / chosen.name
    artefact, spec = publish(home, folder, example, problem.charter.digest)
    outputs = np.load(home / SCORES, allow_pickle=False)
    _require_same_scores(artefact, home / artefact.name, held)
    candidates = [_candidate(rivals[record.name], record.name == chosen.name) for record in records]
    candidates += [_first_answer(record) for record in first if record.name not in rivals]
    candidates += [
        Candidate(name, name.split("-")[0], False, None, "", None, round(seconds, 3), None, 0, note)
        for name, (seconds, note) in unfinished.items()
        if name not in rivals
    ]
    return Trained(
        artefact=artefact,
        spec=spec,
        candidates=tuple(candidates),
        decision=decision_document(problem, job, spec, held, outputs),
        schedule=tuple(record.name for record in records if record.name != BLEND.name),
        held_out=HeldOut(prepared.rows[PLACE].to_numpy()[places], outputs),
        learned_rows=chosen.rows,
        note=" ".join(filter(None, (_measured(prepared, measured, len(places)), ranking.note))),
    )


def _ranking(
    rivals: Sequence[Rival], measured: Sequence[Fold], places: npt.NDArray[np.intp], ordered: bool
) -> Ranking:
    if not ordered:
        return Ranking(np.arange(len(places)))
    blocks = [np.searchsorted(places, fold.hold) for fold in measured]
    return rehearsed([rival.losses for rival in rivals], blocks)


def _measured(prepared: Prepared, measured: Sequence[Fold], rows: int) -> str:
    if len(measured) == len(prepared.folds):
        return f"Measured on {prepared.note}."
    return f"Measured on {rows:,} rows of the last fold: the time allowed one small fit."


def _first_answer(record: Record) -> Candidate:
    note = f"{record.note}; measured on the rows of one fold".removeprefix("; ")
    return replace(_alone(record), note=note)


def _rival(record: Record, job: Job, folder: Path, rows: Rows) -> Rival:
    outputs = np.load(folder / CANDIDATES / record.name / SCORES, allow_pickle=False)
    if job.task == Task.REGRESSION:
        costs = number_costs(job.costs, rows.y, outputs[:, 1]) if job.costs.declared else None
        return Rival(record, (outputs[:, 0] - rows.y) ** 2, costs)
    spec = Scorer.load(folder / CANDIDATES / record.name / "artefact").spec
    assert not isinstance(spec.decision, Shift)
    costs = class_costs(spec.decision, job.costs, rows.y, outputs, rows.told) if job.costs.declared else None
    return Rival(record, row_log_loss(rows.y, outputs), costs)


def _candidate(rival: Rival, chosen: bool) -> Candidate:
    cost = None if rival.costs is None else float(rival.costs.mean()) * 1000
    return replace(_alone(rival.record), chosen=chosen, cost_per_1000=cost)


def _alone(record: Record) -> Candidate:
    return Candidate(
        name=record.name,
        learner=record.learner,
        chosen=False,
        quality=record.loss,
        metric=record.measure,
        cost_per_1000=None,
        seconds=record.seconds,
        latency_us=record.latency_us,
        rows=record.rows,
        note=record.note,
    )


def _require_same_scores(artefact: Path, candidate: Path, rows: Rows) -> None:
    first = {name: values[:SAME_ROWS] for name, values in rows.columns.items()}
    published, kept = Scorer.load(artefact).score_columns(first), Scorer.load(candidate).score_columns(first)
    if published.raw.tobytes() != kept.raw.tobytes() or published.decision != kept.decision:
        raise IntegrityError(
            "The published artefact does not score as the candidate that was measured.",
            value=str(artefact),
            remedy="Run the training again; if it comes back, report it.",
        )
