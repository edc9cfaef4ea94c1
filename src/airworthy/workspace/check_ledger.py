"""`airworthy verify`: loads no numeric library and needs no readable charter."""

from __future__ import annotations

import json
from pathlib import Path

from airworthy.adapters.open_registry import open_registry
from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.clock import SystemClock
from airworthy.kernel.errors import InputError
from airworthy.kernel.ledger import Head
from airworthy.registry.verify import VerifyReport, verify
from airworthy.workspace.place import HOME


def verify_workspace(place: Path, against: Path | None, export: Path | None) -> VerifyReport:
    """Verify the workspace beside `place`; optionally write its signed head to `export`."""
    folder = place if place.is_dir() else place.parent
    home = folder.resolve() / HOME
    registry = open_registry(home, SystemClock())
    report = verify(registry.store, registry.blobs, home, against=_head(against) if against else None)
    if export is not None:
        document = json.dumps(registry.export_head().as_json(), indent=2) + "\n"
        write_atomic(export, document.encode())
    return report


def _head(path: Path) -> Head:
    try:
        return Head.from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError) as error:
        raise InputError(
            f"{path} is not an exported ledger head: {error}.",
            value=str(path),
            remedy="Export one with `airworthy verify --export head.json`.",
        ) from error
