"""Auditing a file on its own, or the development rows of a charter."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from airworthy.charter.parse import load_charter
from airworthy.data import assemble, learn_contract, seal
from airworthy.data.audit import AuditReport, audit_frame
from airworthy.data.consequence.estimate import ALLOWANCE
from airworthy.data.noticed import notes_of_file
from airworthy.data.read import read_table
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.ports import Progress
from airworthy.workspace.place import charter_path

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
) -> Audit:
    """Audit one table without a charter."""
    with progress.stage(f"Read {file.name}"):
        table = read_table(file, sheet=sheet)
    with progress.stage(f"Audit {file.name}"):
        report = audit_frame(
            table.frame,
            target=target,
            effects_seconds=effects_seconds,
            progress=progress,
            notes=notes_of_file(table),
        )
    return Audit.of(report)


def audit_charter(place: Path, progress: Progress, *, effects_seconds: float | None = None) -> Audit:
    """Audit the development rows of a charter; the sealed rows are set aside unread."""
    charter = load_charter(charter_path(place))
    assembled = assemble(charter, progress)
    development = seal(assembled.frame, charter, assembled.types).development
    contract = learn_contract(development, charter, assembled.types)
    with progress.stage("Audit the development rows"):
        report = audit_frame(
            development,
            charter=charter,
            contract=contract,
            effects_seconds=effects_seconds,
            progress=progress,
            notes=tuple(f"{note.column}: {note.text}." for note in assembled.notes),
        )
    return Audit.of(report)
