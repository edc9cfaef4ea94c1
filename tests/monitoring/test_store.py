"""The store reads each logged byte once, survives a kill, and follows from the log alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from live_world import log_outcomes, log_rows, updated

from airworthy.monitoring import store as store_module
from airworthy.monitoring.window import Traffic


def contents(traffic: Traffic) -> list[tuple[float, float, float]]:
    outcome = np.nan_to_num(traffic.outcome, nan=-1.0)
    return list(zip(traffic.time.tolist(), traffic.score.tolist(), outcome.tolist(), strict=True))


def all_of(home: Path) -> Traffic:
    store = updated(home)
    return store.traffic(list(store.buckets))


def test_a_second_pass_reads_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log_rows(tmp_path, [f"a{i}" for i in range(300)])
    assert len(all_of(tmp_path)) == 300
    log_rows(tmp_path, [f"b{i}" for i in range(20)], day=1, seed=1)
    read = []
    original = store_module.read_after

    def counted(path, place):  # type: ignore[no-untyped-def]
        for schema, entries, after in original(path, place):
            read.append(len(entries))
            yield schema, entries, after

    monkeypatch.setattr(store_module, "read_after", counted)
    store = updated(tmp_path)
    assert sum(read) == 20
    assert list(store.buckets.values()) == [300, 20]


def test_the_store_made_in_steps_equals_the_store_made_at_once(tmp_path: Path) -> None:
    for step in range(20):
        log_rows(tmp_path, [f"{step}-{i}" for i in range(30)], day=step % 3, seed=step)
        log_outcomes(tmp_path, [(f"{step}-{i}", "yes" if i % 2 else "no") for i in range(10)], minute=step)
        updated(tmp_path)
    stepwise = contents(all_of(tmp_path))
    shutil.rmtree(tmp_path / "monitor")
    assert contents(all_of(tmp_path)) == stepwise
    assert len(stepwise) == 600
    assert sum(outcome >= 0 for *_, outcome in stepwise) == 200


def test_a_request_counts_once_and_fallback_rows_do_not(tmp_path: Path) -> None:
    log_rows(tmp_path, ["a", "b"])
    updated(tmp_path)
    log_rows(tmp_path, ["b", "c"])
    log_rows(tmp_path, ["d"], mode="fallback")
    assert len(all_of(tmp_path)) == 3


def test_the_last_outcome_stands_and_null_withdraws(tmp_path: Path) -> None:
    log_rows(tmp_path, ["a", "b", "c"])
    log_outcomes(tmp_path, [("a", "no"), ("b", "yes"), ("c", "maybe")], minute=1)
    updated(tmp_path)
    log_outcomes(tmp_path, [("a", "yes"), ("b", None)], minute=2)
    outcome = all_of(tmp_path).outcome
    assert outcome[0] == 1.0
    assert np.isnan(outcome[1:]).all()


def test_an_outcome_before_its_prediction_waits_for_it(tmp_path: Path) -> None:
    log_outcomes(tmp_path, [("late", "yes"), ("never", "no")])
    assert updated(tmp_path).state.unknown == 2
    log_rows(tmp_path, ["late"])
    store = updated(tmp_path)
    assert store.traffic(list(store.buckets)).outcome.tolist() == [1.0]
    assert store.state.unknown == 1


@pytest.mark.parametrize("writes", [0, 1, 2, 3])
def test_a_pass_killed_between_files_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    log_rows(tmp_path, [f"a{i}" for i in range(50)])
    updated(tmp_path)
    log_rows(tmp_path, [f"b{i}" for i in range(50)], day=1)
    log_outcomes(tmp_path, [(f"b{i}", "yes") for i in range(50)])
    with monkeypatch.context() as patched:
        done = []
        original = store_module.TrafficStore._write_parquet

        def dies(self, name, frame):  # type: ignore[no-untyped-def]
            if len(done) == writes:
                raise KeyboardInterrupt
            done.append(name)
            original(self, name, frame)

        patched.setattr(store_module.TrafficStore, "_write_parquet", dies)
        if writes >= 2:  # both files are written; the state that names them is not
            patched.setattr(store_module, "write_atomic", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            updated(tmp_path)
    found = all_of(tmp_path)
    assert len(found) == 100
    assert found.matured.sum() == 50


@pytest.mark.parametrize("harm", ["state", "part", "segment"])
def test_a_damaged_store_is_made_again_from_the_log(tmp_path: Path, harm: str) -> None:
    log_rows(tmp_path, ["a", "b"])
    log_rows(tmp_path, ["c"])
    updated(tmp_path)
    expected = 3
    if harm == "state":
        (tmp_path / "monitor" / "state.json").write_bytes(b"{")
    elif harm == "part":
        next((tmp_path / "monitor").glob("*.rows.parquet")).unlink()
    else:
        sorted((tmp_path / "predictions").glob("*.log"))[1].unlink()
        expected = 2
    assert len(all_of(tmp_path)) == expected


def test_no_traffic_is_an_empty_store(tmp_path: Path) -> None:
    assert len(all_of(tmp_path)) == 0
