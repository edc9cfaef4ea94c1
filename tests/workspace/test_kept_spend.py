"""A run that is killed at any moment still counts: its journal outlives it, and the next run closes it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from airworthy.adapters.open_registry import create_registry
from airworthy.kernel.budget import Budget
from airworthy.kernel.clock import SystemClock
from airworthy.lifecycle.kept_spend import kept_spend, recover_spend
from airworthy.metering.journals import pending_runs, run_journal_path
from airworthy.registry.registry import Registry


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    made = create_registry(tmp_path / ".airworthy", SystemClock())
    assert made.start_run("sha256:0", author="ann", seed=1, limit_seconds=60.0) == "r1"
    return made


def context(registry: Registry) -> Any:
    charter = SimpleNamespace(name="churn")
    return SimpleNamespace(
        home=registry.workspace, registry=registry, charter=charter, actor="ann", clock=SystemClock()
    )


def budget() -> Budget:
    return Budget(60.0, 3600.0, "USD", spent_before=10.0)  # a dollar a second, ten of them before


def wait_for(path: Path) -> None:
    for _ in range(1000):
        if path.exists():
            return
        time.sleep(0.01)
    raise AssertionError(f"{path} never came")


def test_a_killed_run_counts_once_with_what_it_cost_so_far(registry: Registry) -> None:
    scene = context(registry)
    child = os.fork()
    if child == 0:
        with kept_spend(scene, "r1", budget()):
            time.sleep(60)
        os._exit(0)
    wait_for(run_journal_path(scene.home, "r1"))
    assert [(e.outcome, e.running) for e in pending_runs(scene.home)] == [("running", True)]
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    (found,) = pending_runs(scene.home)
    assert (found.outcome, found.project, found.currency) == ("killed", "churn", "USD")
    assert found.money is not None
    assert found.money >= 10
    for _ in range(2):
        recover_spend(scene)
    (entry,) = registry.spends()
    assert (entry.name, entry.outcome, entry.money) == ("r1", "killed", found.money)
    assert not run_journal_path(scene.home, "r1").exists()


def test_a_run_whose_cost_the_ledger_has_leaves_no_journal(registry: Registry) -> None:
    scene, spent = context(registry), budget()
    with kept_spend(scene, "r1", spent):
        registry.record_spend("r1", spent.as_json())
    assert not run_journal_path(scene.home, "r1").exists()
    assert [entry.outcome for entry in registry.spends()] == ["finished"]


def test_a_kill_after_the_ledger_and_before_the_file_goes_counts_once(registry: Registry) -> None:
    scene, spent = context(registry), budget()
    with pytest.raises(RuntimeError), kept_spend(scene, "r1", spent):
        raise RuntimeError("neither recorded nor killed")
    registry.record_spend("r1", spent.as_json())
    assert pending_runs(scene.home, frozenset({"r1"})) == []
    recover_spend(scene)
    assert len(registry.spends()) == 1
    assert not run_journal_path(scene.home, "r1").exists()


def test_a_journal_cut_short_stops_no_run(registry: Registry) -> None:
    scene, path = context(registry), run_journal_path(registry.workspace, "r1")
    path.parent.mkdir(parents=True)
    path.write_text('{"run": "r1", "spe')
    assert pending_runs(scene.home) == []
    recover_spend(scene)
    assert registry.spends() == ()
