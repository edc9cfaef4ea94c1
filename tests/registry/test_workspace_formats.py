"""Workspaces of every released format stay readable: one is kept for each, and never made again."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from airworthy.adapters.open_registry import open_registry
from airworthy.kernel.clock import FixedClock
from airworthy.kernel.errors import WorkspaceError
from airworthy.registry.records import KINDS
from airworthy.registry.verify import ONLY_INTERNAL, verify

FIXTURES = Path(__file__).parent / "fixtures"


@pytest.mark.parametrize("name", sorted(path.name for path in FIXTURES.glob("workspace-format-*.zip")))
def test_a_kept_workspace_opens_verifies_and_rebuilds(name: str, tmp_path: Path, clock: FixedClock) -> None:
    with zipfile.ZipFile(FIXTURES / name) as archive:
        archive.extractall(tmp_path)
    registry = open_registry(tmp_path, clock)
    report = verify(registry.store, registry.blobs, tmp_path)
    assert report.intact, report.problems
    assert report.statement == ONLY_INTERNAL
    assert {entry.kind for entry in registry.store.entries()} <= set(KINDS)
    assert registry.live().version == "v1"
    with pytest.raises(WorkspaceError, match="reading only"):
        registry.note("the key that made it is gone")
    before = registry.versions()
    registry.store.rebuild()  # type: ignore[attr-defined]
    assert registry.versions() == before
