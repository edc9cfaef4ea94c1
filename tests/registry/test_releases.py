"""What is live follows the ledger, survives a kill between the two, and goes back when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from workspace_scene import SIGNERS, Scene, make_charter

from airworthy.adapters.open_registry import open_registry
from airworthy.kernel.errors import GateClosed, InputError, IntegrityError, WorkspaceError
from airworthy.kernel.ledger import Head
from airworthy.registry.verify import verify
from airworthy.release.manifest import pointer_path, read_pointer


def stages(scene: Scene) -> dict[str, str]:
    return {view.version: str(view.stage) for view in scene.registry.versions()}


def test_publishing_writes_ledger_and_pointer_and_quotes_a_signed_head(scene: Scene) -> None:
    scene.to_production(scene.declare(make_charter()))
    pointer = read_pointer(scene.workspace)
    live = scene.registry.live()
    assert (pointer.manifest.version, pointer.mode, pointer.seq) == ("v1", "model", live.seq)
    quoted = Head.from_json(pointer.manifest.head)
    assert quoted.size == live.seq, "the head before the release"
    assert quoted.signature


def test_only_a_version_that_stands_in_the_stage_can_be_published(scene: Scene) -> None:
    version = scene.to_staging(scene.declare(make_charter()))
    with pytest.raises(InputError, match="v1 stands in staging, not in production"):
        scene.registry.publish(scene.manifest(version))
    scene.registry.publish(scene.manifest(version), stage="staging")
    assert read_pointer(scene.workspace, "staging").manifest.version == "v1"


def test_altered_weights_are_never_released(scene: Scene) -> None:
    version = scene.to_staging(scene.declare(make_charter()))
    (scene.workspace / version.artefact / "model.txt").write_bytes(b"other weights")
    with pytest.raises(IntegrityError, match=r"v1 is not what was recorded: model\.txt changed"):
        scene.registry.publish(scene.manifest(version), stage="staging")


def test_a_manifest_of_something_else_is_refused(scene: Scene) -> None:
    import msgspec

    version = scene.to_staging(scene.declare(make_charter()))
    manifest = msgspec.structs.replace(scene.manifest(version), artefact="models/v9")
    with pytest.raises(InputError, match="The manifest names models/v9"):
        scene.registry.publish(manifest, stage="staging")


def test_rolling_back_goes_one_release_back_each_time(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    for weights in ("one", "two", "three"):
        scene.to_production(charter, weights=weights)
    back = scene.registry.rollback(reason="worse than before")
    assert (back.version, read_pointer(scene.workspace).manifest.version) == ("v2", "v2")
    assert stages(scene) == {"v1": "retired", "v2": "production", "v3": "retired"}
    assert scene.registry.rollback().version == "v1"
    with pytest.raises(WorkspaceError, match="There is nothing to go back to: v1"):
        scene.registry.rollback()
    kinds = [entry.kind for entry in scene.registry.store.entries()]
    assert kinds.count("rollback") == 2


def test_rolling_back_with_nothing_released_says_so(scene: Scene) -> None:
    with pytest.raises(WorkspaceError, match="There is nothing to go back to: nothing"):
        scene.registry.rollback()
    with pytest.raises(WorkspaceError, match=r"Nothing is released to production.*Promote a version first"):
        scene.registry.live()


def test_traffic_can_be_switched_to_the_rule_and_back(scene: Scene) -> None:
    scene.to_production(scene.declare(make_charter()))
    scene.registry.switch("fallback", reason="wind_speed changed unit")
    pointer = read_pointer(scene.workspace)
    assert (pointer.mode, pointer.reason) == ("fallback", "wind_speed changed unit")
    scene.registry.switch("model", reason="repaired")
    assert read_pointer(scene.workspace).mode == "model"
    assert verify(scene.registry.store, scene.registry.blobs, scene.workspace).intact


def test_a_pointer_that_lags_is_written_again_when_the_workspace_opens(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    scene.to_production(charter)
    old = pointer_path(scene.workspace).read_bytes()
    scene.to_production(charter, weights="two")
    for lagging in (old, None):
        if lagging is None:
            pointer_path(scene.workspace).unlink()
        else:
            pointer_path(scene.workspace).write_bytes(lagging)
        open_registry(scene.workspace, scene.clock)
        assert read_pointer(scene.workspace).manifest.version == "v2"


def test_an_altered_pointer_of_the_same_age_is_left_for_verify_to_report(scene: Scene) -> None:
    scene.to_production(scene.declare(make_charter()))
    path = pointer_path(scene.workspace)
    altered = path.read_bytes().replace(b"models/v1", b"models/v0")
    path.write_bytes(altered)
    open_registry(scene.workspace, scene.clock)
    assert path.read_bytes() == altered


def test_going_live_is_one_transaction_through_the_gate(scene: Scene) -> None:
    charter = scene.declare(make_charter())
    scene.to_production(charter)
    version = scene.to_staging(charter, weights="two")
    with pytest.raises(GateClosed, match="gate to production stays shut for v2"):
        scene.registry.go_live(scene.manifest(version))
    assert scene.registry.live().version == "v1"
    assert stages(scene) == {"v1": "production", "v2": "staging"}
    for name in ("bob", "cem"):
        scene.registry.approve("v2", name, SIGNERS[name])
    assert scene.registry.go_live(scene.manifest(version)).open
    assert [entry.kind for entry in scene.registry.store.entries()][-4:] == [
        "gate.decided",
        "version.moved",
        "version.moved",
        "release.published",
    ]
    assert read_pointer(scene.workspace).manifest.version == "v2"
    assert stages(scene) == {"v1": "retired", "v2": "production"}


KILLED = """
    import os, signal, sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[2])
    from workspace_scene import Scene
    import airworthy.registry.releases as releases
    scene = Scene(Path(sys.argv[1]))
    releases.write_pointer = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)
    scene.registry.go_live(scene.manifest(scene.registry.version("v2")))
"""


def test_kill_9_between_ledger_and_pointer_is_recovered(scene: Scene, tmp_path: Path) -> None:
    charter = scene.declare(make_charter())
    scene.to_production(charter)
    scene.to_staging(charter, weights="two")
    for name in ("bob", "cem"):
        scene.registry.approve("v2", name, SIGNERS[name])
    command = [sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path), str(Path(__file__).parent)]
    died = subprocess.run(command, env=os.environ, check=False, capture_output=True, timeout=60)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert read_pointer(scene.workspace).manifest.version == "v1"
    registry = open_registry(scene.workspace, scene.clock)
    assert read_pointer(scene.workspace).manifest.version == "v2"
    assert verify(registry.store, registry.blobs, scene.workspace).intact
