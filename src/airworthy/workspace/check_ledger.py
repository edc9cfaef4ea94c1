"""`airworthy verify`: loads no numeric library and needs no readable charter."""

from __future__ import annotations

from pathlib import Path

from airworthy.adapters.open_registry import open_registry
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.home import HOME
from airworthy.registry.heads import read_head, write_head
from airworthy.registry.verify import VerifyReport, verify


def verify_workspace(place: Path, against: Path | None, export: Path | None) -> VerifyReport:
    """Verify the workspace beside `place`; optionally write its signed head to `export`."""
    folder = place if place.is_dir() else place.parent
    home = folder.resolve() / HOME
    registry = open_registry(home, SystemClock())
    report = verify(registry.store, registry.blobs, home, against=read_head(against) if against else None)
    if export is not None:
        write_head(export, registry.export_head())
    return report
