"""What the parent hands to the child process, and what the child leaves behind: numbered files."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import polars as pl

from airworthy.charter.model import Charter, SplitMethod, Task
from airworthy.data.digest import logical_digest
from airworthy.data.divide import time_keys
from airworthy.kernel.atomic import storage_error, write_atomic
from airworthy.kernel.digest import source_digest
from airworthy.model.problem import TARGET, Problem
from airworthy.scoring.contract import Contract
from airworthy.scoring.repaired import read_names
from airworthy.scoring.spec import Step

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
    if charter.task is Task.BINARY and costs.false_positive and costs.false_negative:
        return UnitCosts(
            false_positive=costs.false_positive.middle, false_negative=costs.false_negative.middle
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


def write_job(problem: Problem, folder: Path) -> Job:
    """Write the job and its rows into `folder`; candidates of another job there are removed."""
    folder.mkdir(parents=True, exist_ok=True)
    charter = problem.charter
    train, validation = (
        learning_rows(frame, problem.contract, problem.steps, charter)
        for frame in (problem.train, problem.validation)
    )
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
    return known.select([*wanted, TARGET, codes])
