"""What the parent hands to the child process, and what the child leaves behind: numbered files."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from airworthy.charter.called import called
from airworthy.charter.deciding import prices_both
from airworthy.charter.groups import Group
from airworthy.charter.model import Charter, SplitMethod, Task
from airworthy.data.digest import logical_digest
from airworthy.data.divide import time_keys
from airworthy.data.series.names import SPREAD
from airworthy.data.split import Fold, cross_folds, held_places
from airworthy.data.suspects import trusting
from airworthy.kernel.atomic import storage_error, write_atomic
from airworthy.kernel.digest import digest_bytes, source_digest
from airworthy.kernel.errors import InputError
from airworthy.measures.conformal import fewest_rows
from airworthy.model.even_goal import EvenGoal, even_goal, weighed_groups
from airworthy.model.private.columns import require_declared
from airworthy.model.private.plan import Plan, plan_of
from airworthy.model.problem import TARGET, Problem
from airworthy.model.shape import Shape, shape_of
from airworthy.model.told import error_cost, protected_names, told_columns
from airworthy.scoring.contract import Contract
from airworthy.scoring.decision import REVIEW
from airworthy.scoring.repaired import read_names, repaired_contract
from airworthy.scoring.spec import ErrorCost, Step

JOB, ROWS, FOLDS = "job.json", "rows.arrow", "folds.npz"
CANDIDATES, RECORD, SCORES, MARGINS = "candidates", "record.json", "validation.npy", "margins.npy"
GROUP, PLACE, LEARN = "__entity__", "__place__", "__learn__"


class UnitCosts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Middles of the declared cost ranges; None where nobody declared."""

    false_positive: float | None = None
    false_negative: float | None = None
    matrix: tuple[tuple[float, ...], ...] | None = None  # [actual][decided], in the contract's class order
    over: float | None = None
    under: float | None = None

    @property
    def declared(self) -> bool:
        return self != UnitCosts()


class Deciding(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What was declared about deciding beyond two fixed costs; None where nobody declared."""

    alarm: ErrorCost = ErrorCost(fixed=1.0)
    miss: ErrorCost = ErrorCost(fixed=1.0)
    capacity: int | None = None
    per: float | None = None  # seconds of a window
    per_rows: int | None = None
    share: float = 1.0  # of the traffic that the measured rows hold
    review_cost: float | None = None
    review_error: float = 0.0
    review_capacity: int | None = None
    interval: float | None = None
    interval_by: str | None = None  # column that the width of an interval follows

    @property
    def by_row(self) -> bool:
        """Whether more than one threshold decides."""
        columns = (self.alarm.column, self.miss.column)
        return any(part is not None for part in (*columns, self.capacity, self.review_cost))


class Job(msgspec.Struct, frozen=True, kw_only=True):
    """All that decides what a candidate becomes; the clock and the machine are not in it."""

    format: int = 1
    task: str
    contract: Contract
    steps: tuple[Step, ...]
    glossary: dict[str, str]
    costs: UnitCosts
    ordered: bool
    zone: str
    seed: int
    rows: str  # logical digest
    folds: str  # digest of their positions
    source: str  # digest of the installed sources
    deciding: Deciding = Deciding()
    protected: tuple[str, ...] = ()  # columns whose groups are compared
    relative: bool = False  # learn what the known forecast of a series is off by
    shape: Shape = Shape()
    suspects: dict[str, str] = {}  # columns that may give the outcome away, and the checks that say so
    even: EvenGoal | None = None  # what reductions are to reach, where they are permitted
    reweigh: tuple[tuple[Group, ...], ...] = ()  # by column, the groups by which rows may be weighed
    private: Plan | None = None  # the one fit with noise, where privacy is declared


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One finished candidate."""

    name: str
    learner: str
    rank: int  # simplicity: the lowest is the simplest
    rows: int
    loss: float
    measure: str
    seconds: float
    latency_us: float  # median of one row, typed values to decision
    latency_p99_us: float
    size_bytes: int
    note: str
    one_fold: bool = False  # measured on the last fold's rows only: a first answer
    refused: str = ""  # why it cannot be chosen, where it cannot


def unit_costs(charter: Charter, classes: tuple[str, ...]) -> UnitCosts:
    """The declared costs as numbers, in class order."""
    costs = charter.costs
    if charter.task is Task.BINARY and prices_both(costs):
        alarm, miss = costs.false_positive, costs.false_negative
        return UnitCosts(
            false_positive=alarm.middle if alarm else 0.0, false_negative=miss.middle if miss else 0.0
        )
    if charter.task is Task.MULTICLASS and costs.matrix:
        matrix = costs.matrix
        return UnitCosts(
            matrix=tuple(
                tuple(float(matrix.get((actual, decided), 0.0)) for decided in classes) for actual in classes
            )
        )
    if charter.task is Task.REGRESSION and costs.over and costs.under:
        return UnitCosts(over=costs.over.middle, under=costs.under.middle)
    return UnitCosts()


def deciding_of(charter: Charter, measured: float) -> Deciding:
    """What the charter declares about deciding; `measured` is the share of development rows held out."""
    costs, rules, split = charter.costs, charter.decision, charter.split
    both = {}
    if charter.task is Task.BINARY and prices_both(costs):
        both = {"alarm": error_cost(costs, "false_positive"), "miss": error_cost(costs, "false_negative")}
    # A split by time keeps all the traffic of its days; any other leaves a sample of it.
    share = 1.0 if split.method is SplitMethod.TIME else (1 - split.sealed) * measured
    return Deciding(
        **both,
        capacity=rules.capacity,
        per=rules.per,
        per_rows=rules.per_rows,
        share=share if rules.capacity or rules.review_capacity else 1.0,
        review_cost=rules.review_cost.middle if rules.review_cost else None,
        review_error=rules.review_error,
        review_capacity=rules.review_capacity,
        interval=rules.interval,
        interval_by=SPREAD if charter.forecast else None,
    )


@dataclass(frozen=True)
class Prepared:
    """What the child will read. `note` says how rows are divided into folds."""

    job: Job
    rows: pl.DataFrame
    folds: tuple[Fold, ...]
    note: str


def write_job(problem: Problem, folder: Path) -> Prepared:
    """Write the job, its rows and its folds into `folder`; candidates of another job there are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    prepared = prepare_job(problem)
    if not is_written(prepared.job, folder):
        shutil.rmtree(folder / CANDIDATES, ignore_errors=True)
        try:
            prepared.rows.write_ipc(folder / ROWS)
            _write_folds(prepared.folds, folder / FOLDS)
        except OSError as error:
            raise storage_error(error, folder) from error
        write_atomic(
            folder / JOB, msgspec.json.encode(prepared.job)
        )  # last: it means that its rows are whole
    return prepared


def is_written(job: Job, folder: Path) -> bool:
    """Whether the candidates below `folder` are those of this very job."""
    path = folder / JOB
    return path.is_file() and path.read_bytes() == msgspec.json.encode(job)


def prepare_job(problem: Problem) -> Prepared:
    """The job of a problem, with its rows and folds; writes nothing."""
    charter = problem.charter
    known = known_rows(problem)
    cross = cross_folds(known, known[LEARN].to_numpy(), charter, problem.contract)
    folds = _observed(cross.folds, problem, known)
    whole = trusting(problem.contract, problem.suspects)
    rows = learning_columns(known, whole, problem.steps, charter)
    held = held_places(folds)
    _require_decidable(problem, len(held))
    job = Job(
        task=problem.task.value,
        contract=problem.contract,
        steps=problem.steps,
        glossary=dict(sorted(charter.glossary.items())),
        costs=unit_costs(charter, problem.contract.classes),
        ordered=problem.ordered,
        zone=charter.sources[0].zone if charter.sources else "UTC",
        seed=problem.seed,
        rows=logical_digest(rows),
        folds=_digest_of(folds),
        source=source_digest(),
        deciding=deciding_of(charter, len(held) / _observed_rows(problem, rows)),
        protected=protected_names(problem.contract, charter),
        relative=charter.forecast is not None,
        even=even_goal(charter, problem.contract),
        reweigh=weighed_groups(charter, problem.contract),
        shape=shape_of(charter, repaired_contract(whole, problem.steps)),
        suspects=dict(problem.suspects),
        private=_plan(problem, known, folds),
    )
    return Prepared(job, rows, folds, cross.note)


def _observed_rows(problem: Problem, rows: pl.DataFrame) -> int:
    return len(rows) - (0 if problem.made_up is None else int(problem.made_up.sum()))


def _observed(folds: tuple[Fold, ...], problem: Problem, known: pl.DataFrame) -> tuple[Fold, ...]:
    """The folds without made-up rows among those that they measure."""
    if problem.made_up is None:
        return folds
    made_up = problem.made_up.to_numpy()[known[PLACE].to_numpy()]
    return tuple(Fold(fold.fit, fold.hold[~made_up[fold.hold]]) for fold in folds)


def _plan(problem: Problem, known: pl.DataFrame, folds: Sequence[Fold]) -> Plan | None:
    """How the one fit with noise is made; None where no privacy is declared."""
    rules = problem.charter.privacy
    if rules is None:
        return None
    require_declared(problem.contract, rules)
    learned = int(known[LEARN].to_numpy()[folds[0].fit].sum())
    return plan_of(problem.charter, learned)


def of_one_fold(job: Job, folds: Sequence[Fold]) -> Job:
    """The job where only the last fold is measured: a smaller part of the traffic is among its rows."""
    share = job.deciding.share
    if share < 1.0:  # of a sample of the traffic; all of it in time order
        share *= len(folds[-1].hold) / len(held_places(folds))
    return msgspec.structs.replace(job, deciding=msgspec.structs.replace(job.deciding, share=share))


def _digest_of(folds: tuple[Fold, ...]) -> str:
    arrays = [array for fold in folds for array in (fold.fit, fold.hold)]
    sizes = np.array([len(array) for array in arrays])
    return digest_bytes(b"".join(a.astype("<i8").tobytes() for a in (sizes, *arrays)))


def _write_folds(folds: tuple[Fold, ...], path: Path) -> None:
    arrays = {f"{side}{i}": getattr(fold, side) for i, fold in enumerate(folds) for side in ("fit", "hold")}
    np.savez(path, **arrays)


def read_folds(folder: Path) -> tuple[Fold, ...]:
    """The folds that the parent wrote: positions in its rows."""
    with np.load(folder / FOLDS, allow_pickle=False) as kept:
        return tuple(Fold(kept[f"fit{i}"], kept[f"hold{i}"]) for i in range(len(kept.files) // 2))


def _require_decidable(problem: Problem, measured: int) -> None:
    """What the charter asks of decisions must be possible with these classes and rows."""
    rules, classes = problem.charter.decision, problem.contract.classes
    if rules.review_cost is not None and REVIEW in classes:
        raise InputError(
            f'An outcome is called "{REVIEW}", which is the answer that hands a case to a person.',
            value=REVIEW,
            remedy="Rename the outcome in the table, or take decision.review_cost out of airworthy.toml.",
        )
    level = rules.interval
    if level is None or problem.task is not Task.REGRESSION or measured >= fewest_rows(level):
        return
    name = called(problem.charter, "decision.interval", "interval")
    raise InputError(
        f"{name} = {level:g} needs {fewest_rows(level)} measured rows with an outcome; there are {measured}.",
        value=measured,
        remedy=f"Give more rows, declare a lower share, or take {name} out.",
    )


def read_job(folder: Path) -> Job:
    """The job that the parent wrote."""
    return msgspec.json.decode((folder / JOB).read_bytes(), type=Job)


def known_rows(problem: Problem) -> pl.DataFrame:
    """Rows with an outcome, in time order where there is one; `__place__` is their place in the problem's."""
    frame, charter = problem.rows, problem.charter
    learn = pl.Series(LEARN, [True] * frame.height) if problem.learn is None else problem.learn.alias(LEARN)
    known = frame.with_columns(learn, pl.Series(PLACE, np.arange(frame.height), dtype=pl.Int64))
    return in_order(known.filter(pl.col(TARGET).is_not_null()), charter)


def in_order(frame: pl.DataFrame, charter: Charter) -> pl.DataFrame:
    """`frame` in time order where the charter splits by time."""
    if charter.split.method is not SplitMethod.TIME:
        return frame
    keys = time_keys(frame, charter).alias("__order__")
    return frame.with_columns(keys).sort("__order__", maintain_order=True).drop("__order__")


def learning_rows(
    frame: pl.DataFrame, contract: Contract, steps: tuple[Step, ...], charter: Charter
) -> pl.DataFrame:
    """Rows with an outcome in their order, and the columns that learning reads."""
    known = in_order(frame.filter(pl.col(TARGET).is_not_null()), charter)
    return learning_columns(known, contract, steps, charter)


def learning_columns(
    frame: pl.DataFrame, contract: Contract, steps: tuple[Step, ...], charter: Charter
) -> pl.DataFrame:
    """The columns that learning reads."""
    entity = [name for name in charter.data.entity if name in frame.columns]
    wanted = read_names(contract, steps)
    codes = (
        pl.struct(entity).rank("dense").cast(pl.Int64) if entity else pl.lit(None, dtype=pl.Int64)
    ).alias(GROUP)
    own = [name for name in (PLACE, LEARN) if name in frame.columns]
    shown = [name for name in protected_names(contract, charter) if name not in wanted]
    told = told_columns(frame, contract, steps, charter)
    return frame.select([*wanted, *shown, TARGET, codes, *own, *told])
