"""What the parent hands to the child process, and what the child leaves behind: numbered files."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import polars as pl

from airworthy.charter.deciding import prices_both
from airworthy.charter.model import Charter, SplitMethod, Task
from airworthy.data.digest import logical_digest
from airworthy.data.divide import time_keys
from airworthy.kernel.atomic import storage_error, write_atomic
from airworthy.kernel.digest import source_digest
from airworthy.kernel.errors import InputError
from airworthy.measures.conformal import fewest_rows
from airworthy.model.problem import TARGET, Problem
from airworthy.model.told import error_cost, told_columns
from airworthy.scoring.contract import Contract
from airworthy.scoring.decision import REVIEW
from airworthy.scoring.repaired import read_names
from airworthy.scoring.spec import ErrorCost, Step

JOB, TRAIN, VALIDATION = "job.json", "train.arrow", "validation.arrow"
CANDIDATES, RECORD, SCORES, MARGINS = "candidates", "record.json", "validation.npy", "margins.npy"
GROUP = "__entity__"


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
    share: float = 1.0  # of the traffic that the validation rows hold
    review_cost: float | None = None
    review_error: float = 0.0
    review_capacity: int | None = None
    interval: float | None = None

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
    train: str  # logical digest of the rows
    validation: str
    source: str  # digest of the installed sources
    deciding: Deciding = Deciding()


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One finished candidate."""

    name: str
    learner: str
    rank: int  # simplicity: the lowest is the simplest
    rows: int
    loss: float
    measure: str
    seconds: float
    latency_us: float
    note: str


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


def deciding_of(charter: Charter) -> Deciding:
    """What the charter declares about deciding."""
    costs, rules, split = charter.costs, charter.decision, charter.split
    both = {}
    if charter.task is Task.BINARY and prices_both(costs):
        both = {"alarm": error_cost(costs, "false_positive"), "miss": error_cost(costs, "false_negative")}
    # A split by time keeps all the traffic of its days; any other leaves a sample of it.
    share = 1.0 if split.method is SplitMethod.TIME else (1 - split.sealed) * split.validation
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
    )


def write_job(problem: Problem, folder: Path) -> Job:
    """Write the job and its rows into `folder`; candidates of another job there are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    charter = problem.charter
    train, validation = (
        learning_rows(frame, problem.contract, problem.steps, charter)
        for frame in (problem.train, problem.validation)
    )
    _require_decidable(problem, validation)
    job = Job(
        task=problem.task.value,
        contract=problem.contract,
        steps=problem.steps,
        glossary=dict(sorted(charter.glossary.items())),
        costs=unit_costs(charter, problem.contract.classes),
        ordered=problem.ordered,
        zone=charter.sources[0].zone if charter.sources else "UTC",
        seed=problem.seed,
        train=logical_digest(train),
        validation=logical_digest(validation),
        source=source_digest(),
        deciding=deciding_of(charter),
    )
    data = msgspec.json.encode(job)
    path = folder / JOB
    if not path.is_file() or path.read_bytes() != data:
        shutil.rmtree(folder / CANDIDATES, ignore_errors=True)
        try:
            train.write_ipc(folder / TRAIN)
            validation.write_ipc(folder / VALIDATION)
        except OSError as error:
            raise storage_error(error, folder) from error
        write_atomic(path, data)  # last: a job file means that its rows are whole
    return job


def _require_decidable(problem: Problem, validation: pl.DataFrame) -> None:
    """What the charter asks of decisions must be possible with these classes and rows."""
    rules, classes = problem.charter.decision, problem.contract.classes
    if rules.review_cost is not None and REVIEW in classes:
        raise InputError(
            f'An outcome is called "{REVIEW}", which is the answer that hands a case to a person.',
            value=REVIEW,
            remedy="Rename the outcome in the table, or take decision.review_cost out of airworthy.toml.",
        )
    level = rules.interval
    if level is None or problem.task is not Task.REGRESSION or validation.height >= fewest_rows(level):
        return
    raise InputError(
        f"decision.interval = {level:g} needs {fewest_rows(level)} validation rows with an outcome; "
        f"there are {validation.height}.",
        value=validation.height,
        remedy="Give more rows, declare a lower share, or take decision.interval out.",
    )


def read_job(folder: Path) -> Job:
    """The job that the parent wrote."""
    return msgspec.json.decode((folder / JOB).read_bytes(), type=Job)


def learning_rows(
    frame: pl.DataFrame, contract: Contract, steps: tuple[Step, ...], charter: Charter
) -> pl.DataFrame:
    """Rows with an outcome, the columns that learning reads, in time order where there is one."""
    known = frame.filter(pl.col(TARGET).is_not_null())
    if charter.split.method is SplitMethod.TIME:
        keys = time_keys(known, charter).alias("__order__")
        known = known.with_columns(keys).sort("__order__", maintain_order=True).drop("__order__")
    entity = [name for name in charter.data.entity if name in frame.columns]
    wanted = read_names(contract, steps)
    codes = (
        pl.struct(entity).rank("dense").cast(pl.Int64) if entity else pl.lit(None, dtype=pl.Int64)
    ).alias(GROUP)
    return known.select([*wanted, TARGET, codes, *told_columns(known, contract, steps, charter)])
