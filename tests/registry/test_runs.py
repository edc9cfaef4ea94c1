"""Recording a run, resuming it, and making every record again from the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from workspace_scene import Scene, live_a_whole_life, make_charter

from airworthy.adapters.keys import key_path, ledger_key_name
from airworthy.adapters.open_registry import create_registry, open_registry
from airworthy.kernel.digest import digest_tree
from airworthy.kernel.errors import InputError, WorkspaceError
from airworthy.registry.records import KINDS, decimal_text
from airworthy.registry.tables import TABLES
from airworthy.registry.verify import verify


def test_every_kind_of_entry_survives_a_rebuild_with_identical_rows(scene: Scene) -> None:
    live_a_whole_life(scene)
    store = scene.registry.store
    assert {entry.kind for entry in store.entries()} == set(KINDS)
    before = {name: store.select(name) for name in TABLES}
    assert all(before.values()), "every table has rows"
    store.rebuild()  # type: ignore[attr-defined]
    assert {name: store.select(name) for name in TABLES} == before
    report = verify(store, scene.registry.blobs, scene.workspace)
    assert report.intact, report.problems


def test_figures_are_kept_as_decimals_that_read_back_exactly(scene: Scene) -> None:
    scene.registry.expect(
        "v1", "auc", value=0.1 + 0.2, low=1e-7, high=1.0, level=0.9, unit="share", period="next month"
    )
    row = scene.registry.expectations("v1")[0]
    assert (row["value"], row["low"], row["random_split"]) == ("0.30000000000000004", "1e-07", "")
    assert float(row["value"]) == 0.1 + 0.2
    assert decimal_text(2) == "2"


def test_windows_count_their_verdicts(scene: Scene) -> None:
    live_a_whole_life(scene)
    window = scene.registry.windows("v1")[0]
    assert (window["rows"], window["verdicts"]) == (400, {"FAIL": 2, "PASS": 1})
    assert scene.registry.alarms("v1")[0]["action"] == "fallback"


def test_a_finished_stage_is_found_by_its_key_and_runs_again_when_its_output_is_lost(scene: Scene) -> None:
    registry = scene.registry
    run = registry.start_run("sha256:c", author="ann", seed=0, limit_seconds=60)
    assert registry.stage_output("sha256:key") is None
    digest = registry.finish_stage(run, "audit", "sha256:key", b"output", seconds=1.0)
    assert registry.stage_output("sha256:key") == digest
    assert registry.blobs.get(digest) == b"output"
    registry.blobs.path(digest).unlink()
    assert registry.stage_output("sha256:key") is None


def test_a_charter_is_declared_once_and_again_when_it_changes_back(scene: Scene) -> None:
    registry = scene.registry
    for marker in ("c1", "c1", "c2", "c1"):
        scene.declare(make_charter(marker=marker))
    kinds = [entry.kind for entry in registry.store.entries()]
    assert kinds.count("charter.declared") == 3
    assert kinds.count("person.key") == 3
    assert registry.charter("churn").digest == make_charter(marker="c1").digest
    with pytest.raises(InputError, match=r"There is no charter 'chum'.*Did you mean churn"):
        registry.charter("chum")


def test_a_snapshot_and_a_seal_are_recorded_once(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    scene.train(charter)
    scene.train(charter)
    kinds = [entry.kind for entry in scene.registry.store.entries()]
    assert (kinds.count("snapshot.taken"), kinds.count("seal.set")) == (1, 1)
    with pytest.raises(InputError, match="There is no sealed test set"):
        scene.registry.open_sealed("sha256:" + "9" * 64, "v1", "test")


def test_a_versions_digest_is_that_of_its_folder(scene: Scene) -> None:
    version = scene.train(scene.declare(make_charter()))
    assert version.digest == digest_tree(scene.workspace / version.artefact)
    assert set(version.files) == {"scorer.json", "model.txt"}
    found = scene.registry.version_with(version.digest)
    assert found is not None
    assert found.version == "v1"
    assert scene.registry.version_with("sha256:0") is None


def test_an_artefact_outside_the_workspace_is_refused(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "model.txt").write_text("w")
    with pytest.raises(InputError, match="is empty or outside the workspace"):
        scene.registry.create_version(
            tmp_path / "elsewhere",
            run="r1",
            author="ann",
            task="binary",
            learner="linear",
            charter_name="churn",
            charter_digest="sha256:c",
            snapshot="sha256:s",
        )


def test_the_ledger_key_lies_outside_the_workspace_and_opening_again_finds_it(scene: Scene) -> None:
    key = key_path(ledger_key_name(scene.registry.workspace_id))
    assert key.exists()
    assert not key.is_relative_to(scene.workspace)
    assert not any(
        secret in path.read_bytes()
        for secret in [key.read_bytes().strip()]
        for path in scene.workspace.rglob("*")
        if path.is_file()
    )
    again = create_registry(scene.workspace, scene.clock)
    assert again.workspace_id == scene.registry.workspace_id
    again.note("still ours")


def test_without_the_key_a_workspace_can_be_verified_and_not_written(scene: Scene) -> None:
    key_path(ledger_key_name(scene.registry.workspace_id)).unlink()
    registry = open_registry(scene.workspace, scene.clock)
    assert verify(registry.store, registry.blobs, scene.workspace).intact
    with pytest.raises(WorkspaceError, match="reading only"):
        registry.note("not ours")


def test_opening_where_nothing_is_says_how_to_start(tmp_path: Path, scene: Scene) -> None:
    with pytest.raises(WorkspaceError, match=r"There is no workspace.*airworthy init"):
        open_registry(tmp_path / "nowhere", scene.clock)
