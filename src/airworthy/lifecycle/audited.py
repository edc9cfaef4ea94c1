"""The audit stage of a run: all checks of the development rows that a share of the budget allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import polars as pl

from airworthy.data.audit import AuditInterrupted, audit_frame
from airworthy.data.join import JoinReport
from airworthy.data.series.ahead import as_told
from airworthy.kernel.result import Result
from airworthy.kernel.time_up import Alarm, TimeUp, ends_in
from airworthy.lifecycle.prepare import Prepared
from airworthy.lifecycle.spending import audit_seconds
from airworthy.lifecycle.stages import Run
from airworthy.scoring.contract import Contract


def audit_of(run: Run, prepared: Prepared) -> Mapping[str, Any]:
    """The audit of a run's development rows, as they are told."""
    charter, rows = run.context.charter, prepared.development
    return audited(
        run,
        prepared.document["development"],
        lambda: as_told(rows, prepared.contract, charter),
        audit_seconds(rows.height, len(prepared.contract.inputs), run.budget),
        joins=msgspec.convert(prepared.document["dataset"]["joins"], tuple[JoinReport, ...]),
    )


def audited(
    run: Run,
    development: str,
    rows: Callable[[], tuple[pl.DataFrame, Contract]],
    seconds: float,
    *,
    joins: tuple[JoinReport, ...] = (),
) -> Mapping[str, Any]:
    """The `results` of the audit; what there was no time for is said.

    Parameters
    ----------
    development : digest of the development rows.
    rows : makes the rows as the audit shall see them, and their contract; asked only where nothing is known.
    seconds : what it may take.
    joins : what became of the joins that made them.
    """
    context = run.context
    inputs = {"development": development, "charter": context.charter.digest}

    def compute() -> Mapping[str, Any]:
        results: tuple[Result, ...] = ()
        alarm = Alarm()
        try:
            with ends_in(seconds, alarm):
                frame, contract = rows()
                results = audit_frame(frame, charter=context.charter, contract=contract, joins=joins).results
        except AuditInterrupted as stopped:
            if not alarm.rang:
                raise
            results = stopped.report.results
        except TimeUp:
            pass  # before the first result: `incomplete` says so
        return {"results": [result.as_json() for result in results], "incomplete": alarm.rang}

    with context.progress.stage("Audit the development rows"):
        document = run.stage("audit", inputs, compute)
    if document.get("incomplete"):
        run.leave_out("A part of the audit")
    return document
