"""Auditing a file on its own, or the development rows of a charter."""

from __future__ import annotations

from pathlib import Path

from airworthy.charter.parse import load_charter
from airworthy.data import assemble, learn_contract, read_file, seal
from airworthy.data.audit import AuditReport, audit_frame
from airworthy.kernel.ports import Progress
from airworthy.workspace.place import charter_path


def audit_file(
    file: Path, target: str | None, progress: Progress, *, sheet: str | None = None
) -> AuditReport:
    """Audit one table without a charter."""
    with progress.stage(f"Audit {file.name}"):
        return audit_frame(read_file(file, sheet=sheet), target=target)


def audit_charter(place: Path, progress: Progress) -> AuditReport:
    """Audit the development rows of a charter; the sealed rows are set aside unread."""
    charter = load_charter(charter_path(place))
    assembled = assemble(charter, progress)
    development = seal(assembled.frame, charter, assembled.types).development
    contract = learn_contract(development, charter, assembled.types)
    with progress.stage("Audit the development rows"):
        return audit_frame(development, charter=charter, contract=contract)
