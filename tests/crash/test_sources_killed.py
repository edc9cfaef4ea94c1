"""A fetch killed at any step leaves the last whole load, and the next fetch ends as an undisturbed one."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest
from kill_points import copy_state, steps

from airworthy.charter.parse import load_charter
from airworthy.data.local_files import landed_of, local_files
from airworthy.kernel.errors import WorkspaceBusy
from airworthy.kernel.progress import QuietProgress
from airworthy.workspace.sources import fetch_sources

PATIENCE = 120.0
CHARTER = """
name = "churn"
purpose = "Ring customers who may leave"
task = "binary"
[[sources]]
name = "customers"
{place}
[target]
column = "left"
[budget]
time = "2m"
"""
DATABASE = """
[sources.database]
url = "sqlite:///shop.db"
table = "customers"
key = ["id"]
cursor = "seen"
"""


def shop(folder: Path) -> sqlite3.Connection:
    database = sqlite3.connect(folder / "shop.db", isolation_level=None)
    database.execute("create table customers (id integer primary key, seen int, left text)")
    database.executemany("insert into customers values (?, ?, 'no')", [(n, n) for n in range(500)])
    return database


def rows(folder: Path) -> pl.DataFrame:
    """What a run would read."""
    charter = load_charter(folder / "airworthy.toml")
    return pl.read_parquet(local_files(charter.sources[0], charter)).sort("id")


@pytest.mark.parametrize("place", ["database", "objects"])
def test_a_kill_at_any_step_leaves_the_last_whole_load(tmp_path: Path, place: str) -> None:
    root, states = tmp_path / "here", list[Path]()
    root.mkdir()
    database = shop(root)
    if place == "objects":
        fsspec = pytest.importorskip("fsspec", reason="fsspec comes with the extra s3")
        store = fsspec.filesystem("memory")
    (root / "airworthy.toml").write_text(
        CHARTER.format(place=DATABASE if place == "database" else 'path = "memory://kills/*.parquet"'),
        "utf-8",
    )

    def change(last: int, word: str) -> None:
        database.execute("insert or replace into customers values (7, ?, ?)", (last, word))
        if place == "objects":
            for part in (0, 1):
                found = pl.read_database(f"select * from customers where id % 2 = {part}", database)
                with store.open(f"/kills/{part}.parquet", "wb") as out:
                    found.write_parquet(out)

    change(500, "first")
    fetch_sources(root, (), QuietProgress())
    before = rows(root)
    change(501, "second")

    def kill(what: str) -> None:
        states.append(copy_state(root, tmp_path / f"killed-{len(states)}"))

    with steps(root, kill):
        assert not fetch_sources(root, (), QuietProgress()).failed
    after = rows(root)
    assert not before.equals(after)
    seen = []
    tried = set()
    for copy in states:
        now = rows(copy)
        assert now.equals(before) or now.equals(after)
        seen.append(now.equals(after))
        kinds = frozenset(re.sub("[0-9a-f]{8,}", "*", str(p.relative_to(copy))) for p in copy.rglob("*"))
        if kinds in tried:
            continue
        tried.add(kinds)
        assert not fetch_sources(copy, (), QuietProgress()).failed
        assert rows(copy).equals(after)
        left = sorted(path.name for path in (copy / ".airworthy/landing/customers").iterdir())
        assert left == [landed_of(*_source(copy)).folder, "landed.json", "lock"], "nothing half is left"
    assert seen == sorted(seen), "once it is new, it stays new"
    assert len(states) > 5
    assert set(seen) == {False, True}
    print(
        f"{len(states)} kill points of a fetch from {place}, {seen.count(True)} after the new load was whole"
    )


def _source(folder: Path) -> tuple[object, object]:
    charter = load_charter(folder / "airworthy.toml")
    return charter.sources[0], charter


def test_a_real_kill_and_a_real_ctrl_c_are_followed_by_a_whole_fetch(tmp_path: Path) -> None:
    database = shop(tmp_path)
    database.execute("begin exclusive")  # so that the fetch surely still waits when the signal comes
    (tmp_path / "airworthy.toml").write_text(CHARTER.format(place=DATABASE), "utf-8")
    command = [sys.executable, "-m", "airworthy.cli.main", "sources", "fetch", "--quiet"]
    lock = tmp_path / ".airworthy/landing/customers/lock"
    for sent, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGINT, 130)):
        process = subprocess.Popen(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        _wait_until(lambda pid=process.pid: lock.exists() and lock.read_text().startswith(f"{pid} "), process)
        if sent == signal.SIGKILL:
            with pytest.raises(WorkspaceBusy, match=f"process {process.pid}"):
                raise fetch_sources(tmp_path, (), QuietProgress()).failed["customers"]
        os.kill(process.pid, sent)
        if sent == signal.SIGINT:
            database.execute("rollback")
        said, noise = process.communicate(timeout=PATIENCE)
        assert process.returncode == code, noise
        assert "Traceback" not in said + noise
    assert [landed.rows for landed in fetch_sources(tmp_path, (), QuietProgress()).landed] == [500]


def _wait_until(true: object, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():  # type: ignore[operator]
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)
