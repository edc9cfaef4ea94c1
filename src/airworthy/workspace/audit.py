"""Auditing a file on its own, or the development rows of a charter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import polars as pl

from airworthy.charter.parse import load_charter
from airworthy.data import assemble, learn_contract, seal
from airworthy.data.audit import AuditInterrupted, AuditReport, audit_frame
from airworthy.data.consequence.estimate import ALLOWANCE
from airworthy.data.declared import Declared
from airworthy.data.larger import audit_parquet
from airworthy.data.memory import free_memory, needed_memory
from airworthy.data.noticed import notes_of_file
from airworthy.data.read import PARQUET, read_table
from airworthy.data.series.ahead import as_told
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import InputError
from airworthy.kernel.ports import Progress
from airworthy.scoring import Scorer
from airworthy.scoring.contract import Contract
from airworthy.workspace.place import charter_path
from airworthy.workspace.sources import fetch_missing
from airworthy.workspace.workspace import Workspace

GIB = 1 << 30
_LEAST = (
    100  # a table is at most so many times larger in memory than in its file; smaller ones are not probed
)

__all__ = ["ALLOWANCE", "Audit", "audit_charter", "audit_file"]


class Audit(AuditReport):
    """An audit that a person reads: in a notebook, and as one page."""

    @classmethod
    def of(cls, report: AuditReport) -> Audit:
        return cls(**{field.name: getattr(report, field.name) for field in fields(report)})

    def _repr_html_(self) -> str:
        from airworthy.registry.dossier.audit_notebook import audit_html  # drawn only where it is shown

        return audit_html(self)

    def to_html(self, path: str | Path, name: str = "") -> Path:
        """Write one self-contained page; its path.

        Parameters
        ----------
        name : of the table, for the page's title.
        """
        from airworthy.registry.dossier.audit_page import render_audit  # needs the templates

        page = Path(path)
        page.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(page, render_audit(self, name or "Table"))
        return page


def audit_file(
    file: Path,
    target: str | None,
    progress: Progress,
    *,
    sheet: str | None = None,
    effects_seconds: float | None = None,
    memory: int | None = None,
    contract: Contract | None = None,
) -> Audit:
    """Audit one table without a charter.

    A Parquet file that would take more than `memory` bytes (default: what is free) is read one column at a
    time, with the same results. `contract` is an earlier one that the rows are held against. Raises
    `InputError` when another file would. After Ctrl-C the report is that of the checks which were complete.
    """
    told = Declared(contract=contract)
    streamed = _is_larger(file, free_memory() if memory is None else memory)
    if streamed:
        with progress.stage(f"Audit {file.name}, one column at a time"):
            return _kept(
                lambda: audit_parquet(
                    file, target=target, told=told, effects_seconds=effects_seconds, progress=progress
                )
            )
    with progress.stage(f"Read {file.name}"):
        table = read_table(file, sheet=sheet)
    with progress.stage(f"Audit {file.name}"):
        return _kept(
            lambda: audit_frame(
                table.frame,
                target=target,
                effects_seconds=effects_seconds,
                progress=progress,
                notes=notes_of_file(table),
                told=told,
                written=table.written,
            )
        )


def _kept(work: Callable[[], AuditReport]) -> Audit:
    """The report; after Ctrl-C the one of what was complete."""
    try:
        return Audit.of(work())
    except AuditInterrupted as stopped:
        return Audit.of(stopped.report)


def contract_of(place: Path, version: str) -> Contract:
    """The contract that a version was trained on. Raises `AirworthyError` where there is no such version."""
    with Workspace.open(place) as workspace:
        context = workspace.context
        return Scorer.load(context.home / context.registry.version(version).artefact).contract


def _is_larger(file: Path, memory: int) -> bool:
    """Whether to read a file one column at a time; only Parquet can be."""
    if not file.is_file() or file.stat().st_size * _LEAST < memory:
        return False
    try:
        needed = needed_memory(file)
    except (pl.exceptions.PolarsError, OSError):
        return False  # the reader says what is wrong with it
    if needed <= memory:
        return False
    if file.suffix.lower() in PARQUET:
        return True
    raise InputError(
        f"Auditing {file.name} would take about {needed / GIB:.1f} GiB of memory, and {memory / GIB:.1f} GiB "
        "are free.",
        value=needed,
        remedy="Write it as Parquet, which is read one column at a time, or audit a part of the rows.",
    )


def audit_charter(place: Path, progress: Progress, *, effects_seconds: float | None = None) -> Audit:
    """Audit the development rows of a charter; the sealed rows are set aside unread."""
    charter = load_charter(charter_path(place))
    fetch_missing(charter, progress)
    assembled = assemble(charter, progress)
    development = seal(assembled.frame, charter, assembled.types).development
    learned = learn_contract(development, charter, assembled.types)
    rows, contract = as_told(development, learned, charter)
    with progress.stage("Audit the development rows"):
        return _kept(
            lambda: audit_frame(
                rows,
                charter=charter,
                contract=contract,
                effects_seconds=effects_seconds,
                progress=progress,
                notes=tuple(f"{note.column}: {note.text}." for note in assembled.notes),
                joins=assembled.joins,
            )
        )
