"""A kill at any step of any command leaves a valid workspace: every step of a whole life is tried."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from kill_points import copy_state, steps
from workspace_scene import SIGNERS, Scene, live_a_whole_life, make_charter

from airworthy.adapters.open_registry import open_registry
from airworthy.kernel.clock import FixedClock
from airworthy.registry.registry import Registry
from airworthy.registry.tables import TABLES
from airworthy.registry.verify import verify
from airworthy.release.manifest import read_pointer


def reopen(folder: Path, clock: FixedClock) -> Registry:
    """What the next command finds. Every promise that must hold after a kill is checked."""
    home = folder / ".airworthy"
    registry = open_registry(home, clock)
    report = verify(registry.store, registry.blobs, home)
    assert report.intact, [problem.finding for problem in report.problems]
    for version in registry.versions():
        assert version.files
    for stage in {release.stage for release in registry.releases()}:
        live = registry.live(stage)
        assert read_pointer(home, stage).seq == live.seq
    for row in registry.store.select("dossiers"):
        assert (home / row["path"]).is_file()
    return registry


def closed(registry: Registry) -> None:
    registry.store.close()  # type: ignore[attr-defined]


@pytest.mark.slow
def test_a_kill_at_any_step_of_a_whole_life_leaves_a_valid_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "here"
    root.mkdir()
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(root / "config"))
    scene = Scene(root)
    tried: Counter[str] = Counter()
    sizes = []

    def kill(what: str) -> None:
        tried[what.split()[0]] += 1
        copy = copy_state(root, tmp_path / "killed")
        monkeypatch.setenv("AIRWORTHY_CONFIG", str(copy / "config"))
        registry = reopen(copy, scene.clock)
        sizes.append(registry.export_head().size)
        closed(registry)
        monkeypatch.setenv("AIRWORTHY_CONFIG", str(root / "config"))

    with steps(root, kill):
        live_a_whole_life(scene)
    whole = scene.registry.export_head().size
    print(f"{sum(tried.values())} kill points: {dict(tried)}; ledger sizes met {len(set(sizes))} of {whole}")
    assert sizes == sorted(sizes)
    assert sum(tried.values()) > 200


def test_a_kill_while_the_workspace_is_made_leaves_one_that_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, states = tmp_path / "here", list[Path]()
    root.mkdir()
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(root / "config"))

    def kill(what: str) -> None:
        # Looked at afterwards: Alembic cannot migrate a second database while it migrates the first.
        states.append(copy_state(root, tmp_path / f"killed-{len(states)}"))

    with steps(root, kill):
        closed(Scene(root).registry)
    assert len(states) > 10
    for copy in states:
        monkeypatch.setenv("AIRWORTHY_CONFIG", str(copy / "config"))
        scene = Scene(copy)  # the next command makes it, or finds it made
        scene.to_staging(scene.declare(make_charter()))
        closed(reopen(copy, scene.clock))
        closed(scene.registry)


def test_a_kill_between_the_gate_and_the_pointer_leaves_both_or_neither(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "here"
    root.mkdir()
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(root / "config"))
    scene = Scene(root)
    version = scene.to_staging(scene.declare(make_charter()))
    for name in ("bob", "cem"):
        scene.registry.approve(version.version, name, SIGNERS[name])
    seen = []

    def kill(what: str) -> None:
        copy = copy_state(root, tmp_path / "killed")
        monkeypatch.setenv("AIRWORTHY_CONFIG", str(copy / "config"))
        registry = reopen(copy, scene.clock)
        stage, released = str(registry.version("v1").stage), len(registry.releases())
        gates = len(registry.store.select("gates", stage="production"))
        pointer = (copy / ".airworthy" / "release" / "production.json").exists()
        seen.append((stage, released, gates, pointer))
        closed(registry)
        monkeypatch.setenv("AIRWORTHY_CONFIG", str(root / "config"))

    with steps(root, kill):
        scene.registry.go_live(scene.manifest(version))
    assert set(seen) == {("staging", 0, 0, False), ("production", 1, 1, True)}
    assert seen == sorted(seen, reverse=True)  # once it happened, it has happened


def test_a_kill_after_the_seal_was_opened_still_counts_the_opening(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "here"
    root.mkdir()
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(root / "config"))
    scene = Scene(root)
    charter = scene.declare(make_charter())
    version = scene.train(charter)
    scene.registry.open_sealed(version.seal, "v1", "promotion to staging")
    copy = copy_state(root, tmp_path / "killed")  # before any evidence of it was recorded
    monkeypatch.setenv("AIRWORTHY_CONFIG", str(copy / "config"))
    registry = reopen(copy, scene.clock)
    assert [opening.number for opening in registry.openings(version.seal)] == [1]
    assert registry.open_sealed(version.seal, "v1", "promotion to staging") == 2


def test_all_records_come_back_from_the_ledger_alone(scene_of_a_life: Scene) -> None:
    store = scene_of_a_life.registry.store
    before = {name: store.select(name) for name in TABLES}
    assert all(before[name] for name in TABLES), "every table must hold something to prove anything"
    database = sqlite3.connect(scene_of_a_life.workspace / "airworthy.db")
    with database:
        for name in TABLES:
            database.execute(f"DELETE FROM {name}")
    database.close()
    assert not any(store.select(name) for name in TABLES)
    store.rebuild()  # type: ignore[attr-defined]
    assert {name: store.select(name) for name in TABLES} == before


@pytest.fixture
def scene_of_a_life(tmp_path: Path) -> Scene:
    scene = Scene(tmp_path)
    live_a_whole_life(scene)
    return scene


def test_an_altered_dossier_is_named_and_a_lost_one_comes_back(scene_of_a_life: Scene) -> None:
    scene = scene_of_a_life
    path = scene.workspace / "dossiers" / "v1.html"
    path.write_bytes(b"<html>better")
    registry = open_registry(scene.workspace, scene.clock)
    report = verify(registry.store, registry.blobs, scene.workspace)
    assert [p.what for p in report.problems] == ["dossier"]
    assert "dossiers/v1.html was altered since entry" in report.problems[0].finding
    os.remove(path)
    closed(registry)
    registry = open_registry(scene.workspace, scene.clock)
    assert path.read_bytes() == b"<html>"
    assert verify(registry.store, registry.blobs, scene.workspace).intact


def test_a_clock_that_goes_backwards_loses_nothing(scene_of_a_life: Scene) -> None:
    scene = scene_of_a_life
    scene.clock.time = scene.clock.time.replace(year=2020)
    scene.registry.note("written in the past")
    assert verify(scene.registry.store, scene.registry.blobs, scene.workspace).intact
    assert scene.registry.store.select("notes")[-1]["time"].startswith("2020")


def test_a_workspace_that_moved_to_another_folder_is_whole(scene_of_a_life: Scene, tmp_path: Path) -> None:
    scene = scene_of_a_life
    closed(scene.registry)
    moved = tmp_path / "else where" / ".airworthy"
    moved.parent.mkdir()
    scene.workspace.rename(moved)
    registry = open_registry(moved, scene.clock)
    assert verify(registry.store, registry.blobs, moved).intact
    registry.note("and it goes on")


def test_a_memory_that_cannot_be_written_stops_an_entry_before_it_is_made(
    scene_of_a_life: Scene, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from airworthy.kernel.errors import WorkspaceError
    from airworthy.registry.remembered import RememberedHeads

    scene = scene_of_a_life
    size = scene.registry.export_head().size
    (tmp_path / "a file").write_text("")
    scene.registry.remembered = RememberedHeads(tmp_path / "a file")
    with pytest.raises(WorkspaceError, match="heads"):
        scene.registry.note("never")
    assert scene.registry.export_head().size == size


def test_altered_rows_behind_the_evidence_are_named(scene_of_a_life: Scene) -> None:
    scene = scene_of_a_life
    digest = scene.registry.evidence("v1")["rows"]["sealed"]
    scene.registry.blobs.path(digest).write_bytes(b"other rows")
    report = verify(scene.registry.store, scene.registry.blobs, scene.workspace)
    assert [problem.where for problem in report.problems] == [digest]
    assert scene.registry.blobs.put(b"sealed rows") == digest  # whoever makes them again repairs them
    assert verify(scene.registry.store, scene.registry.blobs, scene.workspace).intact
