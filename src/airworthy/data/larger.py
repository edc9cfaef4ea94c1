"""The audit of a Parquet file larger than memory: the same checks, on every row, one column at a time."""

from __future__ import annotations

from pathlib import Path

import polars as pl
from msgspec import structs

from airworthy.charter.model import Charter, Task
from airworthy.charter.scope import Scope
from airworthy.data.audit import AuditReport, judge_table
from airworthy.data.bare import charter_of, instant, refuse_names
from airworthy.data.columnar import ColumnFile, open_columns
from airworthy.data.contract import learn_column
from airworthy.data.declared import Declared
from airworthy.data.digest import ColumnDigest
from airworthy.data.noticed import first_notes
from airworthy.data.roles import role_of
from airworthy.data.target import class_order, label_order, make_target
from airworthy.data.types import RESERVED_ROW, RESERVED_TARGET, RESERVED_TIME
from airworthy.kernel.ports import Progress
from airworthy.scoring.contract import Column, Contract, Role


def scope_of_file(
    file: ColumnFile, target: str | None, time: str | None, told: Declared
) -> tuple[Scope, pl.LazyFrame, str]:
    """As `bare.scope_of_frame`, with the digest of the canonical table, which is read when asked for.

    Raises `InputError` when a declared column is not one of the file's.
    """
    refuse_names(file.columns, target, time, told)
    kept = {name: file.store(name) for name in file.columns}
    types = {name: stored.kind for name, stored in kept.items()}
    full = {name for name, stored in kept.items() if not stored.nulls}
    outcome = file.raw(target) if target else None
    charter = charter_of(types, full, target, outcome, time, told)
    reserved: dict[str, ColumnDigest] = {}
    reserved[RESERVED_ROW] = file.add(pl.int_range(file.rows, dtype=pl.Int64, eager=True).alias(RESERVED_ROW))
    classes: tuple[str, ...] = ()
    if outcome is not None:
        labels = make_target(outcome, charter).values
        reserved[RESERVED_TARGET] = file.add(labels.alias(RESERVED_TARGET))
        classes = _classes(labels, charter)
    clock = charter.data.decision_time
    if clock:
        times = file.canonical_column(clock).to_frame().select(instant(clock)).to_series()
        reserved[RESERVED_TIME] = file.add(times.alias(RESERVED_TIME))
    table, digest = file.canonical(reserved)
    contract = Contract(
        columns=tuple(_column(name, file, charter) for name in file.columns),
        classes=classes,
        rows=file.rows,
    )
    return Scope(charter, contract, part=told.part, against=told.contract), table, digest


def _classes(labels: pl.Series, charter: Charter) -> tuple[str, ...]:
    return () if charter.task is Task.REGRESSION else class_order(label_order(labels), charter)


def _column(name: str, file: ColumnFile, charter: Charter) -> Column:
    stored = file.store(name)
    role = role_of(name, stored.kind, charter)
    if role is Role.PROTECTED:
        # Its groups are counted, which is asked of no other column of numbers.
        return learn_column(file.canonical_column(name), stored.kind, role)
    return structs.replace(stored.learned, role=role)


def audit_parquet(
    path: Path,
    *,
    target: str | None = None,
    time: str | None = None,
    told: Declared | None = None,
    effects_seconds: float | None = None,
    progress: Progress | None = None,
) -> AuditReport:
    """Audit a Parquet file of any number of rows without holding it in memory.

    The results are those of `audit_frame` on the whole table. Memory holds one column at a time, some times
    over, and about 20 bytes a row.

    Raises `InputError` when the file is no Parquet file or has no rows, and where `audit_frame` does.
    """
    told = told or Declared()
    with open_columns(path) as file:
        scope, table, digest = scope_of_file(file, target, time, told)
        notes = [note for name in file.columns for note in file.store(name).notes]
        return judge_table(
            scope,
            table,
            digest,
            told=told,
            effects_seconds=effects_seconds,
            progress=progress,
            notes=first_notes(notes),
            written={name: file.store(name).written for name in file.columns},
        )
