"""The Python API: `aw.audit`, `aw.check`, `aw.open`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from airworthy.assurance.plain import check
from airworthy.data import from_any
from airworthy.data.audit import AuditReport, audit_frame
from airworthy.workspace.workspace import Workspace

__all__ = ["audit", "check", "open"]


def audit(frame: object, target: str | None = None, time: str | None = None) -> AuditReport:
    """Audit one table: a pandas, Polars or Arrow frame.

    Parameters
    ----------
    target : column to predict; enables the checks for leakage and imbalance.
    time : column that dates the rows; without it the only column of dates without gaps is taken.
    """
    return audit_frame(from_any(frame), target=target, time=time)


def open(place: str | Path = ".", **options: Any) -> Workspace:
    """Open the workspace of a charter; see `Workspace.open`."""
    return Workspace.open(place, **options)
