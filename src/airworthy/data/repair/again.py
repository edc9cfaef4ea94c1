"""What the audit still finds once the accepted steps have run: findings gone, new and left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from airworthy.charter.model import Charter
from airworthy.data.audit import AuditReport, audit_frame
from airworthy.data.canonical import store
from airworthy.data.repair.apply import training_frame
from airworthy.data.repair.fit import Fitted, Rows
from airworthy.kernel.result import Result
from airworthy.scoring.repaired import repaired_contract


@dataclass(frozen=True)
class Again:
    """The findings before the repair and after it; a finding is known by its code and subject.

    Attributes
    ----------
    gone : found before, and no longer. new : found only after. left : found both times, as it is now.
    """

    gone: tuple[Result, ...]
    new: tuple[Result, ...]
    left: tuple[Result, ...]

    @property
    def before(self) -> int:
        return len(self.gone) + len(self.left)

    @property
    def after(self) -> int:
        return len(self.new) + len(self.left)

    def as_json(self) -> dict[str, Any]:
        return {
            "before": self.before,
            "after": self.after,
            **{name: [_brief(result) for result in getattr(self, name)] for name in ("gone", "new", "left")},
        }


def compare_audits(before: AuditReport, after: AuditReport) -> Again:
    """Which failures went, came and stayed, in each report's own order."""
    then = {(result.code, result.subject): result for result in before.failures}
    now = {(result.code, result.subject): result for result in after.failures}
    return Again(
        gone=tuple(result for key, result in then.items() if key not in now),
        new=tuple(result for key, result in now.items() if key not in then),
        left=tuple(result for key, result in now.items() if key in then),
    )


def audit_repaired(
    plain: object, fitted: Fitted, *, target: str | None = None, time: str | None = None
) -> AuditReport:
    """The audit of a table without a charter, as its training rows are after the steps."""
    return audit_frame(training_frame(plain, fitted), target=target, time=time)


def audit_repaired_rows(rows: Rows, fitted: Fitted, charter: Charter) -> AuditReport:
    """The audit of a charter's training rows after the steps, under the contract that they then follow."""
    contract = repaired_contract(fitted.contract, fitted.scoring)
    table = training_frame(rows.frame, fitted)
    kept = [column for column in contract.columns if column.name in table.columns]
    typed = table.with_columns(store(table[column.name], column.type).values for column in kept)
    return audit_frame(
        typed, charter=charter, contract=msgspec.structs.replace(contract, columns=tuple(kept))
    )


def _brief(result: Result) -> dict[str, Any]:
    return {
        "code": result.code,
        "name": result.name,
        "subject": result.subject,
        "finding": result.finding,
        "rows": result.details.get("rows_touched"),
    }
